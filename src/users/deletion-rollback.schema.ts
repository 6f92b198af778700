import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';

/** The `_id` of the one document that holds when roll-backs happened lately. */
export const ROLLBACK_LIMIT = 'limit';

/** A roll-back that is decided, but not finished: the Clerk account is still to be deleted. Removed when it is. */
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
