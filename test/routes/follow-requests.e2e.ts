import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import type { Page } from '../support/pages.js';
import { type Joined, startTestApp, type TestApp, UNKNOWN_ID } from '../support/test-app.js';

interface Card {
  id: string;
  relationship: Record<string, unknown>;
}

let api: TestApp;
let ann: Joined;
let bob: Joined;
beforeAll(async () => {
  api = await startTestApp();
});
/** Bob is private, and Ann has sent him a follow request. */
beforeEach(async () => {
  [ann, bob] = [await api.join(), await api.join()];
  await setVisibility(bob, 'private');
  await ask(ann, bob);
});
afterAll(() => api.close());

const ask = (who: Joined, whom: Joined) => who.call(200, 'PUT', `/users/me/following/${whom.id}`);
const setVisibility = (who: Joined, visibility: string) =>
  who.call(200, 'PATCH', '/users/me', { body: { visibility } });
const request = (who: { id: string }) => `/users/me/follow-requests/${who.id}`;
const ids = async (who: Joined, query = '') =>
  (await who.get<Page<Card>>(`/users/me/follow-requests${query}`)).items.map(({ id }) => id);
const counters = async (who: Joined) => {
  const user = await api.userOf(who);
  return ['followersCount', 'followingCount', 'sentRequestsCount', 'receivedRequestsCount'].map(
    (name) => user[name],
  );
};

describe('GET /users/me/follow-requests', () => {
  it('200: received and sent requests, each with the relationship', async () => {
    expect(await ids(bob)).toEqual([ann.id]);
    expect(await ids(bob, '?direction=received')).toEqual([ann.id]);
    expect(await ids(bob, '?direction=sent')).toEqual([]);
    expect(await ids(ann)).toEqual([]);
    const { items } = await ann.get<Page<Card>>('/users/me/follow-requests?direction=sent');
    expect(items).toMatchObject([{ id: bob.id, relationship: { requested: true, following: false } }]);
  });

  it('200: pages newest first, each request once, while one is answered', async () => {
    const fans: Joined[] = [];
    for (let i = 0; i < 5; i++) {
      const fan = await api.join();
      await ask(fan, bob);
      fans.unshift(fan);
    }
    const first = await bob.get<Page<Card>>('/users/me/follow-requests?limit=2');
    await bob.call(200, 'PUT', request({ id: first.items[1]?.id ?? '' }));
    const rest = await bob.get<Page<Card>>(
      `/users/me/follow-requests?limit=10&cursor=${String(first.nextCursor)}`,
    );
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual([
      ...fans.map(({ id }) => id),
      ann.id,
    ]);
    expect(rest.nextCursor).toBeNull();
  });

  it('400 validation_failed and invalid_cursor, also for the cursor of the other direction', async () => {
    expect(await bob.problem('GET', '/users/me/follow-requests?direction=up')).toBe('400 validation_failed');
    expect(await bob.problem('GET', '/users/me/follow-requests?limit=0')).toBe('400 validation_failed');
    await ask(await api.join(), bob);
    const { nextCursor } = await bob.get<Page<Card>>('/users/me/follow-requests?limit=1');
    const other = `/users/me/follow-requests?direction=sent&cursor=${String(nextCursor)}`;
    expect(await bob.problem('GET', other)).toBe('400 invalid_cursor');
    expect(await ann.problem('GET', `/users/me/follow-requests?cursor=${String(nextCursor)}`)).toBe(
      '400 invalid_cursor',
    );
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('GET', '/users/me/follow-requests')).toBe('401 unauthenticated');
  });
});

describe('followRequestsCount of GET /users/me', () => {
  const counted = async () =>
    (await bob.get<{ followRequestsCount: number }>('/users/me')).followRequestsCount;

  it('counts each request once', async () => {
    await ask(ann, bob);
    await ask(await api.join(), bob);
    expect([await counted(), (await ids(bob)).length]).toEqual([2, 2]);
    expect(await ann.get('/users/me')).toMatchObject({ followRequestsCount: 0 });
  });

  it.each<[how: string, end: () => Promise<unknown>]>([
    ['accepted', () => bob.call(200, 'PUT', request(ann))],
    ['declined', () => bob.call(204, 'DELETE', request(ann))],
    ['withdrawn', () => ann.call(204, 'DELETE', `/users/me/following/${bob.id}`)],
    ['ended by a block of the followee', () => bob.call(204, 'PUT', `/users/me/blocks/${ann.id}`)],
    ['ended by a block of the follower', () => ann.call(204, 'PUT', `/users/me/blocks/${bob.id}`)],
  ])('a request that is %s counts no longer, also on repeat', async (_how, end) => {
    await ask(await api.join(), bob);
    await end();
    expect([await counted(), (await ids(bob)).length]).toEqual([1, 1]);
    await end().catch(() => undefined);
    expect(await counted()).toBe(1);
  });

  it('is 0 in the answer of going public', async () => {
    expect(await setVisibility(bob, 'public')).toMatchObject({ followRequestsCount: 0, followersCount: 1 });
  });

  it('leaves out a follower whose deletion is completed', async () => {
    await ann.call(202, 'DELETE', '/users/me');
    await api.deletionOf(ann);
    expect([await counted(), await ids(bob)]).toEqual([0, []]);
  });
});

