import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';

export type FollowState = 'following' | 'requested';

/** Whom a user follows, newest first. */
export const FOLLOWING_INDEX = { followerId: 1, state: 1, _id: -1, followeeId: 1 } as const;

/** One edge of the graph: who follows, or asks to follow, whom. Its `_id` is the immutable key of the lists. */
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
FollowSchema.index({ followerId: 1, followeeId: 1 }, { unique: true });
// With the other end, so that a list never reads the edges themselves.
FollowSchema.index({ followeeId: 1, state: 1, _id: -1, followerId: 1 });
FollowSchema.index(FOLLOWING_INDEX);
