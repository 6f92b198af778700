import type { Connection } from 'mongoose';
import type { OnProgress } from '../../common/progress.js';
import { migrateArchives } from './archives.js';
import { recount } from './counters.js';
import { migrateEdges } from './edges.js';
import { migratePurchases } from './purchases.js';
import { batchesOf } from './reading.js';
import { ARCHIVE_COLLECTIONS, type MigrationCounts, noCounts, type Run } from './run.js';
import type { SeedDocument } from './seed-shapes.js';
import { migrateUsers } from './users.js';

const READ_SHARE = 0.99;

export interface MigrationOptions {
  dryRun?: boolean;
  onProgress?: OnProgress;
  /** Called between batches; throws to stop. */
  checkpoint?: () => Promise<void>;
}

/**
 * Copies a database of the article's shape into this service's. It only inserts, under the same ids in
 * every run, and counts at the end. So it can stop at any point and start over, and a second run changes
 * nothing.
 */
export async function runMigration(
  from: Connection,
  to: Connection,
  { dryRun = false, onProgress, checkpoint }: MigrationOptions = {},
): Promise<MigrationCounts> {
  const run: Run = { from, to, dryRun, counts: noCounts() };
  // Tombstones first: wherever it stops, no deleted user comes back.
  const parts: [collection: string, migrate: (run: Run, batch: readonly SeedDocument[]) => Promise<void>][] =
    [
      ...ARCHIVE_COLLECTIONS.map((name) => [name, migrateArchives] as [string, typeof migrateArchives]),
      ['users', migrateUsers],
      ['users', migrateEdges],
      ['purchases', migratePurchases],
    ];
  const sizes = await Promise.all(
    parts.map(([collection]) => from.collection(collection).estimatedDocumentCount()),
  );
  const total = Math.max(
    1,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  let done = 0;
  for (const [collection, migrate] of parts) {
    for await (const batch of batchesOf(from, collection)) {
      await migrate(run, batch);
      await checkpoint?.();
      done += batch.length;
      const share = Math.min(READ_SHARE, done / total);
      onProgress?.(share, `${done} of ${total} documents read, now ${collection}`);
    }
  }
  if (!dryRun) {
    onProgress?.(READ_SHARE, 'all documents read; setting counters and checking the result');
    await recount(to, checkpoint);
  }
  return run.counts;
}
