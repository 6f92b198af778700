import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';

/** A username that its holder gave up, by another one or with the account. Until then it is for the former holder alone. */
@Collection('deletionUsernames')
export class DeletionUsername {
  @Prop({ type: SchemaTypes.ObjectId, auto: true })
  _id!: Types.ObjectId;

  /** HMAC-SHA-256 of the username with `APP_SECRET`, hex: names are short, and a plain hash could be guessed. */
  @Prop({ type: String, required: true })
  nameHash!: string;

  @Prop({ type: Date, required: true })
  until!: Date;

  /** Of the former holder. */
  @Prop({ type: String, required: true })
  subjectHash!: string;
}

export const DeletionUsernameSchema = SchemaFactory.createForClass(DeletionUsername);
DeletionUsernameSchema.index({ nameHash: 1 }, { unique: true });
DeletionUsernameSchema.index({ subjectHash: 1, until: -1 });
DeletionUsernameSchema.index({ until: 1 }, { expireAfterSeconds: 0 });
