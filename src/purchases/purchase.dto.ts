import { z } from 'zod';
import { withDefaults } from '../common/mongodb/defaults.js';
import { pageSchema } from '../common/http/page.js';
import { PURCHASE_DEFAULTS, PURCHASE_STATUSES, type StoredPurchase } from './purchase.schema.js';

export const purchaseSchema = z
  .object({
    id: z.string().meta({ description: 'Admins refund the purchase by this id.' }),
    item: z.string().meta({ description: 'What was bought.' }),
    amount: z.int().meta({ description: 'In minor units of the currency: cents, yen.' }),
    currency: z.string().meta({ description: 'ISO 4217.' }),
    status: z.enum(PURCHASE_STATUSES).meta({ description: '`refunded` is final.' }),
    purchasedAt: z.iso.datetime().nullable().meta({ description: 'When it was paid.' }),
    refundedAt: z.iso.datetime().nullable().meta({ description: 'Null: not refunded.' }),
  })
  .meta({
    id: 'Purchase',
    description: 'Something a user paid for, or tried to.',
    example: {
      id: '6741f0c2a4b5c6d7e8f90a1b',
      item: 'Explorer',
      amount: 990,
      currency: 'EUR',
      status: 'paid',
      purchasedAt: '2026-11-23T09:30:00.000Z',
      refundedAt: null,
    },
  });
export type PurchaseView = z.infer<typeof purchaseSchema>;

export const purchasePageSchema = pageSchema('PurchasePage', purchaseSchema);

export function toPurchaseView(stored: StoredPurchase): PurchaseView {
  const { _id, ...purchase } = withDefaults(PURCHASE_DEFAULTS, stored);
  const { item, amount, currency, status, purchasedAt, refundedAt } = purchase;
  return {
    id: String(_id),
    item,
    amount,
    currency,
    status,
    purchasedAt: purchasedAt?.toISOString() ?? null,
    refundedAt: refundedAt?.toISOString() ?? null,
  };
}
