import { createClerkClient, verifyToken } from '@clerk/backend';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { backend, decode, instancesOfOneTest, startClerkLocal } from '../support.js';
import { Browser, openApp, openPage, refusal, signUp, submit } from './clerk-js.js';

const ORIGIN = 'http://localhost:5173';
const MINUTE_MS = 60_000;

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());
const start = instancesOfOneTest();

describe('session tokens', () => {
  it("name the page as azp, and pass @clerk/backend's verifyToken and authenticateRequest", async () => {
    const page = await openPage(clerk, { origin: ORIGIN });
    await signUp(page);
    const token = (await page.session?.getToken({ skipCache: true })) ?? '';
    const claims = await verifyToken(token, {
      jwtKey: clerk.jwtKey,
      issuer: clerk.issuer,
      authorizedParties: [ORIGIN],
    });
    expect(claims).toMatchObject({ sub: page.user?.id, sid: page.session?.id, azp: ORIGIN, v: 2 });
    expect(claims.exp - claims.iat).toBe(60);

    const server = createClerkClient({
      secretKey: clerk.secretKey,
      publishableKey: clerk.publishableKey,
      apiUrl: clerk.url,
      telemetry: { disabled: true },
    });
    const request = new Request('http://localhost:3000/', { headers: { authorization: `Bearer ${token}` } });
    const { isAuthenticated } = await server.authenticateRequest(request, { authorizedParties: [ORIGIN] });
    expect(isAuthenticated).toBe(true);
  });

  it('come with the client, without azp for an app, and say how old the first factor is', async () => {
    const instance = await start();
    const app = await openApp(instance);
    await signUp(app);
    expect(decode((await app.session?.getToken()) ?? '', 1)).not.toHaveProperty('azp');
    await instance.clock.advance(5 * MINUTE_MS);
    const later = await openApp(instance, app.token());
    expect(later.session).toMatchObject({ id: app.session?.id, factorVerificationAge: [5, -1] });
    expect(decode(later.session?.lastActiveToken?.getRawString() ?? '', 1)).toMatchObject({ fva: [5, -1] });
  });

  it('follow a template', async () => {
    await backend(clerk).jwtTemplates.create({
      name: 'hasura',
      claims: { mail: '{{user.primary_email_address}}' },
    });
    const app = await openApp(clerk);
    const address = await signUp(app);
    const token = (await app.session?.getToken({ template: 'hasura' })) ?? '';
    expect(decode(token, 1)).toMatchObject({ mail: address, sub: app.user?.id });
    const unknown = await submit(
      clerk,
      'POST',
      `/client/sessions/${app.session?.id ?? ''}/tokens/nowhere?_is_native=1`,
      {},
      { headers: { authorization: app.token() } },
    );
    expect(unknown.status).toBe(404);
  });
});

describe('sessions', () => {
  it('are touched, read, ended and removed, with an event each', async () => {
    const instance = await start({ settings: { single_session_mode: false } });
    const app = await openApp(instance);
    await signUp(app);
    await signUp(app);
    await instance.clock.advance(MINUTE_MS);
    const [first, second] = app.client?.sessions ?? [];
    await first?.touch();
    expect(instance.clock.now() - (first?.lastActiveAt.getTime() ?? 0)).toBeLessThan(MINUTE_MS);
    const read = await submit(
      instance,
      'GET',
      `/client/sessions/${first?.id ?? ''}?_is_native=1`,
      {},
      {
        headers: { authorization: app.token() },
      },
    );
    expect(await read.json()).toMatchObject({ response: { id: first?.id, user: { id: first?.user?.id } } });

    await first?.remove();
    expect(app.client?.sessions.map(({ id }) => id)).toEqual([second?.id]);
    await second?.end();
    expect(app.client?.sessions).toMatchObject([{ id: second?.id, status: 'ended' }]);
    const ends = instance.deliveries().filter(({ type }) => /^session\.(ended|removed)$/.test(type));
    expect(ends.map(({ type }) => type)).toEqual(['session.removed', 'session.ended']);
    expect(await refusal(second?.touch() ?? Promise.resolve())).toEqual([401, 'authentication_invalid']);
  });

  it('end by sign-out: only those of this client', async () => {
    const app = await openApp(clerk);
    const other = await openApp(clerk);
    await signUp(app);
    await signUp(other);
    const id = app.session?.id ?? '';
    await app.signOut();
    expect([app.session, app.client?.sessions]).toEqual([null, []]);
    expect((await backend(clerk).sessions.getSession(id)).status).toBe('removed');
    expect(await other.session?.getToken({ skipCache: true })).toEqual(expect.any(String));
    const same = await openApp(clerk, app.token());
    expect(same.client?.id).toBe(app.client?.id);
  });

  it('end with the client, whose token is worth nothing then', async () => {
    const app = await openApp(clerk);
    await signUp(app);
    const token = app.token();
    await app.client?.destroy();
    expect(app.token()).toBe('');
    const reopened = await openApp(clerk, token);
    expect([reopened.session, reopened.client?.id]).toEqual([null, undefined]);
  });

  it.each([
    ['is revoked', (_userId: string, id: string) => clerk.revokeSession(id)],
    ['loses its user', (userId: string) => clerk.deleteUser(userId)],
  ])('signs clerk-js out when it %s', async (_name, end) => {
    const app = await openApp(clerk);
    await signUp(app);
    await end(app.user?.id ?? '', app.session?.id ?? '');
    expect(await refusal(app.session?.getToken({ skipCache: true }) ?? Promise.resolve())).toEqual([
      401,
      expect.stringMatching(/^(signed_out|authentication_invalid)$/),
    ]);
    expect(app.session).toBe(null);
  });

  it('expire after 7 days of the test clock', async () => {
    const instance = await start();
    const app = await openApp(instance);
    await signUp(app);
    await instance.clock.advance(7 * 24 * 60 * MINUTE_MS);
    const later = await openApp(instance, app.token());
    expect([later.session, later.client?.sessions[0]?.status]).toEqual([null, 'expired']);
  });

  it('of other clients are not found', async () => {
    const [app, other] = [await openApp(clerk), await openApp(clerk)];
    await signUp(app);
    await signUp(other);
    const path = `/client/sessions/${other.session?.id ?? ''}`;
    const headers = { authorization: app.token() };
    for (const action of ['touch', 'tokens', 'end', 'remove']) {
      const answer = await submit(clerk, 'POST', `${path}/${action}?_is_native=1`, {}, { headers });
      expect([action, answer.status]).toEqual([action, 404]);
    }
    const nobody = await submit(
      clerk,
      'POST',
      `${path}/tokens`,
      {},
      { fetch: new Browser().fetchFrom(ORIGIN) },
    );
    expect(nobody.status).toBe(401);
    expect(other.session?.status).toBe('active');
  });
});
