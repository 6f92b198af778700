import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type ClientSession, type Model, Types } from 'mongoose';
import { type ArchivedPurchase, DeletedUser, type DeletionReason } from './deleted-user.schema.js';

/** What stays of an account for refunds and law. */
export interface Archive {
  clerkId: string;
  userData: Record<string, unknown>;
  purchases: ArchivedPurchase[];
  notes?: string;
}

/** Owns `deletedUsers`: tombstones, and the archives in them. */
@Injectable()
export class DeletedUsersService {
  constructor(@InjectModel(DeletedUser.name) private readonly model: Model<DeletedUser>) {}

  /** Whether the subject was deleted. Inside a creation, pass its session: the answer must be of the same snapshot. */
  async isDeleted(subject: string, session: ClientSession | null = null): Promise<boolean> {
    const found = await this.model.exists({ subjectHash: hashSubject(subject) }).session(session);
    return found !== null;
  }

  /**
   * Writes the tombstone of a subject, with its archive when it had a user here. Once per subject: the unique index
   * refuses a second one.
   * @returns its id
   */
  async bury(
    subject: string,
    reason: DeletionReason,
    archive: Archive | undefined,
    session: ClientSession,
  ): Promise<Types.ObjectId> {
    const tombstone = {
      _id: new Types.ObjectId(),
      subjectHash: hashSubject(subject),
      deletedAt: new Date(),
      reason,
    };
    await this.model.create([{ ...tombstone, ...archive }], { session });
    return tombstone._id;
  }
}

/** SHA-256, hex. Clerk's ids are random enough to need no key. */
export function hashSubject(subject: string): string {
  return createHash('sha256').update(subject).digest('hex');
}
