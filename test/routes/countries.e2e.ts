import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import isoCountries from 'i18n-iso-countries';
import { eventually } from '../support/eventually.js';
import { allPages, type Page } from '../support/pages.js';
import { plansOf } from '../support/query-plans.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

interface Country {
  code: string;
  name: string;
  wantedBy: number | null;
}
type CountryList = Page<Country>;

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

describe('GET /countries', () => {
  it('304 for a caller that has the answer; another language is another answer', async () => {
    const tagIn = async (language: string) =>
      String(
        (
          await api.anonymous.request('GET', '/countries', { headers: { 'accept-language': language } })
        ).headers.get('etag'),
      );
    const [english, german] = [await tagIn('en'), await tagIn('de')];
    expect(english).not.toBe(german);
    const statusWith = async (tag: string, language: string) =>
      (
        await api.anonymous.request('GET', '/countries', {
          headers: { 'if-none-match': tag, 'accept-language': language },
        })
      ).status;
    expect(await statusWith(`"x", ${german}`, 'de')).toBe(304);
    expect(await statusWith(german, 'en')).toBe(200);
  });

  it('200 in English when a thousand unknown languages precede', async () => {
    const header = `${Array.from({ length: 1000 }, (_, index) => `x-${index}`).join(',')},pt`;
    const { status, headers } = await api.anonymous.request('GET', '/countries', {
      headers: { 'accept-language': header },
    });
    expect([status, headers.get('content-language')]).toEqual([200, 'en']);
  });

  it('200: the codes of ISO 3166-1, and XK', async () => {
    const { items } = await api.anonymous.get<CountryList>('/countries');
    const expected = new Set([...Object.keys(isoCountries.getAlpha2Codes()), 'XK']);
    expect(new Set(items.map(({ code }) => code))).toEqual(expected);
    expect(items).toHaveLength(250);
  });

  it.each([
    ['de', 'de', 'Japan', 'Ägypten'],
    ['pt-BR, en;q=0.1', 'pt-BR', 'Japão', 'Egito'],
    ['zz, ja;q=0.9', 'ja', '日本', 'エジプト'],
    ['en-u-nu-thai', 'en', 'Japan', 'Egypt'],
    ['*', 'en', 'Japan', 'Egypt'],
    ['', 'en', 'Japan', 'Egypt'],
    [';;;,,=q', 'en', 'Japan', 'Egypt'],
  ])('Accept-Language: %s → %s', async (language, locale, japan, egypt) => {
    const response = await api.anonymous.request('GET', '/countries', {
      headers: { 'accept-language': language },
    });
    const { items } = response.body as CountryList;
    const name = (code: string) => items.find((item) => item.code === code)?.name;
    expect([name('JP'), name('EG')]).toEqual([japan, egypt]);
    expect(response.headers.get('content-language')).toBe(locale);
    expect(response.headers.get('vary')).toMatch(/accept-language/i);
    expect(response.headers.get('cache-control')).toBe('public, max-age=60');
  });
});

describe('GET /countries: wantedBy', () => {
  const wantedBy = async (code: string) =>
    (await api.anonymous.get<{ wantedBy: number | null }>(`/countries/${code}`)).wantedBy;
  /** Counted in the background. */
  const until = (code: string, expected: number | null) =>
    eventually(`${code} is wanted by ${expected}`, async () => (await wantedBy(code)) === expected);
  const all = (people: readonly Person[], path: string) =>
    Promise.all(people.map((person) => person.request('PUT', path)));

  it('from five users on; visited countries and deleted users do not count', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => api.join()));
    const [first, second] = people.splice(0, 2) as unknown as [Person, Person];
    await all(people, '/users/me/wishlist/BT');
    await all([first, second, ...people], '/users/me/wishlist/NP');
    await until('NP', 6);
    expect(await wantedBy('BT')).toBeNull();
    const { items } = await api.anonymous.get<CountryList>('/countries');
    expect(items.filter((item) => item.wantedBy !== null)).toEqual([
      { code: 'NP', name: 'Nepal', wantedBy: 6 },
    ]);

    await first.call(202, 'DELETE', '/users/me');
    await until('NP', 5);
    const batch = (...items: object[]) =>
      second.call(200, 'POST', '/users/me/wishlist/batch', { body: { items } });
    await batch({ countryCode: 'BT' }, { countryCode: 'JP' });
    await until('BT', 5);
    await batch({ countryCode: 'BT', visited: true });
    await second.call(204, 'DELETE', '/users/me/wishlist/NP');
    await until('NP', null);
    expect(await wantedBy('BT')).toBeNull();
  });

  it('requests count nothing, and the background count walks the primary key', async () => {
    const plans = await plansOf(api.db, 'wishlists', async () => {
      for (let n = 0; n < 200; n++) await api.anonymous.get('/countries/JP');
    });
    // One count takes two reads: a chunk, and an empty one.
    expect(plans.length).toBeLessThan(100);
    for (const { planSummary } of plans) expect(planSummary).toBe('IXSCAN { _id: 1 }');
  });
});

