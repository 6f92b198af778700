import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { type Joined, type Person, startTestApp, type TestApp } from '../support/test-app.js';

const FANS = 500;
const SIGN_UPS_AT_ONCE = 25;

let api: TestApp;
let urls: string[];
let fans: Joined[];
beforeAll(async () => {
  api = await startTestApp();
  urls = [api.anonymous.url, await api.secondInstance()];
  fans = [];
  for (let count = 0; count < FANS; count += SIGN_UPS_AT_ONCE) {
    fans.push(...(await Promise.all(Array.from({ length: SIGN_UPS_AT_ONCE }, () => api.join()))));
  }
}, 120_000);
afterAll(() => api.close());

/** At one of the two instances. */
const clientOf = ({ token }: Person, index: number) =>
  new ApiClient(urls[index % urls.length] ?? '', `Bearer ${token}`);
const all = async (who: readonly Joined[], method: string, path: string) => {
  const answers = await Promise.all(who.map((fan, index) => clientOf(fan, index).request(method, path)));
  return answers.map(({ status }) => status);
};
const repeated = (status: number) => Array<number>(FANS).fill(status);

async function expectCounted(star: Joined, followers: number): Promise<void> {
  const { _id, followersCount } = await api.userOf(star);
  expect(followersCount).toBe(followers);
  expect(await api.db.collection('follows').countDocuments({ followeeId: _id })).toBe(followers);
}

it(`${FANS} users follow one user at once over two instances, and unfollow: all succeed, and the counter is exact`, async () => {
  const star = await api.join();
  const started = performance.now();
  expect(await all(fans, 'PUT', `/users/me/following/${star.id}`)).toEqual(repeated(200));
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`${FANS} follows over two instances: ${seconds.toFixed(2)} s\n`);
  await expectCounted(star, FANS);
  expect(await all(fans, 'DELETE', `/users/me/following/${star.id}`)).toEqual(repeated(204));
  await expectCounted(star, 0);
});

it('each follow of a batch has its own answer: forbidden ones are refused, all others succeed', async () => {
  const star = await api.join();
  const [blocked, blocking, full, gone] = fans.slice(0, 4) as [Joined, Joined, Joined, Joined];
  await star.call(204, 'PUT', `/users/me/blocks/${blocked.id}`);
  await blocking.call(204, 'PUT', `/users/me/blocks/${star.id}`);
  const { _id } = await api.userOf(full);
  await api.db.collection('users').updateOne({ _id }, { $set: { followingCount: 5000 } });
  await gone.call(202, 'DELETE', '/users/me');
  const statuses = await all(fans, 'PUT', `/users/me/following/${star.id}`);
  expect(statuses).toEqual([404, 403, 422, 401, ...repeated(200).slice(4)]);
  await expectCounted(star, FANS - 4);
  fans = fans.slice(4);
});

it('one user follows 100 others, 40 at once over two instances: all succeed', async () => {
  const [ann] = fans as [Joined];
  const others = fans.slice(1, 101);
  for (let at = 0; at < others.length; at += 40) {
    const answers = await Promise.all(
      others
        .slice(at, at + 40)
        .map(({ id }, index) => clientOf(ann, index).request('PUT', `/users/me/following/${id}`)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  }
  const edges = await api.db
    .collection('follows')
    .countDocuments({ followerId: (await api.userOf(ann))._id });
  expect((await api.userOf(ann))['followingCount']).toBe(edges);
});

it('ten at once with room for one, over two instances: one succeeds, nine are refused', async () => {
  const ann = await api.join();
  const { _id } = await api.userOf(ann);
  await api.db
    .collection('users')
    .updateOne({ _id }, { $set: { followingCount: 4000, sentRequestsCount: 999 } });
  const answers = await Promise.all(
    fans
      .slice(0, 10)
      .map(({ id }, index) => clientOf(ann, index).request('PUT', `/users/me/following/${id}`)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(422)]);
  expect((await api.userOf(ann))['followingCount']).toBe(4001);
  expect(await api.db.collection('follows').countDocuments({ followerId: _id })).toBe(1);
});

it('follows of an account while it is deleted: no edge and no count is left', async () => {
  const star = await api.join();
  const crowd = fans.slice(0, 200);
  const before = await Promise.all(crowd.map(async (fan) => (await api.userOf(fan))['followingCount']));
  const [statuses] = await Promise.all([
    all(crowd, 'PUT', `/users/me/following/${star.id}`),
    star.call(202, 'DELETE', '/users/me'),
  ]);
  expect(statuses.filter((status) => status !== 200 && status !== 404)).toEqual([]);
  await api.deletionOf(star);
  const after = await Promise.all(crowd.map(async (fan) => (await api.userOf(fan))['followingCount']));
  expect(after).toEqual(before);
});
