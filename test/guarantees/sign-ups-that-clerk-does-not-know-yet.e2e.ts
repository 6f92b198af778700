import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ClerkProxy, startClerkProxy } from '../support/clerk-proxy.js';
import { snapshot } from '../support/snapshot.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const NOT_FOUND = {
  status: 404,
  body: JSON.stringify({ errors: [{ code: 'resource_not_found', message: 'not found' }] }),
};

let api: TestApp;
let proxy: ClerkProxy;
beforeAll(async () => {
  api = await startTestApp(async (clerk) => {
    proxy = await startClerkProxy(() => clerk.url);
    return { CLERK_API_URL: proxy.url };
  });
});
afterEach(() => {
  proxy.rewrite(undefined);
});
afterAll(async () => {
  await api.close();
  await proxy.close();
});

/** Clerk's API answers 404 to this many requests for users. @returns a function that counts the requests */
function lagsFor(requests: number): () => number {
  let asked = 0;
  proxy.rewrite((path, body) => {
    if (!path.startsWith('/v1/users/')) return body;
    return asked++ < requests ? NOT_FOUND : body;
  });
  return () => asked;
}

const tokenOfAge = (clerkId: string, seconds: number) =>
  api.clerk.mintToken(clerkId, { claims: { iat: Math.floor(Date.now() / 1000) - seconds } });

describe("a first request right after the sign-up, while Clerk's API doesn't know the account yet", () => {
  it.each([1, 2, 3])('after %i answers of 404 the user is created', async (requests) => {
    const ann = await api.signUp();
    const asked = lagsFor(requests);
    await ann.get('/users/me');
    expect(asked()).toBe(requests + 1);
  });

  it('20 requests at once share the requests to Clerk', async () => {
    const ann = await api.signUp();
    const asked = lagsFor(2);
    await Promise.all(Array.from({ length: 20 }, () => ann.get('/users/me')));
    expect(asked()).toBe(3);
  });

  it('an account that stays unknown is 401 account_deleted, and nothing is created', async () => {
    const ann = await api.signUp();
    const before = await snapshot(api.db);
    const asked = lagsFor(Infinity);
    expect(await ann.problem('GET', '/users/me')).toBe('401 account_deleted');
    expect(asked()).toBe(4);
    expect(await snapshot(api.db)).toEqual(before);
  });

  it('a payment that comes before its payer is known: the user is created, the purchase stored', async () => {
    const { clerkId } = await api.signUp();
    lagsFor(1);
    const data = {
      id: 'pa_early',
      status: 'paid',
      updated_at: Date.now(),
      payer: { user_id: clerkId },
      totals: { grand_total: { amount: 990, currency: 'EUR' } },
    };
    expect((await api.clerk.deliverWebhook({ type: 'paymentAttempt.created', data })).status).toBe(200);
    const { _id: userId } = await api.userOf({ clerkId });
    expect(await api.db.collection('purchases').countDocuments({ userId, attemptId: 'pa_early' })).toBe(1);
  });
});

it('an older token is not retried: its account was known before, and is gone', async () => {
  const { clerkId } = await api.signUp();
  const asked = lagsFor(1);
  const old = api.withToken(await tokenOfAge(clerkId, 40));
  expect(await old.problem('GET', '/users/me')).toBe('401 account_deleted');
  expect(asked()).toBe(1);
});

it('a deleted subject is not retried, even with a young token, because it has a tombstone', async () => {
  const ann = await api.join();
  await ann.call(202, 'DELETE', '/users/me');
  await api.deletionOf(ann);
  const asked = lagsFor(Infinity);
  expect(await ann.problem('GET', '/users/me')).toBe('401 account_deleted');
  expect(asked()).toBe(0);
});
