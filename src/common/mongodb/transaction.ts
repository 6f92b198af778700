import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession, Connection } from 'mongoose';
import { mongo } from 'mongoose';
import { type Backoff, backoff } from '../backoff.js';
import { isWriteCollision } from './mongo-errors.js';
import { ProblemError } from '../problem.js';
import { isTimeout, withTimeout } from '../with-timeout.js';

/** No operation and no transaction, restarts included, takes longer. */
export const MONGO_DEADLINE_MS = 5000;

/** For telling mongod that a transaction is over. */
const END_DEADLINE_MS = 1000;

/** Full jitter: transactions that collided must not start over at the same time. */
const BACKOFF: Backoff = { firstMs: 2, maxMs: 200, jitter: [0, 1] };

/**
 * Runs `work` in one snapshot transaction with majority writes, and starts it over whole after a write conflict or a
 * duplicate key (which end a transaction in MongoDB), with growing jitter, for 5 s in all.
 *
 * `work` may run many times, and may abort the session to leave without a trace: it does nothing outside its session, reads what it decides on inside it, and leaves no
 * state behind. Its other errors end the transaction and are rethrown.
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

/**
 * One attempt of the same, for callers that decide themselves when to start over: `isWriteCollision` tells whether an error is a
 * reason to.
 */
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
  try {
    session.startTransaction({
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority' },
      readPreference: 'primary',
      maxCommitTimeMS: MONGO_DEADLINE_MS,
    });
    const result = await withTimeout(work(session), deadline - performance.now());
    await withTimeout(commit(session, deadline), deadline - performance.now());
    return result;
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new ProblemError('dependency_unavailable', undefined, { cause: error });
  } finally {
    // Ends an open transaction as well. A server that is away can't be told; its own limit ends it there, and nobody waits
    // for that.
    await withTimeout(session.endSession(), END_DEADLINE_MS).catch(() => undefined);
  }
}

/**
 * Work that has aborted its session leaves nothing to commit. The outcome of a commit whose answer got lost is unknown; asking again is
 * safe and tells it.
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
