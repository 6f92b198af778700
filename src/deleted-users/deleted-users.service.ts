import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model, Types } from 'mongoose';
import { hinted } from '../common/mongodb/hinted.js';
import {
  type ArchivedPurchase,
  DeletedUser,
  EMAIL_COLLATION,
  KEPT_UNTIL_INDEX,
  type PurchaseKey,
  UNPURGED,
  UNPURGED_INDEX,
} from './deleted-user.schema.js';
import {
  type Archive,
  type BareTombstone,
  insertTombstone,
  collideWithDeletion,
  hasTombstone,
} from './deletion-fence.js';

/** Which tombstones a list is about; empty: all of them. */
export interface DeletedUserFilter {
  clerkId?: string | undefined;
  /** In upper or lower case. Finds nothing in archives that were purged. */
  email?: string | undefined;
}

/** What admins may change of an archive. What is left out stays as it is. */
export interface ArchiveChange {
  notes?: string | null | undefined;
  legalHold?: boolean | undefined;
}

/** Owns `deletedUsers`: tombstones, and the archives in them. */
@Injectable()
export class DeletedUsersService {
  constructor(@InjectModel(DeletedUser.name) private readonly model: Model<DeletedUser>) {}

  /**
   * Whether the subject was deleted. Inside a creation, pass its session: the answer must be of the same
   * snapshot.
   */
  isDeleted(subject: string, session: ClientSession | null = null): Promise<boolean> {
    return hasTombstone(this.model, hashSubject(subject), session);
  }

  /**
   * Makes the caller's transaction, which creates a user or keeps something of the subject, collide with
   * every transaction that buries the subject: it takes the tombstone's unique key and gives it back.
   * Whichever of the two comes second starts over (docs/decisions/0003). The subject must have no
   * tombstone in the session's snapshot.
   */
  collideWithDeletion(subject: string, session: ClientSession): Promise<void> {
    return collideWithDeletion(this.model, hashSubject(subject), session);
  }

  /**
   * Writes the tombstone of a subject, with its archive when it had a user here. A tombstone that is
   * there, by `importTombstone`, keeps its date and reason and gets the archive.
   * @returns its id
   */
  insertTombstone(
    subject: string,
    { reason, deletedAt }: Pick<DeletedUser, 'reason' | 'deletedAt'>,
    archive: Archive | undefined,
    session: ClientSession,
  ): Promise<Types.ObjectId> {
    return insertTombstone(
      this.model,
      { subjectHash: hashSubject(subject), deletedAt, reason },
      archive,
      session,
    );
  }

  /**
   * A tombstone from elsewhere, of which only the hash is known. One that is there keeps its date and
   * reason; of two dates until which its archive is kept, the earlier one counts. From the commit on no
   * user of the subject can be created; one that is there already can't be found by a hash.
   */
  async importTombstone(tombstone: BareTombstone, session: ClientSession): Promise<void> {
    const { subjectHash, keptUntil, ...content } = tombstone;
    const promise = keptUntil && { $min: { keptUntil } };
    await this.model.updateOne(
      { subjectHash },
      { $setOnInsert: content, ...promise },
      { upsert: true, session },
    );
  }

  /** Which of these hashes have a tombstone, and until when its archive is kept. */
  async tombstonedHashes(hashes: readonly string[]): Promise<ReadonlyMap<string, Date | undefined>> {
    const found = await this.model
      .find({ subjectHash: { $in: hashes } }, { _id: 0, subjectHash: 1, keptUntil: 1 })
      .lean<DeletedUser[]>();
    return new Map(found.map(({ subjectHash, keptUntil }) => [subjectHash, keptUntil]));
  }

  /** All tombstones, without their archives, in the order of their ids. */
  allTombstones(): AsyncIterable<DeletedUser> {
    return this.model
      .find({}, { subjectHash: 1, deletedAt: 1, reason: 1, keptUntil: 1 })
      .sort({ _id: 1 })
      .lean<DeletedUser[]>()
      .cursor();
  }

  /** Whether there is any archive that is not purged. */
  async hasArchives(): Promise<boolean> {
    const found = await hinted(this.model, UNPURGED_INDEX, (hint) =>
      this.model.findOne(UNPURGED, { _id: 1 }, hint).lean<DeletedUser>(),
    );
    return found !== null;
  }

  /** The archive of a subject; null when there is none (any more). */
  findArchive(subject: string, session: ClientSession): Promise<DeletedUser | null> {
    return this.model
      .findOne({ subjectHash: hashSubject(subject), ...UNPURGED }, { purchases: 0 })
      .session(session)
      .lean<DeletedUser>();
  }