describe('PUT /users/me/follow-requests/{userId}', () => {
  it('200, also on repeat: the request becomes a follow, counted once; the network is open', async () => {
    expect(await ann.problem('GET', `/users/${bob.id}/followers`)).toBe('403 network_private');
    const accepted = await bob.call(200, 'PUT', request(ann));
    expect(accepted).toEqual({
      userId: ann.id,
      following: false,
      requested: false,
      followedBy: true,
      blocking: false,
    });
    expect(await bob.call(200, 'PUT', request(ann))).toEqual(accepted);
    expect(await counters(bob)).toEqual([1, 0, 0, 0]);
    expect(await counters(ann)).toEqual([0, 1, 0, 0]);
    expect((await ann.get<Page<Card>>(`/users/${bob.id}/followers`)).items).toHaveLength(1);
    await ann.get(`/users/${bob.id}/wishlist`);
    expect(await ids(bob)).toEqual([]);
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('PUT', request(ann))).toBe('401 unauthenticated');
  });

  it('404 not_found without a request, user_not_found without a user; creates nothing', async () => {
    const eve = await api.join();
    expect(await bob.problem('PUT', request(eve))).toBe('404 not_found');
    expect(await ann.problem('PUT', request(bob))).toBe('404 not_found');
    expect(await bob.problem('PUT', request(bob))).toBe('404 not_found');
    expect(await bob.problem('PUT', `/users/me/follow-requests/${UNKNOWN_ID}`)).toBe('404 user_not_found');
    expect(await bob.problem('PUT', '/users/me/follow-requests/x')).toBe('404 user_not_found');
    expect(await counters(bob)).toEqual([0, 0, 0, 1]);
  });

  it('404 not_found once the request was withdrawn, also concurrently', async () => {
    const statuses = await Promise.all([
      bob.request('PUT', request(ann)),
      ann.request('DELETE', `/users/me/following/${bob.id}`),
    ]);
    // Accepted first: 200, then the follow ends. Withdrawn first: 404.
    expect([200, 404]).toContain(statuses[0].status);
    expect(statuses[1].status).toBe(204);
    expect(await counters(bob)).toEqual([0, 0, 0, 0]);
    expect(await counters(ann)).toEqual([0, 0, 0, 0]);
  });
});

describe('DELETE /users/me/follow-requests/{userId}', () => {
  it('204, also on repeat: declined; a new request is possible', async () => {
    await bob.call(204, 'DELETE', request(ann));
    await bob.call(204, 'DELETE', request(ann));
    expect(await counters(bob)).toEqual([0, 0, 0, 0]);
    expect(await counters(ann)).toEqual([0, 0, 0, 0]);
    expect(await ask(ann, bob)).toEqual({ state: 'requested' });
  });

  it('204: an accepted follower stays', async () => {
    await bob.call(200, 'PUT', request(ann));
    await bob.call(204, 'DELETE', request(ann));
    expect(await counters(bob)).toEqual([1, 0, 0, 0]);
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('DELETE', request(ann))).toBe('401 unauthenticated');
  });

  it('404 user_not_found', async () => {
    expect(await bob.problem('DELETE', `/users/me/follow-requests/${UNKNOWN_ID}`)).toBe('404 user_not_found');
  });
});

describe('DELETE /users/me/followers/{userId}', () => {
  it('204, also on repeat: the follower is removed; a private network is closed to them again', async () => {
    await bob.call(200, 'PUT', request(ann));
    await bob.call(204, 'DELETE', `/users/me/followers/${ann.id}`);
    await bob.call(204, 'DELETE', `/users/me/followers/${ann.id}`);
    expect(await counters(bob)).toEqual([0, 0, 0, 0]);
    expect(await counters(ann)).toEqual([0, 0, 0, 0]);
    expect(await ann.problem('GET', `/users/${bob.id}/following`)).toBe('403 network_private');
  });

  it('204: requests and own follows stay', async () => {
    await ask(bob, ann);
    await bob.call(204, 'DELETE', `/users/me/followers/${ann.id}`);
    expect(await counters(bob)).toEqual([0, 1, 0, 1]);
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('DELETE', `/users/me/followers/${ann.id}`)).toBe(
      '401 unauthenticated',
    );
  });

  it('404 user_not_found', async () => {
    expect(await bob.problem('DELETE', `/users/me/followers/${UNKNOWN_ID}`)).toBe('404 user_not_found');
  });
});