describe('GET /countries/{code}/people', () => {
  type CardPage = Page<{ id: string; relationship: Record<string, unknown> }>;
  const ids = ({ items }: CardPage) => items.map(({ id }) => id);
  const follow = (who: Person, whom: { id: string }) =>
    who.call<{ state: string }>(200, 'PUT', `/users/me/following/${whom.id}`);

  it('200: users whom the viewer follows and who want to go, without those who have been there', async () => {
    const ann = await api.join();
    const [bob, carl, dora, eve] = [await api.join(), await api.join(), await api.join(), await api.join()];
    for (const person of [bob, dora, eve]) await person.call(201, 'PUT', '/users/me/wishlist/IS');
    await carl.call(201, 'PUT', '/users/me/wishlist/FI');
    await eve.call(200, 'PUT', '/users/me/wishlist/IS', { body: { visited: true } });
    for (const person of [bob, carl, eve]) await follow(ann, person);
    const page = await ann.get<CardPage>('/countries/is/people');
    expect(ids(page)).toEqual([bob.id]);
    expect(page.items[0]?.relationship).toMatchObject({ following: true });
  });

  it('200: a private account after it accepted the follower, and not after it blocked them', async () => {
    const [ann, bob] = [await api.join(), await api.join()];
    await bob.call(201, 'PUT', '/users/me/wishlist/IS');
    await bob.call(200, 'PATCH', '/users/me', { body: { visibility: 'private' } });
    expect(await follow(ann, bob)).toEqual({ state: 'requested' });
    expect(ids(await ann.get('/countries/IS/people'))).toEqual([]);
    await bob.call(200, 'PUT', `/users/me/follow-requests/${ann.id}`);
    expect(ids(await ann.get('/countries/IS/people'))).toEqual([bob.id]);
    await bob.call(204, 'PUT', `/users/me/blocks/${ann.id}`);
    expect(ids(await ann.get('/countries/IS/people'))).toEqual([]);
  });

  it('200: in pages, each user once', async () => {
    const ann = await api.join();
    const people: string[] = [];
    for (let n = 0; n < 5; n++) {
      const person = await api.join();
      await person.call(201, 'PUT', '/users/me/wishlist/IS');
      await follow(ann, person);
      people.unshift(person.id);
    }
    const pages = await allPages<CardPage['items'][number]>(ann, '/countries/IS/people?limit=3');
    expect(pages.map(({ items }) => items.length)).toEqual([3, 2]);
    expect(pages.flatMap(ids)).toEqual(people);
    expect(await ann.problem('GET', `/countries/FI/people?cursor=${String(pages[0]?.nextCursor)}`)).toBe(
      '400 invalid_cursor',
    );
  });

  it('400 validation_failed, 401 unauthenticated, 404 not_found', async () => {
    const ann = await api.join();
    expect(await ann.problem('GET', '/countries/IS/people?limit=x')).toBe('400 validation_failed');
    expect(await api.anonymous.problem('GET', '/countries/IS/people')).toBe('401 unauthenticated');
    expect(await ann.problem('GET', '/countries/ZZ/people')).toBe('404 not_found');
  });
});

describe('GET /countries/{code}', () => {
  it('200 for a code in any case', async () => {
    expect(await api.anonymous.get('/countries/jp')).toEqual({
      code: 'JP',
      name: 'Japan',
      wantedBy: null,
    });
    expect(await api.anonymous.get('/countries/XK')).toMatchObject({
      code: 'XK',
      name: 'Kosovo',
    });
  });

  it('304 for a caller that has the answer', async () => {
    const { headers } = await api.anonymous.request('GET', '/countries/EG');
    const tag = String(headers.get('etag'));
    const again = await api.anonymous.request('GET', '/countries/EG', { headers: { 'if-none-match': tag } });
    expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', tag]);
    for (const header of ['cache-control', 'content-language', 'vary']) {
      expect(again.headers.get(header)).toBe(headers.get(header));
    }
    const german = { 'if-none-match': tag, 'accept-language': 'de' };
    expect((await api.anonymous.request('GET', '/countries/EG', { headers: german })).status).toBe(200);
  });

  it('404 not_found', async () => {
    for (const code of ['ZZ', 'constructor', '%2e%2e', 'J']) {
      expect(await api.anonymous.problem('GET', `/countries/${code}`)).toBe('404 not_found');
    }
  });
});
