import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';

/** These cover the list, and blocks among users whichever index MongoDB chooses: they hold both ends. */
export const BLOCKER_INDEX = { blockerId: 1, _id: -1, blockedId: 1 } as const;
const BLOCKED_INDEX = { blockedId: 1, _id: -1, blockerId: 1 } as const;

/** A block: to the blocked user, the blocker doesn't exist. Lists sort by the immutable `_id`. */
@Collection('blocks')
export class Block {
  _id!: Types.ObjectId;

  @Prop({ type: SchemaTypes.ObjectId, ref: 'User', required: true })
  blockerId!: Types.ObjectId;

  @Prop({ type: SchemaTypes.ObjectId, ref: 'User', required: true })
  blockedId!: Types.ObjectId;
}

export const BlockSchema = SchemaFactory.createForClass(Block);
BlockSchema.index({ blockerId: 1, blockedId: 1 }, { unique: true });
BlockSchema.index(BLOCKER_INDEX);
BlockSchema.index(BLOCKED_INDEX);
