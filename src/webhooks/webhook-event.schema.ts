import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';

export const OUTCOMES = ['applied', 'ignored', 'rolled_back', 'dead_letter', 'dismissed'] as const;
/**
 * The outcome of a delivery. `ignored`: it concerns nothing here. `rolled_back`: its account was deleted
 * (RollbackService). `dead_letter`: of a handled type, but it can't be handled. `dismissed`: a dead
 * letter that an admin dismissed.
 */
export type Outcome = (typeof OUTCOMES)[number];

const LEDGER_SECONDS = 90 * 24 * 60 * 60;

/**
 * The whole ledger, newest first. A TTL index has only one field, so it doesn't order rows of one
 * millisecond.
 */
export const LEDGER_INDEX = { at: -1, _id: -1 } as const;
/** The rows of one outcome, newest first. */
export const OUTCOME_INDEX = { outcome: 1, at: -1, _id: -1 } as const;

/** The ledger: one row per delivery, committed together with its effect. Payloads are not kept here. */
@Collection('webhookEvents')
export class WebhookEvent {
  /** The `svix-id`, the same on every retry and replay. */
  @Prop({ type: String, required: true })
  _id!: string;

  @Prop({ type: String, required: true })
  type!: string;

  @Prop({ type: String, enum: OUTCOMES, required: true })
  outcome!: Outcome;

  /** When it was first received. */
  @Prop({ type: Date, required: true })
  at!: Date;
}

export const WebhookEventSchema = SchemaFactory.createForClass(WebhookEvent);
WebhookEventSchema.index({ at: 1 }, { expireAfterSeconds: LEDGER_SECONDS });
WebhookEventSchema.index(LEDGER_INDEX);
WebhookEventSchema.index(OUTCOME_INDEX);
