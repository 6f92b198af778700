import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { snapshot } from '../support/snapshot.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

const faults = [
  ['429 with a long Retry-After', { mode: 'status', status: 429, retryAfter: 60 }],
  ['429 without Retry-After', { mode: 'status', status: 429 }],
  ['500', { mode: 'status', status: 500 }],
  ['502 as HTML', { mode: 'html' }],
  ['the 404 of a proxy', { mode: 'html', status: 404 }],
  ['no answer at all', { mode: 'hang' }],
  ['a refused connection', { mode: 'refuse' }],
  ['a refused key', { mode: 'status', status: 401 }],
] as const;

it.each(faults)(
  'Clerk answers with %s: 503 within 10 s, nothing created, nothing deleted',
  async (_what, fault) => {
    const person = await api.signUp();
    const before = await snapshot(api.db);
    const undo = api.clerk.fail({ path: /^\/v1\/users/, ...fault });
    // Aborts after 10 s, and then fails.
    const answer = await fetch(`${api.anonymous.url}/api/v2/users/me`, {
      headers: { authorization: `Bearer ${person.token}` },
      signal: AbortSignal.timeout(10_000),
    });
    const { code } = (await answer.json()) as { code: string };
    expect([answer.status, code]).toEqual([503, 'dependency_unavailable']);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    undo();
    expect(await snapshot(api.db)).toEqual(before);
    expect(api.clerk.getUser(person.clerkId)).toBeDefined();
    await person.get('/users/me');
  },
);

it('a single fault is retried', async () => {
  for (const fault of [
    { mode: 'status', status: 429, retryAfter: 1 },
    { mode: 'status', status: 503 },
    { mode: 'refuse' },
  ] as const) {
    const person = await api.signUp();
    api.clerk.fail({ path: /^\/v1\/users/, times: 1, ...fault });
    await person.get('/users/me');
  }
});

it('known users are served', async () => {
  const person = await api.join();
  const undo = api.clerk.fail({ mode: 'refuse' });
  await person.get('/users/me');
  await person.call(201, 'PUT', '/users/me/wishlist/PT');
  undo();
});
