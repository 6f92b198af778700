import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { residentMegabytes } from './accounting.ts';
import { compareBodies } from './bodies.ts';
import { startBench } from './instance.ts';
import { COMPARED, type Job, JOB_NAMES, type JobName, JOBS, QUICK_JOBS } from './jobs.ts';
import { writePlots } from './plots.ts';
import { report } from './report.ts';
import {
  moveToLoadCore,
  onServerCore,
  type Server,
  type ServerName,
  SERVERS,
  startServer,
} from './servers.ts';
import {
  costTables,
  floorsOutOfRange,
  medianOf,
  type Results,
  section,
  summary,
  USUAL_CONNECTIONS,
} from './tables.ts';
import { Deliveries, populate, type Traveller } from './travellers.ts';
import { fixedRateWindow, loadWindow, type Target } from './window.ts';

/*
 * `npm run bench`: what a request costs in the service and in its peers. bench/README.md explains the options
 * and the figures.
 */
const QUICK = { rounds: 4, ms: 500, fixedRateMs: 2000, connections: [USUAL_CONNECTIONS], jobs: QUICK_JOBS };
const FULL = {
  rounds: 9,
  ms: 1500,
  fixedRateMs: 10_000,
  connections: [1, USUAL_CONNECTIONS, 256],
  jobs: JOB_NAMES,
};
const SATURATION_SHARE = 0.6;
/** Requests per second, also when a busy machine has saturated early. */
const MIN_RATE = 20;
/** The share of deliveries without an effect that a run may have. */
const MAX_IGNORED = 0.05;
const AT_FIXED_RATE: readonly ServerName[] = ['naive', 'same-work', 'service'];
/** Measurements of earlier runs, which a run of some jobs leaves in place. */
const KEPT = path.resolve(import.meta.dirname, 'results/requests.json');

const { values: options } = parseArgs({
  options: {
    full: { type: 'boolean', default: process.env['BENCH_FULL'] === '1' },
    print: { type: 'boolean', default: false },
    jobs: { type: 'string' },
    servers: { type: 'string' },
    connections: { type: 'string' },
    rounds: { type: 'string' },
    ms: { type: 'string' },
  },
});
const mode = options.full ? FULL : QUICK;
const rounds = Number(options.rounds ?? mode.rounds);
const ms = Number(options.ms ?? mode.ms);
const connections = options.connections?.split(',').map(Number) ?? mode.connections;
const jobs = chosen(options.jobs, JOB_NAMES, mode.jobs);
const allServers = Object.keys(SERVERS) as ServerName[];
const wanted = chosen(options.servers, allServers, allServers);

/** A run of some servers would leave holes in the tables. */
const isPrinted = options.print || options.servers !== undefined;

moveToLoadCore();
const bench = await startBench({}, 0, onServerCore);
const servers = new Map<ServerName, Server>();
const service = await startServer('service', bench);
servers.set('service', service);
const idle = await residentMegabytes(service.pid);
const travellers = await populate(bench, service.url);
const target: Target = {
  bench,
  mongodPid: bench.mongo.replSet.servers[0]?.instanceInfo?.instance.mongodProcess?.pid ?? 0,
  travellers,
  deliveries: new Deliveries(bench, travellers),
};
const answers = await answersOf(service.url, travellers);
for (const name of allServers.filter((each) => each !== 'service' && jobs.some((job) => isUnder(job, each))))
  servers.set(name, await startServer(name, bench, answers));

const compared = await compareBodies(bench, [...servers.values()], travellers, target.deliveries);
progress(`${compared} answers of peers equal those of the first`);

