import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { COUNTRY_CODES } from '../../src/wishlist/countries.js';
import type { Page } from '../support/pages.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

interface Item {
  countryCode: string;
  name: string;
  note: string;
  priority: number | null;
  visited: boolean;
  addedAt: string;
}
interface Result {
  countryCode: string;
  status: 'added' | 'changed' | 'unchanged' | 'failed';
  item?: Item;
  problem?: { code: string; detail: string };
}

const BATCH = '/users/me/wishlist/batch';
const DEFAULTS = { note: '', priority: null, visited: false };

let api: TestApp;
let ann: Joined;
beforeAll(async () => {
  api = await startTestApp();
});
beforeEach(async () => {
  ann = await api.join();
});
afterAll(() => api.close());

async function send(items: unknown[], more: object = {}): Promise<Result[]> {
  const { items: results } = await ann.call<{ items: Result[] }>(200, 'POST', BATCH, {
    body: { items, ...more },
  });
  return results;
}
const listed = async () => (await ann.get<Page<Item>>('/users/me/wishlist?limit=100')).items;
const statusesOf = (results: readonly Result[]) => results.map((each) => [each.countryCode, each.status]);

describe('POST /users/me/wishlist/batch', () => {
  it('200: adds, changes and leaves items, in the order asked for, and names them in the language', async () => {
    await ann.call(201, 'PUT', '/users/me/wishlist/JP', { body: { note: 'Kyoto', priority: 2 } });
    const known = await ann.call<Item>(201, 'PUT', '/users/me/wishlist/PE', { body: { visited: true } });
    const items = [
      { countryCode: 'no', priority: 1 },
      { countryCode: 'JP', note: 'Nara' },
      { countryCode: 'PE', visited: true },
    ];
    const headers = { 'accept-language': 'de' };
    const { items: results } = await ann.call<{ items: Result[] }>(200, 'POST', BATCH, {
      body: { items },
      headers,
    });
    expect(statusesOf(results)).toEqual([
      ['NO', 'added'],
      ['JP', 'changed'],
      ['PE', 'unchanged'],
    ]);
    expect(results.map(({ item }) => item?.name)).toEqual(['Norwegen', 'Japan', 'Peru']);
    expect(results[0]?.item).toMatchObject({ ...DEFAULTS, priority: 1 });
    expect(results[1]?.item).toMatchObject({ note: 'Nara', priority: 2, visited: false });
    expect(results[2]?.item).toEqual(known);
    const byCode = new Map((await listed()).map((item) => [item.countryCode, item]));
    for (const { countryCode, item } of results)
      expect({ ...byCode.get(countryCode), name: item?.name }).toEqual(item);
  });

  it('200: of two items with one country, the later one wins in its fields', async () => {
    const results = await send([
      { countryCode: 'JP', note: 'Kyoto', priority: 3, addedAt: '2026-01-01T00:00:00.000Z' },
      { countryCode: 'PE' },
      { countryCode: 'jp', note: 'Nara', addedAt: '2026-02-02T00:00:00.000Z' },
      { countryCode: 'JP' },
    ]);
    expect(statusesOf(results)).toEqual([
      ['JP', 'added'],
      ['PE', 'added'],
      ['JP', 'changed'],
      ['JP', 'unchanged'],
    ]);
    const end = { note: 'Nara', priority: 3, addedAt: '2026-01-01T00:00:00.000Z' };
    expect(results.at(-1)?.item).toMatchObject(end);
    expect((await listed()).map(({ countryCode }) => countryCode)).toEqual(['PE', 'JP']);
    expect((await listed())[1]).toMatchObject(end);
  });

  it('200: repeated after a lost answer, it changes nothing', async () => {
    const items = [{ countryCode: 'JP', note: 'Kyoto' }, { countryCode: 'PE' }];
    const first = await send(items);
    const again = await send(items);
    expect(again).toEqual(first.map((each) => ({ ...each, status: 'unchanged' })));
  });

  it('200: addedAt counts for new items only, and is neither ahead of now nor before 1970', async () => {
    const before = Date.now();
    const results = await send([
      { countryCode: 'JP', addedAt: '2024-02-29T12:00:00+02:00' },
      { countryCode: 'PE', addedAt: '2999-01-01T00:00:00Z' },
      { countryCode: 'NO' },
    ]);
    const times = results.map(({ item }) => item?.addedAt ?? '');
    expect(times[0]).toBe('2024-02-29T10:00:00.000Z');
    for (const time of times.slice(1)) {
      expect(Date.parse(time)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
    }
    const old = await send([{ countryCode: 'AT', addedAt: '0000-01-01T00:00:00+14:00' }]);
    expect(old[0]?.item?.addedAt).toBe('1970-01-01T00:00:00.000Z');
    expect((await listed()).at(-1)?.countryCode).toBe('AT');
    const again = await send([{ countryCode: 'JP', addedAt: '2020-01-01T00:00:00.000Z', note: 'Snow' }]);
    expect(again[0]?.item?.addedAt).toBe(times[0]);
  });

  it('200: a bad item fails alone, and says why', async () => {
    const results = await send([
      { countryCode: 'JP' },
      { countryCode: 'ZZ' },
      { countryCode: 'NO', note: 'x'.repeat(501), priority: 6 },
      { countryCode: 'PE', colour: 'red' },
      { note: 'nowhere' },
      null,
      'JP',
      [],
      { countryCode: 7 },
      { countryCode: 'IS', addedAt: 'yesterday' },
      { countryCode: 'IT', addedAt: '2026-02-30T00:00:00Z' },
      { countryCode: 'SE', visited: null },
      { countryCode: '\ud800' },
      { countryCode: 'FR', note: '$items' },
    ]);
    expect(results.map(({ countryCode, problem }) => [countryCode, problem?.code])).toEqual([
      ['JP', undefined],
      ['ZZ', 'unknown_country'],
      ['NO', 'validation_failed'],
      ['PE', 'validation_failed'],
      ['', 'validation_failed'],
      ['', 'validation_failed'],
      ['', 'validation_failed'],
      ['', 'validation_failed'],
      ['', 'validation_failed'],
      ['IS', 'validation_failed'],
      ['IT', 'validation_failed'],
      ['SE', 'validation_failed'],
      ['\ufffd', 'unknown_country'],
      ['FR', undefined],
    ]);
    for (const { status, item, problem } of results) {
      expect([status === 'failed', item === undefined]).toEqual([problem !== undefined, status === 'failed']);
      expect(problem?.detail).not.toBe('');
    }
    expect(results[2]?.problem?.detail).toMatch(/\/note .*500.*; \/priority /);
    expect(new Set((await listed()).map(({ countryCode }) => countryCode))).toEqual(new Set(['JP', 'FR']));
  });

  it('200: a hostile item gets a short answer', async () => {
    const keys = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`key${index}`, 1]));
    const [result] = await send([{ countryCode: 'JP', ...keys }]);
    expect(JSON.stringify(result).length).toBeLessThan(1000);
  });

  it('200: nothing at all, and only bad items', async () => {
    expect(await send([])).toEqual([]);
    expect(statusesOf(await send([{ countryCode: 'ZZ' }]))).toEqual([['ZZ', 'failed']]);
    expect(await listed()).toEqual([]);
  });

  it('200: all countries, with the longest notes in any writing', async () => {
    for (const character of ['😀', '\u0001']) {
      const items = COUNTRY_CODES.map((countryCode) => ({
        countryCode,
        name: 'A name that is ignored',
        note: character.repeat(500),
        priority: 5,
        visited: false,
        addedAt: '2026-11-23T09:30:00.000Z',
      }));
      const results = await send(items, { atomic: true });
      expect(results.map(({ item }) => item?.note)).toEqual(items.map(({ note }) => note));
    }
    expect((await ann.get<{ wishlistCount: number }>('/users/me')).wishlistCount).toBe(250);
  });

  it('200: one write, whatever it holds, and one answer for each item that concurrent batches share', async () => {
    const items = COUNTRY_CODES.slice(0, 100).map((countryCode) => ({ countryCode }));
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(items)));
    const added = answers.flat().filter(({ status }) => status === 'added');
    expect(added.map(({ countryCode }) => countryCode).sort()).toEqual(
      items.map(({ countryCode }) => countryCode).sort(),
    );
    expect(await listed()).toHaveLength(100);
  });

  it('400 validation_failed for what is no batch, and nothing is written', async () => {
    const item = { countryCode: 'JP' };
    for (const body of [
      undefined,
      '',
      'null',
      [item],
      {},
      { items: item },
      { items: null },
      { items: [item], atomic: 'true' },
      { items: [item], dryRun: true },
      { items: Array.from({ length: 251 }, () => item) },
    ]) {
      expect(await ann.problem('POST', BATCH, { body })).toBe('400 validation_failed');
    }
    expect(await listed()).toEqual([]);
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('POST', BATCH, { body: { items: [] } })).toBe('401 unauthenticated');
  });

  it('401 account_deleted, without a wishlist, when the user is deleted just before the write', async () => {
    // The state that a request finds when the fence commits between its read of the user and its write.
    const { _id } = await api.userOf(ann);
    await api.db.collection('wishlists').deleteOne({ _id });
    const body = { items: [{ countryCode: 'JP' }] };
    expect(await ann.problem('POST', BATCH, { body })).toBe('401 account_deleted');
    expect(await api.db.collection('wishlists').findOne({ _id })).toBeNull();
  });

  it('413 above 1 MB, and 415', async () => {
    const large = { body: { items: [{ countryCode: 'JP', note: 'x'.repeat(1024 * 1024) }] } };
    expect(await ann.problem('POST', BATCH, large)).toBe('413 payload_too_large');
    const xml = { body: '<items/>', headers: { 'content-type': 'application/xml' } };
    expect(await ann.problem('POST', BATCH, xml)).toBe('415 unsupported_media_type');
  });

  it('422 batch_failed with atomic and a bad item: a pointer to each fault, and nothing is written', async () => {
    await ann.call(201, 'PUT', '/users/me/wishlist/JP', { body: { note: 'Kyoto' } });
    const before = await listed();
    const items = [
      { countryCode: 'JP', note: 'Nara' },
      { countryCode: 'ZZ' },
      { countryCode: 'NO', note: 7, priority: 0 },
      'PE',
      { countryCode: 'FR' },
    ];
    const { status, body } = await ann.request('POST', BATCH, { body: { items, atomic: true } });
    const { code, errors } = body as { code: string; errors: { pointer: string; detail: string }[] };
    expect([status, code]).toEqual([422, 'batch_failed']);
    expect(errors.map(({ pointer }) => pointer)).toEqual([
      '/items/1/countryCode',
      '/items/2/note',
      '/items/2/priority',
      '/items/3',
    ]);
    expect(await listed()).toEqual(before);
    expect(statusesOf(await send([{ countryCode: 'JP', note: 'Nara' }], { atomic: true }))).toEqual([
      ['JP', 'changed'],
    ]);
  });

  it('422 batch_failed points to every bad item of the largest batch', async () => {
    const items = COUNTRY_CODES.map(() => ({ countryCode: 'ZZ' }));
    const { body } = await ann.request('POST', BATCH, { body: { items, atomic: true } });
    expect((body as { errors: unknown[] }).errors).toHaveLength(250);
  });
});
