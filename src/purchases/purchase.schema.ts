import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';
import type { Defaults } from '../common/mongodb/defaults.js';

export const PURCHASE_STATUSES = ['pending', 'paid', 'failed', 'refunded'] as const;
export type PurchaseStatus = (typeof PURCHASE_STATUSES)[number];

/** Orders two events with the same time: `updated` comes after `created`. */
export const ATTEMPT_EVENTS = ['created', 'updated'] as const;
export type AttemptEvent = (typeof ATTEMPT_EVENTS)[number];

/** When an attempt was paid, and the `updated_at` (ms) of the event that says so. */
export interface AttemptPayment {
  at: Date;
  toldAt: number;
}
export const ATTEMPT_PAYMENT = { at: Date, toldAt: Number, _id: false } as const;

export const PURCHASE_DEFAULTS: Defaults<StoredPurchase, '_id' | 'item' | 'amount' | 'currency' | 'status'> =
  { purchasedAt: null, refundedAt: null };

/** Something a user paid for. `amount` is in minor units of `currency` (ISO 4217). */
@Collection('purchases', { timestamps: true })
export class Purchase {
  _id!: Types.ObjectId;

  @Prop({ type: SchemaTypes.ObjectId, ref: 'User', required: true })
  userId!: Types.ObjectId;

  /** Clerk Billing's payment attempt; absent for purchases from elsewhere. */
  @Prop({ type: String })
  attemptId?: string;

  /** Clerk's `updated_at` of the attempt, ms. Orders its events. */
  @Prop({ type: Number })
  attemptUpdatedAt?: number;

  /** The event of this state. Absent in older documents. */
  @Prop({ type: String, enum: ATTEMPT_EVENTS })
  attemptEvent?: AttemptEvent;

  /** The payment by the oldest event that has one. Absent until a second event came. */
  @Prop({ type: ATTEMPT_PAYMENT })
  attemptPaid?: AttemptPayment;

  /** The order's number at another source. Absent for Clerk's purchases and without one. */
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

export type StoredPurchase = Omit<Purchase, 'userId'>;

export type NewPurchase = Omit<StoredPurchase, '_id'>;

/** A purchase that a transaction found. A concurrent move makes the transaction start over. */
export interface FoundPurchase {
  purchase: StoredPurchase;
  /** Undefined in an archive. */
  userId?: Types.ObjectId;
  change: (change: Partial<StoredPurchase>) => Promise<void>;
}

export const PurchaseSchema = SchemaFactory.createForClass(Purchase);
PurchaseSchema.index({ userId: 1, _id: -1 });
PurchaseSchema.index({ attemptId: 1 }, { unique: true, sparse: true });
PurchaseSchema.index({ reference: 1 }, { unique: true, sparse: true });
