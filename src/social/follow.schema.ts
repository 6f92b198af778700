import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';

export type FollowState = 'following' | 'requested';

export const EDGE_INDEX = { followerId: 1, followeeId: 1 } as const;
/** These cover the lists: they hold both ends. */
export const FOLLOWERS_INDEX = { followeeId: 1, state: 1, _id: -1, followerId: 1 } as const;
export const FOLLOWING_INDEX = { followerId: 1, state: 1, _id: -1, followeeId: 1 } as const;

/** An edge of the graph: a follow or a follow request. Lists sort by the immutable `_id`. */
@Collection('follows')
export class Follow {
  _id!: Types.ObjectId;

  @Prop({ type: SchemaTypes.ObjectId, ref: 'User', required: true })
  followerId!: Types.ObjectId;

  @Prop({ type: SchemaTypes.ObjectId, ref: 'User', required: true })
  followeeId!: Types.ObjectId;

  @Prop({ type: String, enum: ['following', 'requested'], required: true })
  state!: FollowState;
}

export const FollowSchema = SchemaFactory.createForClass(Follow);
FollowSchema.index(EDGE_INDEX, { unique: true });
FollowSchema.index(FOLLOWERS_INDEX);
FollowSchema.index(FOLLOWING_INDEX);
