import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, Types } from 'mongoose';

export const DELETION_REASONS = ['user_requested', 'admin_action', 'policy_violation'] as const;
export type DeletionReason = (typeof DELETION_REASONS)[number];

/** The tombstone of a subject and, until it is purged, the archive for refunds and law. */
@Schema({ collection: 'deletedUsers', versionKey: false, autoIndex: false, autoCreate: false })
export class DeletedUser {
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

  @Prop({ type: [SchemaTypes.Mixed], default: undefined })
  purchases?: Record<string, unknown>[];

  @Prop({ type: String })
  notes?: string;
}

export const DeletedUserSchema = SchemaFactory.createForClass(DeletedUser);
DeletedUserSchema.index({ subjectHash: 1 }, { unique: true });
DeletedUserSchema.index({ deletedAt: 1 });
