import { describe, expect, it } from '@jest/globals';
import { Population } from '../../bench/scale/population.ts';

const SIZE = { users: 1000, edges: 10_000 };
const population = new Population(SIZE);
const users = population.ids.map((_, index) => population.user(index));
const follows = [...population.follows()].map(({ followerId, followeeId, ...edge }) => ({
  ...edge,
  follower: String(followerId),
  followee: String(followeeId),
}));

describe('the population of `npm run bench:scale`', () => {
  it('is the same every time', () => {
    const again = new Population(SIZE);
    expect(again.ids.map((_, index) => again.user(index))).toEqual(users);
    expect([...again.follows()].map(({ _id }) => String(_id))).toEqual(follows.map(({ _id }) => String(_id)));
  });

  it('has the wanted number of edges, each once, with ids in order, and nobody follows oneself', () => {
    expect(follows).toHaveLength(SIZE.edges);
    expect(new Set(follows.map(({ follower, followee }) => `${follower} ${followee}`)).size).toBe(SIZE.edges);
    expect(follows.filter(({ follower, followee }) => follower === followee)).toEqual([]);
    const ids = follows.map(({ _id }) => String(_id));
    expect(ids).toEqual(ids.toSorted());
  });

  it('has counters that agree with the edges', () => {
    const counted = new Map<string, Record<string, number>>();
    const add = (id: string, counter: string) => {
      const counters = counted.get(id) ?? {};
      counters[counter] = (counters[counter] ?? 0) + 1;
      counted.set(id, counters);
    };
    for (const { follower, followee, state } of follows) {
      const isRequest = state === 'requested';
      add(follower, isRequest ? 'sentRequestsCount' : 'followingCount');
      add(followee, isRequest ? 'receivedRequestsCount' : 'followersCount');
    }
    for (const user of users) {
      const { followersCount, followingCount, sentRequestsCount, receivedRequestsCount } = user;
      const counters = { followersCount, followingCount, sentRequestsCount, receivedRequestsCount };
      const zeros = Object.fromEntries(Object.keys(counters).map((name) => [name, 0]));
      expect(counters).toEqual({ ...zeros, ...counted.get(String(user._id)) });
    }
  });

  it('has a star, requests to private users only, and users who are shut out', () => {
    const star = population.userOfRank(0);
    expect(population.followersOf(star)).toBe(Math.max(...users.map(({ followersCount }) => followersCount)));
    expect(population.followersOf(star)).toBeGreaterThan(SIZE.users / 2);
    const visibility = new Map(users.map((user) => [String(user._id), user.visibility]));
    const asked = follows.filter(({ state }) => state === 'requested').map(({ followee }) => followee);
    expect([...new Set(asked.map((id) => visibility.get(id)))]).toEqual(['private']);
    expect(users.some(({ suspendedAt }) => suspendedAt !== null)).toBe(true);
    expect(users.some(({ banned }) => banned)).toBe(true);
  });

  it('has unique usernames, and blocks between users without an edge only', () => {
    expect(new Set(users.map(({ username }) => username)).size).toBe(SIZE.users);
    const edges = new Set(follows.map(({ follower, followee }) => `${follower} ${followee}`));
    const blocks = users
      .map((_, index) => index)
      .filter((index) => population.hasBlock(index))
      .map((index) => population.block(index));
    expect(blocks.length).toBeGreaterThan(SIZE.users / 2);
    for (const { blockerId, blockedId } of blocks) {
      expect(edges.has(`${String(blockerId)} ${String(blockedId)}`)).toBe(false);
      expect(edges.has(`${String(blockedId)} ${String(blockerId)}`)).toBe(false);
    }
  });

  it('has wishes for a country at most once', () => {
    for (let index = 0; index < SIZE.users; index++) {
      const codes = population.wishlist(index).items.map(({ countryCode }) => countryCode);
      expect(codes).toHaveLength(population.wishesOf(index));
      expect(new Set(codes).size).toBe(codes.length);
    }
  });
});
