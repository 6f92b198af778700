import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allItems, type Page, walkPages } from '../support/pages.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

interface Item {
  countryCode: string;
}

let api: TestApp;
let ann: Joined;
let bob: Joined;
beforeAll(async () => {
  api = await startTestApp();
  [ann, bob] = [await api.join(), await api.join()];
  const items = [
    { countryCode: 'PT', priority: 5, visited: true, addedAt: '2026-01-01T00:00:00.000Z' },
    { countryCode: 'AT', priority: null, visited: false, addedAt: '2026-01-03T00:00:00.000Z' },
    { countryCode: 'ZW', priority: 1, visited: false, addedAt: '2026-01-02T00:00:00.000Z' },
    { countryCode: 'JP', priority: 5, visited: false, addedAt: '2026-01-02T00:00:00.000Z' },
    { countryCode: 'IS', priority: null, visited: true, addedAt: '2026-01-04T00:00:00.000Z' },
  ];
  await ann.call(200, 'POST', '/users/me/wishlist/batch', { body: { items } });
});
afterAll(() => api.close());

const codesOf = (items: readonly Item[]) => items.map(({ countryCode }) => countryCode).join(' ');
/** A client that prefers a language. */
const speaking = (who: Joined, language: string) => ({
  get: <T>(path: string) => who.call<T>(200, 'GET', path, { headers: { 'accept-language': language } }),
});

describe.each([
  ['GET /users/me/wishlist', () => [ann, '/users/me/wishlist'] as const],
  ['GET /users/{userId}/wishlist', () => [bob, `/users/${ann.id}/wishlist`] as const],
])('%s', (_name, at) => {
  it.each([
    ['', 'IS AT JP ZW PT'],
    ['sort=addedAt', 'IS AT JP ZW PT'],
    ['sort=priority', 'ZW JP PT AT IS'],
    // Austria, Iceland, Japan, Portugal, Zimbabwe
    ['sort=name', 'AT IS JP PT ZW'],
    ['visited=true', 'IS PT'],
    ['visited=false', 'AT JP ZW'],
    ['visited=false&sort=priority', 'ZW JP AT'],
    ['visited=true&sort=name', 'IS PT'],
  ])('200 with %p: %s, on one page and on pages of one', async (query, codes) => {
    const [who, path] = at();
    expect(codesOf((await who.get<Page<Item>>(`${path}?${query}`)).items)).toBe(codes);
    expect(codesOf(await allItems<Item>(who, `${path}?${query}&limit=1`))).toBe(codes);
  });

  it.each([
    // Island, Japan, Österreich, Portugal, Simbabwe
    ['de', 'IS JP AT PT ZW'],
    // Island, Japan, Portugal, Zimbabwe, Österrike
    ['sv', 'IS JP PT ZW AT'],
  ])('200 with sort=name by the collation of the language: %s', async (language, codes) => {
    const [who, path] = at();
    expect(codesOf(await allItems<Item>(speaking(who, language), `${path}?sort=name&limit=2`))).toBe(codes);
  });

  it('200: Link keeps sort and filter', async () => {
    const [who, path] = at();
    const { headers } = await who.request('GET', `${path}?visited=false&sort=priority&limit=2`);
    const next = /^<\/api\/v2([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? '';
    expect(codesOf((await who.get<Page<Item>>(next)).items)).toBe('AT');
  });

  it.each([
    ['visited', ['', '1', 'yes', 'TRUE', 'null', 'true&visited=true', 'true&visited=false']],
    ['sort', ['', 'newest', '-addedAt', 'NAME', 'toString', 'name&sort=name']],
  ])('400 validation_failed for unknown values of %s', async (parameter, values) => {
    const [who, path] = at();
    for (const value of values)
      expect([value, await who.problem('GET', `${path}?${parameter}=${value}`)]).toEqual([
        value,
        '400 validation_failed',
      ]);
  });

  it('400 invalid_cursor with another sort, another filter, and for names in another language', async () => {
    const [who, path] = at();
    const ask = async (query: string, cursor: string, language = 'en') => {
      const headers = { 'accept-language': language };
      const answer = await who.request('GET', `${path}?${query}&cursor=${cursor}`, { headers });
      return (answer.body as { code?: string }).code ?? answer.status;
    };
    const queries = ['', 'sort=priority', 'sort=name', 'visited=true', 'visited=false'];
    for (const query of queries) {
      const { nextCursor } = await speaking(who, 'en').get<Page<Item>>(`${path}?${query}&limit=1`);
      for (const other of queries) {
        const expected = query === other ? 200 : 'invalid_cursor';
        expect([query, other, await ask(other, nextCursor ?? '')]).toEqual([query, other, expected]);
      }
      const translated = query === 'sort=name' ? 'invalid_cursor' : 200;
      expect([query, await ask(query, nextCursor ?? '', 'sv')]).toEqual([query, translated]);
      // Another header for the same language.
      expect(await ask(query, nextCursor ?? '', 'xx, en;q=0.5')).toBe(200);
    }
  });
});

it.each(['sort=addedAt', 'sort=priority', 'sort=name', 'visited=false'])(
  'a list that changes during the walk with %s: an unchanged item exactly once, a changed one at most twice',
  async (query) => {
    const cleo = await api.join();
    const codes = ['AT', 'BE', 'CL', 'DE', 'EE', 'FR', 'GR', 'HU'];
    const items = codes.map((countryCode, index) => ({ countryCode, priority: 1 + (index % 3) }));
    await cleo.call(200, 'POST', '/users/me/wishlist/batch', { body: { items } });
    const seen: string[] = [];
    const changed = new Set(['JP', 'PE']);
    for await (const page of walkPages<Item>(cleo, `/users/me/wishlist?${query}&limit=2`)) {
      seen.push(...page.items.map(({ countryCode }) => countryCode));
      // The one that the cursor names is removed, the first one moves, two are new.
      const [first = '', last = ''] = seen.slice(-2);
      if (seen.length > 4) continue;
      await cleo.call(204, 'DELETE', `/users/me/wishlist/${last}`);
      const body = { priority: 5, visited: true };
      await cleo.call(200, 'PUT', `/users/me/wishlist/${first}`, { body });
      await cleo.request('PUT', `/users/me/wishlist/${seen.length === 2 ? 'JP' : 'PE'}`);
      changed.add(first).add(last);
    }
    const unchanged = codes.filter((code) => !changed.has(code));
    expect(unchanged).toHaveLength(4);
    expect(seen.filter((code) => !changed.has(code)).sort()).toEqual(unchanged);
    for (const code of changed) expect(seen.filter((each) => each === code).length).toBeLessThanOrEqual(2);
  },
);

it('items of an older release, without priority and visited, are sorted and found by their defaults', async () => {
  const dora = await api.join();
  await dora.call(201, 'PUT', '/users/me/wishlist/JP', { body: { priority: 1 } });
  await dora.call(201, 'PUT', '/users/me/wishlist/PE');
  const { _id } = await api.userOf(dora);
  await api.db
    .collection('wishlists')
    .updateOne({ _id }, { $unset: { 'items.1.priority': 1, 'items.1.visited': 1 } });
  expect(codesOf(await allItems<Item>(dora, '/users/me/wishlist?visited=false&sort=priority'))).toBe('JP PE');
});
