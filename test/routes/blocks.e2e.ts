import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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
beforeEach(async () => {
  [ann, bob] = [await api.join(), await api.join()];
});
afterAll(() => api.close());

const follow = (who: Joined, whom: Joined) => who.call(200, 'PUT', `/users/me/following/${whom.id}`);
const block = (who: Joined, whom: Joined) => who.call(204, 'PUT', `/users/me/blocks/${whom.id}`);
const unblock = (who: Joined, whom: Joined) => who.call(204, 'DELETE', `/users/me/blocks/${whom.id}`);
const counters = async (who: Joined) => {
  const user = await api.userOf(who);
  return ['followersCount', 'followingCount', 'sentRequestsCount', 'receivedRequestsCount'].map(
    (name) => user[name],
  );
};
const pageIds = async (who: Joined, path: string) =>
  (await who.get<Page<Card>>(path)).items.map(({ id }) => id);

describe('PUT /users/me/blocks/{userId}', () => {
  it('204: removes the edges in both directions and their counts; changes nothing on repeat', async () => {
    await follow(ann, bob);
    await follow(bob, ann);
    await block(ann, bob);
    await block(ann, bob);
    for (const person of [ann, bob]) expect(await counters(person)).toEqual([0, 0, 0, 0]);
    const between = await api.db
      .collection('blocks')
      .find({ blockerId: (await api.userOf(ann))._id })
      .toArray();
    expect(between).toHaveLength(1);
  });

  it('204: also removes follow requests', async () => {
    for (const who of [ann, bob]) {
      await who.call(200, 'PATCH', '/users/me', { body: { visibility: 'private' } });
    }
    await follow(ann, bob);
    await follow(bob, ann);
    await block(ann, bob);
    for (const person of [ann, bob]) expect(await counters(person)).toEqual([0, 0, 0, 0]);
  });

  it('404 user_not_found: for the blocked user, the blocker does not exist', async () => {
    const carl = await api.join();
    for (const fan of [ann, carl]) await follow(fan, bob);
    await ann.call(201, 'PUT', '/users/me/wishlist/JP');
    await block(ann, bob);
    for (const [method, path] of [
      ['GET', `/users/${ann.id}`],
      ['GET', `/users/${ann.id}/followers`],
      ['GET', `/users/${ann.id}/following`],
      ['GET', `/users/${ann.id}/wishlist`],
      ['PUT', `/users/me/following/${ann.id}`],
      ['DELETE', `/users/me/following/${ann.id}`],
      ['DELETE', `/users/me/followers/${ann.id}`],
      ['PUT', `/users/me/follow-requests/${ann.id}`],
      ['DELETE', `/users/me/follow-requests/${ann.id}`],
      ['PUT', `/users/me/blocks/${ann.id}`],
      ['DELETE', `/users/me/blocks/${ann.id}`],
    ] as const) {
      expect([path, await bob.problem(method, path)]).toEqual([path, '404 user_not_found']);
    }
    const { username } = await api.userOf(ann);
    expect(await pageIds(bob, `/users?username=${String(username)}`)).toEqual([]);
    expect(await pageIds(bob, `/users?q=${String(username)}`)).toEqual([]);
    expect(await bob.get(`/users/me/relationships?userId=${ann.id}&userId=${carl.id}`)).toMatchObject({
      items: [{ userId: carl.id }],
    });
    // Also in lists of other users.
    await follow(ann, carl);
    expect(await pageIds(bob, `/users/${carl.id}/followers`)).toEqual([]);
    expect(await pageIds(carl, `/users/${carl.id}/followers`)).toEqual([ann.id]);
  });

  it('the blocker still sees the blocked user', async () => {
    await block(ann, bob);
    expect(await ann.get(`/users/${bob.id}`)).toMatchObject({ relationship: { blocking: true } });
    await ann.get(`/users/${bob.id}/wishlist`);
    expect(await pageIds(ann, `/users?username=${String((await api.userOf(bob))['username'])}`)).toEqual([
      bob.id,
    ]);
    expect(await ann.get(`/users/me/relationships?userId=${bob.id}`)).toMatchObject({
      items: [{ userId: bob.id, blocking: true }],
    });
    expect(await ann.problem('PUT', `/users/me/following/${bob.id}`)).toBe('403 forbidden');
  });

  it('204 during follows in both directions: no edge is left, and the counters agree', async () => {
    await Promise.all([
      ...[1, 2, 3].flatMap(() => [
        ann.request('PUT', `/users/me/following/${bob.id}`),
        bob.request('PUT', `/users/me/following/${ann.id}`),
      ]),
      block(ann, bob),
      block(ann, bob),
    ]);
    expect(
      await api.db.collection('follows').countDocuments({ followerId: (await api.userOf(bob))._id }),
    ).toBe(0);
    for (const person of [ann, bob]) expect(await counters(person)).toEqual([0, 0, 0, 0]);
  });

  it('two users who block each other concurrently: 204 and 404', async () => {
    const answers = await Promise.all([
      ann.request('PUT', `/users/me/blocks/${bob.id}`),
      bob.request('PUT', `/users/me/blocks/${ann.id}`),
    ]);
    // The second one no longer finds the user to block.
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('PUT', `/users/me/blocks/${bob.id}`)).toBe('401 unauthenticated');
  });

  it('404 user_not_found', async () => {
    for (const id of [UNKNOWN_ID, 'x']) {
      expect(await ann.problem('PUT', `/users/me/blocks/${id}`)).toBe('404 user_not_found');
    }
  });

  it('422 cannot_block_self', async () => {
    expect(await ann.problem('PUT', `/users/me/blocks/${ann.id}`)).toBe('422 cannot_block_self');
  });
});