const results: Results = {
  machine: `Node ${process.version}, mongod ${bench.mongod} (one member), ${cpus().length} cores: ${
    onServerCore.length > 0 ? 'one for the server, one for mongod and the load' : 'shared by everything'
  }`,
  megabytes: { idle, loaded: idle },
  windows: {},
  fixedRate: {},
};
for (const job of jobs) {
  for (const count of connections) await measure(job, count);
  if (COMPARED.includes(job) && connections.includes(USUAL_CONNECTIONS)) await measureAtFixedRate(job);
  if (isPrinted) process.stdout.write(`${costTables(results, job).join('\n')}\n`);
  else progress(`${JOBS[job].title}: measured`);
}
results.megabytes.loaded = await residentMegabytes(service.pid);
if (isPrinted) process.stdout.write(summary(results));
else await keep(results);
const ledger = bench.db.collection('webhookEvents');
const ignored = await ledger.countDocuments({ outcome: { $ne: 'applied' } });
// With more connections than users, a delivery can be overtaken by a newer one about the same user.
if (ignored > MAX_IGNORED * (await ledger.countDocuments()))
  throw new Error(`${ignored} webhooks had no effect`);
for (const server of servers.values()) server.child?.kill('SIGTERM');
await bench.stop();
const outOfRange = floorsOutOfRange(results);
for (const each of outOfRange) progress(`THE RUN DOES NOT COUNT. ${each}`);
process.exit(outOfRange.length > 0 ? 1 : 0);

function chosen<T extends string>(list: string | undefined, all: readonly T[], usual: readonly T[]) {
  if (list === undefined) return usual;
  const names = list.split(',') as T[];
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: choose from ${all.join(', ')}`);
  return all.filter((name) => names.includes(name));
}

function isUnder(job: JobName, server: ServerName): boolean {
  return wanted.includes(server) && (JOBS[job] as Job).servers.includes(server);
}

/** All windows of a job: a longer one of each server that warms it up, then each round in another order. */
async function measure(name: JobName, count: number): Promise<void> {
  const under = [...servers.values()].filter((server) => isUnder(name, server.name));
  for (const server of under) await loadWindow(target, server, JOBS[name], count, 2 * ms);
  const bySize = (results.windows[name] ??= {});
  const byServer = (bySize[count] ??= {});
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < under.length; turn++) {
      const server = under[(turn + round) % under.length];
      if (server === undefined) continue;
      (byServer[server.name] ??= []).push(await loadWindow(target, server, JOBS[name], count, ms));
    }
  }
}

/** Latencies at a share of the load that saturates each server. */
async function measureAtFixedRate(name: JobName): Promise<void> {
  const windows = results.windows[name]?.[USUAL_CONNECTIONS];
  for (const server of AT_FIXED_RATE.flatMap((each) => servers.get(each) ?? [])) {
    if (windows?.[server.name] === undefined) continue;
    const saturated = medianOf(windows[server.name], 'requestsPerSecond');
    const rate = Math.max(MIN_RATE, Math.floor(SATURATION_SHARE * saturated));
    const latency = await fixedRateWindow(target, server, JOBS[name], rate, mode.fixedRateMs);
    (results.fixedRate[name] ??= {})[server.name] = latency;
  }
}

/** The bodies that the servers without a database repeat: JSON of path → body. */
async function answersOf(url: string, [traveller]: readonly Traveller[]): Promise<string> {
  const headers = { authorization: `Bearer ${traveller?.token ?? ''}` };
  const paths = ['/api/v2/users/me', '/api/v2/countries', '/health/live'];
  const bodies = await Promise.all(
    paths.map(async (each) => [each, await (await fetch(url + each, { headers })).text()] as const),
  );
  return JSON.stringify(Object.fromEntries(bodies));
}

/** Adds the measurements to those of earlier runs, and rewrites the section and the plots. */
async function keep(measured: Results): Promise<void> {
  const text = await readFile(KEPT, 'utf8').catch(() => '{}');
  const earlier = JSON.parse(text) as Partial<Results>;
  const all: Results = {
    ...measured,
    windows: { ...earlier.windows, ...measured.windows },
    fixedRate: { ...earlier.fixedRate, ...measured.fixedRate },
  };
  await writeFile(KEPT, `${JSON.stringify(all)}\n`);
  await report('requests', section(all, await writePlots(all)));
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
