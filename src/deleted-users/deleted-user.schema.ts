import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, Types } from 'mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';

export const DELETION_REASONS = ['user_requested', 'admin_action', 'policy_violation'] as const;
export type DeletionReason = (typeof DELETION_REASONS)[number];

/** Case-insensitive addresses. A query must name the collation, too, or it doesn't use the index. */
export const EMAIL_COLLATION = { locale: 'en', strength: 2 } as const;

/** The maximum of purchases inside an archive: a document is limited to 16 MB. */
export const INLINE_PURCHASES = 500;

/** Matches archives: not purged ones, and not tombstones of subjects that never had a user here. */
export const UNPURGED = { clerkId: { $exists: true } } as const;

/** Archives only, oldest first: a search for them must not read tombstones, which stay for good. */
export const UNPURGED_INDEX = { deletedAt: 1, _id: 1 } as const;

/** Archives by `keptUntil`; an absent field is null in an index. */
export const KEPT_UNTIL_INDEX = { keptUntil: 1, _id: 1 } as const;

/** A purchase in an archive: the document from `purchases` without the user's id. */
export type ArchivedPurchase = Record<string, unknown> & { _id: Types.ObjectId };

/** A key of a purchase: unique, with an index in each collection that holds purchases. */
export type PurchaseKey = { _id: Types.ObjectId } | { attemptId: string } | { reference: string };

/** The tombstone of a subject and, until its purge, the archive for refunds and law. */
@Collection('deletedUsers')
export class DeletedUser {
  /** The id of the deletion. */
  _id!: Types.ObjectId;

  /** SHA-256 of the subject, hex. The only lookup key: it outlives the archive's personal data. */
  @Prop({ type: String, required: true })
  subjectHash!: string;

  @Prop({ type: String })
  clerkId?: string;

  @Prop({ type: Date, required: true })
  deletedAt!: Date;

  @Prop({ type: String, enum: DELETION_REASONS, required: true })
  reason!: DeletionReason;

  /** The user without its id: nothing here may refer to other collections. */
  @Prop({ type: SchemaTypes.Mixed })
  userData?: Record<string, unknown>;

  /** The newest ones, up to `INLINE_PURCHASES`; the others are in `deletionPurchases`. */
  @Prop({ type: [SchemaTypes.Mixed], default: undefined })
  purchases?: ArchivedPurchase[];

  /** How many are in `deletionPurchases`. */
  @Prop({ type: Number })
  movedPurchases?: number;

  @Prop({ type: String })
  notes?: string;

  /** Prevents a purge during a dispute or by a court's order. */
  @Prop({ type: Boolean })
  legalHold?: boolean;

  /**
   * Until when the archive is kept, fixed at the deletion: later settings may shorten it, never lengthen it.
   * Absent in tombstones without an archive, and in archives by an older version until a sweep sets it.
   */
  @Prop({ type: Date })
  keptUntil?: Date;

  /** When clerkId, userData, purchases and notes were unset. */
  @Prop({ type: Date })
  purgedAt?: Date;

  /** Set until the purchases in `deletionPurchases` are purged, to resume after a crash. */
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
