import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { ApiClient } from '../support/api-client.js';
import { testDatabaseUri } from '../support/mongo.js';
import { killPrimary, stepDown } from '../support/replica-set.js';
import { untilAvailable } from '../support/retry.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let mongo: ReplicaSet;
let api: TestApp;
let urls: string[];
beforeEach(async () => {
  mongo = await startReplicaSet({ members: 3 });
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri) });
  urls = [api.anonymous.url, await api.secondInstance()];
});
afterEach(async () => {
  await api.close();
  await mongo.stop();
});

/** Sends a request as a client that heeds 503, and returns the status of its answer. */
async function insist(send: () => Promise<{ status: number }>): Promise<number> {
  return (await untilAvailable(send, { everyMs: 100 })).status;
}

function deliver(index: number, event: object, svixId: string) {
  const body = JSON.stringify(event);
  const client = new ApiClient(urls[index % 2] ?? '');
  return insist(() =>
    client.request('POST', '/webhooks/clerk', {
      body,
      headers: { ...api.clerk.signWebhook(body, { svixId }) },
    }),
  );
}

describe.each([
  ['steps down', () => stepDown(api.db)],
  ['is killed', () => killPrimary(api.db, mongo)],
])('on a replica set of three whose primary %s meanwhile', (_what, disturb) => {
  it('1,000 parallel first requests and a user.created: one user, all 2xx in the end', async () => {
    const ann = await api.signUp();
    const clients = urls.map((url) => new ApiClient(url, `Bearer ${ann.token}`));
    const data = api.clerk.getUser(ann.clerkId);
    const asked = Array.from({ length: 1000 }, (_, index) =>
      insist(() => (clients[index % 2] ?? ann).request('GET', '/users/me')),
    );
    const disturbed = disturb();
    const delivered = deliver(0, { type: 'user.created', data }, 'msg_created');
    expect(new Set(await Promise.all([...asked, delivered]))).toEqual(new Set([200]));
    await disturbed;
    expect(await api.db.collection('users').countDocuments()).toBe(1);
    expect(await api.db.collection('wishlists').countDocuments()).toBe(1);
    expect(api.clerk.getUser(ann.clerkId)).toBeDefined();
  });

  it('60 users follow an account, half of them unfollow it, some block it: each answer holds, and all counters are exact', async () => {
    const star = await api.join();
    const fans = await Promise.all(Array.from({ length: 60 }, () => api.join()));
    const acts = fans.map(async ({ token }, index) => {
      const client = new ApiClient(urls[index % 2] ?? '', `Bearer ${token}`);
      const send = (method: string, what: string) =>
        insist(() => client.request(method, `/users/me/${what}/${star.id}`));
      const statuses = [await send('PUT', 'following')];
      if (index % 2 === 1) statuses.push(await send('DELETE', 'following'));
      if (index % 6 === 0) statuses.push(await send('PUT', 'blocks'));
      return statuses;
    });
    await disturb();
    const statuses = (await Promise.all(acts)).flat();
    expect(new Set(statuses)).toEqual(new Set([200, 204]));

    const { _id, ...counters } = await api.userOf(star);
    const edges = await api.db.collection('follows').find({ followeeId: _id }).toArray();
    const following = fans.filter((_, index) => index % 2 === 0 && index % 6 !== 0).map(({ id }) => id);
    expect(edges.map(({ followerId }) => String(followerId)).sort()).toEqual(following.sort());
    expect(counters).toMatchObject({ followersCount: following.length, receivedRequestsCount: 0 });
    expect(await api.db.collection('blocks').countDocuments({ blockedId: _id })).toBe(10);
    for (const fan of fans) {
      expect((await api.userOf(fan))['followingCount']).toBe(following.includes(fan.id) ? 1 : 0);
    }
  });

  it('five sign-ups that fail are rolled back, five others are not', async () => {
    await api.db.db?.command({ collMod: 'users', validator: { firstName: { $ne: 'Refused' } } });
    const refused = await Promise.all(Array.from({ length: 5 }, () => api.signUp({ first_name: 'Refused' })));
    const good = await Promise.all(Array.from({ length: 5 }, () => api.signUp()));
    const asked = [...refused, ...good].map((person) => insist(() => person.request('GET', '/users/me')));
    await disturb();
    const statuses = await Promise.all(asked);
    for (const status of statuses.slice(0, 5)) expect([401, 422]).toContain(status);
    expect(statuses.slice(5)).toEqual(Array(5).fill(200));
    for (const { clerkId } of refused) expect(api.clerk.getUser(clerkId)).toBeUndefined();
    for (const { clerkId } of good) expect(api.clerk.getUser(clerkId)).toBeDefined();
    expect(await api.db.collection('users').countDocuments()).toBe(5);
    expect(await api.db.collection('deletedUsers').countDocuments()).toBe(5);
  });
});
