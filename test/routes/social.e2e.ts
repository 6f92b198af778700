import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { allItems, type Page } from '../support/pages.js';
import { type Joined, startTestApp, type TestApp, UNKNOWN_ID } from '../support/test-app.js';

interface Card {
  id: string;
  followersCount: number;
  followingCount: number;
  relationship: Record<string, unknown>;
}

let api: TestApp;
let ann: Joined;
let bob: Joined;
beforeAll(async () => {
  api = await startTestApp();
});
beforeEach(async () => {
  [ann, bob] = [await api.join(), await api.join()];
});
afterAll(() => api.close());

const follow = (who: Joined, whom: Joined) => who.call(200, 'PUT', `/users/me/following/${whom.id}`);
const goPrivate = (who: Joined) => who.call(200, 'PATCH', '/users/me', { body: { visibility: 'private' } });
const counts = async (who: Joined) => {
  const { followersCount, followingCount } = await who.get<Card>('/users/me');
  return { followersCount, followingCount };
};

describe('GET /users/{userId}', () => {
  it('200: the fields of the public card', async () => {
    const card = await ann.get(`/users/${bob.id}`);
    expect(Object.keys(card).sort()).toEqual([
      ...['bio', 'firstName', 'followersCount', 'followingCount', 'homeCountry', 'id', 'lastName'],
      ...['profilePicture', 'relationship', 'username', 'visibility'],
    ]);
  });

  it('200: the relationship to the viewer', async () => {
    await follow(ann, bob);
    const relationship = { following: false, requested: false, followedBy: false, blocking: false };
    expect(await ann.get(`/users/${bob.id}`)).toMatchObject({
      followersCount: 1,
      relationship: { ...relationship, userId: bob.id, following: true },
    });
    expect(await bob.get(`/users/${ann.id}`)).toMatchObject({
      followingCount: 1,
      relationship: { ...relationship, userId: ann.id, followedBy: true },
    });
    expect(await ann.get(`/users/${ann.id}`)).toMatchObject({
      relationship: { ...relationship, userId: ann.id },
    });
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('GET', `/users/${ann.id}`)).toBe('401 unauthenticated');
  });

  it('404 user_not_found', async () => {
    for (const id of [UNKNOWN_ID, 'x', UNKNOWN_ID.toUpperCase(), '[object%20Object]']) {
      expect(await ann.problem('GET', `/users/${id}`)).toBe('404 user_not_found');
    }
  });
});

describe('PUT /users/me/following/{userId}', () => {
  it('200 following, also on repeat; counted once', async () => {
    expect(await follow(ann, bob)).toEqual({ state: 'following' });
    expect(await follow(ann, bob)).toEqual({ state: 'following' });
    expect(await counts(bob)).toEqual({ followersCount: 1, followingCount: 0 });
    expect(await counts(ann)).toEqual({ followersCount: 0, followingCount: 1 });
  });

  it('200 requested for a private account; not counted as a follower', async () => {
    await goPrivate(bob);
    expect(await follow(ann, bob)).toEqual({ state: 'requested' });
    expect(await follow(ann, bob)).toEqual({ state: 'requested' });
    expect(await counts(bob)).toEqual({ followersCount: 0, followingCount: 0 });
    expect(await ann.get(`/users/${bob.id}`)).toMatchObject({
      relationship: { requested: true, following: false },
    });
  });

  it('20 concurrent follows of one user, each twice: the counters equal the number of edges', async () => {
    const fans = await Promise.all(Array.from({ length: 10 }, () => api.join()));
    await Promise.all([...fans, ...fans].map((fan) => follow(fan, bob)));
    expect(await counts(bob)).toEqual({ followersCount: 10, followingCount: 0 });
    expect(
      await api.db.collection('follows').countDocuments({ followeeId: (await api.userOf(bob))._id }),
    ).toBe(10);
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('PUT', `/users/me/following/${bob.id}`)).toBe('401 unauthenticated');
  });

  it('404 user_not_found; counts nothing', async () => {
    expect(await ann.problem('PUT', `/users/me/following/${UNKNOWN_ID}`)).toBe('404 user_not_found');
    expect(await counts(ann)).toEqual({ followersCount: 0, followingCount: 0 });
  });

  it('422 cannot_follow_self', async () => {
    expect(await ann.problem('PUT', `/users/me/following/${ann.id}`)).toBe('422 cannot_follow_self');
  });

  it('422 follow_limit_reached at 5,000, requests included', async () => {
    const [carl] = [await api.join()];
    const { _id } = await api.userOf(ann);
    await api.db
      .collection('users')
      .updateOne({ _id }, { $set: { followingCount: 4000, sentRequestsCount: 999 } });
    await follow(ann, bob);
    expect(await ann.problem('PUT', `/users/me/following/${carl.id}`)).toBe('422 follow_limit_reached');
    await follow(ann, bob);
  });
});

