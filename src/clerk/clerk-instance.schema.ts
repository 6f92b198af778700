import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';

export const OUR_INSTANCE = 'ours';

/** The Clerk instance that the users in this database belong to. */
@Collection('clerkInstances')
export class OurClerkInstance {
  @Prop({ type: String, required: true })
  _id!: string;

  /** Clerk's id of the instance, `ins_…`. */
  @Prop({ type: String, required: true })
  instanceId!: string;

  @Prop({ type: Date, required: true })
  since!: Date;
}

export const OurClerkInstanceSchema = SchemaFactory.createForClass(OurClerkInstance);
