import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, Types } from 'mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';

export const DELETION_REASONS = ['user_requested', 'admin_action', 'policy_violation'] as const;
export type DeletionReason = (typeof DELETION_REASONS)[number];

/** Upper and lower case are one address. A query has to name it, too, or it doesn't use the index. */
export const EMAIL_COLLATION = { locale: 'en', strength: 2 } as const;

/** How many purchases an archive holds itself: a document ends at 16 MB. */
export const INLINE_PURCHASES = 500;

/**
 * Matches what still is an archive: neither purged, nor the tombstone of a subject that never had a user
 * here.
 */
export const UNPURGED = { clerkId: { $exists: true } } as const;

/**
 * Only archives, oldest first: tombstones stay for good, and looking for archives must not walk through
 * them.
 */
export const UNPURGED_INDEX = { deletedAt: 1, _id: 1 } as const;

/** Archives by the day until which they are kept; an index has an absent field as null. */
export const KEPT_UNTIL_INDEX = { keptUntil: 1, _id: 1 } as const;

/** A purchase in an archive: as it was in `purchases`, without the user's id. */
export type ArchivedPurchase = Record<string, unknown> & { _id: Types.ObjectId };

/**
 * What a purchase is found by, wherever it lies: each is unique and has its index in every one of these
 * places.
 */
export type PurchaseKey = { _id: Types.ObjectId } | { attemptId: string } | { reference: string };

/** The tombstone of a subject and, until it is purged, the archive for refunds and law. */
@Collection('deletedUsers')
export class DeletedUser {
  /** The same as its deletion's. */
  _id!: Types.ObjectId;

  /** SHA-256 of the subject, hex. Always the lookup: it outlives the archive's personal data. */
  @Prop({ type: String, required: true })
  subjectHash!: string;

  @Prop({ type: String })
  clerkId?: string;

  @Prop({ type: Date, required: true })
  deletedAt!: Date;

  @Prop({ type: String, enum: DELETION_REASONS, required: true })
  reason!: DeletionReason;

  /** The user as it was, without its id: no other collection may be reached from here. */
  @Prop({ type: SchemaTypes.Mixed })
  userData?: Record<string, unknown>;

  /** The newest ones, up to `INLINE_PURCHASES`; the others lie in `deletionPurchases`. */
  @Prop({ type: [SchemaTypes.Mixed], default: undefined })
  purchases?: ArchivedPurchase[];

  /** How many lie in `deletionPurchases`. */
  @Prop({ type: Number })
  movedPurchases?: number;

  @Prop({ type: String })
  notes?: string;

  /** Not to be purged: a dispute or an order of a court. */
  @Prop({ type: Boolean })
  legalHold?: boolean;

  /**
   * Until when the archive is kept, as the deletion promised it: later settings may shorten that, never
   * lengthen it. Absent in tombstones that never had an archive, and in archives of an older version
   * until a sweep fixes it.
   */
  @Prop({ type: Date })
  keptUntil?: Date;

  /** When clerkId, userData, purchases and notes were unset. */
  @Prop({ type: Date })
  purgedAt?: Date;

  /** Set while purchases in `deletionPurchases` are still to be purged; found by it after a crash. */
  @Prop({ type: Boolean })
  purging?: boolean;
}

export const DeletedUserSchema = SchemaFactory.createForClass(DeletedUser);
DeletedUserSchema.index({ subjectHash: 1 }, { unique: true });
DeletedUserSchema.index({ deletedAt: 1 });
DeletedUserSchema.index(UNPURGED_INDEX, { partialFilterExpression: UNPURGED });
DeletedUserSchema.index(KEPT_UNTIL_INDEX, { partialFilterExpression: UNPURGED });
DeletedUserSchema.index({ 'userData.email': 1 }, { sparse: true, collation: EMAIL_COLLATION });
DeletedUserSchema.index({ 'purchases._id': 1 }, { sparse: true });
DeletedUserSchema.index({ 'purchases.attemptId': 1 }, { sparse: true });
DeletedUserSchema.index({ 'purchases.reference': 1 }, { sparse: true });
DeletedUserSchema.index({ purging: 1 }, { sparse: true });
