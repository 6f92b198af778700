import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
let otherUrl: string;
beforeAll(async () => {
  api = await startTestApp();
  otherUrl = await api.secondInstance();
});
afterAll(() => api.close());

const usersOf = (clerkId: string) => api.db.collection('users').countDocuments({ clerkId });

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
      Promise.all(Array.from({ length: requests }, (_, index) => (index % 2 ? ann : there).get('/users/me'))),
      api.clerk.deliverWebhook({ type: 'user.created', data }),
    ]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(delivery.status).toBe(200);
    expect(await usersOf(ann.clerkId)).toBe(1);
    expect(api.clerk.requestCount('GET', `/v1/users/${ann.clerkId}`)).toBeLessThanOrEqual(2);
  }
});

it('many subjects at once: one user each', async () => {
  const people = await Promise.all(Array.from({ length: 40 }, () => api.signUp()));
  await Promise.all(people.flatMap((person) => [person.get('/users/me'), person.get('/users/me/wishlist')]));
  for (const { clerkId } of people) expect(await usersOf(clerkId)).toBe(1);
});
