import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';
import { findProgram } from '../scripts/apt.ts';
import { freePort } from '../scripts/port.ts';
import { addressOf, type Bench, startBench } from './instance.ts';
import { type Actor, join } from './population.ts';
import { report } from './report.ts';

/** The server's CPU time for a `GET /users/me` with each option; one process per variant, one MongoDB. */
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 6);
const WINDOW_SECONDS = Number(process.env['BENCH_SECONDS'] ?? 4);
const CONNECTIONS = 64;
const PEOPLE = 100;
/** The unit of times in `/proc/<pid>/stat`. */
const TICKS_PER_SECOND = 100;

interface Variant {
  name: string;
  path: string;
  url: string;
  pid: number;
  /** µs of CPU per request, a value per window. */
  costs: number[];
}

const NOTHING = { RATE_LIMIT_MAX: '0', OVERLOAD_EVENT_LOOP_DELAY_MS: '0', LOG_LEVEL: 'silent' };
/** The defaults, with a limit that no request reaches. */
const DEFAULT = { RATE_LIMIT_MAX: '1000000', LOG_LEVEL: 'info' };

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function window(variant: Variant, people: readonly Actor[]): Promise<number> {
  const before = await cpuSeconds(variant.pid);
  const result = await autocannon({
    url: variant.url,
    connections: CONNECTIONS,
    duration: WINDOW_SECONDS,
    requests: people.map(({ token }) => ({
      path: variant.path,
      headers: { authorization: `Bearer ${token}` },
    })),
  });
  if (result.non2xx + result.errors > 0) throw new Error(`${variant.name}: ${result.non2xx} not 2xx`);
  return (((await cpuSeconds(variant.pid)) - before) * 1e6) / result.requests.total;
}

async function startBare(bench: Bench): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, 'peers/bare-node.ts')], {
    env: {
      PATH: process.env['PATH'],
      MONGODB_URI: bench.uri,
      JWKS_URL: `${bench.clerk.url}/.well-known/jwks.json`,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, url: await addressOf(child) };
}

/** Accepts spans and ignores them. */
async function startCollector(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

async function startRedis(): Promise<{ child: ChildProcess; url: string }> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn(await findProgram('redis-server'), args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/tmp',
  });
  for await (const line of createInterface({ input: child.stdout }))
    if (line.includes('Ready to accept')) break;
  return { child, url: `redis://127.0.0.1:${port}` };
}

const bench = await startBench(NOTHING);
const [bare, redis, collector] = [await startBare(bench), await startRedis(), await startCollector()];
const me = '/api/v2/users/me';
const service = async (name: string, environment: Record<string, string>): Promise<Variant> => ({
  name,
  path: me,
  costs: [],
  ...(await bench.another(environment)),
});
const traced = { ...DEFAULT, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
const variants: Variant[] = [
  {
    name: 'node:http and the driver, nothing else',
    path: me,
    url: bare.url,
    pid: bare.child.pid ?? 0,
    costs: [],
  },
  await service('without limits, shedding and logs', NOTHING),
  await service('as it comes: limits in memory, a log line each', DEFAULT),
  await service('limits in Redis', { ...DEFAULT, REDIS_URL: redis.url }),
  await service('a trace of one request in twenty', { ...traced, OTEL_TRACES_SAMPLER_ARG: '0.05' }),
  await service('a trace of each request', traced),
];
const people: Actor[] = [];
for (let n = 0; n < PEOPLE; n++) people.push(await join(bench, `Person ${n}`));

for (const variant of variants) await window(variant, people);
for (let round = 0; round < ROUNDS; round++) {
  // Each round in another order.
  for (let n = 0; n < variants.length; n++) {
    const variant = variants[(n + round) % variants.length];
    if (variant !== undefined) variant.costs.push(await window(variant, people));
  }
}

const [first] = variants;
const base = median(first?.costs ?? []);
const without = median(variants[1]?.costs ?? []);
const rows = variants.map(({ name, costs }) => {
  const cost = median(costs);
  return `| ${name} | ${cost.toFixed(0)} | ${(cost / base).toFixed(2)} | ${(cost / without).toFixed(2)} |`;
});
await report(
  'options',
  `# What options cost

Node ${process.version}, mongod ${bench.mongod} (one member), 2 cores shared by service, database and load. CPU of the server per \`GET /users/me\`, ${CONNECTIONS} connections, ${PEOPLE} people, known tokens; medians of ${ROUNDS} windows of ${WINDOW_SECONDS} s, in turns. Differences under 10 % are not resolved. The service reads once for all requests of a turn of the event loop, the bare server once for each. Made by \`npm run bench:options\`.

| the service | µs | against the bare server | against none of them |
|---|---|---|---|
${rows.join('\n')}
`,
);
bare.child.kill('SIGTERM');
redis.child.kill('SIGTERM');
collector.close();
await bench.stop();
process.exit(0);
