import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';

/** The `_id` of the one document with the times of recent roll-backs. */
export const ROLLBACK_LIMIT = 'limit';

/**
 * A roll-back that is decided but not finished. The document is removed once the Clerk account is
 * deleted.
 */
@Collection('deletionRollbacks')
export class DeletionRollback {
  /** The subject's hash, or `limit`. */
  @Prop({ type: String, required: true })
  _id!: string;

  @Prop({ type: String })
  clerkId?: string;

  @Prop({ type: [Date], default: undefined })
  recent?: Date[];
}

export const DeletionRollbackSchema = SchemaFactory.createForClass(DeletionRollback);