describe('DELETE /users/me/following/{userId}', () => {
  it('204, also on repeat; counted once', async () => {
    await follow(ann, bob);
    await ann.call(204, 'DELETE', `/users/me/following/${bob.id}`);
    await ann.call(204, 'DELETE', `/users/me/following/${bob.id}`);
    expect(await counts(ann)).toEqual({ followersCount: 0, followingCount: 0 });
    expect(await counts(bob)).toEqual({ followersCount: 0, followingCount: 0 });
  });

  it('204: withdraws a request', async () => {
    await goPrivate(bob);
    await follow(ann, bob);
    await ann.call(204, 'DELETE', `/users/me/following/${bob.id}`);
    expect(await api.userOf(ann)).toMatchObject({ sentRequestsCount: 0, followingCount: 0 });
    expect(await api.userOf(bob)).toMatchObject({ receivedRequestsCount: 0, followersCount: 0 });
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('DELETE', `/users/me/following/${bob.id}`)).toBe(
      '401 unauthenticated',
    );
  });

  it('404 user_not_found', async () => {
    expect(await ann.problem('DELETE', `/users/me/following/${UNKNOWN_ID}`)).toBe('404 user_not_found');
  });
});

describe.each(['followers', 'following'] as const)('GET /users/{userId}/%s', (list) => {
  const connect = (owner: Joined, other: Joined) =>
    list === 'followers' ? follow(other, owner) : follow(owner, other);

  it('200: pages newest first, each user once, with the relationship to the viewer', async () => {
    const others: Joined[] = [];
    for (let i = 0; i < 5; i++) {
      const other = await api.join();
      await connect(ann, other);
      others.push(other);
    }
    const seen = await allItems<Card>(bob, `/users/${ann.id}/${list}?limit=2`);
    expect(seen.map(({ id }) => id)).toEqual(others.map(({ id }) => id).reverse());
    const { items } = await ann.get<Page<Card>>(`/users/${ann.id}/${list}`);
    const key = list === 'followers' ? 'followedBy' : 'following';
    expect(items.every(({ relationship }) => relationship[key] === true)).toBe(true);
  });

  it('200: without requests', async () => {
    await goPrivate(bob);
    await follow(ann, bob);
    const owner = list === 'followers' ? bob : ann;
    expect(await owner.get(`/users/${owner.id}/${list}`)).toEqual({ items: [], nextCursor: null });
  });

  it('400 validation_failed and invalid_cursor', async () => {
    expect(await ann.problem('GET', `/users/${bob.id}/${list}?limit=0`)).toBe('400 validation_failed');
    expect(await ann.problem('GET', `/users/${bob.id}/${list}?cursor=bm8.bm8`)).toBe('400 invalid_cursor');
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('GET', `/users/${ann.id}/${list}`)).toBe('401 unauthenticated');
  });

  it('403 network_private, except for the owner and accepted followers', async () => {
    const follower = await api.join();
    await follow(follower, bob);
    await goPrivate(bob);
    expect(await ann.problem('GET', `/users/${bob.id}/${list}`)).toBe('403 network_private');
    await follower.get(`/users/${bob.id}/${list}`);
    await bob.get(`/users/${bob.id}/${list}`);
  });

  it('404 user_not_found', async () => {
    expect(await ann.problem('GET', `/users/${UNKNOWN_ID}/${list}`)).toBe('404 user_not_found');
  });
});
