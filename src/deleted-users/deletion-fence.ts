import { type ClientSession, type Model, Types } from 'mongoose';
import type { ArchivedPurchase, DeletedUser } from './deleted-user.schema.js';

/** The data of an account that is kept for refunds and law. */
export interface Archive {
  clerkId: string;
  userData: Record<string, unknown>;
  purchases: ArchivedPurchase[];
  notes?: string;
  keptUntil: Date;
}

/** The data of a deletion that is not personal. */
export type BareTombstone = Pick<DeletedUser, 'subjectHash' | 'deletedAt' | 'reason' | 'keptUntil'>;

// The writes of the tombstone's unique key, on which creation and deletion collide, in one place
// (docs/decisions/0003). `DeletedUsersService` owns the collection and passes its model.

export async function hasTombstone(
  model: Model<DeletedUser>,
  subjectHash: string,
  session: ClientSession | null,
): Promise<boolean> {
  return (await model.exists({ subjectHash }).session(session)) !== null;
}

/**
 * Takes the tombstone's unique key and gives it back, so it collides with a transaction that inserts the
 * tombstone: the second one starts over. The subject must have no tombstone in the session's snapshot.
 */
export async function collideWithDeletion(
  model: Model<DeletedUser>,
  subjectHash: string,
  session: ClientSession,
): Promise<void> {
  // All fields of a tombstone, so that a validator of the collection accepts it.
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
 * Writes a tombstone, with an archive if there is one. An existing tombstone keeps its date and reason
 * and gets the archive; the earlier `keptUntil` counts.
 * @returns its id
 */
export async function insertTombstone(
  model: Model<DeletedUser>,
  { subjectHash, deletedAt, reason }: BareTombstone,
  archive: Archive | undefined,
  session: ClientSession,
): Promise<Types.ObjectId> {
  const { keptUntil, ...content } = archive ?? {};
  const tombstone = await model
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
  return tombstone._id;
}
