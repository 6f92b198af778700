import { type ClientSession, type Model, Types } from 'mongoose';
import type { ArchivedPurchase, DeletedUser } from './deleted-user.schema.js';
import type { User } from './user.schema.js';

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

// The parts of the fence, which the owners of `deletedUsers` and `users` lend their models. Creation and burial collide on
// the unique key of `subjectHash`, so the writes of the key are together here (docs/decisions/0003).

/** Whether a subject was deleted. */
export async function isBuried(
  model: Model<DeletedUser>,
  subjectHash: string,
  session: ClientSession | null,
): Promise<boolean> {
  return (await model.exists({ subjectHash }).session(session)) !== null;
}

/**
 * Takes the tombstone's unique key and gives it back: of this transaction and one that buries the subject, the second
 * starts over. The subject must have no tombstone in the session's snapshot.
 */
export async function collideWithBurial(
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
 * Writes a tombstone, with its archive if there is one. An earlier tombstone keeps its date and reason and gets the archive; of
 * two dates until which that is kept, the earlier one counts.
 * @returns its id
 */
export async function bury(
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

/**
 * Removes the user of a subject. A delete is never validated, so a validator that refuses users doesn't keep them from being deleted.
 * @returns the user that was there, if any
 */
export async function removeUser(
  model: Model<User>,
  subject: string,
  session: ClientSession,
): Promise<User | undefined> {
  const removed = await model.findOneAndDelete({ clerkId: subject }, { session }).lean<User>();
  return removed ?? undefined;
}
