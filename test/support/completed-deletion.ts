import { createHash } from 'node:crypto';
import type { Connection, Types } from 'mongoose';

type DeletionDocument = { _id: Types.ObjectId } & Record<string, unknown>;

/** Waits until the deletion of a Clerk id is completed, and returns its document. */
export async function completedDeletion(db: Connection, clerkId: string): Promise<DeletionDocument> {
  const subjectHash = createHash('sha256').update(clerkId).digest('hex');
  const completed = { subjectHash, completedAt: { $ne: null } };
  const changes = db
    .collection('deletions')
    .watch(
      [{ $match: { 'fullDocument.subjectHash': subjectHash, 'fullDocument.completedAt': { $ne: null } } }],
      {
        fullDocument: 'updateLookup',
      },
    );
  try {
    // Opens the stream, so that a completion after the look below isn't missed.
    await changes.tryNext();
    const done = await db.collection<DeletionDocument>('deletions').findOne(completed);
    if (done !== null) return done;
    await changes.next();
    const found = await db.collection<DeletionDocument>('deletions').findOne(completed);
    if (found === null) throw new Error('A completed deletion was opened again');
    return found;
  } finally {
    await changes.close();
  }
}
