import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';

/** A deletion that isn't finished: written with the fence, removed with the last trace. Its `_id` is the user's. */
@Schema({ collection: 'deletions', versionKey: false, autoIndex: false, autoCreate: false })
export class Deletion {
  @Prop({ type: SchemaTypes.ObjectId, required: true })
  _id!: Types.ObjectId;

  @Prop({ type: Date, required: true })
  startedAt!: Date;
}

export const DeletionSchema = SchemaFactory.createForClass(Deletion);
