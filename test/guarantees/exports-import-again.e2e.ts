import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { COUNTRY_CODES } from '../../src/wishlist/countries.js';
import { allItems } from '../support/pages.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 20);
const SEED = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 2 ** 31);
const LIST = '/users/me/wishlist?limit=100';
const BATCH = '/users/me/wishlist/batch';

interface Result {
  status: string;
  item?: object;
}

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

const wishlistOf = async (who: Joined) =>
  (await who.get<{ wishlist: object[] }>('/users/me/export')).wishlist;
const importInto = async (who: Joined, items: readonly object[]) =>
  (await who.call<{ items: Result[] }>(200, 'POST', BATCH, { body: { items, atomic: true } })).items;

/** Notes that are long, or that JSON, MongoDB or a careless client could change. */
const note = fc.oneof(
  fc.constantFrom('', ' ', '$items', '$$NOW', '{"$literal":1}', '\u0001"\\\r\n\u2028', '😀'.repeat(500)),
  fc.string({ unit: 'grapheme', maxLength: 100 }).filter((text) => !text.includes('\0')),
);
const wish = fc.record(
  {
    countryCode: fc.constantFrom(...COUNTRY_CODES),
    note,
    priority: fc.option(fc.integer({ min: 1, max: 5 })),
    visited: fc.boolean(),
    addedAt: fc
      .date({ min: new Date(0), max: new Date(), noInvalidDate: true })
      .map((date) => date.toISOString()),
  },
  { requiredKeys: ['countryCode'] },
);

it('export, deletion, new account, import: the wishlist is the same', async () => {
  process.stdout.write(`seed ${SEED}, ${RUNS} runs\n`);
  await fc.assert(
    fc.asyncProperty(fc.array(wish, { maxLength: 250 }), async (wishes) => {
      const ann = await api.join();
      await importInto(ann, wishes);
      const [exported, listed] = [await wishlistOf(ann), await allItems(ann, LIST)];
      await ann.call(202, 'DELETE', '/users/me');

      const again = await api.join();
      const results = await importInto(again, exported);
      expect(results.map(({ status }) => status)).toEqual(exported.map(() => 'added'));
      expect(await wishlistOf(again)).toEqual(exported);
      expect(await allItems(again, LIST)).toEqual(listed);

      // What the list shows goes in as well, with its names; a second time it changes nothing.
      const results2 = await importInto(again, listed);
      expect(results2.map(({ status, item }) => [status, item])).toEqual(
        listed.map((item) => ['unchanged', item]),
      );
      expect(await wishlistOf(again)).toEqual(exported);
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 300_000);

it.each(['😀', '\u0001', '"', '\\'])(
  'all countries, with the longest notes of %j: the export fits into one batch',
  async (character) => {
    const ann = await api.join();
    for (let start = 0; start < COUNTRY_CODES.length; start += 50) {
      await importInto(
        ann,
        COUNTRY_CODES.slice(start, start + 50).map((countryCode) => ({
          countryCode,
          note: character.repeat(500),
          priority: 3,
          visited: true,
        })),
      );
    }
    const exported = await wishlistOf(ann);
    expect(exported).toHaveLength(250);
    const again = await api.join();
    await importInto(again, exported);
    expect(await wishlistOf(again)).toEqual(exported);
  },
);
