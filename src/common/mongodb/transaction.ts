import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession, Connection } from 'mongoose';
import { mongo } from 'mongoose';
import { type Backoff, backoff } from '../backoff.js';
import { isWriteCollision } from './mongo-errors.js';
import { ProblemError } from '../problem.js';
import { isTimeout, withTimeout } from '../with-timeout.js';

/** The limit for each operation, and for each transaction with its restarts. */
export const MONGO_DEADLINE_MS = 5000;

/**
 * The `maxTimeMS` of each operation. Shorter than the socket's timeout: an error is an answer, but after a
 * socket timeout the driver retries. Mongoose adds it to its queries; operations on the driver need it.
 */
export const SERVER_DEADLINE_MS = MONGO_DEADLINE_MS - 500;

/** For the command that ends a transaction in MongoDB. */
const END_DEADLINE_MS = 1000;

/** Full jitter: transactions that collided must not start over at the same time. */
const BACKOFF: Backoff = { firstMs: 2, maxMs: 200, jitter: [0, 1] };

/**
 * Runs `work` in one snapshot transaction with majority writes. After a write conflict or a duplicate
 * key, which abort a transaction in MongoDB, it starts over with growing jitter, for 5 s in all.
 *
 * `work` may run many times, so it reads and writes only in its session and keeps no state. It may abort
 * the session to undo everything. Its other errors end the transaction and are rethrown.
 * @throws ProblemError `dependency_unavailable` when the deadline passes
 */
export async function inTransaction<T>(
  connection: Connection,
  work: (session: ClientSession) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + MONGO_DEADLINE_MS;
  for (let attempt = 0; ; attempt++) {
    try {
      return await attemptTransaction(connection, work, deadline);
    } catch (error) {
      if (!isWriteCollision(error)) throw error;
      const pause = pauseBefore(attempt);
      if (performance.now() + pause >= deadline) {
        throw new ProblemError('dependency_unavailable', undefined, { cause: error });
      }
      await sleep(pause);
    }
  }
}

/** One attempt, for callers that decide themselves when to start over (`isWriteCollision`). */
export function tryTransaction<T>(
  connection: Connection,
  work: (session: ClientSession) => Promise<T>,
): Promise<T> {
  return attemptTransaction(connection, work, performance.now() + MONGO_DEADLINE_MS);
}

/** ms before the next attempt of a transaction; `attempt` is counted from 0. */
export function pauseBefore(attempt: number): number {
  return backoff(attempt, BACKOFF);
}

async function attemptTransaction<T>(
  connection: Connection,
  work: (session: ClientSession) => Promise<T>,
  deadline: number,
): Promise<T> {
  const session = await connection.startSession();
  let isOver = false;
  const run = async () => {
    const result = await work(session);
    // Work that ends after the deadline must not commit: its caller has been answered.
    if (!isOver) await commit(session, deadline);
    return result;
  };
  try {
    session.startTransaction({
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority' },
      readPreference: 'primary',
      maxCommitTimeMS: MONGO_DEADLINE_MS,
    });
    return await withTimeout(run(), deadline - performance.now());
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new ProblemError('dependency_unavailable', undefined, { cause: error });
  } finally {
    isOver = true;
    await end(session);
  }
}

/** Aborts an open transaction. On a server that is away it expires by itself. */
async function end(session: ClientSession): Promise<void> {
  const ended = session.inTransaction()
    ? withTimeout(session.endSession(), END_DEADLINE_MS)
    : session.endSession();
  await ended.catch(() => undefined);
}

/**
 * Does nothing if `work` has aborted the session. The outcome of a commit whose answer was lost is
 * unknown; repeating the commit is safe and returns it.
 */
async function commit(session: ClientSession, deadline: number): Promise<void> {
  if (!session.inTransaction()) return;
  for (let attempt = 0; ; attempt++) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      const unknown =
        error instanceof mongo.MongoError && error.hasErrorLabel('UnknownTransactionCommitResult');
      if (!unknown || performance.now() >= deadline) throw error;
      await sleep(pauseBefore(attempt));
    }
  }
}
