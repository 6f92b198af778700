import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';

/**
 * A public key that receipts were signed with. Kept when another one takes over: old receipts stay
 * verifiable.
 */
@Collection('receiptKeys')
export class ReceiptKey {
  /** The key id: its thumbprint (RFC 7638). */
  @Prop({ type: String, required: true })
  _id!: string;

  @Prop({ type: String, required: true })
  jwk!: string;

  @Prop({ type: Date, required: true })
  since!: Date;
}

export const ReceiptKeySchema = SchemaFactory.createForClass(ReceiptKey);