describe('PATCH /users/me to public', () => {
  it('accepts the pending requests; the answer counts them', async () => {
    await waitingFor(bob, 2);
    expect(await setVisibility(bob, 'public')).toMatchObject({ visibility: 'public', followersCount: 3 });
    expect(await counters(bob)).toEqual([3, 0, 0, 0]);
  });

  it('accepts several batches, after the answer if they take long', async () => {
    const fans = await waitingFor(bob, 250);
    await setVisibility(bob, 'public');
    await eventually('all requests are accepted', async () => (await counters(bob))[3] === 0);
    expect(await counters(bob)).toEqual([251, 0, 0, 0]);
    expect(await counters(ann)).toEqual([0, 1, 0, 0]);
    const follows = api.db.collection('follows');
    expect(await follows.countDocuments({ followerId: { $in: fans }, state: 'following' })).toBe(250);
    const users = api.db.collection('users');
    expect(await users.countDocuments({ _id: { $in: fans }, followingCount: 1, sentRequestsCount: 0 })).toBe(
      250,
    );
  });

  it('accepts nothing once the account is private again; an instance that starts resumes', async () => {
    await setVisibility(bob, 'public');
    expect(await counters(bob)).toEqual([1, 0, 0, 0]);
    await setVisibility(bob, 'private');
    await ask(await api.join(), bob);
    expect(await counters(bob)).toEqual([1, 0, 0, 1]);

    // The state after a crash right after the change; an instance that starts completes it.
    const { _id } = await api.userOf(bob);
    const accepted = api.db
      .collection('users')
      .watch([
        { $match: { 'documentKey._id': _id, 'updateDescription.updatedFields.receivedRequestsCount': 0 } },
      ]);
    const change = accepted.next();
    await api.db.collection('users').updateOne({ _id }, { $set: { visibility: 'public' } });
    const url = await api.secondInstance();
    await change;
    await accepted.close();
    expect(await counters(bob)).toEqual([2, 0, 0, 0]);
    expect(await new ApiClient(url, `Bearer ${bob.token}`).get('/users/me')).toMatchObject({
      followersCount: 2,
    });
  });

  it('during follows, answers and removals: no request is left, and the counters agree', async () => {
    const fans = await Promise.all(Array.from({ length: 12 }, () => api.join()));
    await Promise.all(fans.slice(0, 6).map((fan) => ask(fan, bob)));
    await Promise.all([
      setVisibility(bob, 'public'),
      ...fans.slice(6).map((fan) => ask(fan, bob)),
      ...fans.slice(0, 2).map((fan) => bob.request('PUT', request(fan))),
      ...fans.slice(2, 4).map((fan) => bob.request('DELETE', request(fan))),
      ...fans.slice(4, 6).map((fan) => fan.call(204, 'DELETE', `/users/me/following/${bob.id}`)),
    ]);
    await eventually('all requests are accepted', async () => (await counters(bob))[3] === 0);
    const { _id } = await api.userOf(bob);
    const edges = await api.db.collection('follows').find({ followeeId: _id }).toArray();
    expect(edges.filter(({ state }) => state === 'requested')).toEqual([]);
    expect(await counters(bob)).toEqual([edges.length, 0, 0, 0]);
  });
});

/** Stores follow requests of strangers in the database. */
async function waitingFor(who: Joined, count: number) {
  const { _id: _, ...user } = await api.userOf(ann);
  const { _id: followeeId } = await api.userOf(who);
  const inserted = await api.db.collection('users').insertMany(
    Array.from({ length: count }, (_, index) => ({
      ...user,
      clerkId: `user_${who.id}${index}`,
      username: `fan_${who.id}${index}`,
      sentRequestsCount: 1,
      followingCount: 0,
    })),
  );
  const fans = Object.values(inserted.insertedIds);
  await api.db
    .collection('follows')
    .insertMany(fans.map((followerId) => ({ followerId, followeeId, state: 'requested' })));
  await api.db.collection('users').updateOne({ _id: followeeId }, { $inc: { receivedRequestsCount: count } });
  return fans;
}
