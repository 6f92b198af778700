import { setTimeout as sleep } from 'node:timers/promises';
import { getModelToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Lock, LockSchema } from '../common/mongodb/lock.schema.js';
import { type Lease, LocksService } from '../common/mongodb/locks.service.js';
import { missingIndexes } from '../common/mongodb/missing-indexes.js';
import { createCollectionsAndIndexes, modelsOf } from './schemas.js';

export const MIGRATIONS_COLLECTION = 'schemaMigrations';
const LOCK = 'schema-migrations';
const ASK_EVERY_MS = 250;
/** Short, because all other instances wait for it, also after a start that was stopped midway. */
const LEASE_MS = 15_000;
const RENEW_EVERY_MS = 4000;

/** A change of collections or indexes. Idempotent, because it may run again after a crash. */
interface SchemaMigration {
  name: string;
  up: (connection: Connection) => Promise<void>;
}

/**
 * Run in this order, each once per database. New ones are appended, old ones stay. Instances of the
 * previous version are still running: a migration adds what the new version needs and removes only what
 * the old one doesn't need (docs/operations.md).
 */
export const SCHEMA_MIGRATIONS: readonly SchemaMigration[] = [
  // Uses the current schemas, so on a new database the later migrations have nothing to do.
  { name: '0001-collections-and-indexes', up: createCollectionsAndIndexes },
  {
    name: '0002-drop-replaced-indexes',
    up: async (connection) => {
      // Replaced by indexes with longer keys.
      await dropIndex(connection, 'follows', 'followeeId_1_state_1__id_-1');
      await dropIndex(connection, 'follows', 'followerId_1_state_1__id_-1');
      await dropIndex(connection, 'blocks', 'blockedId_1__id_-1');
    },
  },
  // `users.activeOn`.
  { name: '0003-active-users', up: createCollectionsAndIndexes },
  {
    name: '0004-deletions-are-the-queue',
    up: async (connection) => {
      await createCollectionsAndIndexes(connection);
      await dropIndex(connection, 'deletions', 'completedAt_1');
    },
  },
  // Indexes for the whole ledger, and for the audit log by two filters.
  { name: '0005-admin-lists', up: createCollectionsAndIndexes },
  // `deletionUsernames`.
  { name: '0006-held-usernames', up: createCollectionsAndIndexes },
  // `deletedUsers.keptUntil`. The sweep `archive_dates` sets the dates, because it knows the configuration.
  { name: '0007-archives-kept-until', up: createCollectionsAndIndexes },
  // Longer keys in `wishlists` and `blocks`. 0.1.0 still uses the indexes that they replace.
  { name: '0008-longer-indexes', up: createCollectionsAndIndexes },
];

type Log = (fields: { msg: string; migration?: string; indexes?: string[] }) => void;

/**
 * Brings the database to this version, one instance at a time; the others wait. Recreates indexes that
 * were dropped or whose build failed. With nothing to do it only reads.
 * @param log called for each migration
 */
export async function migrateSchema(connection: Connection, log: Log): Promise<void> {
  const models = modelsOf(connection);
  const locks = new LocksService(connection.model(getModelToken(Lock.name), LockSchema));
  let isWaiting = false;
  for (;;) {
    const isPending = await hasPending(connection);
    const missing = isPending ? [] : await missingIndexes(models);
    if (!isPending && missing.length === 0) return;
    const lease = await locks.take(LOCK, 0, LEASE_MS);
    if (lease === undefined) {
      if (!isWaiting) log({ msg: 'waiting for the schema migrations of another instance' });
      isWaiting = true;
      await sleep(ASK_EVERY_MS);
      continue;
    }
    await holding(lease, async () => {
      await migrate(connection, log);
      if (missing.length === 0) return;
      await createCollectionsAndIndexes(connection);
      log({ msg: 'missing indexes made again', indexes: missing.map(({ name }) => name) });
    });
  }
}

/** Whether a migration isn't recorded by umzug yet. */
async function hasPending(connection: Connection): Promise<boolean> {
  const records = await recordsOf(connection).find().toArray();
  const executed = new Set(records.map(({ migrationName }) => migrationName));
  return SCHEMA_MIGRATIONS.some(({ name }) => !executed.has(name));
}

async function migrate(connection: Connection, log: Log): Promise<void> {
  // Only here: its command line loads 300 files, which most starts don't need.
  const { MigrationError, MongoDBStorage, Umzug } = await import('umzug');
  const umzug = new Umzug({
    migrations: SCHEMA_MIGRATIONS.map(({ name, up }) => ({ name, up: () => up(connection) })),
    storage: new MongoDBStorage({ collection: recordsOf(connection) }),
    logger: undefined,
  });
  umzug.on('migrated', ({ name }) => {
    log({ msg: 'schema migrated', migration: name });
  });
  try {
    await umzug.up();
  } catch (error) {
    // The cause without umzug's message, which quotes the documents that MongoDB refuses.
    throw error instanceof MigrationError ? error.cause : error;
  }
}

/** The migrations that the database has been through. */
function recordsOf(connection: Connection) {
  return connection.getClient().db().collection<{ migrationName: string }>(MIGRATIONS_COLLECTION);
}

/** The build of a large index takes longer than a lease, so the lease is renewed. */
async function holding(lease: Lease, work: () => Promise<void>): Promise<void> {
  const renewal = setInterval(() => void lease.renew().catch(() => undefined), RENEW_EVERY_MS);
  let isFinished = false;
  try {
    await work();
    isFinished = true;
  } finally {
    clearInterval(renewal);
    // Another instance has taken over a lost lock and repeats the work.
    await lease.release(isFinished).catch(() => undefined);
  }
}

/** Does nothing if the index or its collection does not exist. */
async function dropIndex(connection: Connection, collection: string, name: string): Promise<void> {
  const found = connection.getClient().db().collection(collection);
  if (await found.indexExists(name)) await found.dropIndex(name);
}
