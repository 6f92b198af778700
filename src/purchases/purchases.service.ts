import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model, Types } from 'mongoose';
import type { ArchivedPurchase } from '../users/deleted-user.schema.js';
import { Purchase } from './purchase.schema.js';

/** Owns `purchases`. */
@Injectable()
export class PurchasesService {
  constructor(@InjectModel(Purchase.name) private readonly model: Model<Purchase>) {}

  /** Removes the purchases of a user and returns them, newest first, without the user's id: for the archive. */
  async removeOf(userId: Types.ObjectId, session: ClientSession): Promise<ArchivedPurchase[]> {
    const purchases = await this.model.find({ userId }).sort({ _id: -1 }).session(session).lean<Purchase[]>();
    await this.model.deleteMany({ userId }, { session });
    return purchases.map(({ userId: _, ...purchase }) => purchase);
  }
}
