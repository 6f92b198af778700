import type { TestingTokenJSON } from '@clerk/backend';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal, User } from 'clerk-local';
import { apiError, backend, decode, rejection, startClerkLocal } from '../support.js';

const DAY_S = 24 * 3600;

let clerk: ClerkLocal;
let user: User;
beforeAll(async () => {
  clerk = await startClerkLocal();
  user = await clerk.createUser({ email_address: ['ada@example.com'] });
});
afterAll(() => clerk.close());

const unknownUser = {
  status: 404,
  errors: [{ code: 'resource_not_found', longMessage: 'No user was found with id user_x' }],
};

describe('sign-in tokens, by @clerk/backend', () => {
  it('creates one for 30 days or the given time, and revokes it once', async () => {
    const { signInTokens } = backend(clerk);
    const created = await signInTokens.createSignInToken({ userId: user.id, expiresInSeconds: 600 });
    expect(created.id).toMatch(/^sit_[0-9A-Za-z]{27}$/);
    expect(created).toMatchObject({ userId: user.id, status: 'pending' });
    expect(created.url).toBe(`${clerk.proxyUrl}/v1/tickets/accept?ticket=${created.token}`);
    expect(decode(created.token, 1)).toMatchObject({ st: 'sign_in_token', sid: created.id });
    expect(Number(decode(created.token, 1)['exp']) - created.createdAt / 1000).toBeCloseTo(600, -1);
    const default_ = await signInTokens.createSignInToken({ userId: user.id } as never);
    expect(Number(decode(default_.token, 1)['exp']) - default_.createdAt / 1000).toBeCloseTo(30 * DAY_S, -1);

    const revoked = await signInTokens.revokeSignInToken(created.id);
    expect(revoked).toMatchObject({ id: created.id, status: 'revoked' });
    expect(await rejection(signInTokens.revokeSignInToken(created.id))).toMatchObject({
      status: 400,
      errors: [{ code: 'sign_in_token_cannot_be_revoked_code', message: 'cannot revoke' }],
    });
  });

  it('refuses an unknown user, an unknown token and a lifetime of 0', async () => {
    const { signInTokens } = backend(clerk);
    expect(
      await rejection(signInTokens.createSignInToken({ userId: 'user_x', expiresInSeconds: 60 })),
    ).toMatchObject(unknownUser);
    expect(await apiError(signInTokens.revokeSignInToken('sit_x'))).toEqual({
      status: 404,
      code: 'resource_not_found',
    });
    const invalid = signInTokens.createSignInToken({ userId: user.id, expiresInSeconds: 0 });
    expect(await rejection(invalid)).toMatchObject({
      status: 422,
      errors: [{ code: 'form_param_value_invalid', meta: { paramName: 'expires_in_seconds' } }],
    });
  });
});

describe('actor tokens, by @clerk/backend', () => {
  it('creates and revokes one', async () => {
    const { actorTokens } = backend(clerk);
    const created = await actorTokens.create({ userId: user.id, actor: { sub: 'user_support' } });
    expect(created).toMatchObject({
      userId: user.id,
      status: 'pending',
      actor: { sub: 'user_support' },
      url: `${clerk.proxyUrl}/v1/tickets/accept?ticket=${created.token ?? ''}`,
    });
    expect((await actorTokens.revoke(created.id)).status).toBe('revoked');
    expect(await apiError(actorTokens.revoke(created.id))).toEqual({
      status: 400,
      code: 'actor_token_cannot_be_revoked_code',
    });
  });

  it('refuses an actor without `sub`, an unknown user and the id of another kind of token', async () => {
    const { actorTokens, signInTokens } = backend(clerk);
    const nobody = actorTokens.create({ userId: user.id, actor: {} as { sub: string } });
    expect(await rejection(nobody)).toMatchObject({
      status: 422,
      errors: [{ code: 'form_param_type_invalid', meta: { paramName: 'actor' } }],
    });
    const unknown = actorTokens.create({ userId: 'user_x', actor: { sub: 'user_support' } });
    expect(await rejection(unknown)).toMatchObject(unknownUser);
    const other = await signInTokens.createSignInToken({ userId: user.id, expiresInSeconds: 60 });
    expect(await apiError(actorTokens.revoke(other.id))).toMatchObject({ status: 404 });
  });
});

describe('testing tokens, by @clerk/backend', () => {
  it('creates one for an hour, whose expiry is in seconds', async () => {
    // The SDK gives Clerk's JSON here, not the class that its types name.
    const created: unknown = await backend(clerk).testingTokens.createTestingToken();
    const { token, expires_at: expiresAt } = created as TestingTokenJSON;
    expect(token).toMatch(/^\d{10}-[0-9A-Za-z]{43}$/);
    expect(expiresAt - Date.now() / 1000).toBeCloseTo(3600, -1);
  });
});

