import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientSession, type Connection, mongo } from 'mongoose';
import { isUnavailable } from '../common/mongo-errors.js';
import { ProblemError } from '../common/problem.js';
import { inTransaction } from '../common/transaction.js';
import { findAll, sha256 } from './reading.js';
import type { AmountUnit } from './seed-purchase.js';
import { Tally } from './tally.js';

const TRIES = 10;
const PAUSE_MS = 1000;
const DUPLICATE_KEY = 11000;

/** Of a later migration: the users it has brought, until it ends. A kill loses none of them. */
export const PENDING = 'migrationPending';

/** What a dry run would have written; real runs ask the database. It keeps names and ids only. */
export interface Imagined {
  buried: Set<string>;
  users: Map<string, mongo.ObjectId>;
  usernames: Set<string>;
}

/** One run of a migration: the two databases, and what is counted. */
export class Run {
  readonly tally = new Tally();
  readonly imagined: Imagined | undefined;

  constructor(
    readonly from: Connection,
    readonly to: Connection,
    readonly options: {
      dryRun: boolean;
      unit: AmountUnit;
      /** A migration into this database has come to its end before. */
      isLater: boolean;
    },
  ) {
    this.imagined = options.dryRun
      ? { buried: new Set(), users: new Map(), usernames: new Set() }
      : undefined;
  }

  /**
   * Does `work` in a transaction and counts what it counted, once that is committed. A dry run does it outside any, and `work`
   * writes nothing without a session. A database that is away or busy is waited for.
   */
  async commit(work: (tally: Tally, session: ClientSession | undefined) => Promise<void>): Promise<void> {
    const once = async (session?: ClientSession) => {
      const tally = new Tally();
      await work(tally, session);
      return tally;
    };
    this.tally.addAll(await patiently(() => (this.imagined ? once() : inTransaction(this.to, once))));
  }

  /** Which of these Clerk ids have a tombstone here. */
  async buried(clerkIds: readonly string[], session: ClientSession | undefined): Promise<Set<string>> {
    const hashes = new Map(clerkIds.map((clerkId) => [sha256(clerkId), clerkId]));
    const filter = { subjectHash: { $in: [...hashes.keys()] } };
    const found = await findAll(this.to, 'deletedUsers', filter, { projection: { subjectHash: 1 }, session });
    const imagined = clerkIds.filter((clerkId) => this.imagined?.buried.has(clerkId));
    return new Set([...imagined, ...found.flatMap(({ subjectHash }) => hashes.get(String(subjectHash)) ?? [])]);
  }

  /** The ids under which the people of these Clerk ids live here. */
  async living(
    clerkIds: readonly string[],
    session: ClientSession | undefined,
  ): Promise<Map<string, mongo.ObjectId>> {
    const filter = { clerkId: { $in: clerkIds } };
    const found = await findAll(this.to, 'users', filter, { projection: { clerkId: 1 }, session });
    const living = new Map(found.map(({ clerkId, _id }) => [String(clerkId), _id as mongo.ObjectId]));
    for (const clerkId of clerkIds) {
      const imagined = this.imagined?.users.get(clerkId);
      if (imagined !== undefined) living.set(clerkId, imagined);
    }
    return living;
  }
}

/** Tries again for some time while a database is away or busy. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === TRIES || !isAway(error)) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/** MongoDB did not answer, or not in time: the same can succeed later. */
export function isAway(error: unknown): boolean {
  if (error instanceof ProblemError) return !isDuplicate(error.cause);
  return isUnavailable(error);
}

/** A unique index refuses a document, however often it is tried. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;
}
