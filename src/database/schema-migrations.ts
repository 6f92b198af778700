import { setTimeout as sleep } from 'node:timers/promises';
import { getModelToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { MigrationError, MongoDBStorage, Umzug } from 'umzug';
import { Lock, LockSchema } from '../common/mongodb/lock.schema.js';
import { type Lease, LocksService } from '../common/mongodb/locks.service.js';
import { missingIndexes } from '../common/mongodb/missing-indexes.js';
import { createCollectionsAndIndexes, modelsOf } from './schemas.js';

export const MIGRATIONS_COLLECTION = 'schemaMigrations';
const LOCK = 'schema-migrations';
const ASK_EVERY_MS = 250;
/** Short: everybody else waits for it, also when a start was stopped in the middle. */
const LEASE_MS = 15_000;
const RENEW_EVERY_MS = 4000;

/** A change of collections or indexes. May run again after a crash amid it, so it is done when it was done before. */
interface SchemaMigration {
  name: string;
  up: (connection: Connection) => Promise<void>;
}

/**
 * In their order, each once per database; new ones come at the end and old ones stay. Instances of the version before still
 * run meanwhile: a change adds what the new version needs, and removes only what the old one doesn't (docs/operations.md).
 */
export const SCHEMA_MIGRATIONS: readonly SchemaMigration[] = [
  // By the schemas as they are now: on a new database the later ones find their work done.
  { name: '0001-collections-and-indexes', up: createCollectionsAndIndexes },
  {
    name: '0002-drop-replaced-indexes',
    up: async (connection) => {
      // Lists read from longer keys since.
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
  // Of the whole ledger, and of the audit log by two filters at once.
  { name: '0005-admin-lists', up: createCollectionsAndIndexes },
  // `deletionUsernames`.
  { name: '0006-held-usernames', up: createCollectionsAndIndexes },
  // `deletedUsers.keptUntil`. The dates are filled in by the sweep `archive_dates`, which knows the setting.
  { name: '0007-archives-kept-until', up: createCollectionsAndIndexes },
];

/**
 * Brings the database to this version, one instance at a time; the others wait until it is there. Indexes that somebody dropped, or
 * whose build failed, are made again. With nothing to do it only reads.
 * @param log told what is done
 */
export async function migrateSchema(
  connection: Connection,
  log: (fields: { msg: string; migration?: string; indexes?: string[] }) => void,
): Promise<void> {
  const umzug = new Umzug({
    migrations: SCHEMA_MIGRATIONS.map(({ name, up }) => ({ name, up: () => up(connection) })),
    storage: new MongoDBStorage({
      collection: connection.getClient().db().collection(MIGRATIONS_COLLECTION),
    }),
    logger: undefined,
  });
  umzug.on('migrated', ({ name }) => {
    log({ msg: 'schema migrated', migration: name });
  });
  const models = modelsOf(connection);
  const locks = new LocksService(connection.model(getModelToken(Lock.name), LockSchema));
  let isWaiting = false;
  for (;;) {
    const isPending = (await umzug.pending()).length > 0;
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
      await umzug.up();
      if (missing.length === 0) return;
      await createCollectionsAndIndexes(connection);
      log({ msg: 'missing indexes made again', indexes: missing.map(({ name }) => name) });
    });
  }
}

/** An index of a large collection takes longer than a lease. */
async function holding(lease: Lease, work: () => Promise<void>): Promise<void> {
  const renewal = setInterval(() => void lease.renew().catch(() => undefined), RENEW_EVERY_MS);
  let isFinished = false;
  try {
    await work();
    isFinished = true;
  } catch (error) {
    // What went wrong, not umzug's words around it: they quote what MongoDB refuses.
    throw error instanceof MigrationError ? error.cause : error;
  } finally {
    clearInterval(renewal);
    // A lock that was lost is somebody else's by now, who does the same work once more.
    await lease.release(isFinished).catch(() => undefined);
  }
}

/** An index that isn't there, or whose collection isn't, is dropped already. */
async function dropIndex(connection: Connection, collection: string, name: string): Promise<void> {
  const found = connection.getClient().db().collection(collection);
  if (await found.indexExists(name)) await found.dropIndex(name);
}