describe('agent tasks, by @clerk/backend', () => {
  const task = {
    permissions: '*',
    agentName: 'tester',
    taskDescription: 'looks around',
    redirectUrl: 'http://localhost:3000/home',
  };

  it('creates a task for a user id or a verified identifier, with one agent id per name', async () => {
    const { agentTasks } = backend(clerk);
    const first = await agentTasks.create({ ...task, onBehalfOf: { userId: user.id } });
    const second = await agentTasks.create({ ...task, onBehalfOf: { identifier: 'Ada@example.com' } });
    const other = await agentTasks.create({ ...task, agentName: 'other', onBehalfOf: { userId: user.id } });
    expect(first.url.startsWith(`${clerk.proxyUrl}/v1/agents/tasks?ticket=`)).toBe(true);
    expect(second.agentTaskId).not.toBe(first.agentTaskId);
    expect(second.agentId).toBe(first.agentId);
    expect(other.agentId).not.toBe(first.agentId);

    const revoked = await agentTasks.revoke(first.agentTaskId);
    expect(revoked).toMatchObject({ agentTaskId: first.agentTaskId, agentId: first.agentId });
    expect('url' in revoked && revoked.url !== undefined).toBe(false);
    expect(await apiError(agentTasks.revoke(first.agentTaskId))).toEqual({
      status: 400,
      code: 'agent_task_cannot_be_revoked_code',
    });
  });

  it('refuses unknown people, other permissions and pages of other sites', async () => {
    const { agentTasks } = backend(clerk);
    const userId = { userId: user.id };
    const refused: [Parameters<typeof agentTasks.create>[0], number, string][] = [
      [{ ...task, onBehalfOf: { userId: 'user_x' } }, 404, 'resource_not_found'],
      [{ ...task, onBehalfOf: { identifier: 'nobody@example.com' } }, 404, 'resource_not_found'],
      [{ ...task, onBehalfOf: {} as { userId: string } }, 422, 'form_param_value_invalid'],
      [{ ...task, onBehalfOf: userId, permissions: 'read' }, 422, 'form_param_value_invalid'],
      [{ ...task, onBehalfOf: userId, redirectUrl: 'nonsense' }, 422, 'invalid_redirect_url'],
      [{ ...task, onBehalfOf: userId, redirectUrl: 'https://example.com/' }, 400, 'resource_missmatch'],
    ];
    for (const [parameters, status, code] of refused) {
      expect(await apiError(agentTasks.create(parameters))).toEqual({ status, code });
    }
    expect(await apiError(agentTasks.revoke('agt_x'))).toMatchObject({ status: 404 });
  });

  it('signs the browser that opens the URL in, once, for the given time', async () => {
    const { agentTasks, sessions, clients } = backend(clerk);
    const created = await agentTasks.create({
      ...task,
      onBehalfOf: { userId: user.id },
      sessionMaxDurationInSeconds: 120,
    });
    const opened = await fetch(created.url, { redirect: 'manual' });
    expect(opened.status).toBe(307);
    expect(opened.headers.get('location')).toBe(task.redirectUrl);
    const [, token = ''] = /^__client_[^=]+=([^;]+);/.exec(opened.headers.get('set-cookie') ?? '') ?? [];
    const client = await clients.verifyClient(token);
    expect(client.sessions).toHaveLength(1);
    const session = await sessions.getSession(client.lastActiveSessionId ?? '');
    expect(session).toMatchObject({ userId: user.id, status: 'active', clientId: client.id });
    expect(session.expireAt - session.createdAt).toBe(120_000);
    expect(await clients.getClient(client.id)).toEqual(client);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the SDK still has it
    expect(await clients.getClientList()).toEqual({ data: [client], totalCount: 1 });

    const again = await fetch(created.url, { redirect: 'manual' });
    expect(again.status).toBe(400);
    expect(await again.json()).toMatchObject({ errors: [{ code: 'agent_task_already_used_code' }] });
    expect((await clients.getClient(client.id)).sessions).toHaveLength(1);
  });

  it('leads to any address that it accepted', async () => {
    const { agentTasks } = backend(clerk);
    for (const [redirectUrl, location] of [
      ['http://localhost:3000/→', 'http://localhost:3000/%E2%86%92'],
      ['http://local\nhost:3000/', 'http://localhost:3000/'],
      ['http://localhost\\@example.com/', 'http://localhost/@example.com/'],
    ] as const) {
      const { url } = await agentTasks.create({ ...task, onBehalfOf: { userId: user.id }, redirectUrl });
      const opened = await fetch(url, { redirect: 'manual' });
      expect([opened.status, opened.headers.get('location')]).toEqual([307, location]);
    }
  });

  it('signs nobody in for revoked and expired tasks, for banned users and other tokens', async () => {
    const { agentTasks, signInTokens, users } = backend(clerk);
    const create = () => agentTasks.create({ ...task, onBehalfOf: { userId: user.id } });
    const codeOf = async (url: string) => {
      const response = await fetch(url, { redirect: 'manual' });
      expect(response.headers.get('set-cookie')).toBeNull();
      const { errors } = (await response.json()) as { errors: { code: string }[] };
      return errors[0]?.code;
    };
    const revoked = await create();
    await agentTasks.revoke(revoked.agentTaskId);
    expect(await codeOf(revoked.url)).toBe('agent_task_revoked_code');
    const banned = await create();
    await users.banUser(user.id);
    expect(await codeOf(banned.url)).toBe('user_banned');
    await users.unbanUser(user.id);
    const other = await signInTokens.createSignInToken({ userId: user.id, expiresInSeconds: 60 });
    const base = `${clerk.proxyUrl}/v1/agents/tasks`;
    expect(await codeOf(`${base}?ticket=${other.token}`)).toBe('ticket_invalid_code');
    expect(await codeOf(base)).toBe('form_param_missing');
    const expired = await create();
    await clerk.clock.advance(11 * 60 * 1000);
    expect(await codeOf(expired.url)).toBe('ticket_expired_code');
    await clerk.clock.reset();
  });
});

describe('clients, by @clerk/backend', () => {
  it('answers unknown clients and tokens with 404', async () => {
    const { clients } = backend(clerk);
    expect(await rejection(clients.getClient('client_x'))).toMatchObject({
      status: 404,
      errors: [{ message: 'Client not found', longMessage: 'No client was found with id client_x' }],
    });
    expect(await apiError(clients.verifyClient('nonsense'))).toMatchObject({ status: 404 });
  });
});
