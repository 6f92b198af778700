import { setTimeout as sleep } from 'node:timers/promises';
import mongoose, { type ClientSession, type Connection, Types } from 'mongoose';
import { type Bench, startBench } from './instance.ts';
import { type Actor, join } from './population.ts';
import { report } from './report.ts';

/**
 * Many users follow one account at the same moment, over one, two and four processes of the service. For
 * comparison: without a queue, each follow a transaction with retries, by the plain driver.
 */
const FOLLOWS = Number(process.env['BENCH_FOLLOWS'] ?? 500);
const PROCESSES = [1, 2, 4];
const ROUNDS = 3;

interface Result {
  seconds: number;
  failures: number;
  counter: number;
  edges: number;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function stateOf({ db }: Bench, star: Actor): Promise<{ counter: number; edges: number }> {
  const _id = new Types.ObjectId(star.id);
  const user = await db.collection('users').findOne({ _id });
  return {
    counter: user?.['followersCount'] as number,
    edges: await db.collection('follows').countDocuments({ followeeId: _id }),
  };
}

/** All follows at once, round-robin over the processes. */
async function byService(
  bench: Bench,
  urls: readonly string[],
  actors: Actor[],
  method: string,
): Promise<Result> {
  const star = await join(bench, 'Star');
  const send = (verb: string) =>
    Promise.all(
      actors.map(async ({ token }, index) => {
        const response = await fetch(
          `${urls[index % urls.length] ?? ''}/api/v2/users/me/following/${star.id}`,
          {
            method: verb,
            headers: { authorization: `Bearer ${token}` },
          },
        );
        await response.arrayBuffer();
        return response.status;
      }),
    );
  if (method === 'DELETE') await send('PUT');
  const started = performance.now();
  const statuses = await send(method);
  const seconds = (performance.now() - started) / 1000;
  const failures = statuses.filter((status) => status >= 400).length;
  return { seconds, failures, ...(await stateOf(bench, star)) };
}

/** The design without a queue. It retries without a deadline. */
async function byRetries(
  bench: Bench,
  actors: Actor[],
  connection: Connection,
): Promise<Result & { attempts: number }> {
  const star = await join(bench, 'Star');
  const followeeId = new Types.ObjectId(star.id);
  const [users, follows] = [connection.collection('users'), connection.collection('follows')];
  let attempts = 0;
  const once = async (session: ClientSession, followerId: Types.ObjectId) => {
    session.startTransaction();
    await follows.insertOne({ followerId, followeeId, state: 'following' }, { session });
    await users.updateOne({ _id: followerId }, { $inc: { followingCount: 1 } }, { session });
    await users.updateOne({ _id: followeeId }, { $inc: { followersCount: 1 } }, { session });
    await session.commitTransaction();
  };
  const started = performance.now();
  await Promise.all(
    actors.map(async ({ id }) => {
      const session = await connection.startSession();
      for (let attempt = 0; ; attempt++) {
        attempts++;
        try {
          await once(session, new Types.ObjectId(id));
          break;
        } catch {
          await session.abortTransaction().catch(() => undefined);
          await sleep(Math.random() * Math.min(200, 2 * 2 ** attempt));
        }
      }
      await session.endSession();
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  return { seconds, attempts, failures: 0, ...(await stateOf(bench, star)) };
}

const bench = await startBench({}, Math.max(...PROCESSES));
try {
  const actors: Actor[] = [];
  while (actors.length < FOLLOWS) {
    actors.push(...(await Promise.all(Array.from({ length: 25 }, () => join(bench, 'Fan')))));
  }
  actors.length = FOLLOWS;
  const connection = await mongoose.createConnection(bench.uri, { maxPoolSize: 20 }).asPromise();
  // Each process reads every token and user once beforehand.
  for (const url of bench.urls) await byService(bench, [url], actors, 'PUT');

  const rows: string[] = [];
  let base = Number.NaN;
  for (const [verb, method] of [
    ['follows', 'PUT'],
    ['unfollows', 'DELETE'],
  ] as const) {
    for (const processes of PROCESSES) {
      const results: Result[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        results.push(await byService(bench, bench.urls.slice(0, processes), actors, method));
      }
      const seconds = median(results.map((each) => each.seconds));
      if (Number.isNaN(base)) base = seconds;
      const expected = method === 'PUT' ? FOLLOWS : 0;
      const wrong = results.filter(({ counter, edges }) => counter !== expected || edges !== expected).length;
      rows.push(
        `| ${FOLLOWS} ${verb}, ${processes} process${processes > 1 ? 'es' : ''} | ${seconds.toFixed(2)} | ${Math.max(...results.map((each) => each.seconds)).toFixed(2)} | ${(seconds / base).toFixed(2)} | ${sum(results.map(({ failures }) => failures))} | ${wrong} |`,
      );
    }
  }
  const retried = await byRetries(bench, actors, connection);
  rows.push(
    `| ${FOLLOWS} follows, each by retries (plain driver, no HTTP), ${retried.attempts.toLocaleString('en')} attempts | ${retried.seconds.toFixed(2)} | ${retried.seconds.toFixed(2)} | ${(retried.seconds / base).toFixed(2)} | 0 | ${retried.counter === FOLLOWS && retried.edges === FOLLOWS ? 0 : 1} |`,
  );
  await connection.close();
  await report(
    'popular',
    [
      '# Following one account at once',
      '',
      `Node ${process.version}, mongod ${bench.mongod} (one member), 2 cores shared by the processes, database and load; median and slowest of ${ROUNDS} rounds. Made by \`npm run bench:popular\`.`,
      '',
      '| all at once | median, s | slowest, s | ratio | failed | rounds with a wrong counter |',
      '|---|---|---|---|---|---|',
      ...rows,
      '',
    ].join('\n'),
  );
} finally {
  await bench.stop();
}
