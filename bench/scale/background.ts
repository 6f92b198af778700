import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { type Bench, endWithThisProcess } from '../instance.ts';
import { cpuSeconds, median } from './measure.ts';
import { faultOf, type Profiled, profiled, profileOf, stepOf } from './plans.ts';
import type { World } from './world.ts';

const REPLAYS = 15;
const SENT_WITHIN_MS = 180_000;
const ASK_EVERY_MS = 250;

/** What a command of a job costs mongod: it is taken from mongod's profiler and sent again. */
export interface JobCost {
  name: string;
  plan: string;
  fault: string;
  /** Documents, or keys where it reads no documents, that one command reads. */
  rows: number;
  /** CPU of mongod, µs. */
  perRow: number;
}

interface Job {
  name: string;
  /** Makes the service send it. @returns what ends the work, once the command was sent */
  start: (bench: Bench, world: World) => Promise<() => Promise<void>>;
  collection: string;
  /** In the command. */
  sent: RegExp;
  /** Whether it is sent again and again until it finds no rows: that is awaited, too. */
  untilEmpty?: boolean;
}

const METRICS_TOKEN = 'scale-metrics-token-0123456789abcdef';
export const JOB_ENVIRONMENT = { METRICS_TOKEN };

const JOBS: readonly Job[] = [
  {
    name: 'wishes per country, a chunk',
    start: async (_bench, { url }) => {
      await (await fetch(`${url}/api/v2/countries`)).arrayBuffer();
      return nothing;
    },
    collection: 'wishlists',
    sent: /\$group/,
    untilEmpty: true,
  },
  {
    name: 'a page of the reconciler',
    start: startReconciling,
    collection: 'users',
    sent: /"sort":\{"_id":1\}/,
  },
  {
    name: 'monthly active users, once a minute at most',
    start: async (_bench, { url }) => {
      const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
      await (await fetch(`${url}/metrics`, { headers })).arrayBuffer();
      return nothing;
    },
    collection: 'users',
    sent: /activeOn/,
  },
];

export async function measureJobs(bench: Bench, world: World, mongodPid: number): Promise<JobCost[]> {
  const costs: JobCost[] = [];
  for (const job of JOBS) {
    const isIt = ({ ns, command, op }: Profiled) =>
      ns === `${world.db.databaseName}.${job.collection}` &&
      op !== 'update' &&
      job.sent.test(JSON.stringify(command));
    const entries = await profiled(world.db, async () => {
      const end = await job.start(bench, world);
      try {
        await untilSent(world, job, isIt);
      } finally {
        await end();
      }
    });
    // The last chunk or page may be an empty one.
    const [found] = entries.filter(isIt).sort((a, b) => rowsOf(b) - rowsOf(a));
    if (found === undefined) throw new Error(`${job.name}: its profile is gone`);
    costs.push({ name: job.name, ...(await replay(world, found, mongodPid)) });
  }
  return costs;
}

async function untilSent(
  { db }: World,
  { name, untilEmpty = false }: Job,
  isIt: (entry: Profiled) => boolean,
): Promise<void> {
  const until = performance.now() + SENT_WITHIN_MS;
  while (!(await profileOf(db)).some((entry) => isIt(entry) && rowsOf(entry) > 0 !== untilEmpty)) {
    if (performance.now() > until) throw new Error(`${name}: the service did not send it`);
    await sleep(ASK_EVERY_MS);
  }
}

const nothing = () => Promise.resolve();

const rowsOf = ({ keysExamined = 0, docsExamined = 0 }: Profiled) => docsExamined || keysExamined;

async function replay(world: World, entry: Profiled, mongodPid: number): Promise<Omit<JobCost, 'name'>> {
  const envelope = ['lsid', '$clusterTime', '$db', 'txnNumber', 'readConcern', '$readPreference'];
  const command: mongo.Document = Object.fromEntries(
    Object.entries(entry.command ?? {}).filter(([key]) => !envelope.includes(key)),
  );
  const rows = Math.max(1, rowsOf(entry));
  const perRow: number[] = [];
  for (let n = 0; n < REPLAYS; n++) {
    const before = await cpuSeconds(mongodPid);
    await world.db.command(command);
    perRow.push((((await cpuSeconds(mongodPid)) - before) * 1e6) / rows);
  }
  const step = stepOf(world.db, entry);
  // It returns sums of what it reads, so only the way to read is judged.
  return { plan: step.plan, fault: faultOf({ ...step, returned: step.docs }), rows, perRow: median(perRow) };
}

async function startReconciling({ clerk }: Bench, { uri }: World): Promise<() => Promise<void>> {
  const child = spawn(
    process.execPath,
    [path.resolve(import.meta.dirname, '../../dist/reconcile.js'), '--dry-run'],
    {
      env: {
        PATH: process.env['PATH'],
        MONGODB_URI: uri,
        CLERK_SECRET_KEY: clerk.secretKey,
        CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
        CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSecret,
        CLERK_API_URL: clerk.url,
      },
      stdio: 'ignore',
    },
  );
  const exited = once(child, 'exit');
  endWithThisProcess(child);
  await once(child, 'spawn');
  return async () => {
    child.kill('SIGKILL');
    await exited;
  };
}