describe('DELETE /users/me/blocks/{userId}', () => {
  it('204, also on repeat; removed edges are not restored, following is possible again', async () => {
    await follow(bob, ann);
    await block(ann, bob);
    await unblock(ann, bob);
    await unblock(ann, bob);
    expect(await bob.get(`/users/${ann.id}`)).toMatchObject({ relationship: { following: false } });
    expect(await follow(bob, ann)).toEqual({ state: 'following' });
  });

  it("404 user_not_found for the other user's block", async () => {
    await block(ann, bob);
    expect(await bob.problem('DELETE', `/users/me/blocks/${ann.id}`)).toBe('404 user_not_found');
    expect(await bob.problem('GET', `/users/${ann.id}`)).toBe('404 user_not_found');
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('DELETE', `/users/me/blocks/${bob.id}`)).toBe('401 unauthenticated');
  });

  it('404 user_not_found', async () => {
    expect(await ann.problem('DELETE', `/users/me/blocks/${UNKNOWN_ID}`)).toBe('404 user_not_found');
  });
});

describe('GET /users/me/blocks', () => {
  it('200: pages newest first, each once', async () => {
    const others: Joined[] = [];
    for (let i = 0; i < 3; i++) {
      const other = await api.join();
      await block(ann, other);
      others.unshift(other);
    }
    const first = await ann.get<Page<Card>>('/users/me/blocks?limit=2');
    await block(ann, bob);
    const rest = await ann.get<Page<Card>>(`/users/me/blocks?limit=2&cursor=${String(first.nextCursor)}`);
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(others.map(({ id }) => id));
    expect(first.items[0]?.relationship).toMatchObject({ blocking: true });
    expect(await pageIds(bob, '/users/me/blocks')).toEqual([]);
  });

  it('400 validation_failed and invalid_cursor', async () => {
    expect(await ann.problem('GET', '/users/me/blocks?limit=101')).toBe('400 validation_failed');
    expect(await ann.problem('GET', '/users/me/blocks?cursor=x')).toBe('400 invalid_cursor');
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('GET', '/users/me/blocks')).toBe('401 unauthenticated');
  });
});

it('a deleted account leaves no block in either direction; an export lists only own blocks', async () => {
  const carl = await api.join();
  await block(ann, bob);
  await block(carl, ann);
  await block(bob, carl);
  const blocks = (await ann.get<{ blocks: { userId: string }[] }>('/users/me/export')).blocks;
  expect(blocks.map(({ userId }) => userId)).toEqual([bob.id]);
  const { _id } = await api.userOf(ann);
  await ann.call(202, 'DELETE', '/users/me');
  const deletion = await api.deletionOf(ann);
  expect(deletion['erased']).toMatchObject({ blocks: 2 });
  const left = api.db.collection('blocks');
  expect(await left.countDocuments({ $or: [{ blockerId: _id }, { blockedId: _id }] })).toBe(0);
  expect(await pageIds(bob, '/users/me/blocks')).toEqual([carl.id]);
});
