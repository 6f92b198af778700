import { mongo } from 'mongoose';
import { z } from 'zod';
import type { Purchase, PurchaseStatus } from '../purchases/purchase.schema.js';
import { date, type SeedDocument, text } from './reading.js';

/** What a number without a unit in its name counts: cents and yen, or euros and yen. */
export const AMOUNT_UNITS = ['minor', 'major'] as const;
export type AmountUnit = (typeof AMOUNT_UNITS)[number];

const LONGEST_ITEM = 200;
const DEFAULT_ITEM = 'Purchase';

const STATUSES: Readonly<Record<string, PurchaseStatus>> = {
  pending: 'pending',
  processing: 'pending',
  paid: 'paid',
  completed: 'paid',
  succeeded: 'paid',
  success: 'paid',
  failed: 'failed',
  refunded: 'refunded',
};

/** Names that tell the unit, then names that don't. */
const MINOR_FIELDS = ['amountMinor', 'amountCents', 'amountInCents'];
const PLAIN_FIELDS = ['amount', 'price'];

const purchaseSchema = z.looseObject({
  _id: z.instanceof(mongo.ObjectId),
  currency: z
    .string()
    .regex(/^[A-Za-z]{3}$/)
    .transform((value) => value.toUpperCase()),
  status: z.string().transform((value, context) => {
    const status = STATUSES[value.trim().toLowerCase()];
    if (status === undefined) context.addIssue('unknown');
    return status ?? 'pending';
  }),
  item: text(LONGEST_ITEM),
  name: text(LONGEST_ITEM),
  title: text(LONGEST_ITEM),
  product: text(LONGEST_ITEM),
  productId: text(LONGEST_ITEM),
  attemptId: z.string().min(1).max(128).optional().catch(undefined),
  purchasedAt: date.optional().catch(undefined),
  createdAt: date.optional().catch(undefined),
  refundedAt: date.nullable().catch(null),
});

/** A purchase in our words, without its owner. */
export type SeedPurchase = Omit<Purchase, 'userId'> & { createdAt: Date; updatedAt: Date };

/** Our reading of one of the seed's purchases; undefined when its amount, currency or status can't be read for sure. */
export function readPurchase(document: SeedDocument, unit: AmountUnit): SeedPurchase | undefined {
  const parsed = purchaseSchema.safeParse(document);
  if (!parsed.success) return undefined;
  const { _id, currency, status, item, name, title, product, productId, attemptId, refundedAt } = parsed.data;
  const amount = amountOf(document, currency, unit);
  if (amount === undefined) return undefined;
  const createdAt = parsed.data.createdAt ?? parsed.data.purchasedAt ?? _id.getTimestamp();
  const isPaid = status === 'paid' || status === 'refunded';
  return {
    _id,
    // The oldest of all states: whatever Clerk Billing says of it is newer.
    ...(attemptId === undefined ? {} : { attemptId, attemptUpdatedAt: 0 }),
    item: [item, name, title, product, productId].find((value) => value !== '') ?? DEFAULT_ITEM,
    amount,
    currency,
    status,
    purchasedAt: isPaid ? (parsed.data.purchasedAt ?? createdAt) : null,
    refundedAt: status === 'refunded' ? refundedAt : null,
    createdAt,
    updatedAt: createdAt,
  };
}

function amountOf(document: SeedDocument, currency: string, unit: AmountUnit): number | undefined {
  for (const field of MINOR_FIELDS) {
    if (document[field] !== undefined) return minorUnits(document[field], 0);
  }
  const plain = PLAIN_FIELDS.map((field) => document[field]).find((value) => value !== undefined);
  if (unit === 'minor') return minorUnits(plain, 0);
  const digits = digitsOf(currency);
  return digits === undefined ? undefined : minorUnits(plain, digits);
}

/** Exactly, on the digits as they are written; undefined for what is negative, finer than the currency, or no number. */
function minorUnits(value: unknown, digits: number): number | undefined {
  const isNumber =
    typeof value === 'number' || value instanceof mongo.Decimal128 || value instanceof mongo.Long;
  const written = isNumber ? String(value) : typeof value === 'string' ? value.trim() : '';
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(written) ?? [];
  // 9.90 without fractions is no 9: whoever wrote it meant another unit.
  if (whole === undefined || (digits === 0 && fraction !== '')) return undefined;
  if (/[1-9]/.test(fraction.slice(digits))) return undefined;
  const amount = Number(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return Number.isSafeInteger(amount) ? amount : undefined;
}

const known = new Set(Intl.supportedValuesOf('currency'));

/** How many digits of a currency are behind the point; undefined for one that there isn't. */
function digitsOf(currency: string): number | undefined {
  if (!known.has(currency)) return undefined;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
}
