import { setTimeout as sleep } from 'node:timers/promises';
import { Types } from 'mongoose';
import { type Bench, Durations, startBench } from './instance.ts';
import { type Actor, deleteMe, insertInBatches, join, until, userDocument } from './population.ts';
import { report } from './report.ts';

/**
 * What the deletion of a very popular account costs other users: a steady load of them (reading, following,
 * unfollowing, deleting their accounts) is measured before and during the deletion. Also: the archive of a
 * user with very many purchases. Prints a table and writes it to bench/results/deletion.md.
 */
const FOLLOWERS = Number(process.env['BENCH_FOLLOWERS'] ?? 100_000);
const PURCHASES = Number(process.env['BENCH_PURCHASES'] ?? 60_000);
const IDLE_MS = Number(process.env['BENCH_IDLE_MS'] ?? 20_000);
/** Requests per second of the load, well below what two cores can serve: otherwise the queue is measured. */
const RATE = Number(process.env['BENCH_RATE'] ?? 60);
const ACTORS = 200;

type Kind = 'read' | 'follow' | 'unfollow' | 'delete';
const KINDS: readonly Kind[] = ['read', 'follow', 'unfollow', 'delete'];

interface Phase {
  durations: Record<Kind, Durations>;
  failures: Map<number, number>;
}

/** Steady load from the actors until it is stopped; each request is measured from the moment it was due. */
function load(bench: Bench, actors: Actor[], spare: Actor[]): { phase: Phase; stop: () => Promise<void> } {
  const phase: Phase = {
    durations: {
      read: new Durations(),
      follow: new Durations(),
      unfollow: new Durations(),
      delete: new Durations(),
    },
    failures: new Map(),
  };
  const pending = new Set<Promise<void>>();
  let count = 0;
  const fire = () => {
    const index = count++;
    const [actor, other] = [actors[index % actors.length], actors[(index * 7 + 1) % actors.length]];
    if (actor === undefined || other === undefined || actor === other) return;
    // One request in a hundred deletes an account reserved for that.
    const victim = index % 100 === 99 ? spare.pop() : undefined;
    const [kind, method, url, { token }] =
      victim !== undefined
        ? (['delete', 'DELETE', '/users/me', victim] as const)
        : index % 4 === 1
          ? (['follow', 'PUT', `/users/me/following/${other.id}`, actor] as const)
          : index % 4 === 2
            ? (['unfollow', 'DELETE', `/users/me/following/${other.id}`, actor] as const)
            : (['read', 'GET', `/users/${other.id}`, actor] as const);
    const started = performance.now();
    const sent = fetch(`${bench.url}/api/v2${url}`, { method, headers: { authorization: `Bearer ${token}` } })
      .then(async (response) => {
        await response.arrayBuffer();
        phase.durations[kind].add(performance.now() - started);
        if (response.status >= 400) {
          phase.failures.set(response.status, (phase.failures.get(response.status) ?? 0) + 1);
        }
      })
      .finally(() => pending.delete(sent));
    pending.add(sent);
  };
  const timer = setInterval(fire, 1000 / RATE);
  return {
    phase,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(pending);
    },
  };
}

