import { z } from 'zod';
import { reasonText } from '../audit/audit.dto.js';
import { IdParam } from '../common/http/id-param.decorator.js';
import { someText } from '../common/http/text.js';

const MAX_ITEM_LENGTH = 200;
const MAX_REFERENCE_LENGTH = 128;
const MAX_AMOUNT_MINOR_UNITS = 999_999_999_999;
const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

const purchaseIdParam = z.string().meta({
  description: 'The `id` of a purchase, from a list of purchases.',
  example: '6741f0c2a4b5c6d7e8f90a1c',
});

export const PurchaseId = () => IdParam('id', purchaseIdParam, 'not_found');

export const purchaseCreationSchema = z
  .strictObject({
    userId: z.string().meta({ description: 'The `id` of the user who bought it.' }),
    item: someText(MAX_ITEM_LENGTH).meta({ description: 'What was bought.' }),
    amount: z
      .int()
      .min(0)
      .max(MAX_AMOUNT_MINOR_UNITS)
      .meta({ description: 'In minor units of the currency: cents, yen.' }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .refine((code) => CURRENCIES.has(code), 'is not a currency of ISO 4217')
      .meta({ description: 'ISO 4217.' }),
    status: z
      .enum(['pending', 'paid', 'failed'])
      .default('paid')
      .meta({ description: 'The state of the payment.' }),
    purchasedAt: z.iso
      .datetime()
      .refine((at) => Date.parse(at) <= Date.now(), 'is in the future')
      .optional()
      .meta({ description: 'When it was paid; now by default. Only for `paid` purchases.' }),
    reference: someText(MAX_REFERENCE_LENGTH).optional().meta({
      description: "The order's number at the source. Makes a repeat harmless.",
    }),
    reason: reasonText,
  })
  .refine(({ status, purchasedAt }) => status === 'paid' || purchasedAt === undefined, {
    path: ['purchasedAt'],
    message: 'was not paid',
  })
  .meta({
    id: 'PurchaseCreation',
    description: 'A purchase that was not made by Clerk Billing.',
    example: {
      userId: '6741f0c2a4b5c6d7e8f90a1b',
      item: 'Explorer',
      amount: 990,
      currency: 'EUR',
      reference: 'shop-2026-1187',
      reason: 'Ticket 4711: bought in the old shop',
    },
  });
export type PurchaseCreation = z.infer<typeof purchaseCreationSchema>;
