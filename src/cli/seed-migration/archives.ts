import { INLINE_PURCHASES } from '../../deleted-users/deleted-user.schema.js';
import { insertNew } from './inserting.js';
import { findTombstoned, type Run } from './run.js';
import { readArchive, readPurchase, type SeedArchive, type SeedDocument } from './seed-shapes.js';

/** Migrates archives of deleted users; each becomes the tombstone of its Clerk id. */
export async function migrateArchives(run: Run, batch: readonly SeedDocument[]): Promise<void> {
  const { archives: counts } = run.counts;
  const archives = batch.flatMap((document) => readArchive(document) ?? []);
  counts.unreadable += batch.length - archives.length;
  const known = await findTombstoned(
    run,
    archives.map(({ clerkId }) => clerkId),
  );
  for (const archive of archives) {
    if (known.has(archive.clerkId)) {
      counts.known++;
      continue;
    }
    // The old database has no unique index: a user may have two archives. The first one is kept.
    known.add(archive.clerkId);
    counts.migrated++;
    if (!run.dryRun) await insertArchive(run, archive);
  }
}

async function insertArchive(
  { to, counts }: Run,
  { purchases, notes, ...archive }: SeedArchive,
): Promise<void> {
  const read = purchases.flatMap((document) => readPurchase(document) ?? []);
  counts.purchases.unreadable += purchases.length - read.length;
  const newestFirst = read.toSorted((a, b) => (String(a._id) < String(b._id) ? 1 : -1));
  const moved = newestFirst.slice(INLINE_PURCHASES);
  // Before the archive, without a transaction: after a crash the next run finds them under the same ids.
  await insertNew(
    to,
    'deletionPurchases',
    moved.map((purchase) => ({ ...purchase, archiveId: archive._id })),
  );
  await insertNew(to, 'deletedUsers', [
    {
      ...archive,
      purchases: newestFirst.slice(0, INLINE_PURCHASES),
      ...(moved.length > 0 ? { movedPurchases: moved.length } : {}),
      ...(notes === undefined ? {} : { notes }),
    },
  ]);
}