async function measureGraph(bench: Bench): Promise<string[]> {
  const star = await join(bench, 'Star');
  const followeeId = new Types.ObjectId(star.id);
  const ids = Array.from({ length: FOLLOWERS }, () => new Types.ObjectId());
  await insertInBatches(bench, 'users', FOLLOWERS, (index) =>
    userDocument(ids[index] ?? followeeId, index, { followingCount: 1 }),
  );
  await insertInBatches(bench, 'follows', FOLLOWERS, (index) => ({
    followerId: ids[index],
    followeeId,
    state: 'following',
  }));
  await bench.db.collection('users').updateOne({ _id: followeeId }, { $set: { followersCount: FOLLOWERS } });
  const actors = await Promise.all(
    Array.from({ length: ACTORS }, (_, index) => join(bench, `Actor${index}`)),
  );
  const spare = await Promise.all(Array.from({ length: ACTORS }, (_, index) => join(bench, `Spare${index}`)));

  // Warms up caches, pools, the compiler.
  const warm = load(bench, actors, []);
  await sleep(5000);
  await warm.stop();
  const idle = load(bench, actors, spare);
  await sleep(IDLE_MS);
  await idle.stop();
  const busy = load(bench, actors, spare);
  const started = performance.now();
  const { id } = await deleteMe(bench, star);
  await until(bench, id, 'done.graph');
  const seconds = (performance.now() - started) / 1000;
  await busy.stop();

  const left = await bench.db.collection('follows').countDocuments({ followeeId });
  const wrong = await bench.db
    .collection('users')
    .countDocuments({ _id: { $in: ids }, followingCount: { $ne: 0 } });
  const failed = [...idle.phase.failures, ...busy.phase.failures];
  const row = (kind: Kind) => {
    const [before, during] = [idle.phase.durations[kind], busy.phase.durations[kind]];
    const p99 = (each: Durations) => each.percentile(0.99);
    const cells = [
      kind,
      before.values.length,
      p99(before).toFixed(1),
      during.values.length,
      p99(during).toFixed(1),
    ];
    return `| ${cells.join(' | ')} | ${(p99(during) / p99(before)).toFixed(2)} |`;
  };
  const all = (phase: Phase) => {
    const joined = new Durations();
    for (const kind of KINDS) joined.values.push(...phase.durations[kind].values);
    return joined;
  };
  const [before, during] = [all(idle.phase), all(busy.phase)];
  return [
    `${FOLLOWERS.toLocaleString('en')} followers erased in ${seconds.toFixed(1)} s; edges left: ${left}; wrong counters: ${wrong}; answers of 400 and above: ${JSON.stringify(Object.fromEntries(failed))}.`,
    '',
    '| others | idle, n | idle, p99 ms | meanwhile, n | meanwhile, p99 ms | ratio |',
    '|---|---|---|---|---|---|',
    ...KINDS.map(row),
    `| all | ${before.values.length} | ${before.percentile(0.99).toFixed(1)} | ${during.values.length} | ${during.percentile(0.99).toFixed(1)} | ${(during.percentile(0.99) / before.percentile(0.99)).toFixed(2)} |`,
  ];
}

async function measurePurchases(bench: Bench): Promise<string[]> {
  const collector = await join(bench, 'Collector');
  const { id: adminClerkId } = await bench.clerk.createUser(
    { public_metadata: { role: 'admin' } },
    { webhook: false },
  );
  const adminToken = await bench.clerk.mintToken(adminClerkId, { expiresInSeconds: 3600 });
  const userId = new Types.ObjectId(collector.id);
  await insertInBatches(bench, 'purchases', PURCHASES, (index) => ({
    userId,
    attemptId: `pa_bench${index}`,
    attemptUpdatedAt: index,
    item: 'eSIM',
    amount: index,
    currency: 'EUR',
    status: 'paid',
    purchasedAt: new Date(),
    refundedAt: null,
    createdAt: new Date(),
    updatedAt: new Date(),
  }));
  const started = performance.now();
  const { id } = await deleteMe(bench, collector);
  const accepted = performance.now() - started;
  await until(bench, id, 'completedAt');
  const seconds = (performance.now() - started) / 1000;

  const pages = new Durations();
  const seen = new Set<string>();
  let first = 0;
  let last = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const from = performance.now();
    const response = await fetch(
      `${bench.url}/api/v2/admin/deleted-users/${id}/purchases?limit=100${query}`,
      {
        headers: { authorization: `Bearer ${adminToken}` },
      },
    );
    if (response.status !== 200) throw new Error(`A page: ${response.status}`);
    const page = (await response.json()) as { items: { id: string }[]; nextCursor: string | null };
    last = performance.now() - from;
    if (pages.values.length === 0) first = last;
    pages.add(last);
    for (const item of page.items) seen.add(item.id);
    cursor = page.nextCursor;
  }
  return [
    `${PURCHASES.toLocaleString('en')} purchases: accepted after ${accepted.toFixed(0)} ms, completed after ${seconds.toFixed(1)} s (the receipt waits at least the verification delay), read back in ${pages.values.length} pages of 100, ${seen.size.toLocaleString('en')} different ones; per page p50 ${pages.percentile(0.5).toFixed(1)} ms, p99 ${pages.percentile(0.99).toFixed(1)} ms, first ${first.toFixed(1)} ms, last ${last.toFixed(1)} ms.`,
  ];
}

const bench = await startBench({ DELETION_VERIFY_AFTER_MS: '1000' });
try {
  const graph = await measureGraph(bench);
  const purchases = await measurePurchases(bench);
  const text = [
    '# Deleting large accounts',
    '',
    `Node ${process.version}, mongod ${bench.mongod} (one member), 2 cores shared by service, database and load; ${RATE} requests/s from ${ACTORS} others. Made by \`npm run bench:deletion\`.`,
    '',
    ...graph,
    '',
    ...purchases,
    '',
  ].join('\n');
  await report('deletion', text);
} finally {
  await bench.stop();
}
