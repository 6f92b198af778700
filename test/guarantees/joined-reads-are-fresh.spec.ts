import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { joinedReads } from '../../src/common/mongodb/read-batcher.js';

/** A query that was started: its keys, and how it ends. */
interface Query {
  keys: readonly string[];
  resolve: () => void;
  reject: (error: Error) => void;
}

let queries: Query[];
let reads: ReturnType<typeof joinedReads<string>>;
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  queries = [];
  reads = joinedReads(
    (keys) =>
      new Promise((resolve, reject) => {
        const number = queries.length;
        queries.push({
          keys,
          resolve: () => {
            resolve(keys.map((key) => `${key}${number}`));
          },
          reject,
        });
      }),
  );
});
afterEach(() => {
  jest.useRealTimers();
});

const turn = () => new Promise((resolve) => setImmediate(resolve));
const keysOfQueries = () => queries.map(({ keys }) => keys);

it('a read alone starts in the same turn of the event loop', async () => {
  void reads.load('a');
  await Promise.resolve();
  await new Promise((resolve) => {
    process.nextTick(resolve);
  });
  expect(keysOfQueries()).toEqual([['a']]);
});

it('a read is never answered by a query that started before it', async () => {
  const first = reads.load('a');
  await turn();
  const [second, third] = [reads.load('a'), reads.load('b')];
  await turn();
  expect(keysOfQueries()).toEqual([['a']]);
  queries[0]?.resolve();
  expect(await first).toBe('a0');
  expect(keysOfQueries()).toEqual([['a'], ['a', 'b']]);
  queries[1]?.resolve();
  expect(await Promise.all([second, third])).toEqual(['a1', 'b1']);
});

it('a query that hangs holds up the others for 50 ms', async () => {
  void reads.load('a');
  await turn();
  const waiting = reads.load('b');
  await turn();
  jest.advanceTimersByTime(49);
  expect(queries.length).toBe(1);
  jest.advanceTimersByTime(1);
  queries[1]?.resolve();
  expect(await waiting).toBe('b1');
});

it('a query that fails fails its own reads only', async () => {
  const failing = reads.load('a');
  await turn();
  const waiting = reads.load('b');
  queries[0]?.reject(new Error('away'));
  await expect(failing).rejects.toThrow('away');
  await turn();
  queries[1]?.resolve();
  expect(await waiting).toBe('b1');
});

it('more reads than fit into one query are all answered', async () => {
  void reads.load('first');
  await turn();
  const many = Array.from({ length: 1100 }, (_, index) => reads.load(String(index)));
  queries[0]?.resolve();
  await turn();
  expect(keysOfQueries().map(({ length }) => length)).toEqual([1, 500, 500, 100]);
  for (const query of queries) query.resolve();
  expect((await Promise.all(many)).length).toBe(1100);
});
