import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { ClerkDirectory } from '../../src/clerk/clerk-directory.js';
import { type ClerkProxy, startClerkProxy } from '../support/clerk-proxy.js';
import { skewClock, stopClock } from '../support/clock.js';
import { snapshot } from '../support/snapshot.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
let proxy: ClerkProxy;
beforeAll(async () => {
  proxy = await startClerkProxy(() => api.clerk.url);
  api = await startTestApp({ CLERK_API_URL: proxy.url });
});
afterEach(() => {
  proxy.rewrite(undefined);
});
afterAll(async () => {
  await api.close();
  await proxy.close();
});

it("an answer with another user's account creates no user", async () => {
  const [ann, bob] = [await api.signUp(), await api.signUp()];
  const before = await snapshot(api.db);
  proxy.rewrite((path, body) =>
    path.startsWith('/v1/users/') ? body.replace(ann.clerkId, bob.clerkId) : body,
  );
  expect(await ann.problem('GET', '/users/me')).toBe('503 dependency_unavailable');
  expect(await snapshot(api.db)).toEqual(before);
  proxy.rewrite(undefined);
  await ann.get('/users/me');
});

it.each([
  ['no user at all', '{}'],
  ['an empty answer', ''],
  ['null', 'null'],
  ['a list', '[]'],
])('%s as the answer: 503, and nothing is created', async (_what, answer) => {
  const ann = await api.signUp();
  const before = await snapshot(api.db);
  proxy.rewrite((path, body) => (path.startsWith('/v1/users/') ? answer : body));
  expect(await ann.problem('GET', '/users/me')).toBe('503 dependency_unavailable');
  expect(await snapshot(api.db)).toEqual(before);
});

it.each([
  ['nothing', '{}'],
  ['another user', '{"object":"user","id":"user_another","deleted":true}'],
  ['a user that is not deleted', undefined],
])('a deletion that is answered with %s counts as not done', async (_what, answer) => {
  const ann = await api.join();
  proxy.rewrite((path, body) =>
    path === `/v1/users/${ann.clerkId}`
      ? (answer ?? body.replace('"deleted":true', '"deleted":false'))
      : body,
  );
  await expect(api.app.get(ClerkDirectory).deleteUser(ann.clerkId)).rejects.toMatchObject({
    code: 'dependency_unavailable',
  });
});

it('an unexpected 422 is 503, not 500', async () => {
  const ann = await api.signUp();
  const undo = api.clerk.fail({ path: /^\/v1\/users\//, mode: 'status', status: 422 });
  expect(await ann.problem('GET', '/users/me')).toBe('503 dependency_unavailable');
  undo();
  await ann.get('/users/me');
});

it("Clerk's Retry-After is passed on, up to a minute", async () => {
  for (const [sent, passedOn] of [
    [17, '17'],
    [4000, '60'],
  ] as const) {
    const ann = await api.signUp();
    // Without the proxy, which forwards no headers.
    const undo = direct.clerk.fail({
      path: /^\/v1\/users\//,
      mode: 'status',
      status: 429,
      retryAfter: sent,
    });
    const token = await direct.clerk.mintToken((await direct.signUp()).clerkId);
    const { status, headers } = await direct.withToken(token).request('GET', '/users/me');
    undo();
    expect([status, headers.get('retry-after')]).toEqual([503, passedOn]);
    await ann.get('/users/me');
  }
});

let direct: TestApp;
beforeAll(async () => {
  direct = await startTestApp();
});
afterAll(() => direct.close());

it('a key set without usable keys removes no known key', async () => {
  const ann = await api.join();
  // Keys that are an hour old are fetched again in the background, while the known ones serve.
  const later = (Math.floor(Date.now() / 1000) + 2 * 60 * 60) * 1000;
  const asked = new Promise<void>((resolve) => {
    proxy.rewrite((path, body) => {
      if (!path.startsWith('/v1/jwks')) return body;
      resolve();
      return '{"keys":[{"kid":"x","kty":"unknown"}]}';
    });
  });
  stopClock(later);
  try {
    const tokenOf = (iat: number) =>
      api.clerk.mintToken(ann.clerkId, { claims: { iat, nbf: iat, exp: later / 1000 + 3600 } });
    await api.withToken(await tokenOf(later / 1000 - 5)).get('/users/me');
    await asked;
    await api.withToken(await tokenOf(later / 1000 - 4)).get('/users/me');
  } finally {
    skewClock(0);
  }
});
