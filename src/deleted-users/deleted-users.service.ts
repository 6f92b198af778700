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

/** Filters a list of tombstones. */
export interface DeletedUserFilter {
  clerkId?: string | undefined;
  /** Case-insensitive. Does not find purged archives. */
  email?: string | undefined;
}

/** Changes of an archive by admins. Omitted fields stay unchanged. */
export interface ArchiveChange {
  notes?: string | null | undefined;
  legalHold?: boolean | undefined;
}

/** Owns `deletedUsers`: tombstones and the archives in them. */
@Injectable()
export class DeletedUsersService {
  constructor(@InjectModel(DeletedUser.name) private readonly model: Model<DeletedUser>) {}

  /** Whether the subject was deleted. A creation passes its session, for an answer of the same snapshot. */
  isDeleted(subject: string, session: ClientSession | null = null): Promise<boolean> {
    return hasTombstone(this.model, hashSubject(subject), session);
  }

  /**
   * Makes the caller's transaction, which stores something about the subject, collide with every deletion of
   * the subject: it takes the tombstone's unique key and gives it back. The second of the two starts over
   * (docs/decisions/0003). The subject must have no tombstone in the session's snapshot.
   */
  collideWithDeletion(subject: string, session: ClientSession): Promise<void> {
    return collideWithDeletion(this.model, hashSubject(subject), session);
  }

  /**
   * Writes the tombstone of a subject, with an archive if it had a user here. An imported tombstone keeps its
   * date and reason and gets the archive.
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
   * Writes an exported tombstone, which has only the hash of its subject. An existing one keeps its date and
   * reason, and the earlier `keptUntil` counts. From the commit on no user of the subject can be created; an
   * existing user can't be found by the hash.
   */
  async importTombstone(tombstone: BareTombstone, session: ClientSession): Promise<void> {
    const { subjectHash, keptUntil, ...content } = tombstone;
    const earlierDate = keptUntil && { $min: { keptUntil } };
    await this.model.updateOne(
      { subjectHash },
      { $setOnInsert: content, ...earlierDate },
      { upsert: true, session },
    );
  }

  /** Those of these hashes that have a tombstone, with its `keptUntil`. */
  async tombstonedHashes(hashes: readonly string[]): Promise<ReadonlyMap<string, Date | undefined>> {
    const found = await this.model
      .find({ subjectHash: { $in: hashes } }, { _id: 0, subjectHash: 1, keptUntil: 1 })
      .lean<DeletedUser[]>();
    return new Map(found.map(({ subjectHash, keptUntil }) => [subjectHash, keptUntil]));
  }

  /** All tombstones without their archives, by id. */
  allTombstones(): AsyncIterable<DeletedUser> {
    return this.model
      .find({}, { subjectHash: 1, deletedAt: 1, reason: 1, keptUntil: 1 })
      .sort({ _id: 1 })
      .lean<DeletedUser[]>()
      .cursor();
  }

  async hasArchives(): Promise<boolean> {
    const found = await hinted(this.model, UNPURGED_INDEX, (hint) =>
      this.model.findOne(UNPURGED, { _id: 1 }, hint).lean<DeletedUser>(),
    );
    return found !== null;
  }

  /** The archive of a subject; null without one or after its purge. */
  findArchive(subject: string, session: ClientSession): Promise<DeletedUser | null> {
    return this.model
      .findOne({ subjectHash: hashSubject(subject), ...UNPURGED }, { purchases: 0 })
      .session(session)
      .lean<DeletedUser>();
  }

  /**
   * Counts purchases that are moved to `deletionPurchases`. It writes the archive, so it collides with a
   * purge.
   * @returns false without an archive or after its purge
   */
  async countMovedPurchases(id: Types.ObjectId, count: number, session: ClientSession): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(
      { _id: id, ...UNPURGED },
      { $inc: { movedPurchases: count } },
      { session },
    );
    return matchedCount === 1;
  }

  /** Whether there is an archive, not only a tombstone. */
  async isArchive(id: Types.ObjectId, session: ClientSession): Promise<boolean> {
    return (await this.model.exists({ _id: id, ...UNPURGED }).session(session)) !== null;
  }

  /** A purchase inside an archive document. */
  async findPurchase(key: PurchaseKey, session: ClientSession): Promise<ArchivedPurchase | undefined> {
    const archive = await this.model
      .findOne({ purchases: { $elemMatch: key } }, { purchases: { $elemMatch: key } })
      .session(session)
      .lean<DeletedUser>();
    return archive?.purchases?.[0];
  }

  /** Writes the archive, so it collides with a purge. */
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

  /** The dates of an archive's retention; null without a tombstone. */
  findRetention(id: Types.ObjectId): Promise<Pick<DeletedUser, 'deletedAt' | 'keptUntil'> | null> {
    return this.model.findById(id, { deletedAt: 1, keptUntil: 1 }).lean<DeletedUser>();
  }

  /** Newest first. @param after the filter by position */
  list(
    { clerkId, email }: DeletedUserFilter,
    after: { _id?: { $lt: Types.ObjectId } },
    limit: number,
    session: ClientSession,
  ): Promise<DeletedUser[]> {
    return (
      this.model
        .find({
          ...(clerkId === undefined ? {} : { subjectHash: hashSubject(clerkId) }),
          ...(email === undefined ? {} : { 'userData.email': email }),
          ...after,
        })
        .sort({ _id: -1 })
        .limit(limit)
        // Only for e-mails: under this collation, the index of hashes can't be used.
        .collation(email === undefined ? { locale: 'simple' } : EMAIL_COLLATION)
        .session(session)
        .lean<DeletedUser[]>()
    );
  }

  /** @returns the changed archive; null without one or after its purge */
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
   * Removes the personal data of an archive; hash, reason and dates stay. Until `endPurging` it is marked as
   * having purchases in `deletionPurchases`.
   * @returns false without an archive, after its purge, or under legal hold
   */
  async purge(id: Types.ObjectId, session: ClientSession): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(
      // A concurrent legal hold writes the same document: one of the two starts over and sees the other.
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

  /** Archives whose purge has begun and not ended. */
  async purging(limit: number): Promise<Types.ObjectId[]> {
    return idsOf(await this.model.find({ purging: true }, { _id: 1 }).limit(limit).lean<DeletedUser[]>());
  }

  /**
   * Archives that may be purged: past their `keptUntil`, or of deletions up to `deletedUntil`, by which a
   * shorter setting takes effect.
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
    // Also saves the next query from reading all of these again.
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
   * Sets the missing `keptUntil` of archives by an older version to `retentionMs` after their deletion.
   * Archives without that date stay unchanged.
   * @returns how many were found, at most `limit`
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
