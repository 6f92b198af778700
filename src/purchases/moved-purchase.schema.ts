import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';
import {
  ATTEMPT_EVENTS,
  ATTEMPT_PAYMENT,
  type AttemptEvent,
  type AttemptPayment,
  PURCHASE_DEFAULTS,
  PURCHASE_STATUSES,
  type PurchaseStatus,
  type StoredPurchase,
} from './purchase.schema.js';

export const MOVED_INDEX = { archiveId: 1, _id: -1 } as const;

/** A purchase of a deleted user: the archive had no room, or its first event came later. */
@Collection('deletionPurchases', { timestamps: true })
export class MovedPurchase implements StoredPurchase {
  /** The id it had in `purchases`. */
  _id!: Types.ObjectId;

  @Prop({ type: SchemaTypes.ObjectId, ref: 'DeletedUser', required: true })
  archiveId!: Types.ObjectId;

  @Prop({ type: String })
  attemptId?: string;

  @Prop({ type: Number })
  attemptUpdatedAt?: number;

  @Prop({ type: String, enum: ATTEMPT_EVENTS })
  attemptEvent?: AttemptEvent;

  @Prop({ type: ATTEMPT_PAYMENT })
  attemptPaid?: AttemptPayment;

  @Prop({ type: String })
  reference?: string;

  @Prop({ type: String, required: true })
  item!: string;

  @Prop({ type: Number, required: true })
  amount!: number;

  @Prop({ type: String, required: true })
  currency!: string;

  @Prop({ type: String, enum: PURCHASE_STATUSES, required: true })
  status!: PurchaseStatus;

  @Prop({ type: Date, default: PURCHASE_DEFAULTS.purchasedAt })
  purchasedAt!: Date | null;

  @Prop({ type: Date, default: PURCHASE_DEFAULTS.refundedAt })
  refundedAt!: Date | null;
}

export const MovedPurchaseSchema = SchemaFactory.createForClass(MovedPurchase);
MovedPurchaseSchema.index(MOVED_INDEX);
MovedPurchaseSchema.index({ attemptId: 1 }, { unique: true, sparse: true });
MovedPurchaseSchema.index({ reference: 1 }, { unique: true, sparse: true });
