import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiClient, type ApiResponse } from '../support/api-client.js';
import { startTestApp, type TestApp, UNKNOWN_ID } from '../support/test-app.js';

let api: TestApp;
let otherUrl: string;
beforeAll(async () => {
  api = await startTestApp();
  otherUrl = await api.secondInstance();
});
afterAll(() => api.close());

const usersOf = (clerkId: string) => api.db.collection('users').countDocuments({ clerkId });

/** How many of these answers say that their request created the user. */
const creations = (answers: readonly ApiResponse[]) =>
  answers.filter(({ headers }) => headers.get('x-user-created') === 'true').length;

it('50 parallel first requests of one subject: one user, equal answers, one request to Clerk', async () => {
  const ann = await api.signUp();
  const answers = await Promise.all(Array.from({ length: 50 }, () => ann.get('/users/me')));
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(await usersOf(ann.clerkId)).toBe(1);
  const { _id } = await api.userOf(ann);
  expect(await api.db.collection('wishlists').countDocuments({ _id })).toBe(1);
  expect(api.clerk.requestCount('GET', `/v1/users/${ann.clerkId}`)).toBe(1);
});

it('1,000 over two instances and a user.created: one user, all 2xx, at most one request to Clerk per instance', async () => {
  for (const requests of [100, 100, 100, 1000]) {
    api.clerk.resetRequests();
    const ann = await api.signUp();
    const there = new ApiClient(otherUrl, `Bearer ${ann.token}`);
    const data = api.clerk.getUser(ann.clerkId);
    if (data === undefined) throw new Error('No such user in Clerk');
    const [answers, delivery] = await Promise.all([
      Promise.all(
        Array.from({ length: requests }, (_, index) => (index % 2 ? ann : there).request('GET', '/users/me')),
      ),
      api.clerk.deliverWebhook({ type: 'user.created', data }),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => (body as { id: string }).id)).size).toBe(1);
    expect(delivery.status).toBe(200);
    // None when the webhook was first.
    expect(creations(answers)).toBeLessThanOrEqual(1);
    expect(await usersOf(ann.clerkId)).toBe(1);
    expect(api.clerk.requestCount('GET', `/v1/users/${ann.clerkId}`)).toBeLessThanOrEqual(2);
  }
});

it('many subjects at once: one user each', async () => {
  const people = await Promise.all(Array.from({ length: 40 }, () => api.signUp()));
  await Promise.all(people.flatMap((person) => [person.get('/users/me'), person.get('/users/me/wishlist')]));
  for (const { clerkId } of people) expect(await usersOf(clerkId)).toBe(1);
});

it('of parallel first requests over two instances, exactly one has X-User-Created, and no later one', async () => {
  const paths = ['/users/me', '/users/me/wishlist', '/users/me/blocks', `/users/${UNKNOWN_ID}`];
  for (let round = 0; round < 10; round++) {
    const ann = await api.signUp();
    const there = new ApiClient(otherUrl, `Bearer ${ann.token}`);
    const ask = () =>
      Promise.all(paths.flatMap((path) => [ann, there].map((each) => each.request('GET', path))));
    const first = await Promise.all([ask(), ask(), ask()]);
    expect(creations(first.flat())).toBe(1);
    expect(creations(await ask())).toBe(0);
  }
});

it('a user that a webhook has created: no answer has X-User-Created', async () => {
  const ann = await api.signUp();
  const data = api.clerk.getUser(ann.clerkId);
  expect((await api.clerk.deliverWebhook({ type: 'user.created', data: data ?? {} })).status).toBe(200);
  expect(await usersOf(ann.clerkId)).toBe(1);
  expect(creations([await ann.request('GET', '/users/me')])).toBe(0);
});
