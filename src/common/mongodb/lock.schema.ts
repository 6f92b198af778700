import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { Collection } from './collection.decorator.js';

/** A lock on work that one instance at a time does. The row stays and holds when the work last finished. */
@Collection('locks')
export class Lock {
  @Prop({ type: String, required: true })
  _id!: string;

  @Prop({ type: String, default: null })
  owner!: string | null;

  /** When the lock expires, unless its owner renews it. */
  @Prop({ type: Date, required: true })
  until!: Date;

  @Prop({ type: Date, default: null })
  finishedAt!: Date | null;
}

export const LockSchema = SchemaFactory.createForClass(Lock);
