import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import type { Page } from '../support/pages.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

const ROUNDS = 20;
/** Readers of the same lists, so that reads of the second instance are under way all the time. */
const READERS = 8;

interface Card {
  id: string;
  followersCount: number;
  relationship: { following: boolean; followedBy: boolean };
}

let api: TestApp;
let ann: Joined;
let bob: Joined;
/** The same users at the second instance. */
let annThere: ApiClient;
let bobThere: ApiClient;
let readers: ApiClient[];
beforeAll(async () => {
  api = await startTestApp();
  const url = await api.secondInstance();
  const there = ({ token }: Joined) => new ApiClient(url, `Bearer ${token}`);
  [ann, bob] = [await api.join(), await api.join()];
  [annThere, bobThere] = [there(ann), there(bob)];
  readers = await Promise.all(Array.from({ length: READERS }, async () => there(await api.join())));
});
afterAll(() => api.close());

/** Runs `work` while others read the same users and lists at the second instance without a pause. */
async function amongReads(work: () => Promise<void>): Promise<void> {
  const ended = new AbortController();
  const reading = readers.map(async (reader) => {
    while (!ended.signal.aborted) {
      await Promise.all([
        reader.get(`/users/${bob.id}/followers`),
        reader.get(`/users/${ann.id}`),
        reader.get(`/users/me/relationships?userId=${ann.id}&userId=${bob.id}`),
      ]);
    }
  });
  try {
    await work();
  } finally {
    ended.abort();
    await Promise.all(reading);
  }
}

const cards = async (reader: ApiClient, path: string) => (await reader.get<Page<Card>>(path)).items;
const idsIn = async (reader: ApiClient, path: string) => (await cards(reader, path)).map(({ id }) => id);

describe('what one instance has answered, the other one shows at once', () => {
  it('a follow in both lists, in the relationship and in the count; then that it has ended', async () => {
    await amongReads(async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await ann.call(200, 'PUT', `/users/me/following/${bob.id}`);
        const [followers, following, card] = await Promise.all([
          cards(bobThere, `/users/${bob.id}/followers`),
          idsIn(annThere, `/users/${ann.id}/following`),
          annThere.get<Card>(`/users/${bob.id}`),
        ]);
        expect(followers).toEqual([
          expect.objectContaining({
            id: ann.id,
            relationship: expect.objectContaining({ followedBy: true }) as unknown,
          }),
        ]);
        expect(following).toEqual([bob.id]);
        expect(card).toMatchObject({ followersCount: 1, relationship: { following: true } });
        await ann.call(204, 'DELETE', `/users/me/following/${bob.id}`);
        expect(await idsIn(bobThere, `/users/${bob.id}/followers`)).toEqual([]);
        expect(await annThere.get(`/users/${bob.id}`)).toMatchObject({
          followersCount: 0,
          relationship: { following: false },
        });
      }
    });
  });

  it('a block: the blocker is gone from lists and search, and back after it', async () => {
    const { username } = await bob.get<{ username: string }>('/users/me');
    const target = await api.join();
    await bob.call(200, 'PUT', `/users/me/following/${target.id}`);
    const seenByAnn = () =>
      Promise.all([
        idsIn(annThere, `/users/${target.id}/followers`),
        idsIn(annThere, `/users?q=${username}`),
        annThere.request('GET', `/users/${bob.id}`).then(({ status }) => status),
      ]);
    await amongReads(async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await bob.call(204, 'PUT', `/users/me/blocks/${ann.id}`);
        expect(await seenByAnn()).toEqual([[], [], 404]);
        await bob.call(204, 'DELETE', `/users/me/blocks/${ann.id}`);
        expect(await seenByAnn()).toEqual([[bob.id], [bob.id], 200]);
      }
    });
  });
});
