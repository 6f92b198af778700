import { verifyToken } from '@clerk/backend';
import { type Claim, bySdk } from './claim.ts';

/** Operations about sessions, their tokens and keys. */
export const sessionClaims: readonly Claim[] = [
  bySdk('GET /v1/sessions', async ({ sdk, clerk, user, reads, refuses }) => {
    const { id } = await user();
    const session = await clerk.createSession(id);
    await reads(() => sdk.sessions.getSessionList({ userId: id }), {
      data: [{ id: session.id, userId: id, status: 'active' }],
    });
    const wrong = { userId: id, limit: 501 };
    await refuses(() => sdk.sessions.getSessionList(wrong), 422, 'form_param_value_invalid');
  }),
  bySdk('POST /v1/sessions', async ({ sdk, user, writes, refuses }) => {
    const { id } = await user();
    await writes(
      () => sdk.sessions.createSession({ userId: id }),
      async () => (await sdk.sessions.getSessionList({ userId: id })).totalCount,
    );
    await refuses(() => sdk.sessions.createSession({ userId: 'user_nobody' }), 404, 'resource_not_found');
  }),
  bySdk('GET /v1/sessions/{session_id}', async ({ sdk, clerk, user, reads, refuses }) => {
    const { id } = await clerk.createSession((await user()).id);
    await reads(() => sdk.sessions.getSession(id), { id, status: 'active' });
    await refuses(() => sdk.sessions.getSession('sess_none'), 404, 'resource_not_found');
  }),
  bySdk('POST /v1/sessions/{session_id}/revoke', async ({ sdk, clerk, user, writes, refuses }) => {
    const { id } = await clerk.createSession((await user()).id);
    await writes(
      () => sdk.sessions.revokeSession(id),
      async () => (await sdk.sessions.getSession(id)).status,
    );
    await refuses(() => sdk.sessions.revokeSession('sess_none'), 404, 'resource_not_found');
  }),
  bySdk('POST /v1/sessions/{session_id}/tokens', async ({ sdk, clerk, user, makes, refuses }) => {
    const { id } = await clerk.createSession((await user()).id);
    await makes(
      () => sdk.sessions.getToken(id),
      ({ jwt }) => verifyToken(jwt, { jwtKey: clerk.jwtKey, issuer: clerk.issuer }),
    );
    await refuses(() => sdk.sessions.getToken('sess_none'), 404, 'resource_not_found');
  }),
  bySdk('GET /v1/jwks', async ({ sdk, stranger, reads, refuses }) => {
    await reads(() => sdk.jwks.getJwks(), { keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig' }] });
    await refuses(() => stranger.jwks.getJwks(), 401, 'clerk_key_invalid');
  }),
  bySdk('GET /v1/instance', async ({ sdk, stranger, reads, refuses }) => {
    await reads(() => sdk.instance.get(), { environmentType: 'development' });
    await refuses(() => stranger.instance.get(), 401, 'clerk_key_invalid');
  }),
  bySdk('GET /v1/clients', async ({ sdk, browser, stranger, reads, refuses }) => {
    const { id } = (await browser().call('POST', '/v1/client')).body.response;
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the SDK still has it
    await reads(() => sdk.clients.getClientList(), { data: [{ id }], totalCount: 1 });
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the SDK still has it
    await refuses(() => stranger.clients.getClientList(), 401, 'clerk_key_invalid');
  }),
  bySdk('GET /v1/clients/{client_id}', async ({ sdk, browser, reads, refuses }) => {
    const { id } = (await browser().call('POST', '/v1/client')).body.response;
    await reads(() => sdk.clients.getClient(id), { id });
    await refuses(() => sdk.clients.getClient('client_none'), 404, 'resource_not_found');
  }),
  bySdk('POST /v1/clients/verify', async ({ sdk, browser, reads, refuses }) => {
    const page = browser();
    const { id } = (await page.call('POST', '/v1/client')).body.response;
    await reads(() => sdk.clients.verifyClient(page.clientToken()), { id });
    await refuses(() => sdk.clients.verifyClient('no token'), 404, 'resource_not_found');
  }),
];
