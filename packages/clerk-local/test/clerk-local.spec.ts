import { createClerkClient, verifyToken } from '@clerk/backend';
import { isClerkAPIResponseError } from '@clerk/backend/errors';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ClerkLocal, type ClerkLocalOptions, type User, startClerkLocal } from 'clerk-local';
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Webhook } from 'svix';

const DAY_MS = 24 * 3600 * 1000;

function backend(clerk: Pick<ClerkLocal, 'url' | 'secretKey'>): ReturnType<typeof createClerkClient> {
  return createClerkClient({ secretKey: clerk.secretKey, apiUrl: clerk.url, telemetry: { disabled: true } });
}

function call(clerk: ClerkLocal, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${clerk.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${clerk.secretKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
}

async function apiError(
  promise: Promise<unknown>,
): Promise<{ status: number | undefined; code: string | undefined }> {
  const error = await rejection(promise);
  if (!isClerkAPIResponseError(error)) throw error;
  return { status: error.status, code: error.errors[0]?.code };
}

function decode(token: string, part: 0 | 1): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;
}

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  event: { type: string; data: { id: string; updated_at?: number }; [key: string]: unknown };
}

/** An endpoint for webhooks; `answers` are used up one by one, then it says 200. */
async function startReceiver() {
  const received: Received[] = [];
  const arrivals = new EventEmitter();
  const answers: { status: number; headers?: Record<string, string> }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      received.push({ headers: request.headers, body, event: JSON.parse(body) as Received['event'] });
      const { status, headers } = answers.shift() ?? { status: 200 };
      response.writeHead(status, headers).end('seen');
      arrivals.emit('arrival');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    received,
    answers,
    async waitFor(count: number): Promise<Received[]> {
      while (received.length < count) await once(arrivals, 'arrival');
      return received;
    },
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}
type Receiver = Awaited<ReturnType<typeof startReceiver>>;

