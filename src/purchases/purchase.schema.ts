import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { SchemaTypes, type Types } from 'mongoose';

/** Something a user paid for. `amount` is in minor units of `currency` (ISO 4217). */
@Schema({ collection: 'purchases', timestamps: true, versionKey: false, autoIndex: false, autoCreate: false })
export class Purchase {
  _id!: Types.ObjectId;

  @Prop({ type: SchemaTypes.ObjectId, required: true })
  userId!: Types.ObjectId;

  @Prop({ type: String, required: true })
  item!: string;

  @Prop({ type: Number, required: true })
  amount!: number;

  @Prop({ type: String, required: true })
  currency!: string;

  @Prop({ type: String, enum: ['pending', 'paid', 'failed', 'refunded'], required: true })
  status!: 'pending' | 'paid' | 'failed' | 'refunded';

  @Prop({ type: Date, default: null })
  purchasedAt!: Date | null;

  @Prop({ type: Date, default: null })
  refundedAt!: Date | null;
}

export const PurchaseSchema = SchemaFactory.createForClass(Purchase);
PurchaseSchema.index({ userId: 1, _id: -1 });
