import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, Types } from 'mongoose';
import type { Actor } from '../audit/actor.decorator.js';
import { AuditService } from '../audit/audit.service.js';
import { objectIdOf } from '../common/mongodb/object-id.js';
import { ProblemError } from '../common/problem.js';
import { inTransaction } from '../common/mongodb/transaction.js';
import type { PurchaseCreation } from './admin-purchase.dto.js';
import type { StoredPurchase } from './purchase.schema.js';
import { PurchasesService } from './purchases.service.js';

/**
 * Purchases and refunds by admins, each with an audit record. The record refers to the purchase, whose
 * id stays the same in an archive: it can be found after the deletion of the user, and names no user
 * after the purge.
 */
@Injectable()
export class AdminPurchasesService {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly purchases: PurchasesService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Records a purchase that was not made by Clerk Billing. A repeat with the same reference finds it.
   * @throws ProblemError `user_not_found`; `validation_failed` for the reference of another purchase
   */
  async create(
    by: Actor,
    { userId, purchasedAt, reference, reason, ...creation }: PurchaseCreation,
  ): Promise<{ purchase: StoredPurchase; isNew: boolean }> {
    const ownerId = objectIdOf(userId);
    if (ownerId === undefined) throw new ProblemError('user_not_found');
    const paidAt = purchasedAt === undefined ? new Date() : new Date(purchasedAt);
    const news = {
      ...creation,
      ...(reference === undefined ? {} : { reference }),
      purchasedAt: creation.status === 'paid' ? paidAt : null,
      refundedAt: null,
    };
    return inTransaction(this.connection, async (session) => {
      const recorded = await this.purchases.record(ownerId, news, session);
      if (recorded.isNew) {
        const { _id: id, status } = recorded.purchase;
        const target = { type: 'purchase', id } as const;
        const details = { ...priceOf(recorded.purchase), status };
        await this.audit.record({ by, action: 'purchase.created', target, reason, details }, session);
      }
      return recorded;
    });
  }

  /** @throws ProblemError `not_found`, `already_refunded`, `not_refundable` */
  async refund(by: Actor, id: Types.ObjectId, reason: string): Promise<StoredPurchase> {
    return inTransaction(this.connection, async (session) => {
      const purchase = await this.purchases.refund(id, session);
      const target = { type: 'purchase', id } as const;
      const details = priceOf(purchase);
      await this.audit.record({ by, action: 'purchase.refunded', target, reason, details }, session);
      return purchase;
    });
  }
}

/** For the audit log: no item (free text) and no reference (identifies a buyer elsewhere). */
function priceOf({ amount, currency }: StoredPurchase): Record<string, string> {
  return { amount: String(amount), currency };
}
