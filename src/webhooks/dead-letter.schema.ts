import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';

const KEPT_SECONDS = 30 * 24 * 60 * 60;

/** The payload of a delivery that could not be handled, kept for a replay. */
@Collection('webhookDeadLetters')
export class DeadLetter {
  /** The `svix-id`. */
  @Prop({ type: String, required: true })
  _id!: string;

  /** SHA-256 of its subject, to erase it with the subject; absent without one. */
  @Prop({ type: String })
  subjectHash?: string;

  /** The signed event as JSON text, because MongoDB limits the depth of documents. */
  @Prop({ type: String })
  event?: string;

  /** In older letters, instead of `event`: JSON of the event's `data`. */
  @Prop({ type: String })
  data?: string;

  @Prop({ type: Date, required: true })
  at!: Date;
}

export const DeadLetterSchema = SchemaFactory.createForClass(DeadLetter);
DeadLetterSchema.index({ subjectHash: 1 }, { sparse: true });
DeadLetterSchema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });
