import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';

/**
 * A username that its holder changed or deleted with the account. Until `until` only the former holder
 * may take it.
 */
@Collection('deletionUsernames')
export class DeletionUsername {
  @Prop({ type: SchemaTypes.ObjectId, auto: true })
  _id!: Types.ObjectId;

  /** HMAC-SHA-256 of the username with `APP_SECRET`, hex: a plain hash of a short name could be reversed. */
  @Prop({ type: String, required: true })
  nameHash!: string;

  @Prop({ type: Date, required: true })
  until!: Date;

  /** The former holder. */
  @Prop({ type: String, required: true })
  subjectHash!: string;
}

export const DeletionUsernameSchema = SchemaFactory.createForClass(DeletionUsername);
DeletionUsernameSchema.index({ nameHash: 1 }, { unique: true });
DeletionUsernameSchema.index({ subjectHash: 1, until: -1 });
DeletionUsernameSchema.index({ until: 1 }, { expireAfterSeconds: 0 });
