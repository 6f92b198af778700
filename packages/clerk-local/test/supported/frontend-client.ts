import { type Claim, inBrowser } from './claim.ts';

/** Operations of the Frontend API about the client and its sessions. */
export const clientClaims: readonly Claim[] = [
  inBrowser('GET /.well-known/jwks.json', async ({ browser, reads }) => {
    await reads(() => browser().call('GET', '/.well-known/jwks.json'), {
      body: { keys: [{ kty: 'RSA', alg: 'RS256' }] },
    });
  }),
  inBrowser('GET /v1/environment', async ({ browser, reads, refuses }) => {
    const page = browser();
    const expected = { auth_config: { object: 'auth_config' }, user_settings: { sign_up: {} } };
    await reads(() => page.call('GET', '/v1/environment'), { body: expected });
    await refuses(() => page.callFrom('https://evil.example', 'GET', '/v1/environment'), 403, REFUSED);
  }),
  inBrowser('PATCH /v1/environment', async ({ browser, reads, refuses }) => {
    const page = browser();
    await reads(() => page.call('PATCH', '/v1/environment'), { body: { display_config: {} } });
    await refuses(() => page.callFrom('https://evil.example', 'PATCH', '/v1/environment'), 403, REFUSED);
  }),
  inBrowser('GET /v1/client', async ({ browser, user, reads, refuses }) => {
    await user();
    const page = browser();
    const id = await page.signIn();
    await reads(() => page.call('GET', '/v1/client'), {
      body: { response: { object: 'client', last_active_session_id: id, sessions: [{ id }] } },
    });
    await refuses(() => page.callFrom('https://evil.example', 'GET', '/v1/client'), 403, REFUSED);
  }),
  ...(['PUT', 'POST'] as const).map((method) =>
    inBrowser(`${method} /v1/client`, async ({ browser, writes }) => {
      const page = browser();
      await writes(
        () => page.call(method, '/v1/client'),
        async () => (await page.call('GET', '/v1/client')).body.response,
      );
    }),
  ),
  inBrowser('DELETE /v1/client', async ({ browser, user, writes, refuses }) => {
    await user();
    const page = browser();
    await page.signIn();
    await writes(
      () => page.call('DELETE', '/v1/client'),
      async () => (await page.call('GET', '/v1/client')).body.response,
    );
    await refuses(() => page.call('DELETE', '/v1/client'), 401, 'signed_out');
  }),
  inBrowser('DELETE /v1/client/sessions', async ({ browser, user, writes, refuses }) => {
    await user();
    const page = browser();
    await page.signIn();
    await writes(
      () => page.call('DELETE', '/v1/client/sessions'),
      async () => (await page.call('GET', '/v1/client')).body.response['sessions'],
    );
    await refuses(() => browser().call('DELETE', '/v1/client/sessions'), 401, 'signed_out');
  }),
  inBrowser('GET /v1/client/sessions/{session_id}', async ({ browser, user, reads, refuses }) => {
    await user();
    const page = browser();
    const id = await page.signIn();
    await reads(() => page.call('GET', `/v1/client/sessions/${id}`), {
      body: { response: { id, status: 'active' } },
    });
    await refuses(() => page.call('GET', '/v1/client/sessions/sess_none'), 404, 'resource_not_found');
  }),
  inBrowser(
    'POST /v1/client/sessions/{session_id}/touch',
    async ({ browser, clerk, user, writes, refuses }) => {
      await user();
      const page = browser();
      const id = await page.signIn();
      await writes(
        async () => {
          await clerk.clock.advance(60_000);
          return page.call('POST', `/v1/client/sessions/${id}/touch`, { active_organization_id: '' });
        },
        async () => (await page.call('GET', `/v1/client/sessions/${id}`)).body.response['last_active_at'],
      );
      const wrong = () => page.call('POST', '/v1/client/sessions/sess_none/touch');
      await refuses(wrong, 404, 'resource_not_found');
    },
  ),
  ...(['end', 'remove'] as const).map((action) =>
    inBrowser(
      `POST /v1/client/sessions/{session_id}/${action}`,
      async ({ browser, sdk, user, writes, refuses }) => {
        await user();
        const page = browser();
        const id = await page.signIn();
        const wrong = () => page.call('POST', `/v1/client/sessions/sess_none/${action}`);
        await refuses(wrong, 404, 'resource_not_found');
        await writes(
          () => page.call('POST', `/v1/client/sessions/${id}/${action}`),
          async () => (await sdk.sessions.getSession(id)).status,
        );
      },
    ),
  ),
  inBrowser(
    'POST /v1/client/sessions/{session_id}/tokens',
    async ({ browser, sdk, clerk, user, makes, refuses }) => {
      await user();
      const page = browser();
      const id = await page.signIn();
      await makes(
        () => page.call('POST', `/v1/client/sessions/${id}/tokens`, { organization_id: '' }),
        async ({ body }) => {
          const request = new Request('http://localhost:3000/', {
            headers: { authorization: `Bearer ${body.jwt ?? ''}` },
          });
          const { publishableKey, jwtKey } = clerk;
          const state = await sdk.authenticateRequest(request, { publishableKey, jwtKey });
          if (!state.isAuthenticated) throw new Error(state.message);
        },
      );
      const wrong = () => page.call('POST', '/v1/client/sessions/sess_none/tokens');
      await refuses(wrong, 404, 'resource_not_found');
    },
  ),
  inBrowser(
    'POST /v1/client/sessions/{session_id}/tokens/{template_name}',
    async ({ browser, sdk, user, makes, refuses }) => {
      await user();
      await sdk.jwtTemplates.create({ name: 'first', claims: { aud: 'there' } });
      const page = browser();
      const path = `/v1/client/sessions/${await page.signIn()}/tokens`;
      await makes(
        () => page.call('POST', `${path}/first`),
        ({ body }) => {
          const payload = Buffer.from(body.jwt?.split('.')[1] ?? '', 'base64url').toString();
          const { aud } = JSON.parse(payload) as { aud: string };
          return aud === 'there' ? Promise.resolve() : Promise.reject(new Error(payload));
        },
      );
      await refuses(() => page.call('POST', `${path}/unknown`), 404, 'resource_not_found');
    },
    'a JWT template',
  ),
  inBrowser('GET /v1/agents/tasks', async ({ browser, sdk, user, clerk, writes, refuses }) => {
    const { id } = await user();
    const { url } = await sdk.agentTasks.create({
      onBehalfOf: { userId: id },
      permissions: '*',
      agentName: 'a browser test',
      taskDescription: 'opens the app',
      redirectUrl: 'http://localhost:3000/',
    });
    const path = url.replace(clerk.proxyUrl, '');
    await writes(
      () => browser().call('GET', path),
      async () => (await sdk.sessions.getSessionList({ userId: id })).totalCount,
    );
    await refuses(() => browser().call('GET', path), 400, 'agent_task_already_used_code');
  }),
];

/** Only pages of this machine may call. */
const REFUSED = 'origin_not_allowed';
