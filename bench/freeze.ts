import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Types } from 'mongoose';
import { type Bench, Durations, startBench } from './instance.ts';
import { type Actor, insertInBatches, join, userDocument } from './population.ts';
import { report } from './report.ts';

/**
 * How long one user's block takes while accounts take turns to follow hundreds of strangers and, last, that
 * user: with mongod on the same machine and 2 ms away, over one instance and two.
 */
const ATTACKERS = 4;
const STRANGERS = 280;
/** Shorter than each wave delayed the star before writes took turns. */
const WAVE_EVERY_MS = 2500;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const LATENCIES_MS = [0, 2];
const INSTANCES = [1, 2];

interface Scene {
  urls: string[];
  star: Actor;
  attackers: Actor[];
  bystander: Actor;
}

async function call(url: string, method: string, path: string, { token }: Actor): Promise<number> {
  const response = await fetch(`${url}/api/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
  });
  await response.arrayBuffer();
  return response.status;
}

/** Measures blocks of an uninvolved account and of an attacker, in turns, and requests that only read. */
class Measured {
  readonly ofBystander = new Durations();
  readonly ofAttacker = new Durations();
  readonly reads = new Durations();
  failures = 0;

  /** Measures for at least one round of the attack, and until `isOver`. */
  async round({ urls, star, attackers, bystander }: Scene, isOver = () => true): Promise<void> {
    const end = performance.now() + ATTACKERS * WAVE_EVERY_MS;
    for (let n = 0; performance.now() < end || !isOver(); n++) {
      const url = urls[n % urls.length] ?? '';
      const attacker = attackers[n % attackers.length] ?? bystander;
      for (const [who, durations] of [
        [bystander, this.ofBystander],
        [attacker, this.ofAttacker],
      ] as const) {
        const path = `/users/me/blocks/${who.id}`;
        await this.time(durations, 204, () => call(url, 'PUT', path, star));
        await call(url, 'DELETE', path, star);
      }
      await this.time(this.reads, 200, () => call(url, 'GET', '/users/me', star));
    }
  }

  private async time(durations: Durations, expected: number, work: () => Promise<number>): Promise<void> {
    const started = performance.now();
    if ((await work()) !== expected) this.failures++;
    durations.add(performance.now() - started);
  }
}

/** Measures during an attack; returns the statuses of the attackers' requests. */
async function underAttack(scene: Scene, strangers: string[], measured: Measured) {
  const { urls, star, attackers } = scene;
  const tokens = attackers.map(({ token }) => token);
  const worker = new Worker(new URL('freeze-attack.ts', import.meta.url), {
    workerData: { urls, strangers, star: star.id, tokens, everyMs: WAVE_EVERY_MS },
  });
  let statuses: Record<string, number> | undefined;
  worker.once('message', (message: Record<string, number>) => {
    statuses = message;
  });
  await once(worker, 'online');
  await measured.round(scene, () => statuses !== undefined);
  return statuses ?? {};
}

async function startInstances(bench: Bench, count: number, latencyMs: number): Promise<string[]> {
  const environment: Record<string, string> = {};
  if (latencyMs > 0) {
    const [, port] = /:(\d+)/.exec(bench.uri) ?? [];
    const workerData = { mongodPort: Number(port), delayMs: latencyMs };
    const proxy = new Worker(new URL('latency-proxy.ts', import.meta.url), { workerData });
    proxy.unref();
    const [proxyPort] = (await once(proxy, 'message')) as [number];
    environment['MONGODB_URI'] = bench.uri
      .replace(/^mongodb:\/\/[^/]+/, `mongodb://127.0.0.1:${proxyPort}`)
      .replace(/\?.*|$/, '?directConnection=true');
  }
  const urls: string[] = [];
  while (urls.length < count) urls.push((await bench.another(environment)).url);
  return urls;
}

const ms = (durations: Durations, share: number) => durations.percentile(share).toFixed(1);
const ratio = (under: Durations, without: Durations) =>
  (under.percentile(0.5) / without.percentile(0.5)).toFixed(2);

const bench = await startBench();
const ids = Array.from({ length: STRANGERS }, () => new Types.ObjectId());
await insertInBatches(bench, 'users', STRANGERS, (index) =>
  userDocument(ids[index] ?? new Types.ObjectId(), index, {}),
);
const rows: string[] = [];
const all: Record<string, number> = {};
for (const latencyMs of LATENCIES_MS) {
  for (const instances of INSTANCES) {
    const scene: Scene = {
      urls: await startInstances(bench, instances, latencyMs),
      star: await join(bench, 'Star'),
      bystander: await join(bench, 'Bystander'),
      attackers: [],
    };
    const [without, under] = [new Measured(), new Measured()];
    // In turns, so that other load of the machine affects both alike.
    for (let round = 0; round <= ROUNDS; round++) {
      scene.attackers = await Promise.all(Array.from({ length: ATTACKERS }, () => join(bench, 'Attacker')));
      // The first round warms up.
      const isCounted = round > 0;
      await (isCounted ? without : new Measured()).round(scene);
      const statuses = await underAttack(
        scene,
        ids.map((id) => String(id)),
        isCounted ? under : new Measured(),
      );
      if (!isCounted) continue;
      for (const [status, count] of Object.entries(statuses)) all[status] = (all[status] ?? 0) + count;
    }
    for (const [what, name] of [
      ['block of a bystander', 'ofBystander'],
      ['block of an attacker', 'ofAttacker'],
      ['`GET /users/me`', 'reads'],
    ] as const) {
      rows.push(
        `| ${latencyMs} ms | ${instances} | ${what} | ${ms(without[name], 0.5)} | ${ms(under[name], 0.5)} | ${ratio(under[name], without[name])} | ${ms(without[name], 0.95)} | ${ms(under[name], 0.95)} | ${ms(under[name], 1)} | ${under.failures} |`,
      );
    }
  }
}
await report(
  'freeze',
  `# A block amid an attack

Node ${process.version}, mongod ${bench.mongod} (one member), 2 cores shared by the processes, database and load. Every ${WAVE_EVERY_MS / 1000} s another account follows ${STRANGERS} strangers at once and the star last, about what the usual limit lets one account ask in a minute. The star blocks (and unblocks) one after the other meanwhile, ${ROUNDS} rounds of ${(ATTACKERS * WAVE_EVERY_MS) / 1000} s in turns with as many without an attack; ms. The last line of each scene reads only: what it loses is the load of the requests themselves. The attackers were answered ${Object.entries(
    all,
  )
    .map(([status, count]) => `${count.toLocaleString('en')} × ${status}`)
    .join(', ')}. Made by \`npm run bench:freeze\`.

| to MongoDB | instances | request | median without | median under | ratio | 95 % without | 95 % under | slowest under | failed |
|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`,
);
await bench.stop();
process.exit(0);
