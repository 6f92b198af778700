import { hash } from 'node:crypto';
import type { Connection, Types } from 'mongoose';

type DeletionDocument = { _id: Types.ObjectId } & Record<string, unknown>;

/** How long mongod holds an empty answer back; opening a stream waits for one. */
const MAX_AWAITED_MS = 20;

/** Waits until the deletion of a Clerk id is completed, and returns its document. */
export async function completedDeletion(db: Connection, clerkId: string): Promise<DeletionDocument> {
  const subjectHash = hash('sha256', clerkId, 'hex');
  const find = () =>
    db.collection<DeletionDocument>('deletions').findOne({ subjectHash, completedAt: { $ne: null } });
  const done = await find();
  if (done !== null) return done;
  const completions = db
    .collection('deletions')
    .watch([{ $match: { 'updateDescription.updatedFields.completedAt': { $exists: true } } }], {
      maxAwaitTimeMS: MAX_AWAITED_MS,
    });
  try {
    // Opens the stream, so that a completion after the next query isn't missed.
    await completions.tryNext();
    let found = await find();
    if (found !== null) return found;
    for await (const _ of completions) {
      found = await find();
      if (found !== null) return found;
    }
    throw new Error(`The changes ended before the deletion of ${clerkId} was completed`);
  } finally {
    await completions.close();
  }
}
