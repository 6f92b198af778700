import { hash } from 'node:crypto';
import type { Connection, Types } from 'mongoose';

type DeletionDocument = { _id: Types.ObjectId } & Record<string, unknown>;

/** How long mongod holds an empty answer back; opening a stream waits for one. */
const MAX_AWAITED_MS = 20;

/** Waits until the deletion of a Clerk id is completed, and returns its document. */
export async function completedDeletion(db: Connection, clerkId: string): Promise<DeletionDocument> {
  const subjectHash = hash('sha256', clerkId, 'hex');
  const look = () =>
    db.collection<DeletionDocument>('deletions').findOne({ subjectHash, completedAt: { $ne: null } });
  const done = await look();
  if (done !== null) return done;
  const changes = db
    .collection('deletions')
    .watch([{ $match: { 'updateDescription.updatedFields.completedAt': { $exists: true } } }], {
      maxAwaitTimeMS: MAX_AWAITED_MS,
    });
  try {
    // Opens the stream, so that a completion after the next look isn't missed.
    await changes.tryNext();
    for (;;) {
      const found = await look();
      if (found !== null) return found;
      await changes.next();
    }
  } finally {
    await changes.close();
  }
}
