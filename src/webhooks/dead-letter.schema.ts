import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';

const KEPT_SECONDS = 30 * 24 * 60 * 60;

/** The payload of a delivery that could not be handled, for a replay after the fault is mended. */
@Collection('webhookDeadLetters')
export class DeadLetter {
  /** The `svix-id`, as in the ledger. */
  @Prop({ type: String, required: true })
  _id!: string;

  /** SHA-256 of the subject it is about, so that it goes when the subject is deleted; absent when there is none. */
  @Prop({ type: String })
  subjectHash?: string;

  /** The event as it was signed, JSON. As text: MongoDB nests less deep than JSON does. */
  @Prop({ type: String })
  event?: string;

  /** In letters older than `event`: JSON of the event's `data`. */
  @Prop({ type: String })
  data?: string;

  @Prop({ type: Date, required: true })
  at!: Date;
}

export const DeadLetterSchema = SchemaFactory.createForClass(DeadLetter);
DeadLetterSchema.index({ subjectHash: 1 }, { sparse: true });
DeadLetterSchema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });
