import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Bench, startBench } from './instance.ts';
import { report } from './report.ts';
import { JOB_ENVIRONMENT, measureJobs } from './scale/background.ts';
import { storageOf } from './scale/load.ts';
import { type Costs, idleShares, measureWindow, median } from './scale/measure.ts';
import {
  deepCursor,
  type Operation,
  operationsOf,
  prepareLeavers,
  untilDeleted,
} from './scale/operations.ts';
import { type Step, stepsOf } from './scale/plans.ts';
import { type Measured, type Scale, scaleReport } from './scale/report.ts';
import { openWorld, type World } from './scale/world.ts';

/**
 * What the hot operations cost with 10^6 users and 10^7 edges, compared with 10^3 and 10^4, and how mongod
 * executes each of their commands. `SCALE_USERS` and `SCALE_EDGES` are the larger size; `SCALE_KEEP` is a
 * folder whose data is kept for the next run (it takes 5 GB). bench/README.md has the other variables.
 */
const SMALL = { users: 1000, edges: 10_000 };
const LARGE = {
  users: Number(process.env['SCALE_USERS'] ?? 1e6),
  edges: Number(process.env['SCALE_EDGES'] ?? 1e7),
};
const WINDOWS = Number(process.env['SCALE_WINDOWS'] ?? 9);
const WARM_UP = Number(process.env['SCALE_WARM_UP'] ?? 8);
const CACHE_GIB = Number(process.env['SCALE_CACHE_GIB'] ?? 3);
const KEEP = process.env['SCALE_KEEP'];
const PORT = 27_218;
/** As it ships, with a limit that no request reaches, and deletions that end soon. */
const ENVIRONMENT = { RATE_LIMIT_MAX: '1000000', DELETION_VERIFY_AFTER_MS: '1000', ...JOB_ENVIRONMENT };

const progress = (step: string) => process.stderr.write(`${new Date().toISOString()} ${step}\n`);

/** Reads everything once: a machine for this data has the memory for it. */
async function warm({ db }: World): Promise<void> {
  for (const name of ['users', 'wishlists', 'follows', 'webhookEvents', 'purchases']) {
    await db.collection(name).countDocuments({ nothing: 1 });
  }
}

async function measureAll(
  worlds: readonly World[],
  mongodPid: number,
  operations: readonly Operation[],
): Promise<Map<World, Map<Operation, Costs>>> {
  const all = new Map(worlds.map((world) => [world, new Map(operations.map((each) => [each, empty()]))]));
  const idle = new Map<World, { service: number; mongod: number }>();
  for (let window = -1; window < WINDOWS; window++) {
    progress(window < 0 ? 'warming up' : `window ${window + 1} of ${WINDOWS}`);
    for (const world of worlds) idle.set(world, await idleShares(world, mongodPid));
    for (const operation of operations) {
      const inTurns = window % 2 === 0 ? worlds : worlds.toReversed();
      for (const world of inTurns) {
        if (operation.per !== undefined) await prepareLeavers(world, 1);
        const costs = all.get(world)?.get(operation);
        const share = idle.get(world);
        if (costs === undefined || share === undefined) continue;
        if (window >= 0) await measureWindow(operation, world, mongodPid, share, costs);
        else await measureWindow(operation, world, mongodPid, share, empty(), WARM_UP);
      }
    }
  }
  return all;
}

const empty = (): Costs => ({ service: [], mongod: [], p50: [] });

function measured(costs: Costs | undefined, steps: Step[]): Measured {
  const { service, mongod, p50 } = costs ?? empty();
  return { service: median(service), mongod: median(mongod), p50: median(p50), steps };
}

/** The commands of each operation, run once alone. */
async function plansOf(world: World, operations: readonly Operation[]): Promise<Step[][]> {
  const plans: Step[][] = [];
  for (const operation of operations) {
    if (operation.per !== undefined) await prepareLeavers(world, 1);
    plans.push(await stepsOf(world.db, () => operation.run(world, 1_000_000)));
  }
  return plans;
}

const RESULTS = path.resolve(import.meta.dirname, 'results/scale.json');

/** Measures everything. The results so far are written before the jobs, which may fail. */
async function scaleOf(bench: Bench): Promise<Scale> {
  const [small, large] = [
    await openWorld(bench, SMALL, progress, ENVIRONMENT),
    await openWorld(bench, LARGE, progress, ENVIRONMENT),
  ];
  const worlds = [small, large];
  progress('reading everything once');
  for (const world of worlds) await warm(world);
  const cursors = new Map<string, string>();
  for (const world of worlds) cursors.set(world.url, await deepCursor(world));
  const mongodPid = bench.mongo.replSet.servers[0]?.instanceInfo?.instance.mongodProcess?.pid ?? 0;
  const operations = operationsOf(bench, cursors);
  const costs = await measureAll(worlds, mongodPid, operations);
  progress('asking for plans');
  for (const world of worlds) await untilDeleted(world);
  const plans = [await plansOf(small, operations), await plansOf(large, operations)];
  const followers = ({ population }: World) => population.followersOf(population.userOfRank(0));
  const scale: Scale = {
    node: process.version,
    mongod: bench.mongod,
    cacheGiB: CACHE_GIB,
    windows: WINDOWS,
    small: SMALL,
    large: LARGE,
    starFollowers: { small: followers(small), large: followers(large) },
    operations: operations.map((operation, index) => ({
      name: operation.name,
      small: measured(costs.get(small)?.get(operation), plans[0]?.[index] ?? []),
      large: measured(costs.get(large)?.get(operation), plans[1]?.[index] ?? []),
    })),
    jobs: { small: [], large: [] },
    storage: await storageOf(large.db),
    loaded: large.loaded,
  };
  await write(scale);
  progress('measuring jobs');
  const jobs = {
    small: await measureJobs(bench, small, mongodPid),
    large: await measureJobs(bench, large, mongodPid),
  };
  return { ...scale, jobs };
}

const write = (scale: Scale) => writeFile(RESULTS, `${JSON.stringify(scale, undefined, 2)}\n`);

const bench = await startBench({}, 0, [], {
  args: ['--wiredTigerCacheSizeGB', String(CACHE_GIB)],
  ...(KEEP === undefined ? {} : { dbPath: KEEP, port: PORT }),
});
try {
  const scale = await scaleOf(bench);
  await write(scale);
  await report('scale', scaleReport(scale));
} finally {
  await bench.stop();
}
