import type { mongo } from 'mongoose';
import { inTransaction } from '../../common/mongodb/transaction.js';
import { insertNew } from './inserting.js';
import { findAll, idOf } from './reading.js';
import { findDeleted, type Run } from './run.js';
import { readPurchase, type SeedDocument, type SeedPurchase, sha256 } from './seed-shapes.js';

/** Migrates purchases: to their users, or to the archives of deleted ones. */
export async function migratePurchases(run: Run, batch: readonly SeedDocument[]): Promise<void> {
  const { purchases: counts } = run.counts;
  const clerkIds = [...new Set(batch.map(({ clerkId }) => String(clerkId)))];
  const users = await findAll(run.dryRun ? run.from : run.to, 'users', { clerkId: { $in: clerkIds } });
  const owners = new Map(users.map(({ clerkId, _id }) => [String(clerkId), _id as mongo.ObjectId]));
  const deleted = await findDeleted(run, clerkIds);
  const ids = { _id: { $in: batch.map(({ _id }) => _id) } };
  const known = new Set((await findAll(run.to, 'purchases', ids)).map(idOf));
  const unknown: object[] = [];
  for (const document of batch) {
    const purchase = readPurchase(document);
    const clerkId = String(document['clerkId']);
    const userId = owners.get(clerkId);
    if (purchase === undefined) counts.unreadable++;
    else if (deleted.has(clerkId)) await addToArchive(run, clerkId, purchase);
    else if (userId === undefined) counts.ownerless++;
    else if (known.has(idOf(purchase))) counts.known++;
    else unknown.push({ ...purchase, userId });
  }
  counts.migrated += unknown.length;
  if (!run.dryRun) await insertNew(run.to, 'purchases', unknown);
}

/**
 * The old service removed purchases and user without a transaction, so purchases of deleted users may
 * remain.
 */
async function addToArchive(
  { to, dryRun, counts: { purchases: counts } }: Run,
  clerkId: string,
  purchase: SeedPurchase,
): Promise<void> {
  const [archive] = await findAll(to, 'deletedUsers', { subjectHash: sha256(clerkId), clerkId });
  const inline = (archive?.['purchases'] ?? []) as { _id: unknown }[];
  const isKnown =
    inline.some((each) => idOf(each) === idOf(purchase)) ||
    (await findAll(to, 'deletionPurchases', { _id: purchase._id })).length > 0;
  if (isKnown) counts.known++;
  // Only a tombstone, or a purged archive.
  else if (archive === undefined && !dryRun) counts.ownerless++;
  else {
    counts.archived++;
    if (dryRun || archive === undefined) return;
    await inTransaction(to, async (session) => {
      const document = { ...purchase, archiveId: archive._id };
      await to.collection('deletionPurchases').insertOne(document, { session });
      await to
        .collection('deletedUsers')
        .updateOne({ _id: archive._id as mongo.ObjectId }, { $inc: { movedPurchases: 1 } }, { session });
    });
  }
}
