import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model, Types } from 'mongoose';
import { type ArchivedPurchase, INLINE_PURCHASES } from '../users/deleted-user.schema.js';
import { Purchase } from './purchase.schema.js';

/** Owns `purchases`. */
@Injectable()
export class PurchasesService {
  constructor(@InjectModel(Purchase.name) private readonly model: Model<Purchase>) {}

  /** Removes the newest purchases of a user, as many as an archive holds, and returns them without the user's id. */
  async takeForArchive(userId: Types.ObjectId, session: ClientSession): Promise<ArchivedPurchase[]> {
    const purchases = await this.model
      .find({ userId })
      .sort({ _id: -1 })
      .limit(INLINE_PURCHASES)
      .session(session)
      .lean<Purchase[]>();
    await this.model.deleteMany({ _id: { $in: purchases.map(({ _id }) => _id) } }, { session });
    return purchases.map(({ userId: _, ...purchase }) => purchase);
  }
}
