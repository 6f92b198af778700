import process from 'node:process';
import type { Connection } from 'mongoose';
import { EXIT_CODES, runCommand, withProgress } from './command.js';
import { EXIT_TEMPORARY } from '../common/exit-codes.js';
import { parseCommandLine } from './command-line.js';
import { Lock, LockSchema } from '../common/mongodb/lock.schema.js';
import { type Lease, LocksService } from '../common/mongodb/locks.service.js';
import { ConfigError, parseMigrationConfig } from '../config/config.js';
import { connect, CONNECTION_OPTIONS, prepareSchema, requirePrivileges } from '../database/database.js';
import { findContradictions } from './seed-migration/counters.js';
import { runMigration } from './seed-migration/migration.js';
import type { MigrationCounts } from './seed-migration/run.js';

const LOCK = 'migrate';
/** A long timeout: no request waits, and a database under a migration is busy. */
const OPTIONS = { ...CONNECTION_OPTIONS, socketTimeoutMS: 120_000 };
const COLLECTIONS: [theirs: string[], ours: string][] = [
  [['users'], 'users'],
  [['wishlists'], 'wishlists'],
  [['purchases'], 'purchases'],
  [['deletedusers', 'deletedUsers'], 'deletedUsers'],
  [[], 'deletionPurchases'],
  [[], 'follows'],
];

const USAGE = `
Usage: npm run migrate -- [--dry-run]
   or: node dist/migrate.js [--dry-run]

Copies a database of the article's shape (follower arrays, wishlists and purchases keyed by Clerk id) into the database of this
service. The old one is only read. The migration can be stopped at any point and started again.

  --dry-run   count only, write nothing
  -h, --help  show this help

Environment: MIGRATE_FROM_URI (the old database), MONGODB_URI (the new one).
${EXIT_CODES}
`;

/** See docs/decisions/0009-migration-from-the-seed.md. */
async function main(): Promise<number> {
  const given = parseCommandLine({
    usage: USAGE,
    options: { 'dry-run': { type: 'boolean', default: false } },
  });
  if (given === undefined) return 0;
  const { fromUri, mongodbUri } = parseMigrationConfig();
  const from = await connect('MIGRATE_FROM_URI', fromUri, OPTIONS);
  try {
    const to = await connect('MONGODB_URI', mongodbUri, OPTIONS);
    try {
      return await migrate(from, to, given.values['dry-run']);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

async function migrate(from: Connection, to: Connection, dryRun: boolean): Promise<number> {
  await refuseSame(from, to);
  await requirePrivileges(from, 'MIGRATE_FROM_URI', COLLECTIONS.map(([theirs]) => theirs).flat(), ['find']);
  if (dryRun)
    await requirePrivileges(
      to,
      'MONGODB_URI',
      COLLECTIONS.map(([, ours]) => ours),
      ['find'],
    );
  if (!dryRun) await prepareSchema(to);
  const lease = dryRun ? undefined : await new LocksService(to.model(Lock.name, LockSchema)).take(LOCK);
  if (!dryRun && lease === undefined) {
    process.stderr.write(
      'Another migration is running, or one crashed within the last minute. Try again later.\n',
    );
    return EXIT_TEMPORARY;
  }
  const before = await sizes(from, to);
  const { counts, problems } = await withProgress(async (onProgress) => {
    const checkpoint = async () => lease?.renew();
    const counts = await runMigration(from, to, { dryRun, checkpoint, onProgress });
    return { counts, problems: dryRun ? [] : await findContradictions(to) };
  });
  await release(lease);
  process.stdout.write(report(counts, before, await sizes(from, to), dryRun));
  for (const problem of problems) process.stderr.write(`Inconsistent: ${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}

/** Compares what the servers report about themselves: one database can have many addresses. */
async function refuseSame(from: Connection, to: Connection): Promise<void> {
  const marks = await Promise.all(
    [from, to].map(async (connection) => {
      const { setName, me, hosts, msg } = await connection.getClient().db().command({ hello: 1 });
      return JSON.stringify([connection.name, setName, hosts ?? me, msg]);
    }),
  );
  if (marks[0] !== marks[1]) return;
  throw new ConfigError([
    'MIGRATE_FROM_URI and MONGODB_URI name the same database: give the new one another name',
  ]);
}

async function release(lease: Lease | undefined): Promise<void> {
  await lease?.release(true);
}

type Sizes = Map<string, [theirs: number | undefined, ours: number]>;

async function sizes(from: Connection, to: Connection): Promise<Sizes> {
  const rows = COLLECTIONS.map(async ([theirs, ours]) => {
    const counts = await Promise.all(theirs.map((name) => from.collection(name).countDocuments()));
    const sum = theirs.length === 0 ? undefined : counts.reduce((total, count) => total + count, 0);
    return [ours, [sum, await to.collection(ours).countDocuments()]] as [
      string,
      [number | undefined, number],
    ];
  });
  return new Map(await Promise.all(rows));
}

function report(counts: MigrationCounts, before: Sizes, after: Sizes, dryRun: boolean): string {
  const cell = (value: number | string | undefined) => String(value ?? '–').padStart(12);
  const table = [...after].map(
    ([name, [theirs, ours]]) =>
      `${name.padEnd(18)}${cell(theirs)}${cell(before.get(name)?.[1])}${cell(ours)}`,
  );
  const { users, archives, countries, edges, purchases } = counts;
  const lines: [string, number][] = [
    ['archives of deleted users migrated', archives.migrated],
    ['archives migrated before, or archived twice', archives.known],
    ['archives skipped: no Clerk id', archives.unreadable],
    ['users migrated', users.migrated],
    ['users migrated before, left unchanged', users.known],
    ['users skipped: deleted', users.deleted],
    ['users skipped: no Clerk id', users.unreadable],
    ['users renamed: username not allowed here, or taken', users.renamed],
    ['countries on wishlists migrated', countries.migrated],
    ['countries skipped: unknown, or repeated', countries.dropped],
    ['follow edges migrated', edges.migrated],
    ['follow edges known already (each is in two arrays)', edges.known],
    ['follow edges skipped: without a user, or of a user with itself', edges.dropped],
    ['purchases migrated', purchases.migrated],
    ['purchases added to an archive', purchases.archived],
    ['purchases migrated before', purchases.known],
    ['purchases skipped: no user', purchases.ownerless],
    ['purchases skipped: amount, currency or status unclear', purchases.unreadable],
  ];
  return [
    dryRun ? 'Migration, dry run: nothing was written.' : 'Migration',
    `${''.padEnd(18)}${cell('there')}${cell('here before')}${cell('here now')}`,
    ...table,
    '',
    ...lines.map(([label, count]) => `${String(count).padStart(9)}  ${label}`),
    '',
  ].join('\n');
}

await runCommand(main, 'MIGRATE_FROM_URI or MONGODB_URI');
