import { type ClientSession, type Model, Types } from 'mongoose';
import type { ArchivedPurchase, DeletedUser } from './deleted-user.schema.js';

/** What stays of an account for refunds and law. */
export interface Archive {
  clerkId: string;
  userData: Record<string, unknown>;
  purchases: ArchivedPurchase[];
  notes?: string;
  /** Until when all of this is kept. */
  keptUntil: Date;
}

/** What of a deletion is not personal. */
export type BareTombstone = Pick<DeletedUser, 'subjectHash' | 'deletedAt' | 'reason' | 'keptUntil'>;

// The writes of the tombstone's unique key, on which creation and deletion collide, in one place
// (docs/decisions/0003). `DeletedUsersService` owns the collection and passes its model.

/** Whether a subject was deleted. */
export async function hasTombstone(
  model: Model<DeletedUser>,
  subjectHash: string,
  session: ClientSession | null,
): Promise<boolean> {
  return (await model.exists({ subjectHash }).session(session)) !== null;
}

/**
 * Takes the tombstone's unique key and gives it back: of this transaction and one that buries the
 * subject, the second starts over. The subject must have no tombstone in the session's snapshot.
 */
export async function collideWithDeletion(
  model: Model<DeletedUser>,
  subjectHash: string,
  session: ClientSession,
): Promise<void> {
  // The fields of a tombstone: what a validator lets through there, it lets through here.
  const placeholder = {
    _id: new Types.ObjectId(),
    subjectHash,
    deletedAt: new Date(),
    reason: 'user_requested' as const,
  };
  await model.create([placeholder], { session });
  await model.deleteOne({ _id: placeholder._id }, { session });
}

/**
 * Writes a tombstone, with its archive if there is one. An earlier tombstone keeps its date and reason
 * and gets the archive; of two dates until which that is kept, the earlier one counts.
 * @returns its id
 */
export async function insertTombstone(
  model: Model<DeletedUser>,
  { subjectHash, deletedAt, reason }: BareTombstone,
  archive: Archive | undefined,
  session: ClientSession,
): Promise<Types.ObjectId> {
  const { keptUntil, ...content } = archive ?? {};
  const buried = await model
    .findOneAndUpdate(
      { subjectHash },
      {
        $setOnInsert: { deletedAt, reason },
        $set: content,
        ...(keptUntil === undefined ? {} : { $min: { keptUntil } }),
      },
      { upsert: true, returnDocument: 'after', projection: { _id: 1 }, session },
    )
    .orFail()
    .lean<DeletedUser>();
  return buried._id;
}
