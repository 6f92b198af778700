import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';

/** Who doesn't want to be found by whom. Its `_id` is the immutable key of the list. */
@Schema({ collection: 'blocks', versionKey: false, autoIndex: false, autoCreate: false })
export class Block {
  _id!: Types.ObjectId;

  @Prop({ type: SchemaTypes.ObjectId, ref: 'User', required: true })
  blockerId!: Types.ObjectId;

  @Prop({ type: SchemaTypes.ObjectId, ref: 'User', required: true })
  blockedId!: Types.ObjectId;
}

export const BlockSchema = SchemaFactory.createForClass(Block);
BlockSchema.index({ blockerId: 1, blockedId: 1 }, { unique: true });
BlockSchema.index({ blockerId: 1, _id: -1 });
BlockSchema.index({ blockedId: 1, _id: -1 });