  /**
   * Counts purchases that go to `deletionPurchases`. It writes the archive: a purge and this collide.
   * @returns false when there is no archive (any more)
   */
  async countMovedPurchases(id: Types.ObjectId, count: number, session: ClientSession): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(
      { _id: id, ...UNPURGED },
      { $inc: { movedPurchases: count } },
      { session },
    );
    return matchedCount === 1;
  }

  /** Whether there is an archive (still), not only its tombstone. */
  async isArchive(id: Types.ObjectId, session: ClientSession): Promise<boolean> {
    return (await this.model.exists({ _id: id, ...UNPURGED }).session(session)) !== null;
  }

  /** A purchase that lies in an archive itself. */
  async findPurchase(key: PurchaseKey, session: ClientSession): Promise<ArchivedPurchase | undefined> {
    const archive = await this.model
      .findOne({ purchases: { $elemMatch: key } }, { purchases: { $elemMatch: key } })
      .session(session)
      .lean<DeletedUser>();
    return archive?.purchases?.[0];
  }

  /** It writes the archive: a purge and this collide. */
  async changePurchase(
    id: Types.ObjectId,
    change: Record<string, unknown>,
    session: ClientSession,
  ): Promise<void> {
    const fields = Object.entries(change).map(([name, value]) => [`purchases.$.${name}`, value]);
    await this.model.updateOne(
      { 'purchases._id': id },
      { $set: Object.fromEntries(fields) as Record<string, unknown> },
      { session },
    );
  }

  findById(id: Types.ObjectId, session: ClientSession | null = null): Promise<DeletedUser | null> {
    return this.model.findById(id).session(session).lean<DeletedUser>();
  }

  /** From when on, and until when, an archive is kept; null without a tombstone. */
  findRetention(id: Types.ObjectId): Promise<Pick<DeletedUser, 'deletedAt' | 'keptUntil'> | null> {
    return this.model.findById(id, { deletedAt: 1, keptUntil: 1 }).lean<DeletedUser>();
  }

  /** Newest first, as far as `behind` lets them through. */
  list(
    { clerkId, email }: DeletedUserFilter,
    behind: { _id?: { $lt: Types.ObjectId } },
    limit: number,
    session: ClientSession,
  ): Promise<DeletedUser[]> {
    return (
      this.model
        .find({
          ...(clerkId === undefined ? {} : { subjectHash: hashSubject(clerkId) }),
          ...(email === undefined ? {} : { 'userData.email': email }),
          ...behind,
        })
        .sort({ _id: -1 })
        .limit(limit)
        // For e-mails only: under it, the index of hashes is of no use.
        .collation(email === undefined ? { locale: 'simple' } : EMAIL_COLLATION)
        .session(session)
        .lean<DeletedUser[]>()
    );
  }

  /** @returns the archive as it is now; null when there is none (any more) */
  changeArchive(
    id: Types.ObjectId,
    { notes, legalHold }: ArchiveChange,
    session: ClientSession,
  ): Promise<DeletedUser | null> {
    const change = {
      $set: {
        ...(typeof notes === 'string' ? { notes } : {}),
        ...(legalHold === undefined ? {} : { legalHold }),
      },
      $unset: notes === null ? { notes: 1 } : {},
    };
    return this.model
      .findOneAndUpdate({ _id: id, ...UNPURGED }, change, { returnDocument: 'after', session })
      .lean<DeletedUser>();
  }

  /**
   * Takes out of an archive all that is personal; hash, reason and dates stay. Until `endPurging`, it is
   * marked as having purchases elsewhere.
   * @returns false when there is no archive (any more), or it is under legal hold
   */
  async purge(id: Types.ObjectId, session: ClientSession): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(
      // A legal hold set at the same moment is written to this very document: one of the two starts over
      // and sees it.
      { _id: id, ...UNPURGED, legalHold: { $ne: true } },
      {
        $set: { purgedAt: new Date(), purging: true },
        $unset: { clerkId: 1, userData: 1, purchases: 1, movedPurchases: 1, notes: 1 },
      },
      { session },
    );
    return matchedCount === 1;
  }

  async endPurging(id: Types.ObjectId): Promise<void> {
    await this.model.updateOne({ _id: id }, { $unset: { purging: 1 } });
  }

  /** Purges that have begun and not ended. */
  async purging(limit: number): Promise<Types.ObjectId[]> {
    return idsOf(await this.model.find({ purging: true }, { _id: 1 }).limit(limit).lean<DeletedUser[]>());
  }

  /**
   * Archives that may be purged: kept until now at most, or of deletions up to `deletedUntil`, which is
   * how a shorter setting shortens what was promised.
   */
  async purgeable(deletedUntil: Date, limit: number): Promise<Types.ObjectId[]> {
    const now = new Date();
    const free = { ...UNPURGED, legalHold: { $ne: true } };
    const over = await hinted(this.model, KEPT_UNTIL_INDEX, (hint) =>
      this.model
        .find({ keptUntil: { $lte: now }, ...free }, { _id: 1 }, hint)
        .sort({ keptUntil: 1, _id: 1 })
        .limit(limit)
        .lean<DeletedUser[]>(),
    );
    // Also keeps the next query from fetching them all, only to leave them out.
    if (over.length === limit) return idsOf(over);
    const shortened = await hinted(this.model, UNPURGED_INDEX, (hint) =>
      this.model
        .find(
          { deletedAt: { $lte: deletedUntil }, keptUntil: { $not: { $lte: now } }, ...free },
          { _id: 1 },
          hint,
        )
        .sort({ deletedAt: 1, _id: 1 })
        .limit(limit)
        .lean<DeletedUser[]>(),
    );
    return idsOf([...over, ...shortened]).slice(0, limit);
  }

  /**
   * Fixes until when archives are kept that an older version made: `retentionMs` after their deletion.
   * Without a date of that they stay as they are.
   * @param limit how many
   * @returns how many were found
   */
  async fixKeptUntil(retentionMs: number, limit: number): Promise<number> {
    const open = { keptUntil: null, deletedAt: { $type: 'date' }, ...UNPURGED } as const;
    const found = await hinted(this.model, KEPT_UNTIL_INDEX, (hint) =>
      this.model.find(open, { _id: 1 }, hint).limit(limit).lean<DeletedUser[]>(),
    );
    if (found.length === 0) return 0;
    await this.model.updateMany(
      { _id: { $in: idsOf(found) }, ...open },
      [{ $set: { keptUntil: { $add: ['$deletedAt', retentionMs] } } }],
      { updatePipeline: true },
    );
    return found.length;
  }
}

/** SHA-256, hex. Clerk's ids are random enough to need no key. */
export function hashSubject(subject: string): string {
  return hash('sha256', subject, 'hex');
}

function idsOf(archives: readonly DeletedUser[]): Types.ObjectId[] {
  return archives.map(({ _id }) => _id);
}
