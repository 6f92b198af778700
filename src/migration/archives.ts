import type { ClientSession } from 'mongoose';
import { INLINE_PURCHASES, UNPURGED } from '../users/deleted-user.schema.js';
import { findAll, idOf, type SeedDocument, sha256 } from './reading.js';
import type { Run } from './run.js';
import { readArchive, type SeedArchive } from './seed-archive.js';
import type { SeedPurchase } from './seed-purchase.js';
import type { Tally } from './tally.js';

/** Added to an archive in one transaction. */
const ADDED_AT_ONCE = 500;
/** The seed's model is named so, mongoose's plural of it in lower case. */
export const ARCHIVE_COLLECTIONS = ['deletedusers', 'deletedUsers'];

/** Tombstones with their archives, one by one: each may be as big as a document can be. */
export async function migrateArchives(run: Run, batch: readonly SeedDocument[]): Promise<void> {
  for (const document of batch) {
    const read = readArchive(document, run.options.unit);
    if (read === undefined) run.tally.add('archives', 'unreadable', 1, document._id);
    else await migrateArchive(run, read);
  }
}

async function migrateArchive(run: Run, read: SeedArchive): Promise<void> {
  const { clerkId } = read.archive;
  let fate: 'taken' | 'known' | 'living' = 'taken';
  await run.commit(async (tally, session) => {
    fate = await fateOf(run, clerkId, session);
    tally.add('archives', fate, 1, fate === 'living' ? read.archive._id : undefined);
    if (fate === 'living') return;
    for (const id of read.unread) tally.add('archived purchases', 'unreadable', 1, id);
    if (fate === 'known') return;
    const purchases = read.purchases.slice(0, INLINE_PURCHASES);
    tally.add('archived purchases', 'taken', purchases.length);
    if (session === undefined) return;
    await fence(run, clerkId, session);
    await run.to.collection('deletedUsers').insertOne({ ...read.archive, purchases }, { session });
  });
  if (fate === 'living') return;
  run.imagined?.buried.add(clerkId);
  // An archive that is here already may lack some: a second one of the same user, or a run that was killed in between.
  const others = fate === 'taken' ? read.purchases.slice(INLINE_PURCHASES) : read.purchases;
  await addToArchive(run, clerkId, others, (tally, outcome, count) => {
    tally.add('archived purchases', outcome === 'archived' ? 'taken' : outcome, count);
  });
}

async function fateOf(
  run: Run,
  clerkId: string,
  session: ClientSession | undefined,
): Promise<'taken' | 'known' | 'living'> {
  if ((await run.buried([clerkId], session)).has(clerkId)) return 'known';
  return (await run.living([clerkId], session)).has(clerkId) ? 'living' : 'taken';
}

/** Collides with a creation of the same user that is under way, as the fence of a deletion does (docs/decisions/0003). */
async function fence(run: Run, clerkId: string, session: ClientSession): Promise<void> {
  const users = run.to.collection('users');
  // A hash is no valid username, so the placeholder collides with nobody.
  const placeholder = { $set: { username: sha256(clerkId) } };
  const options = { upsert: true, session, bypassDocumentValidation: true };
  await users.updateOne({ clerkId }, placeholder, options);
  await users.deleteOne({ clerkId }, { session });
}

/**
 * Adds purchases to the archive of a deleted user, those that it hasn't.
 * @param counted told, batch by batch, how many were added, were there, or have no archive (any more) to go to
 */
export async function addToArchive(
  run: Run,
  clerkId: string,
  purchases: readonly SeedPurchase[],
  counted: (tally: Tally, outcome: 'archived' | 'known' | 'ownerless', count: number) => void,
): Promise<void> {
  for (let start = 0; start < purchases.length; start += ADDED_AT_ONCE) {
    const batch = purchases.slice(start, start + ADDED_AT_ONCE);
    await run.commit(async (tally, session) => {
      const filter = { subjectHash: sha256(clerkId), ...UNPURGED };
      const projection = { 'purchases._id': 1 };
      const [archive] = await findAll(run.to, 'deletedUsers', filter, { projection, session });
      const isImagined = archive === undefined && run.imagined?.buried.has(clerkId) === true;
      if (archive === undefined && !isImagined) {
        counted(tally, 'ownerless', batch.length);
        return;
      }
      const inline = new Set(((archive?.['purchases'] ?? []) as SeedDocument[]).map(idOf));
      const there = isImagined ? await imaginedPurchases(run, clerkId, batch) : inline;
      const here = await purchasesHere(run, batch, session);
      const added = batch.filter((purchase) => !there.has(idOf(purchase)) && !here(purchase));
      counted(tally, 'archived', added.length);
      counted(tally, 'known', batch.length - added.length);
      if (session === undefined || archive === undefined || added.length === 0) return;
      const documents = added.map((purchase) => ({ ...purchase, archiveId: archive._id }));
      await run.to.collection('deletionPurchases').insertMany(documents, { session });
      // It writes the archive: a purge and this collide.
      await run.to
        .collection('deletedUsers')
        .updateOne(filter, { $inc: { movedPurchases: added.length } }, { session });
    });
  }
}

/** Which of these purchases are stored here, under their own id or as the same payment attempt. */
export async function purchasesHere(
  run: Run,
  purchases: readonly SeedPurchase[],
  session: ClientSession | undefined,
): Promise<(purchase: SeedPurchase) => boolean> {
  const ids = purchases.map(({ _id }) => _id);
  const attempts = purchases.flatMap(({ attemptId }) => attemptId ?? []);
  const filters = [
    { _id: { $in: ids } },
    ...(attempts.length === 0 ? [] : [{ attemptId: { $in: attempts } }]),
  ];
  const options = { projection: { attemptId: 1 }, session };
  const stored = await findAll(run.to, 'purchases', { $or: filters }, options);
  stored.push(...(await findAll(run.to, 'deletionPurchases', { $or: filters }, options)));
  const known = new Set(stored.flatMap(({ _id, attemptId }) => [String(_id), attemptId]));
  if (attempts.length > 0) {
    const inline = { 'purchases.attemptId': { $in: attempts } };
    const projection = { 'purchases.attemptId': 1 };
    for (const archive of await findAll(run.to, 'deletedUsers', inline, { projection, session })) {
      for (const { attemptId } of archive['purchases'] as SeedDocument[]) known.add(attemptId);
    }
  }
  return ({ _id, attemptId }) => known.has(String(_id)) || (attemptId !== undefined && known.has(attemptId));
}

/** Of these purchases, those that lie in an archive which a dry run would take over. */
async function imaginedPurchases(
  run: Run,
  clerkId: string,
  purchases: readonly SeedPurchase[],
): Promise<Set<string>> {
  const there = new Set<string>();
  const filter = { clerkId, 'purchases._id': { $in: purchases.map(({ _id }) => _id) } };
  for (const name of ARCHIVE_COLLECTIONS) {
    const archives = await findAll(run.from, name, filter, { projection: { 'purchases._id': 1 } });
    for (const archive of archives) {
      for (const purchase of archive['purchases'] as SeedDocument[]) there.add(idOf(purchase));
    }
  }
  return there;
}
