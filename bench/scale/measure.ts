import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from './operations.ts';
import type { World } from './world.ts';

/** Callers at once: about as many requests are under way in a process that is 60 % busy. */
const CALLERS = 4;
const TIMES = 40;
const IDLE_MS = 1000;

/** CPU µs of the service and of mongod per operation, and its duration in ms; a value per window. */
export interface Costs {
  service: number[];
  mongod: number[];
  p50: number[];
}

/** CPU seconds of all threads of a process, from its scheduler's statistics. */
export async function cpuSeconds(pid: number): Promise<number> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const spent = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/schedstat`, 'utf8').catch(() => '0')),
  );
  return spent.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0) / 1e9;
}

/** What both processes spend in a second without requests. */
export async function idleShares(world: World, mongod: number): Promise<{ service: number; mongod: number }> {
  const before = [await cpuSeconds(world.pid), await cpuSeconds(mongod)] as const;
  await sleep(IDLE_MS);
  const share = (now: number, then: number) => (now - then) / (IDLE_MS / 1000);
  return {
    service: share(await cpuSeconds(world.pid), before[0]),
    mongod: share(await cpuSeconds(mongod), before[1]),
  };
}

let turns = 0;

/**
 * One window: the operation a few dozen times, by a few callers.
 * @param factor how many times as often, to warm up caches, pools, the compiler
 */
export async function measureWindow(
  operation: Operation,
  world: World,
  mongod: number,
  idle: { service: number; mongod: number },
  costs: Costs,
  factor = 1,
): Promise<void> {
  const { times = TIMES * factor, per = 1, alone = false } = operation;
  const durations: number[] = [];
  const first = turns;
  turns += times;
  let next = 0;
  const caller = async () => {
    while (next < times) {
      const turn = first + next++;
      const started = performance.now();
      await operation.run(world, turn);
      durations.push(performance.now() - started);
    }
  };
  const before = { service: await cpuSeconds(world.pid), mongod: await cpuSeconds(mongod) };
  const started = performance.now();
  await Promise.all(Array.from({ length: alone ? 1 : CALLERS }, caller));
  const seconds = (performance.now() - started) / 1000;
  const spent = async (pid: number, since: number, idleShare: number) =>
    (((await cpuSeconds(pid)) - since - idleShare * seconds) * 1e6) / (times * per);
  costs.service.push(await spent(world.pid, before.service, idle.service));
  costs.mongod.push(await spent(mongod, before.mongod, idle.mongod));
  costs.p50.push(median(durations) / per);
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
