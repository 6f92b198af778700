import { Types } from 'mongoose';
import { type Bench, Durations, startBench } from './instance.ts';
import { type Actor, deleteMe, insertInBatches, join, until, userDocument } from './population.ts';
import { report } from './report.ts';

/**
 * What the size of an account costs: the same requests about accounts with 10^3 to 10^6 followers. Each
 * operation should cost the same for every size; the deletion of the account may grow linearly. Times are
 * medians of sequential requests; commands are counted by mongod's profiler.
 */
const SIZES = (process.env['BENCH_SIZES'] ?? '1000,10000,100000,1000000').split(',').map(Number);
const REPEATS = Number(process.env['BENCH_REPEATS'] ?? 200);
/** 100 pages of the smallest account. */
const PAGE = 10;
const HUNDREDTH = 100;
const RELATIONSHIPS = 100;

const OPERATIONS = ['follow', 'unfollow', 'first page', '100th page', 'relationships', 'card'] as const;
type Operation = (typeof OPERATIONS)[number];
type Measured = Record<Operation, { ms: number; commands: number }>;

interface Deleted {
  seconds: number;
  edges: number;
  wrong: number;
}

const requestOf = (actor: Actor, url: string) => async (method: string, path: string) => {
  const response = await fetch(`${url}/api/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${actor.token}` },
  });
  const body = await response.text();
  if (response.status >= 400) throw new Error(`${method} ${path}: ${response.status} ${body}`);
  return body === '' ? {} : (JSON.parse(body) as { nextCursor?: string | null });
};

/** Creates accounts of each size; the followers of a smaller one also follow the larger ones. */
async function populate(bench: Bench): Promise<Actor[]> {
  const largest = Math.max(...SIZES);
  const ids = Array.from({ length: largest }, () => new Types.ObjectId());
  const followed = (index: number) => SIZES.filter((size) => index < size).length;
  await insertInBatches(bench, 'users', largest, (index) =>
    userDocument(ids[index] ?? new Types.ObjectId(), index, { followingCount: followed(index) }),
  );
  const stars: Actor[] = [];
  for (const size of SIZES) {
    const star = await join(bench, 'Star');
    const followeeId = new Types.ObjectId(star.id);
    await insertInBatches(bench, 'follows', size, (index) => ({
      followerId: ids[index],
      followeeId,
      state: 'following',
    }));
    await bench.db.collection('users').updateOne({ _id: followeeId }, { $set: { followersCount: size } });
    stars.push(star);
  }
  return stars;
}

/** Measures all operations on one account. The viewer follows no one before and after. */
async function measure(bench: Bench, star: Actor, viewer: Actor): Promise<Measured> {
  const send = requestOf(viewer, bench.url);
  const list = `/users/${star.id}/followers?limit=${PAGE}`;
  let cursor = '';
  for (let page = 1; page < HUNDREDTH; page++) {
    const { nextCursor } = await send('GET', list + cursor);
    cursor = `&cursor=${String(nextCursor)}`;
  }
  const { items } = (await requestOf(viewer, bench.url)(
    'GET',
    `/users/${star.id}/followers?limit=${RELATIONSHIPS}`,
  )) as { items: { id: string }[] };
  const ids = items.map(({ id }) => `userId=${id}`).join('&');
  const operations: Record<Operation, () => Promise<unknown>> = {
    follow: () => send('PUT', `/users/me/following/${star.id}`),
    unfollow: () => send('DELETE', `/users/me/following/${star.id}`),
    'first page': () => send('GET', list),
    '100th page': () => send('GET', list + cursor),
    relationships: () => send('GET', `/users/me/relationships?${ids}`),
    card: () => send('GET', `/users/${star.id}`),
  };
  const durations = Object.fromEntries(OPERATIONS.map((name) => [name, new Durations()]));
  for (let round = 0; round < REPEATS; round++) {
    // In turns, so that other load of the machine affects all alike.
    for (const name of OPERATIONS) {
      const started = performance.now();
      await operations[name]();
      durations[name]?.add(performance.now() - started);
    }
  }
  const measured = {} as Measured;
  for (const name of OPERATIONS) {
    const ms = durations[name]?.percentile(0.5) ?? Number.NaN;
    measured[name] = { ms, commands: await commandsOf(bench, operations[name]) };
  }
  return measured;
}

/** The number of commands that requests sent to mongod, without the service's background work. */
async function commandsOf(bench: Bench, work: () => Promise<unknown>): Promise<number> {
  await bench.db.db?.command({ profile: 2 });
  await work();
  await bench.db.db?.command({ profile: 0 });
  const names = ['users', 'follows', 'blocks', 'wishlists'].map((name) => `${bench.db.name}.${name}`);
  const count = await bench.db
    .collection('system.profile')
    .countDocuments({ ns: { $in: names }, appName: 'roavelo-api' });
  await bench.db.collection('system.profile').drop();
  return count;
}

