import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { watch } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Child, freshEnvironment, killChildren, startChild } from '../../../../test/support/child.js';
import { eventually } from '../../../../test/support/eventually.js';
import { seededRandom } from '../../src/store/seeded-random.js';
import { type Event, KilledReceiver } from './killed-receiver.js';
import { type Keys, Writer } from './killed-writer.js';

const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 15);
const SEED = Number(process.env['KILL_SEED'] ?? 1);
const WRITERS = 4;
const BIN = join(import.meta.dirname, '../../src/cli/bin.ts');

interface StoredDelivery {
  svixId: string;
  state: string;
  event: Event;
}

const random = seededRandom(SEED);
const receiver = new KilledReceiver(random);
let folder: string;
let stateFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clerk-local-kill-'));
  stateFile = join(folder, 'state');
  await receiver.start();
});
afterAll(async () => {
  await killChildren();
  receiver.close();
  await rm(folder, { recursive: true });
});

async function start(): Promise<{ child: Child; keys: Keys }> {
  const child = startChild(
    process.execPath,
    [BIN, '--port', '0', '--json', '--state', stateFile, '--webhook', receiver.url],
    { cwd: folder, env: freshEnvironment() },
  );
  const [line] = await child.until(/^.*\n/);
  return { child, keys: JSON.parse(line) as Keys };
}

/** A random time of writing, or in every other round until the file is being compacted. */
async function momentToKill(round: number): Promise<void> {
  if (round % 2 === 0) return wait(30 + 400 * random());
  const watcher = watch(folder);
  const compacted = new Promise<void>((resolve) => {
    watcher.on('change', (_type, name) => {
      if (name === 'state.tmp') resolve();
    });
  });
  await Promise.race([compacted, wait(1200)]);
  watcher.close();
}

async function kill(child: Child): Promise<void> {
  process.kill(child.pid, 'SIGKILL');
  await child.exit;
}

async function local<T>(keys: Keys, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${keys.url}/_local${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

async function storedDeliveries(keys: Keys): Promise<StoredDelivery[]> {
  return (await local<{ items: StoredDelivery[] }>(keys, 'GET', '/deliveries')).items;
}

/** Compares what is stored and what was received with what was answered. */
async function verify(keys: Keys, writers: readonly Writer[]): Promise<void> {
  const deliveries = await storedDeliveries(keys);
  const lost = (await Promise.all(writers.map((writer) => writer.verify(keys)))).flat();
  expect(lost).toEqual([]);
  const pending = deliveries.filter(({ state }) => state === 'pending').map(({ event }) => event);
  const known = receiver.keysOf([...receiver.events.values(), ...pending]);
  const expected = writers.flatMap((writer) => writer.expectedEvents);
  expect(expected.filter((key) => !known.has(key))).toEqual([]);
  const delivered = deliveries.filter(({ state }) => state === 'delivered');
  expect(delivered.filter(({ svixId }) => !receiver.events.has(svixId))).toEqual([]);
}

describe('a local Clerk that is killed while it writes', () => {
  it(
    `has everything that it answered, and nothing half, after each of ${ROUNDS} kills`,
    async () => {
      const writers = Array.from({ length: WRITERS }, (_, i) => new Writer(`w${i}`, random));
      const files = new Set<number>();
      for (let round = 0; round < ROUNDS; round += 1) {
        const { child, keys } = await start();
        await verify(keys, writers);
        const moment = momentToKill(round);
        const writing = Promise.all(writers.map((writer) => writer.write(keys)));
        await moment;
        await kill(child);
        await writing;
        files.add((await stat(stateFile)).ino);
      }
      // A snapshot is a new file: the kills met compactions as well.
      expect(files.size).toBeGreaterThan(1);

      const { child, keys } = await start();
      await verify(keys, writers);
      await eventually('every pending webhook is delivered', async () => {
        await local(keys, 'POST', '/clock', { ms: 600_000 });
        return (await storedDeliveries(keys)).every(({ state }) => state !== 'pending');
      });
      const arrived = receiver.keysOf(receiver.events.values());
      const expected = writers.flatMap((writer) => writer.expectedEvents);
      expect(expected.filter((key) => !arrived.has(key))).toEqual([]);
      expect((await storedDeliveries(keys)).filter(({ state }) => state === 'failed')).toEqual([]);
      const answers = writers.reduce((sum, { answers: count }) => sum + count, 0);
      expect(answers).toBeGreaterThan(ROUNDS * WRITERS);
      if (process.env['KILL_ROUNDS'] !== undefined) {
        const applied = writers.reduce((sum, { applied: count }) => sum + count, 0);
        process.stdout.write(
          `${ROUNDS} kills, seed ${SEED}: ${answers} answered writes, ${expected.length} events, ` +
            `${files.size - 1} compactions, ${applied} unanswered writes found whole\n`,
        );
      }
      await kill(child);
    },
    40_000 + ROUNDS * 5_000,
  );
});
