import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

export const OUTCOMES = ['applied', 'ignored', 'dead_letter'] as const;
/** `ignored`: nothing here is concerned. `dead_letter`: of a type handled here, but it can never be handled. */
export type Outcome = (typeof OUTCOMES)[number];

const LEDGER_SECONDS = 90 * 24 * 60 * 60;

/** The ledger: one row per delivery, committed together with its effect. Payloads are not kept. */
@Schema({ collection: 'webhookEvents', versionKey: false, autoIndex: false, autoCreate: false })
export class WebhookEvent {
  /** The `svix-id`, the same on every retry and replay. */
  @Prop({ type: String, required: true })
  _id!: string;

  @Prop({ type: String, required: true })
  type!: string;

  @Prop({ type: String, enum: OUTCOMES, required: true })
  outcome!: Outcome;

  @Prop({ type: Date, required: true })
  at!: Date;
}

export const WebhookEventSchema = SchemaFactory.createForClass(WebhookEvent);
WebhookEventSchema.index({ at: 1 }, { expireAfterSeconds: LEDGER_SECONDS });
