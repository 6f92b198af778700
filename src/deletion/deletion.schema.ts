import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';
import { DELETION_REASONS, type DeletionReason } from '../deleted-users/deleted-user.schema.js';

/** The steps after the fence, in this order. A step that fails does not hold up the next ones. */
export const DELETION_STEPS = ['clerk', 'purchases', 'graph', 'traces'] as const;
export type DeletionStep = (typeof DELETION_STEPS)[number];

/**
 * `archived`: fence and archive are committed. Then one state per step, and `completed` when nothing
 * refers to the user.
 */
export const DELETION_STATES = [
  'archived',
  'clerk_deleted',
  'purchases_archived',
  'graph_erased',
  'traces_erased',
  'completed',
] as const;
export type DeletionState = (typeof DELETION_STATES)[number];

/**
 * One deletion: written with the fence, kept as its receipt. Holds all that an instance needs to resume
 * it after a crash; the fields that name the user are unset when it is completed.
 */
@Collection('deletions', { minimize: false })
export class Deletion {
  /** The id of the tombstone. */
  @Prop({ type: SchemaTypes.ObjectId, ref: 'DeletedUser', required: true })
  _id!: Types.ObjectId;

  @Prop({ type: String, required: true })
  subjectHash!: string;

  /** Until it is completed. For an account without a user here: an id that nothing refers to. */
  @Prop({ type: SchemaTypes.ObjectId, ref: 'User' })
  userId?: Types.ObjectId;

  @Prop({ type: String })
  clerkId?: string;

  @Prop({ type: String, enum: DELETION_REASONS, required: true })
  reason!: DeletionReason;

  /** Makes the receipt's address unguessable. */
  @Prop({ type: String, required: true })
  receiptSecret!: string;

  @Prop({ type: Date, required: true })
  requestedAt!: Date;

  @Prop({ type: { clerk: Date, purchases: Date, graph: Date, traces: Date }, _id: false, default: {} })
  done!: Partial<Record<DeletionStep, Date>>;

  /** Documents that were erased, moved or made anonymous so far, by collection. */
  @Prop({ type: Map, of: Number, default: {} })
  erased!: Record<string, number>;

  @Prop({ type: Date, default: null })
  completedAt!: Date | null;

  /**
   * When an instance may take it; during a run, when its lease expires. By MongoDB's clock. Absent: now,
   * or never when it is completed.
   */
  @Prop({ type: Date })
  dueAt?: Date;

  @Prop({ type: String })
  run?: string;

  /** When its first run began, after the fence. By MongoDB's clock. */
  @Prop({ type: Date })
  startedAt?: Date;

  @Prop({ type: Number })
  failures?: number;

  /** The signed statement (JWS, compact). */
  @Prop({ type: String })
  statement?: string;
}

export const DeletionSchema = SchemaFactory.createForClass(Deletion);
DeletionSchema.index({ subjectHash: 1 }, { unique: true });
DeletionSchema.index({ completedAt: 1, dueAt: 1 });
DeletionSchema.index({ userId: 1 }, { sparse: true });

/** The last step that is done together with all steps before it. */
export function stateOf({ done, completedAt }: Pick<Deletion, 'done' | 'completedAt'>): DeletionState {
  if (completedAt !== null) return 'completed';
  const next = DELETION_STEPS.findIndex((step) => done[step] === undefined);
  return DELETION_STATES[next < 0 ? DELETION_STEPS.length : next] ?? 'archived';
}
