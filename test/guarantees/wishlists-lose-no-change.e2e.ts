import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ApiClient } from '../support/api-client.js';
import type { Page } from '../support/pages.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

/** How many histories are tried; `PROPERTY_RUNS` and `PROPERTY_SEED` repeat or extend a run. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 150);
const SEED = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 2 ** 31);
const COUNTRIES = ['IS', 'JP', 'PE'] as const;

interface Fields {
  note: string;
  priority: number | null;
  visited: boolean;
}
type Item = Fields & { countryCode: string };

let api: TestApp;
let ann: Joined;
/** Ann's, by instance. */
let clients: ApiClient[];
beforeAll(async () => {
  api = await startTestApp();
  ann = await api.join();
  const urls = [api.anonymous.url, await api.secondInstance()];
  clients = urls.map((url) => new ApiClient(url, `Bearer ${ann.token}`));
});
afterAll(() => api.close());

/** Notes that MongoDB would read as expressions, were they not literal. */
const change = fc.record(
  {
    note: fc.constantFrom('', 'Fjords', '$items', '$$NOW', '{"$literal":1}'),
    priority: fc.constantFrom(null, 1, 5),
    visited: fc.boolean(),
  },
  { requiredKeys: [] },
);
const step = fc.record({
  country: fc.constantFrom(...COUNTRIES),
  // Undefined: the country is removed.
  change: fc.option(change, { nil: undefined, freq: 4 }),
  instance: fc.nat({ max: 1 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Batches run one after the other, the steps of a batch at once: few enough to try all their orders. */
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 });

it('adds, changes and removals from parallel clients end as in some order of them', async () => {
  process.stdout.write(`seed ${SEED}, ${RUNS} runs\n`);
  await fc.assert(
    fc.asyncProperty(history, async (batches) => {
      await api.db.collection('wishlists').updateMany({}, { $set: { items: [] } });
      let list = new Map<string, Fields>();
      for (const batch of batches) {
        const answers = await Promise.all(batch.map(send));
        const steps = batch.map((each, index) => ({ ...each, answer: answers[index] ?? '' }));
        const stored = await storedList();
        for (const country of COUNTRIES) {
          const ends = ordersOf(steps.filter((each) => each.country === country))
            .map((order) => play(list.get(country), order))
            .filter((end) => end !== 'other answers');
          expect([steps, ends.map(describeItem)]).toEqual([
            steps,
            expect.arrayContaining([describeItem(stored.get(country))]),
          ]);
        }
        list = stored;
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 600_000);

it('a list shows what the other instance has acknowledged, while many are read and changed', async () => {
  const people = await Promise.all(Array.from({ length: 20 }, () => api.join()));
  await Promise.all(
    people.map(async ({ token }) => {
      const instances = clients.map(({ url }) => new ApiClient(url, `Bearer ${token}`));
      for (let round = 0; round < 25; round++) {
        const [writer, reader] = round % 2 === 0 ? instances : instances.toReversed();
        const [note, country] = [`round ${round}`, COUNTRIES[round % COUNTRIES.length] ?? 'IS'];
        await writer?.request('PUT', `/users/me/wishlist/${country}`, { body: { note } });
        const read = await reader?.get<Page<Item>>('/users/me/wishlist');
        expect(read?.items.find(({ countryCode }) => countryCode === country)?.note).toBe(note);
        if (round % 5 !== 4) continue;
        await writer?.call(204, 'DELETE', `/users/me/wishlist/${country}`);
        const left = await reader?.get<Page<Item>>('/users/me/wishlist');
        expect(left?.items.map(({ countryCode }) => countryCode)).not.toContain(country);
      }
    }),
  );
});

/** Sends the request of a step; returns its status, and the fields of the item in its answer. */
async function send({ country, change, instance }: Step): Promise<string> {
  const client = clients[instance];
  if (client === undefined) throw new Error('No such instance');
  const path = `/users/me/wishlist/${country}`;
  if (change === undefined) return String((await client.request('DELETE', path)).status);
  const { status, body } = await client.request('PUT', path, { body: change });
  return `${status} ${describeItem(body as Item)}`;
}

/** An item by country, as it is stored. A country is there at most once. */
async function storedList(): Promise<Map<string, Fields>> {
  const { _id } = await api.userOf(ann);
  const stored = await api.db.collection<{ _id: typeof _id; items: Item[] }>('wishlists').findOne({ _id });
  const items = stored?.items ?? [];
  const list = new Map(items.map((item) => [item.countryCode, item]));
  expect(items).toHaveLength(list.size);
  return list;
}

type Answered = Step & { answer: string };

/** The item after these steps on its country, one after the other, if they are answered like that. */
function play(item: Fields | undefined, steps: readonly Answered[]): Fields | 'other answers' | undefined {
  let now = item;
  for (const { change, answer } of steps) {
    const isNew = now === undefined;
    now = change && { ...(now ?? { note: '', priority: null, visited: false }), ...change };
    const expected = now === undefined ? '204' : `${isNew ? 201 : 200} ${describeItem(now)}`;
    if (answer !== expected) return 'other answers';
  }
  return now;
}

function describeItem(item: Fields | undefined): string {
  return item === undefined ? 'absent' : JSON.stringify([item.note, item.priority, item.visited]);
}

function ordersOf<T>(all: readonly T[]): T[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((first, index) => ordersOf(all.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}
