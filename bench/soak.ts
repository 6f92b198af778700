import { setTimeout as sleep } from 'node:timers/promises';
import { residentMegabytes } from './accounting.ts';
import { addressOf, startBench, startService } from './instance.ts';
import { type Job, JOBS } from './jobs.ts';
import { linePlot, writePlot } from './plots.ts';
import { report } from './report.ts';
import { moveToLoadCore, onServerCore, startServer } from './servers.ts';
import { median } from './tables.ts';
import { Deliveries, populate } from './travellers.ts';
import { loadWindow, type Target } from './window.ts';

/*
 * `npm run bench:soak`: memory and latency of the service, as it ships, over minutes of mixed load; and how
 * long a start takes. `SOAK_SECONDS` shortens it.
 */
const SECONDS = Number(process.env['SOAK_SECONDS'] ?? 600);
const SAMPLE_EVERY_MS = 10_000;
const CONNECTIONS = 64;
const STARTS = 7;
const SETTLED_AFTER_MS = 5000;
/** Of 20 requests, so many of each job. */
const MIX = { me: 9, list: 3, put: 2, card: 2, followers: 1, search: 1, countries: 1, webhook: 1 } as const;

moveToLoadCore();
const bench = await startBench({}, 0, onServerCore);
const service = await startServer('service', bench);
const travellers = await populate(bench, service.url);
const target: Target = {
  bench,
  mongodPid: bench.mongo.replSet.servers[0]?.instanceInfo?.instance.mongodProcess?.pid ?? 0,
  travellers,
  deliveries: new Deliveries(bench, travellers),
};
const startMs: number[] = [];
for (let n = 0; n < STARTS; n++) startMs.push(await measureStart());
await sleep(SETTLED_AFTER_MS);
const idle = await residentMegabytes(service.pid);

const jobs = (Object.keys(MIX) as (keyof typeof MIX)[]).flatMap((name) =>
  Array.from({ length: MIX[name] }, (): Job => JOBS[name]),
);
let calls = 0;
const mixed: Job = {
  title: 'mixed load',
  status: 200,
  // No delivery comes twice.
  once: true,
  servers: ['service'],
  call: (traveller, deliveries) => {
    // 7 and 20 have no common divisor: the jobs are mixed, and each user gets all of them.
    const job = jobs[(calls++ * 7 + Math.floor(calls / travellers.length)) % jobs.length] ?? JOBS.me;
    return job.call(traveller, deliveries);
  },
};
const points: [seconds: number, megabytes: number][] = [[0, idle]];
const p99: number[] = [];
const rates: number[] = [];
const startedAt = performance.now();
const elapsed = () => (performance.now() - startedAt) / 1000;
while (elapsed() < SECONDS) {
  const remaining = Math.max(1000, Math.min(SAMPLE_EVERY_MS, (SECONDS - elapsed()) * 1000));
  const sample = await loadWindow(target, service, mixed, CONNECTIONS, remaining);
  p99.push(sample.p99);
  rates.push(sample.requestsPerSecond);
  points.push([elapsed(), await residentMegabytes(service.pid)]);
}
await sleep(SETTLED_AFTER_MS);
const afterwards = await residentMegabytes(service.pid);
await bench.stop();

const loaded = points.slice(1);
const second = loaded.slice(Math.floor(loaded.length / 2));
const title = 'RSS of the service under mixed load, MB';
const plot = await writePlot('soak', linePlot(title, points), title);
await report(
  'soak',
  `# A soak

Node ${process.version}, mongod ${bench.mongod} (one member); the service as it ships, ${CONNECTIONS} connections, mixed load (${Object.entries(
    MIX,
  )
    .map(([name, share]) => `${name} ${share * 5} %`)
    .join(', ')}) for ${SECONDS} s. Made by \`npm run bench:soak\`.

| what | figure |
|---|---|
| RSS idle, after the start | ${idle.toFixed(0)} MB |
| RSS under load, largest | ${Math.max(...loaded.map(([, megabytes]) => megabytes)).toFixed(0)} MB |
| RSS, slope over the second half | ${slopePerMinute(second).toFixed(2)} MB a minute |
| RSS ${SETTLED_AFTER_MS / 1000} s after the load | ${afterwards.toFixed(0)} MB |
| requests/s, median of the samples | ${median(rates).toFixed(0)} |
| p99, median and largest of the samples (saturated) | ${median(p99).toFixed(1)} ms, ${Math.max(...p99).toFixed(1)} ms |
| start to listening, median of ${STARTS} (${Math.min(...startMs).toFixed(0)}–${Math.max(...startMs).toFixed(0)}) | ${median(startMs).toFixed(0)} ms |

${plot}
`,
);
process.exit(0);

/** From the start of the process to its line "listening", ms. */
async function measureStart(): Promise<number> {
  const started = performance.now();
  const child = startService(bench.variables, onServerCore);
  await addressOf(child);
  const took = performance.now() - started;
  child.kill('SIGKILL');
  return took;
}

/** The slope of the regression line. */
function slopePerMinute(samples: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const [meanX, meanY] = [mean(samples.map(([x]) => x)), mean(samples.map(([, y]) => y))];
  const covariance = mean(samples.map(([x, y]) => (x - meanX) * (y - meanY)));
  const variance = mean(samples.map(([x]) => (x - meanX) ** 2));
  return (covariance / variance) * 60;
}