async function measureDeletion(bench: Bench, star: Actor): Promise<Deleted> {
  const followeeId = new Types.ObjectId(star.id);
  const started = performance.now();
  const { id } = await deleteMe(bench, star);
  await until(bench, id, 'done.graph');
  const seconds = (performance.now() - started) / 1000;
  const edges = await bench.db.collection('follows').countDocuments({ followeeId });
  const counted = bench.db
    .collection('follows')
    .aggregate<{ n: number }>([{ $match: { state: 'following' } }, { $count: 'n' }]);
  const total = bench.db
    .collection('users')
    .aggregate<{ n: number }>([{ $group: { _id: null, n: { $sum: '$followingCount' } } }]);
  const [left] = await counted.toArray();
  const [sum] = await total.toArray();
  return { seconds, edges, wrong: (sum?.n ?? 0) - (left?.n ?? 0) };
}

const power = (size: number) => `10^${Number(Math.log10(size).toFixed(1))}`;

function plot(title: string, unit: string, values: readonly number[]): string[] {
  const top = Math.max(...values);
  return [
    '```mermaid',
    'xychart-beta',
    `  title "${title}"`,
    `  x-axis "follow edges" [${SIZES.map((size) => `"${power(size)}"`).join(', ')}]`,
    `  y-axis "${unit}" 0 --> ${(top * 1.2).toFixed(2)}`,
    `  line [${values.map((value) => value.toFixed(2)).join(', ')}]`,
    '```',
    '',
  ];
}

const progress = (what: string) => process.stderr.write(`${new Date().toISOString()} ${what}\n`);

const bench = await startBench();
try {
  progress('populating');
  const stars = await populate(bench);
  progress('measuring');
  const viewer = await join(bench, 'Viewer');
  // Warms up caches, pools, the compiler.
  for (const star of stars) await measure(bench, star, viewer);
  const measured: Measured[] = [];
  for (const star of stars) measured.push(await measure(bench, star, viewer));
  const deleted: Deleted[] = [];
  for (const [index, star] of stars.entries()) {
    progress(`deleting ${power(SIZES[index] ?? Number.NaN)}`);
    deleted.push(await measureDeletion(bench, star));
  }

  const row = (name: Operation) => {
    const all = measured.map((each) => each[name]);
    const ms = all.map((each) => each.ms);
    const commands = [...new Set(all.map((each) => each.commands))].join('/');
    const ratio = Math.max(...ms) / Math.min(...ms);
    return `| ${name} | ${ms.map((each) => each.toFixed(2)).join(' | ')} | ${ratio.toFixed(2)} | ${commands} |`;
  };
  const perEdge = deleted.map(({ seconds }, index) => (seconds * 1e6) / (SIZES[index] ?? Number.NaN));
  const relative = (name: Operation) => measured.map((each) => each[name].ms / (measured[0]?.[name].ms ?? 1));
  await report(
    'graph',
    [
      '# The size of an account',
      '',
      `Node ${process.version}, mongod ${bench.mongod} (one member), 2 cores shared by service, database and client; median ms of ${REPEATS} single requests. "Largest ÷ smallest" is over the sizes; commands are all that the request sends to MongoDB, that for the caller's user included. Pages of ${PAGE}; relationships of ${RELATIONSHIPS} users. Made by \`npm run bench:graph\`.`,
      '',
      `| ms, at so many followers | ${SIZES.map(power).join(' | ')} | largest ÷ smallest | commands |`,
      `|---|${'---|'.repeat(SIZES.length + 2)}`,
      ...OPERATIONS.map(row),
      '',
      `| deleting the account | ${SIZES.map(power).join(' | ')} |`,
      `|---|${'---|'.repeat(SIZES.length)}`,
      `| seconds until the graph is erased | ${deleted.map(({ seconds }) => seconds.toFixed(2)).join(' | ')} |`,
      `| µs per edge | ${perEdge.map((each) => each.toFixed(0)).join(' | ')} |`,
      `| edges left | ${deleted.map(({ edges }) => edges).join(' | ')} |`,
      `| counters off by | ${deleted.map(({ wrong }) => wrong).join(' | ')} |`,
      '',
      ...plot('first page, relative to 10^3', 'ratio', relative('first page')),
      ...plot('follow, relative to 10^3', 'ratio', relative('follow')),
      ...plot(
        'deletion, seconds',
        's',
        deleted.map(({ seconds }) => seconds),
      ),
    ].join('\n'),
  );
} finally {
  await bench.stop();
}