describe('the local Clerk', () => {
  let clerk: ClerkLocal;
  let receiver: Receiver;
  const started: ClerkLocal[] = [];

  /** One of its own, closed after the test, for tests that need an empty instance or other options. */
  async function start(options?: ClerkLocalOptions): Promise<ClerkLocal> {
    const other = await startClerkLocal(options);
    started.push(other);
    return other;
  }

  beforeAll(async () => {
    clerk = await startClerkLocal();
  });
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  async function closeStarted(): Promise<void> {
    await Promise.all(started.splice(0).map((other) => other.close()));
  }
  afterEach(async () => {
    clerk.clearFaults();
    clerk.resetRequests();
    clerk.setWebhookUrl(null);
    await closeStarted();
    receiver.close();
  });
  afterAll(() => clerk.close());

  describe('users, by @clerk/backend', () => {
    it('creates, reads, updates, bans and deletes', async () => {
      const { users } = backend(clerk);
      const created = await users.createUser({
        emailAddress: ['Ada@Example.com', 'second@example.com'],
        phoneNumber: ['+4915112345678'],
        firstName: 'Ada',
        username: 'ada-l',
        password: 'correct horse',
        publicMetadata: { role: 'admin' },
        createdAt: new Date('2020-01-01'),
      });
      expect(created.id).toMatch(/^user_[0-9A-Za-z]{27}$/);
      expect(created.primaryEmailAddress?.emailAddress).toBe('ada@example.com');
      expect(created.primaryEmailAddress?.verification?.status).toBe('verified');
      expect(created.emailAddresses).toHaveLength(2);
      expect(created.primaryPhoneNumber?.phoneNumber).toBe('+4915112345678');
      expect(created).toMatchObject({ firstName: 'Ada', lastName: null, username: 'ada-l', banned: false });
      expect(created).toMatchObject({
        passwordEnabled: true,
        publicMetadata: { role: 'admin' },
        hasImage: false,
      });
      expect(created.createdAt).toBe(Date.parse('2020-01-01'));
      expect(created.updatedAt).toBeGreaterThan(Date.now() - DAY_MS);
      expect(await users.getUser(created.id)).toEqual(created);

      const secondId = created.emailAddresses[1]?.id ?? '';
      const updated = await users.updateUser(created.id, { lastName: 'L', primaryEmailAddressID: secondId });
      expect(updated.primaryEmailAddress?.emailAddress).toBe('second@example.com');
      expect(updated.lastName).toBe('L');
      expect(updated.updatedAt).toBeGreaterThan(created.updatedAt);

      const third = await users.replaceUserEmailAddress(created.id, { emailAddress: 'Third@example.com' });
      expect(third.emailAddress).toBe('third@example.com');
      const moved = await users.getUser(created.id);
      expect(moved.emailAddresses).toEqual([third]);
      expect(moved.primaryEmailAddressId).toBe(third.id);

      expect((await users.banUser(created.id)).banned).toBe(true);
      expect((await users.unbanUser(created.id)).banned).toBe(false);
      expect((await users.lockUser(created.id)).locked).toBe(true);
      expect(await users.deleteUser(created.id)).toMatchObject({
        object: 'user',
        id: created.id,
        deleted: true,
      });
    });

    it("answers a deleted or unknown user with Clerk's 404, and a second deletion as well", async () => {
      const { users } = backend(clerk);
      const user = await clerk.createUser();
      await users.deleteUser(user.id);
      for (const attempt of [users.getUser(user.id), users.deleteUser(user.id), users.banUser('user_x')]) {
        expect(await apiError(attempt)).toEqual({ status: 404, code: 'resource_not_found' });
      }
      const response = await call(clerk, 'GET', `/v1/users/${user.id}`);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await response.json()).toEqual({
        errors: [
          {
            code: 'resource_not_found',
            message: 'not found',
            long_message: `No user was found with id ${user.id}`,
          },
        ],
        clerk_trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      });
    });

    it('merges metadata deeply, removes by null, replaces as a whole, and never touches a prototype', async () => {
      const { users } = backend(clerk);
      const user = await clerk.createUser({ public_metadata: { a: { b: 1, c: 2 }, d: 3 } });
      const merged = await users.updateUserMetadata(user.id, { publicMetadata: { a: { b: null, e: 4 } } });
      expect(merged.publicMetadata).toEqual({ a: { c: 2, e: 4 }, d: 3 });
      const replaced = await users.replaceUserMetadata(user.id, { publicMetadata: { z: 1 } });
      expect(replaced.publicMetadata).toEqual({ z: 1 });
      const path = `/v1/users/${user.id}/metadata`;
      await call(clerk, 'PATCH', path, '{"public_metadata":{"__proto__":{"polluted":true}}}');
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it('raises updated_at with every change, within one millisecond too', async () => {
      const user = await clerk.createUser();
      const times = [user.updated_at];
      const changes = Array.from({ length: 20 }, (_, i) =>
        clerk.updateUser(user.id, { first_name: `N${i}` }),
      );
      for (const changed of await Promise.all(changes)) times.push(changed.updated_at);
      expect(new Set(times).size).toBe(times.length);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    });

    it('refuses what Clerk refuses, in its shape, and changes nothing', async () => {
      const { users } = backend(clerk);
      const user = await clerk.createUser({ email_address: ['taken@example.com'], username: 'taken' });
      const other = await clerk.createUser({ first_name: 'Other' });
      const refused: [Promise<unknown>, string][] = [
        [users.createUser({ emailAddress: ['TAKEN@example.com'] }), 'form_identifier_exists'],
        [users.createUser({ username: 'Taken' }), 'form_identifier_exists'],
        [users.createUser({ emailAddress: ['nonsense'] }), 'form_param_format_invalid'],
        [users.createUser({ phoneNumber: ['123'] }), 'form_param_format_invalid'],
        [
          users.updateUser(other.id, { firstName: 'New', username: 'a b c' }),
          'form_username_invalid_character',
        ],
        [users.updateUser(other.id, { firstName: 'New', username: 'abc' }), 'form_username_invalid_length'],
        [
          users.updateUser(other.id, { primaryEmailAddressID: user.email_addresses[0]?.id ?? '' }),
          'form_resource_not_found',
        ],
        [
          users.updateUserMetadata(other.id, { publicMetadata: { x: 'x'.repeat(9000) } }),
          'form_param_exceeds_allowed_size',
        ],
        [users.getUserList({ limit: 501 }), 'form_param_value_invalid'],
        [
          users.getUserList({ userId: Array.from({ length: 101 }, (_, i) => `user_${i}`) }),
          'form_param_array_size_exceeded',
        ],
      ];
      for (const [promise, code] of refused) expect(await apiError(promise)).toEqual({ status: 422, code });
      expect(clerk.getUser(other.id)).toEqual(other);

      const response = await call(clerk, 'POST', '/v1/users', { first_name: 7, nonsense: 1 });
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({
        errors: [
          { code: 'form_param_type_invalid', meta: { param_name: 'first_name' } },
          { code: 'form_param_unknown', meta: { param_name: 'nonsense' } },
        ],
      });
    });

    it('lists a bare array, filters, counts and walks by cursor while users come and go', async () => {
      const own = await start({
        seedUsers: Array.from({ length: 25 }, (_, i) => ({
          email_address: [`u${i}@example.com`],
          created_at: 1_700_000_000_000 + Math.floor(i / 2),
        })),
      });
      const { users } = backend(own);
      const bare = (await (await call(own, 'GET', '/v1/users')).json()) as User[];
      expect(bare).toHaveLength(10);
      expect(bare[0]?.created_at).toBe(1_700_000_000_012);

      const everybody = await users.getUserList({ limit: 500 });
      expect(everybody.totalCount).toBe(25);
      const ids = everybody.data.map((user) => user.id);
      expect((await users.getUserList({ query: 'U2@EX' })).data).toHaveLength(1);
      const walked: string[] = [];
      for (;;) {
        const cursor = walked.at(-1);
        const query = `limit=7${cursor === undefined ? '' : `&starting_after=${cursor}`}`;
        const batch = (await (await call(own, 'GET', `/v1/users?${query}`)).json()) as User[];
        walked.push(...batch.map((user) => user.id));
        if (batch.length < 7) break;
        await own.deleteUser(walked[0] ?? '').catch(() => undefined);
        await own.createUser();
      }
      expect(walked).toEqual(ids);

      const oldestFirst = await users.getUserList({ orderBy: '+created_at', limit: 1 });
      expect(oldestFirst.data[0]?.createdAt).toBe(1_700_000_000_000);
      const found = await users.getUserList({ userId: [ids[3] ?? '', 'user_gone'] });
      expect(found.data.map((user) => user.id)).toEqual([ids[3]]);
      expect((await users.getUserList({ emailAddress: ['U7@example.com'] })).totalCount).toBe(1);
      expect((await users.getUserList({ offset: 20, limit: 100 })).data.length).toBeGreaterThan(4);
      const response = await call(own, 'GET', `/v1/users?order_by=updated_at&starting_after=${ids[9] ?? ''}`);
      expect(response.status).toBe(422);
    });

    it('wants the secret key', async () => {
      const wrong = backend({ url: clerk.url, secretKey: 'sk_test_wrong' });
      expect(await apiError(wrong.users.getUser('user_x'))).toEqual({
        status: 401,
        code: 'clerk_key_invalid',
      });
      const response = await fetch(`${clerk.url}/v1/nowhere`);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({
        errors: [{ code: 'authorization_header_format_invalid' }],
      });
    });
  });

  describe('sessions, by @clerk/backend', () => {
    it('creates, lists, makes tokens of the wished lifetime and revokes', async () => {
      const { sessions } = backend(clerk);
      const user = await clerk.createUser();
      const session = await sessions.createSession({ userId: user.id });
      expect(session).toMatchObject({ userId: user.id, status: 'active' });
      expect(await sessions.getSession(session.id)).toEqual(session);
      expect((await sessions.getSessionList({ userId: user.id })).data).toEqual([session]);

      const { jwt } = await sessions.getToken(session.id, '', 300);
      const claims = await verifyToken(jwt, { jwtKey: clerk.jwtKey, issuer: clerk.issuer });
      expect(claims).toMatchObject({ sub: user.id, sid: session.id });
      expect(claims.exp - claims.iat).toBe(300);
      expect(decode(await clerk.mintToken(user.id), 1)['sid']).toBe(session.id);

      expect((await sessions.revokeSession(session.id)).status).toBe('revoked');
      expect(await apiError(sessions.getToken(session.id, ''))).toEqual({
        status: 404,
        code: 'resource_not_found',
      });
      expect(await apiError(sessions.createSession({ userId: 'user_x' }))).toMatchObject({ status: 404 });
    });

    it('ends with the user, and a banned user gets none', async () => {
      const { sessions, users } = backend(clerk);
      const user = await clerk.createUser();
      const first = await sessions.createSession({ userId: user.id });
      await users.banUser(user.id);
      expect((await sessions.getSession(first.id)).status).toBe('revoked');
      expect(await apiError(sessions.createSession({ userId: user.id }))).toEqual({
        status: 403,
        code: 'user_banned',
      });
      await users.unbanUser(user.id);
      const second = await sessions.createSession({ userId: user.id });
      await users.deleteUser(user.id);
      expect(await apiError(sessions.getSession(second.id))).toMatchObject({ status: 404 });
    });
  });

  describe('tokens', () => {
    it("are in Clerk's shape", async () => {
      const token = await clerk.mintToken('user_x', { sessionId: 'sess_x', azp: 'http://localhost:3000' });
      expect(decode(token, 0)).toEqual({
        alg: 'RS256',
        cat: 'cl_B7d4PD111AAA',
        kid: expect.stringMatching(/^ins_[0-9A-Za-z]{27}$/),
        typ: 'JWT',
      });
      const claims = decode(token, 1);
      const iat = Number(claims['iat']);
      expect(claims).toEqual({
        azp: 'http://localhost:3000',
        exp: iat + 60,
        fva: [0, -1],
        iat,
        iss: clerk.issuer,
        jti: expect.stringMatching(/^[0-9a-f]{20}$/),
        nbf: iat - 10,
        sid: 'sess_x',
        sts: 'active',
        sub: 'user_x',
        v: 2,
      });
      expect(decode(await clerk.mintToken('user_x'), 1)).not.toHaveProperty('azp');
    });

    it('are accepted by verifyToken with the PEM and through either JWKS', async () => {
      const token = await clerk.mintToken('user_x');
      const byPem = await verifyToken(token, { jwtKey: clerk.jwtKey, issuer: clerk.issuer });
      const byJwks = await verifyToken(token, { secretKey: clerk.secretKey, apiUrl: clerk.url });
      expect(byPem.sub).toBe('user_x');
      expect(byJwks).toEqual(byPem);
      expect(clerk.requestCount('GET', '/v1/jwks')).toBe(1);
      const published = await fetch(`${clerk.url}/.well-known/jwks.json`);
      expect(await published.json()).toEqual(await (await call(clerk, 'GET', '/v1/jwks')).json());
    });

    it('names its instance, the same in every answer', async () => {
      const { id } = await backend(clerk).instance.get();
      expect(decode(await clerk.mintToken('user_x'), 0)['kid']).toBe(id);
      expect(await (await call(clerk, 'GET', '/v1/instance')).json()).toEqual({
        object: 'instance',
        id: expect.stringMatching(/^ins_/),
        environment_type: 'development',
        allowed_origins: null,
        workspace_id: null,
      });
    });

    it('can be expired, foreign, stripped and odd, so that guards can be tried', async () => {
      const expired = await clerk.mintToken('user_x', { expiresInSeconds: -60 });
      expect(await rejection(verifyToken(expired, { jwtKey: clerk.jwtKey }))).toMatchObject({
        reason: 'token-expired',
      });
      const other = await start();
      const foreign = await other.mintToken('user_x');
      expect(await rejection(verifyToken(foreign, { jwtKey: clerk.jwtKey }))).toMatchObject({
        reason: 'token-invalid-signature',
      });
      const odd = await clerk.mintToken('user_x', {
        claims: { sid: undefined, sts: 'pending' },
        header: { cat: undefined, crit: ['b64'] },
      });
      expect(decode(odd, 1)).toMatchObject({ sts: 'pending' });
      expect(decode(odd, 1)).not.toHaveProperty('sid');
      expect(decode(odd, 0)).toEqual({ alg: 'RS256', crit: ['b64'], kid: expect.any(String), typ: 'JWT' });
    });

    it('match the publishable key', async () => {
      const [, encoded = ''] = /^pk_test_([^=]+)$/.exec(clerk.publishableKey) ?? [];
      expect(`https://${Buffer.from(encoded, 'base64').toString()}`).toBe(`${clerk.issuer}$`);
      const client = createClerkClient({ ...clerk, apiUrl: clerk.url, telemetry: { disabled: true } });
      const authorization = `Bearer ${await clerk.mintToken('user_x')}`;
      const state = await client.authenticateRequest(
        new Request('http://api.test', { headers: { authorization } }),
        {
          jwtKey: clerk.jwtKey,
        },
      );
      expect(state.isAuthenticated).toBe(true);
    });
  });

  describe('webhooks', () => {
    it("tell every change of users and sessions, signed by Svix, in Clerk's envelope", async () => {
      clerk.setWebhookUrl(receiver.url);
      const user = await clerk.createUser({ email_address: ['hook@example.com'], external_id: 'ext-1' });
      const updated = await clerk.updateUser(user.id, { first_name: 'Updated' });
      const session = await clerk.createSession(user.id);
      await clerk.revokeSession(session.id);
      await clerk.revokeSession(session.id);
      await clerk.createSession(user.id);
      await clerk.deleteUser(user.id);
      await clerk.createUser({}, { webhook: false });
      await clerk.idle();

      const byType = new Map(receiver.received.map(({ event }) => [event.type, event]));
      expect(receiver.received.map(({ event }) => event.type).sort()).toEqual([
        'session.created',
        'session.created',
        'session.ended',
        'session.revoked',
        'user.created',
        'user.deleted',
        'user.updated',
      ]);
      expect(byType.get('user.created')?.data).toEqual(user);
      expect(byType.get('user.updated')?.data).toEqual(updated);
      expect(byType.get('session.revoked')?.data).toMatchObject({
        id: session.id,
        status: 'revoked',
        user: { id: user.id },
      });
      expect(byType.get('session.ended')?.data).toMatchObject({
        status: 'ended',
        user: null,
        user_id: user.id,
      });
      expect(byType.get('user.deleted')).toEqual({
        object: 'event',
        type: 'user.deleted',
        timestamp: expect.any(Number),
        instance_id: expect.stringMatching(/^ins_/),
        event_attributes: { http_request: { client_ip: expect.any(String), user_agent: expect.any(String) } },
        data: { object: 'user', id: user.id, deleted: true, external_id: 'ext-1' },
      });
      expect(Number(byType.get('user.deleted')?.['timestamp'])).toBeGreaterThan(Date.now() - DAY_MS);

      const webhook = new Webhook(clerk.webhookSecret);
      for (const { body, headers } of receiver.received) {
        expect(headers['content-type']).toBe('application/json');
        expect(headers['svix-id']).toMatch(/^msg_[0-9A-Za-z]{27}$/);
        webhook.verify(body, headers as Record<string, string>);
      }
      expect(() => {
        webhook.verify(
          `${receiver.received[0]?.body ?? ''} `,
          receiver.received[0]?.headers as Record<string, string>,
        );
      }).toThrow();
    });

    it('are retried under the same svix-id, freshly signed, until a 2xx', async () => {
      const own = await start({ webhookUrl: receiver.url, webhookRetryDelaysMs: [0, 1, 1, 1, 1] });
      receiver.answers.push(
        { status: 500 },
        { status: 302, headers: { location: receiver.url } },
        { status: 404 },
      );
      await own.createUser();
      const received = await receiver.waitFor(4);
      await own.idle();
      expect(new Set(received.map(({ headers }) => headers['svix-id'])).size).toBe(1);
      expect(new Set(received.map(({ body }) => body)).size).toBe(1);
      const [delivery] = own.deliveries();
      expect(delivery).toMatchObject({ state: 'delivered', type: 'user.created' });
      expect(delivery?.attempts.map(({ status }) => status)).toEqual([500, 302, 404, 200]);
    });

    it('are given up when the schedule ends or the endpoint says abort-message, and can be resent', async () => {
      const own = await start({ webhookUrl: receiver.url, webhookRetryDelaysMs: [0, 0] });
      receiver.answers.push({ status: 500 }, { status: 500 });
      await own.createUser();
      await own.idle();
      receiver.answers.push({ status: 400, headers: { 'webhook-delivery': 'abort-message' } });
      await own.createUser();
      await own.idle();
      expect(receiver.received).toHaveLength(3);
      const [exhausted, aborted] = own.deliveries();
      expect(exhausted).toMatchObject({ state: 'failed', attempts: [{ status: 500 }, { status: 500 }] });
      expect(aborted).toMatchObject({ state: 'failed', attempts: [{ status: 400 }] });

      const svixId = aborted?.svixId ?? '';
      const resent = await fetch(`${own.url}/_local/deliveries/${svixId}/resend`, { method: 'POST' });
      expect(resent.status).toBe(202);
      await own.idle();
      expect(receiver.received[3]?.headers['svix-id']).toBe(svixId);
      const listed = (await (await fetch(`${own.url}/_local/deliveries`)).json()) as { items: unknown[] };
      expect(listed.items[0]).toMatchObject({ svixId, state: 'delivered', event: { type: 'user.created' } });
      expect(own.resendWebhook('msg_unknown')).toBe(false);
    });

    it('never hold up a Backend API answer, and survive an endpoint that is not there', async () => {
      const gone = await startReceiver();
      gone.close();
      const own = await start({ webhookUrl: gone.url, webhookRetryDelaysMs: [0, 3_600_000] });
      const user = await own.createUser();
      await own.idle();
      expect(own.deliveries()[0]).toMatchObject({ state: 'pending', attempts: [{ status: null }] });
      expect(own.deliveries()[0]?.attempts[0]?.error).toContain('ECONNREFUSED');

      const silent = createServer();
      silent.listen(0, '127.0.0.1');
      await once(silent, 'listening');
      own.setWebhookUrl(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/`);
      const arrival = once(silent, 'request');
      await backend(own).users.updateUser(user.id, { firstName: 'Quick' });
      await arrival;
      expect(own.deliveries()[1]).toMatchObject({ state: 'pending', attempts: [] });
      silent.close();
      silent.closeAllConnections();
    });

    it('are recorded as unsent while there is no endpoint, and not sent behind its back later', async () => {
      const own = await start();
      await own.createUser();
      own.setWebhookUrl(receiver.url);
      await own.idle();
      expect(receiver.received).toHaveLength(0);
      expect(own.deliveries()[0]).toMatchObject({ state: 'unsent' });
    });

    it('can be made up by a test: one attempt, any event, any id, any secret', async () => {
      clerk.setWebhookUrl(receiver.url);
      receiver.answers.push({ status: 503 });
      const event = {
        type: 'user.deleted',
        data: { object: 'user', deleted: true },
        timestamp: 1_716_883_200,
      };
      expect(await clerk.deliverWebhook(event, { svixId: 'msg_own' })).toMatchObject({
        status: 503,
        body: 'seen',
      });
      await clerk.idle();
      expect(receiver.received).toHaveLength(1);
      expect(receiver.received[0]?.event).toMatchObject({ object: 'event', ...event });
      expect(receiver.received[0]?.headers['svix-id']).toBe('msg_own');

      const secret = `whsec_${Buffer.from('another secret').toString('base64')}`;
      const headers = { ...clerk.signWebhook('{}', { svixId: 'msg_1', timestamp: new Date(), secret }) };
      expect(() => {
        new Webhook(clerk.webhookSecret).verify('{}', headers);
      }).toThrow();
      new Webhook(secret).verify('{}', headers);
      const stale = { ...clerk.signWebhook('{}', { timestamp: new Date(Date.now() - DAY_MS) }) };
      expect(() => {
        new Webhook(clerk.webhookSecret).verify('{}', stale);
      }).toThrow(/too old/);
    });
  });

  describe('state file', () => {
    let folder: string;
    let dataFile: string;
    const children: ChildProcess[] = [];

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'clerk-local-'));
      dataFile = join(folder, 'nested', 'state.json');
    });
    afterEach(async () => {
      for (const child of children.splice(0)) {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill('SIGKILL');
          await once(child, 'exit');
        }
      }
      await closeStarted();
      await rm(folder, { recursive: true });
    });

    /** Runs `script` after `const clerk = await startClerkLocal(…)` in a process of its own; returns its output lines. */
    function startChild(options: ClerkLocalOptions, script: string) {
      const source = `
        import { startClerkLocal } from 'clerk-local';
        const clerk = await startClerkLocal(${JSON.stringify(options)});
        const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
        ${script}`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
    }

    async function killHard(child: ChildProcess): Promise<void> {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }

    it('keeps users, sessions, keys and pending webhooks over a restart', async () => {
      const first = await startClerkLocal({
        dataFile,
        webhookUrl: receiver.url,
        webhookRetryDelaysMs: [0, 50],
      });
      receiver.answers.push({ status: 500 });
      const user = await first.createUser({ email_address: ['kept@example.com'] });
      const session = await first.createSession(user.id, { webhook: false });
      await receiver.waitFor(1);
      await first.close();
      expect((await stat(dataFile)).mode & 0o777).toBe(0o600);

      const second = await start({
        dataFile,
        port: Number(new URL(first.url).port),
        webhookUrl: receiver.url,
        webhookRetryDelaysMs: [0, 50],
        seedUsers: [{ first_name: 'not again' }],
      });
      const { secretKey, publishableKey, issuer, jwtKey, webhookSecret } = second;
      expect(first).toMatchObject({ secretKey, publishableKey, issuer, jwtKey, webhookSecret });
      const { data } = await backend(second).users.getUserList();
      expect(data.map(({ id }) => id)).toEqual([user.id]);
      expect(second.getUser(user.id)?.email_addresses).toEqual(user.email_addresses);
      expect((await backend(second).sessions.getSession(session.id)).status).toBe('active');
      const [before, after] = await receiver.waitFor(2);
      expect(after?.headers['svix-id']).toBe(before?.headers['svix-id']);
      expect(after?.body).toBe(before?.body);
    });

    it('loses nothing that was answered to a kill -9, whenever it comes', async () => {
      const answered: string[] = [];
      for (let round = 0; round < 4; round += 1) {
        const { child, lines } = startChild(
          { dataFile },
          'await Promise.all([1, 2, 3].map(async () => { for (;;) say((await clerk.createUser()).id); }));',
        );
        for (let count = 0; count < 5 + 7 * round; count += 1) {
          answered.push(JSON.parse(String((await lines.next()).value)) as string);
        }
        await killHard(child);
        const state = JSON.parse(await readFile(dataFile, 'utf8')) as { users: User[] };
        const stored = new Set(state.users.map(({ id }) => id));
        expect(answered.filter((id) => !stored.has(id))).toEqual([]);
      }
    });

    it('goes on delivering after a kill -9, with the same keys and svix-id', async () => {
      receiver.answers.push({ status: 500 });
      const options = { dataFile, webhookUrl: receiver.url, webhookRetryDelaysMs: [0, 1000] };
      const { child, lines } = startChild(options, 'say({ url: clerk.url, secretKey: clerk.secretKey });');
      const { url, secretKey } = JSON.parse(String((await lines.next()).value)) as ClerkLocal;
      const user = await backend({ url, secretKey }).users.createUser({
        emailAddress: ['crash@example.com'],
      });
      await receiver.waitFor(1);
      await killHard(child);

      const second = await start(options);
      expect(second.secretKey).toBe(secretKey);
      expect(second.getUser(user.id)).toBeDefined();
      const [before, after] = await receiver.waitFor(2);
      expect(after?.headers['svix-id']).toBe(before?.headers['svix-id']);
      new Webhook(second.webhookSecret).verify(after?.body ?? '', after?.headers as Record<string, string>);
      await second.idle();
      expect(second.deliveries()[0]).toMatchObject({ state: 'delivered' });
    });

    it('is not overwritten when it holds something else', async () => {
      const file = join(folder, 'mine.json');
      for (const content of ['{"precious": true}', 'no JSON']) {
        await writeFile(file, content);
        await expect(startClerkLocal({ dataFile: file })).rejects.toThrow(file);
        expect(await readFile(file, 'utf8')).toBe(content);
      }
    });

    it('takes the seed users only when there are no users', async () => {
      const own = await start({
        seedUsers: [{ id: 'user_demo', first_name: 'Demo', image_url: 'https://x.test/y.png' }],
      });
      const demo = await backend(own).users.getUser('user_demo');
      expect(demo).toMatchObject({ firstName: 'Demo', imageUrl: 'https://x.test/y.png', hasImage: true });
    });
  });

  describe('faults', () => {
    it('answer with a status and Retry-After, as often as told', async () => {
      const { users } = backend(clerk);
      const user = await clerk.createUser();
      clerk.fail({
        method: 'GET',
        path: /^\/v1\/users\//,
        mode: 'status',
        status: 429,
        retryAfter: 7,
        times: 2,
      });
      for (let i = 0; i < 2; i += 1) {
        const error = await rejection(users.getUser(user.id));
        expect(error).toMatchObject({ status: 429, retryAfter: 7 });
      }
      expect((await users.updateUser(user.id, { firstName: 'Still' })).firstName).toBe('Still');
      expect((await users.getUser(user.id)).firstName).toBe('Still');
      expect(clerk.requestCount('GET', `/v1/users/${user.id}`)).toBe(3);
      expect(clerk.requestCount('PATCH', /^\/v1\/users/)).toBe(1);
      clerk.resetRequests();
      expect(clerk.requests).toHaveLength(0);
    });

    it('cut, delay, hang, answer HTML or lose the answer', async () => {
      const { users } = backend(clerk);
      const user = await clerk.createUser();
      const undo = clerk.fail({ mode: 'refuse' });
      expect(await apiError(users.getUser(user.id))).toMatchObject({ status: undefined });
      undo();

      clerk.fail({ mode: 'html', times: 1 });
      expect(await apiError(users.getUser(user.id))).toEqual({ status: 502, code: undefined });

      clerk.fail({ mode: 'slow', delayMs: 50, times: 1 });
      const begin = performance.now();
      expect((await users.getUser(user.id)).id).toBe(user.id);
      expect(performance.now() - begin).toBeGreaterThan(45);

      clerk.fail({ mode: 'hang', times: 1 });
      const hanging = fetch(`${clerk.url}/.well-known/jwks.json`, { signal: AbortSignal.timeout(100) });
      await expect(hanging).rejects.toThrow(/timeout/);

      clerk.fail({ mode: 'lose-answer', times: 1 });
      expect(await apiError(users.deleteUser(user.id))).toMatchObject({ status: undefined });
      expect(await apiError(users.deleteUser(user.id))).toMatchObject({ status: 404 });
    });

    it('do not keep it from closing', async () => {
      const own = await startClerkLocal();
      own.fail({ mode: 'hang' });
      const hanging = rejection(fetch(`${own.url}/.well-known/jwks.json`));
      while (own.requests.length === 0) await new Promise(setImmediate);
      await own.close();
      expect(await hanging).toMatchObject({ name: 'TypeError' });
    });
  });

  describe('HTTP', () => {
    it("answers bad input in Clerk's shape and stays up", async () => {
      const deep = `{"public_metadata":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`;
      const cases: [Response, number, string][] = [
        [await call(clerk, 'POST', '/v1/users', '{"first_name":'), 400, 'request_body_invalid'],
        [await call(clerk, 'POST', '/v1/users', '[]'), 400, 'request_body_invalid'],
        [await call(clerk, 'POST', '/v1/users', 'null'), 400, 'request_body_invalid'],
        [await call(clerk, 'POST', '/v1/users', `"${'x'.repeat(1_100_000)}"`), 413, 'request_body_too_large'],
        [await call(clerk, 'GET', '/v1/nowhere'), 404, 'resource_not_found'],
        [await call(clerk, 'PUT', '/v1/users'), 404, 'resource_not_found'],
        [await call(clerk, 'GET', '/v1/users/%E0%A4%A'), 404, 'resource_not_found'],
        [await call(clerk, 'GET', '/v1/users?limit=x'), 422, 'form_param_type_invalid'],
        [await call(clerk, 'POST', '/v1/sessions', {}), 422, 'form_param_missing'],
        [await fetch(`${clerk.url}/nowhere`), 404, 'resource_not_found'],
      ];
      for (const [response, status, code] of cases) {
        expect(response.status).toBe(status);
        expect(response.headers.get('content-type')).toBe('application/json');
        expect(await response.json()).toMatchObject({ errors: [{ code, long_message: expect.any(String) }] });
      }
      expect((await call(clerk, 'POST', '/v1/users', deep)).status).toBeGreaterThanOrEqual(400);
      expect((await call(clerk, 'GET', '/v1/users')).status).toBe(200);
    });

    it('refuses hosts and addresses that are not loopback', async () => {
      const port = Number(new URL(clerk.url).port);
      for (const host of ['evil.example', `localhost.evil.example:${port}`, '10.0.0.1']) {
        const request = httpRequest({ port, host: '127.0.0.1', path: '/', headers: { host } }).end();
        const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }];
        response.resume();
        expect(response.statusCode).toBe(403);
      }
      await expect(startClerkLocal({ host: '0.0.0.0' })).rejects.toThrow(/loopback/);
    });

    it('hands a fresh token to pages of this machine and to nobody else', async () => {
      const user = await clerk.createUser();
      const path = `${clerk.url}/_local/users/${user.id}/token`;
      for (const origin of ['http://127.0.0.1:3000', 'http://localhost:3000']) {
        const response = await fetch(path, { headers: { origin } });
        expect(response.headers.get('access-control-allow-origin')).toBe(origin);
        const { token, expiresAt } = (await response.json()) as { token: string; expiresAt: string };
        const claims = await verifyToken(token, { jwtKey: clerk.jwtKey, issuer: clerk.issuer });
        expect(claims.sub).toBe(user.id);
        expect((await backend(clerk).sessions.getSession(claims.sid)).status).toBe('active');
        expect(Math.abs(Date.parse(expiresAt) - claims.exp * 1000)).toBeLessThan(2000);
      }
      for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null']) {
        const response = await fetch(path, { headers: { origin } });
        expect(response.status).toBe(403);
        expect(response.headers.get('access-control-allow-origin')).toBeNull();
      }
      const other = { origin: 'http://localhost:3000' };
      expect(
        (await fetch(`${clerk.url}/_local/users/${user.id}`, { method: 'DELETE', headers: other })).status,
      ).toBe(403);
      expect((await fetch(`${clerk.url}/_local/deliveries`, { headers: other })).status).toBe(403);
      expect((await fetch(`${clerk.url}/_local/users/user_x/token`)).status).toBe(404);
    });

    it('tells pages of this machine who the people are, and lets none of them change anybody', async () => {
      const own = await start();
      const ann = await own.createUser({
        first_name: 'Ann',
        last_name: 'Lee',
        email_address: ['ann@example.com'],
        public_metadata: { role: 'admin' },
      });
      const bob = await own.createUser({ username: 'bobby', banned: true });
      const path = `${own.url}/_local/users`;
      const response = await fetch(path, { headers: { origin: 'http://localhost:3000' } });
      expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
      expect(await response.json()).toEqual({
        items: [
          { id: ann.id, name: 'Ann Lee', email: 'ann@example.com', role: 'admin', banned: false },
          { id: bob.id, name: 'bobby', email: null, role: null, banned: true },
        ],
      });
      expect(own.users().map(({ id }) => id)).toEqual([ann.id, bob.id]);
      expect((await fetch(path, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
      const posted = await fetch(path, {
        method: 'POST',
        headers: { origin: 'http://localhost:3000', 'content-type': 'application/json' },
        body: '{}',
      });
      expect([posted.status, own.users().length]).toEqual([403, 2]);
    });

    it("shows a page on which nothing of a user's can run", async () => {
      const user = await clerk.createUser({
        first_name: '<script>alert(1)</script>',
        last_name: '"onfocus=x',
      });
      const response = await fetch(clerk.url);
      const html = await response.text();
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'nonce-/,
      );
      expect(html).toContain(user.id);
      expect(html).toContain('&lt;script&gt;alert(1)');
      expect(html).not.toContain('<script>alert');
      expect(html).not.toContain('"onfocus');
    });
  });
});
