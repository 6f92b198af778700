import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allItems, type Page } from '../support/pages.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

interface Card {
  id: string;
  username: string;
  relationship: { following: boolean };
}

let api: TestApp;
let ann: Joined;
const people: Joined[] = [];
const NAMES = ['anna', 'anna.b', 'anna_c', 'annab', 'bert', 'ann'];
beforeAll(async () => {
  api = await startTestApp();
  ann = await api.join();
  for (const username of NAMES) {
    const person = await api.join();
    await person.call(200, 'PATCH', '/users/me', { body: { username } });
    people.push(person);
  }
});
afterAll(() => api.close());

const names = async (query: string) =>
  (await ann.get<Page<Card>>(`/users?${query}`)).items.map(({ username }) => username);

describe('GET /users', () => {
  it('200: by the whole username, in any case', async () => {
    expect(await names('username=anna')).toEqual(['anna']);
    expect(await names('username=AnnA')).toEqual(['anna']);
    expect(await names('username=an')).toEqual([]);
    expect(await names('username=%C3%84nne')).toEqual([]);
  });

  it('200: by the beginning of the username, ordered by username', async () => {
    expect(await names('q=ann')).toEqual(['ann', 'anna', 'anna.b', 'anna_c', 'annab']);
    expect(await names('q=ANNA')).toEqual(['anna', 'anna.b', 'anna_c', 'annab']);
    expect(await names('q=anna.')).toEqual(['anna.b']);
    expect(await names('q=.')).toEqual([]);
    expect(await names('q=%5Ea.*')).toEqual([]);
  });

  it('200: in pages, each user once, with the relationship to the viewer', async () => {
    const [followed] = people as [Joined];
    await ann.call(200, 'PUT', `/users/me/following/${followed.id}`);
    const seen = await allItems<Card>(ann, '/users?q=ann&limit=2');
    expect(seen.map(({ username }) => username)).toEqual(['ann', 'anna', 'anna.b', 'anna_c', 'annab']);
    expect(seen.filter(({ relationship }) => relationship.following).map(({ id }) => id)).toEqual([
      followed.id,
    ]);
  });

  it('200: the cursor does not contain a username: the last row of a page may be hidden', async () => {
    const { nextCursor } = await ann.get<Page<Card>>('/users?q=ann&limit=1');
    expect(Buffer.from(String(nextCursor), 'base64url').toString('latin1')).not.toContain('ann');
  });

  it('400 validation_failed: neither, both, empty or too long', async () => {
    for (const query of [
      '',
      'username=a&q=a',
      'q=',
      `q=${'x'.repeat(31)}`,
      'q=a&q=b',
      'name=a',
      'q=a&limit=0',
    ]) {
      expect([query, await ann.problem('GET', `/users?${query}`)]).toEqual([query, '400 validation_failed']);
    }
  });

  it('400 invalid_cursor: of another search', async () => {
    const { nextCursor } = await ann.get<Page<Card>>('/users?q=ann&limit=1');
    expect(await ann.problem('GET', `/users?q=anna&cursor=${String(nextCursor)}`)).toBe('400 invalid_cursor');
    expect(await ann.problem('GET', `/users?username=anna&cursor=${String(nextCursor)}`)).toBe(
      '400 invalid_cursor',
    );
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('GET', '/users?q=a')).toBe('401 unauthenticated');
  });
});

describe('GET /users/me/relationships', () => {
  const query = (ids: readonly string[]) =>
    `/users/me/relationships?${ids.map((id) => `userId=${id}`).join('&')}`;
  interface List {
    items: { userId: string; following: boolean; followedBy: boolean }[];
  }

  it('200: in the order of the ids, each once, without unknown users', async () => {
    const [anna, b, c] = people as [Joined, Joined, Joined];
    await c.call(200, 'PUT', `/users/me/following/${ann.id}`);
    const asked = [c.id, '6741f0c2a4b5c6d7e8f90a1b', anna.id, c.id, 'x', ann.id, b.id];
    const { items } = await ann.get<List>(query(asked));
    expect(items.map(({ userId }) => userId)).toEqual([c.id, anna.id, ann.id, b.id]);
    expect(items[0]).toMatchObject({ followedBy: true, following: false });
  });

  it('200: for one id', async () => {
    expect((await ann.get<List>(query([ann.id]))).items).toHaveLength(1);
  });

  it('200: for a hundred ids', async () => {
    const asked = Array.from({ length: 100 }, (_, index) => people[index % people.length]?.id ?? '');
    expect((await ann.get<List>(query(asked))).items).toHaveLength(people.length);
  });

  it('400 validation_failed: no id, or more than a hundred', async () => {
    for (const path of [
      '/users/me/relationships',
      query(Array<string>(101).fill(ann.id)),
      `${query([ann.id])}&x=1`,
    ]) {
      expect(await ann.problem('GET', path)).toBe('400 validation_failed');
    }
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('GET', query([ann.id]))).toBe('401 unauthenticated');
  });
});
