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
type List = ReadonlyMap<string, Fields>;

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
const country = fc.constantFrom(...COUNTRIES);
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), country, change }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), country }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      // A country may be there several times, and a bad one among them.
      items: fc.array(fc.record({ country: fc.constantFrom(...COUNTRIES, 'ZZ'), change }), { maxLength: 6 }),
    }),
  },
);
const step = fc.record({ action, instance: fc.nat({ max: 1 }) });
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Rounds run one after the other, the steps of a round at once: few enough to try all their orders. */
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 });

it('adds, changes, removals and batches from parallel clients end as in some order of them', async () => {
  process.stdout.write(`seed ${SEED}, ${RUNS} runs\n`);
  await fc.assert(
    fc.asyncProperty(history, async (rounds) => {
      await api.db.collection('wishlists').updateMany({}, { $set: { items: [] } });
      let list: List = new Map();
      for (const round of rounds) {
        const answers = await Promise.all(round.map(send));
        const steps = round.map((each, index) => ({ ...each, answer: answers[index] ?? '' }));
        const stored = await storedList();
        const ends = ordersOf(steps)
          .map((order) => play(list, order))
          .filter((end) => end !== undefined);
        expect([steps, ends.map(describeList)]).toEqual([
          steps,
          expect.arrayContaining([describeList(stored)]),
        ]);
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

/** Sends the request of a step; returns its status, and what its answer says about each item. */
async function send({ action, instance }: Step): Promise<string> {
  const client = clients[instance];
  if (client === undefined) throw new Error('No such instance');
  if (action.kind === 'batch') {
    const items = action.items.map((each) => ({ countryCode: each.country, ...each.change }));
    const { status, body } = await client.request('POST', '/users/me/wishlist/batch', { body: { items } });
    const results = (body as { items: { status: string; item?: Item }[] }).items;
    return [status, ...results.map((each) => `${each.status} ${describeItem(each.item)}`)].join(', ');
  }
  const path = `/users/me/wishlist/${action.country}`;
  if (action.kind === 'remove') return String((await client.request('DELETE', path)).status);
  const { status, body } = await client.request('PUT', path, { body: action.change });
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

/** The list after these steps, one after the other, if they are answered like that. */
function play(before: List, steps: readonly (Step & { answer: string })[]): List | undefined {
  const list = new Map(before);
  for (const { action, answer } of steps) if (answer !== act(list, action)) return undefined;
  return list;
}

/** Changes the list by an action that runs alone; returns the answer to it. */
function act(list: Map<string, Fields>, action: Action): string {
  switch (action.kind) {
    case 'put': {
      const status = list.has(action.country) ? 200 : 201;
      return `${status} ${describeItem(put(list, action))}`;
    }
    case 'remove':
      list.delete(action.country);
      return '204';
    case 'batch':
      return ['200', ...action.items.map((each) => actInBatch(list, each))].join(', ');
  }
}

function actInBatch(list: Map<string, Fields>, wish: { country: string; change: Partial<Fields> }): string {
  if (wish.country === 'ZZ') return 'failed absent';
  const before = list.get(wish.country);
  const after = describeItem(put(list, wish));
  return `${before === undefined ? 'added' : describeItem(before) === after ? 'unchanged' : 'changed'} ${after}`;
}

function put(
  list: Map<string, Fields>,
  { country, change }: { country: string; change: Partial<Fields> },
): Fields {
  const item = { ...(list.get(country) ?? { note: '', priority: null, visited: false }), ...change };
  list.set(country, item);
  return item;
}

function describeList(list: List): string {
  return COUNTRIES.map((code) => `${code} ${describeItem(list.get(code))}`).join(', ');
}

function describeItem(item: Fields | undefined): string {
  return item === undefined ? 'absent' : JSON.stringify([item.note, item.priority, item.visited]);
}

function ordersOf<T>(all: readonly T[]): T[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((first, index) => ordersOf(all.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}
