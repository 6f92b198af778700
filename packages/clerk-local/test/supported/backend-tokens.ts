import { verifyToken } from '@clerk/backend';
import { type Claim, bySdk } from './claim.ts';

const CLAIMS = { aud: 'https://example.com' };

/** Operations about JWT templates, tickets and testing tokens. */
export const tokenClaims: readonly Claim[] = [
  bySdk('GET /v1/jwt_templates', async ({ sdk, stranger, reads, refuses }) => {
    const { id } = await sdk.jwtTemplates.create({ name: 'first', claims: CLAIMS });
    await reads(() => sdk.jwtTemplates.list(), { data: [{ id, claims: CLAIMS }], totalCount: 1 });
    await refuses(() => stranger.jwtTemplates.list(), 401, 'clerk_key_invalid');
  }),
  bySdk('POST /v1/jwt_templates', async ({ sdk, writes, refuses }) => {
    await writes(
      () => sdk.jwtTemplates.create({ name: 'first', claims: CLAIMS }),
      async () => (await sdk.jwtTemplates.list()).totalCount,
    );
    const wrong = { name: 'second', claims: { sub: 'somebody' } };
    await refuses(() => sdk.jwtTemplates.create(wrong), 400, 'jwt_template_reserved_claim');
  }),
  bySdk('GET /v1/jwt_templates/{template_id}', async ({ sdk, reads, refuses }) => {
    const { id } = await sdk.jwtTemplates.create({ name: 'first', claims: CLAIMS });
    await reads(() => sdk.jwtTemplates.get(id), { id, name: 'first', claims: CLAIMS });
    await refuses(() => sdk.jwtTemplates.get('jtmp_none'), 404, 'resource_not_found');
  }),
  bySdk('PATCH /v1/jwt_templates/{template_id}', async ({ sdk, writes, refuses }) => {
    const { id } = await sdk.jwtTemplates.create({ name: 'first', claims: CLAIMS });
    const change = { name: 'renamed', claims: { plan: 'pro' } };
    await writes(
      () => sdk.jwtTemplates.update({ templateId: id, ...change }),
      () => sdk.jwtTemplates.get(id),
    );
    const wrong = { templateId: 'jtmp_none', ...change };
    await refuses(() => sdk.jwtTemplates.update(wrong), 404, 'resource_not_found');
  }),
  bySdk('DELETE /v1/jwt_templates/{template_id}', async ({ sdk, writes, refuses }) => {
    const { id } = await sdk.jwtTemplates.create({ name: 'first', claims: CLAIMS });
    await writes(
      () => sdk.jwtTemplates.delete(id),
      () => sdk.jwtTemplates.get(id),
    );
    await refuses(() => sdk.jwtTemplates.delete(id), 404, 'resource_not_found');
  }),
  bySdk(
    'POST /v1/sessions/{session_id}/tokens/{template_name}',
    async ({ sdk, clerk, user, makes, refuses }) => {
      await sdk.jwtTemplates.create({ name: 'first', claims: CLAIMS });
      const { id } = await clerk.createSession((await user()).id);
      await makes(
        () => sdk.sessions.getToken(id, 'first'),
        ({ jwt }) => verifyToken(jwt, { jwtKey: clerk.jwtKey, audience: CLAIMS.aud }),
      );
      await refuses(() => sdk.sessions.getToken(id, 'unknown'), 404, 'resource_not_found');
    },
    'a JWT template',
  ),
  bySdk('POST /v1/sign_in_tokens', async ({ sdk, clerk, user, browser, makes, refuses }) => {
    const { id } = await user();
    await makes(
      () => sdk.signInTokens.createSignInToken({ userId: id, expiresInSeconds: 60 }),
      async ({ token }) => {
        await browser().signInBy({ strategy: 'ticket', ticket: token });
        if ((await sdk.sessions.getSessionList({ userId: id })).totalCount !== 1) throw new Error(clerk.url);
      },
    );
    const wrong = { userId: 'user_nobody', expiresInSeconds: 60 };
    await refuses(() => sdk.signInTokens.createSignInToken(wrong), 404, 'resource_not_found');
  }),
  bySdk(
    'POST /v1/sign_in_tokens/{sign_in_token_id}/revoke',
    async ({ sdk, user, browser, makes, refuses }) => {
      const ticket = await sdk.signInTokens.createSignInToken({
        userId: (await user()).id,
        expiresInSeconds: 60,
      });
      await makes(
        () => sdk.signInTokens.revokeSignInToken(ticket.id),
        () => rejection(browser().signInBy({ strategy: 'ticket', ticket: ticket.token })),
      );
      await refuses(() => sdk.signInTokens.revokeSignInToken('sit_none'), 404, 'resource_not_found');
    },
  ),
  bySdk('POST /v1/actor_tokens', async ({ sdk, user, browser, makes, refuses }) => {
    const [ada, grace] = [await user(), await user({ email_address: ['grace@example.com'] })];
    await makes(
      () => sdk.actorTokens.create({ userId: ada.id, actor: { sub: grace.id }, expiresInSeconds: 60 }),
      async ({ token }) => {
        await browser().signInBy({ strategy: 'ticket', ticket: token ?? '' });
        const [session] = (await sdk.sessions.getSessionList({ userId: ada.id })).data;
        if (session?.actor?.['sub'] !== grace.id) throw new Error('the session has no actor');
      },
    );
    const wrong = { userId: 'user_nobody', actor: { sub: grace.id }, expiresInSeconds: 60 };
    await refuses(() => sdk.actorTokens.create(wrong), 404, 'resource_not_found');
  }),
  bySdk('POST /v1/actor_tokens/{actor_token_id}/revoke', async ({ sdk, user, browser, makes, refuses }) => {
    const [ada, grace] = [await user(), await user({ email_address: ['grace@example.com'] })];
    const actor = { sub: grace.id };
    const { id, token } = await sdk.actorTokens.create({ userId: ada.id, actor, expiresInSeconds: 60 });
    await makes(
      () => sdk.actorTokens.revoke(id),
      () => rejection(browser().signInBy({ strategy: 'ticket', ticket: token ?? '' })),
    );
    await refuses(() => sdk.actorTokens.revoke('act_none'), 404, 'resource_not_found');
  }),
  bySdk('POST /v1/testing_tokens', async ({ sdk, stranger, browser, makes, refuses }) => {
    await makes(
      () => sdk.testingTokens.createTestingToken(),
      async ({ token }) => {
        const { status } = await browser().call('GET', `/v1/environment?__clerk_testing_token=${token}`);
        if (status !== 200) throw new Error(`${status}`);
      },
    );
    await refuses(() => stranger.testingTokens.createTestingToken(), 401, 'clerk_key_invalid');
  }),
  bySdk('POST /v1/agents/tasks', async ({ sdk, user, browser, makes, refuses }) => {
    const { id } = await user();
    await makes(
      () => sdk.agentTasks.create({ onBehalfOf: { userId: id }, ...TASK }),
      async ({ url }) => {
        await browser().open(url);
        if ((await sdk.sessions.getSessionList({ userId: id })).totalCount !== 1) throw new Error(url);
      },
    );
    const wrong = { onBehalfOf: { userId: 'user_nobody' }, ...TASK };
    await refuses(() => sdk.agentTasks.create(wrong), 404, 'resource_not_found');
  }),
  bySdk('POST /v1/agents/tasks/{agent_task_id}/revoke', async ({ sdk, user, browser, makes, refuses }) => {
    const task = await sdk.agentTasks.create({ onBehalfOf: { userId: (await user()).id }, ...TASK });
    await makes(
      () => sdk.agentTasks.revoke(task.agentTaskId),
      () => rejection(browser().open(task.url)),
    );
    await refuses(() => sdk.agentTasks.revoke('agt_none'), 404, 'resource_not_found');
  }),
];

const TASK = {
  permissions: '*',
  agentName: 'a browser test',
  taskDescription: 'opens the app',
  redirectUrl: 'http://localhost:3000/',
} as const;

async function rejection(promise: Promise<unknown>): Promise<void> {
  const [result] = await Promise.allSettled([promise]);
  if (result.status === 'fulfilled') throw new Error('what was revoked still works');
}
