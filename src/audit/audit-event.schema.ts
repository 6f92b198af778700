import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';
import type { Defaults } from '../common/mongodb/defaults.js';

export const AUDIT_ACTIONS = [
  'deleted_user.searched',
  'deleted_user.read',
  'deleted_user.changed',
  'deleted_user.purged',
  'user.deleted',
  'user.suspended',
  'user.unsuspended',
  'purchase.created',
  'purchase.refunded',
  'webhook_event.replayed',
  'webhook_event.dismissed',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const TARGET_TYPES = ['user', 'deleted_user', 'purchase', 'webhook_event'] as const;
export type TargetType = (typeof TARGET_TYPES)[number];

@Schema({ _id: false, id: false })
export class AuditTarget {
  @Prop({ type: String, enum: TARGET_TYPES, required: true })
  type!: TargetType;

  /** A text, because the id of a webhook event is not an ObjectId. */
  @Prop({ type: String, required: true })
  id!: string;
}

export const AUDIT_DEFAULTS: Defaults<AuditEvent, '_id' | 'at' | 'action'> = {
  actorId: null,
  target: null,
  requestId: null,
};

/** An action of an admin. Rows are only added; after a deletion, the archive's id replaces the user's. */
@Collection('auditEvents')
export class AuditEvent {
  _id!: Types.ObjectId;

  @Prop({ type: Date, required: true })
  at!: Date;

  @Prop({ type: SchemaTypes.ObjectId, ref: 'User', default: AUDIT_DEFAULTS.actorId })
  actorId!: Types.ObjectId | null;

  @Prop({ type: String, enum: AUDIT_ACTIONS, required: true })
  action!: AuditAction;

  /** Null: no target, as for a search that found nothing. */
  @Prop({ type: SchemaFactory.createForClass(AuditTarget), default: AUDIT_DEFAULTS.target })
  target!: AuditTarget | null;

  @Prop({ type: String })
  reason?: string;

  /** More about the action. Nothing personal: rows outlive the users they are about. */
  @Prop({ type: Map, of: String })
  details?: Record<string, string>;

  /** Null: the service itself, without a request. */
  @Prop({ type: String, default: AUDIT_DEFAULTS.requestId })
  requestId!: string | null;
}

export const AuditEventSchema = SchemaFactory.createForClass(AuditEvent);
AuditEventSchema.index({ actorId: 1, _id: -1 });
AuditEventSchema.index({ 'target.id': 1, _id: -1 });
AuditEventSchema.index({ action: 1, _id: -1 });
AuditEventSchema.index({ actorId: 1, action: 1, _id: -1 });
AuditEventSchema.index({ 'target.id': 1, action: 1, _id: -1 });
// Also for all three filters: one admin has few rows about one target.
AuditEventSchema.index({ 'target.id': 1, actorId: 1, _id: -1 });
