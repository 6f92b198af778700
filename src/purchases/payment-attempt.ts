import { z } from 'zod';
import { isAhead, LAST_MOMENT, notAhead } from '../common/clock.js';
import { SUBJECT } from '../common/principal.js';
import type { PurchaseStatus, StoredPurchase } from './purchase.schema.js';

const DEFAULT_ITEM = 'Subscription';
const LONGEST_ITEM = 200;

/** Absent, null and empty are one to Clerk. */
const text = z
  .string()
  .trim()
  .nullish()
  .transform((value) => (value === '' || value === null ? undefined : value?.toWellFormed()));
const plan = z.object({ name: text, slug: text });
/** One that lies ahead becomes now: a state dated 2100 must not keep out all that follow. Nobody can be asked for a better one. */
const time = z.int().min(0).max(LAST_MOMENT).transform(notAhead);

/** What we read of Clerk Billing's payment attempt. Times are ms since the epoch, amounts minor units. */
const paymentAttemptSchema = z.object({
  id: z.string().regex(/^[\x21-\x7e]{1,128}$/),
  status: z.enum(['pending', 'paid', 'failed', 'refunded']),
  updated_at: time,
  paid_at: time.nullish(),
  payer: z.object({ user_id: text.pipe(z.string().regex(SUBJECT).optional()) }).nullish(),
  totals: z.object({
    grand_total: z.object({ amount: z.int(), currency: z.string().regex(/^[A-Za-z]{3}$/) }),
  }),
  subscription_items: z.array(z.object({ plan: plan.nullish() })).nullish(),
});

/** A payment attempt in our words. */
export interface PaymentAttempt {
  attemptId: string;
  /** Clerk's `updated_at`, ms. Orders the events of one attempt. */
  attemptUpdatedAt: number;
  /** The payer's Clerk id; undefined when an organization pays. */
  subject: string | undefined;
  item: string;
  amount: number;
  currency: string;
  status: PurchaseStatus;
  purchasedAt: Date | null;
  refundedAt: Date | null;
}

/** Our reading of the data of a `paymentAttempt.*` event; undefined when it isn't one. */
export function readPaymentAttempt(json: unknown): PaymentAttempt | undefined {
  const parsed = paymentAttemptSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { id, status, updated_at, paid_at, payer, totals, subscription_items } = parsed.data;
  const { amount, currency } = totals.grand_total;
  const bought = subscription_items?.[0]?.plan;
  const item = bought?.name ?? bought?.slug ?? DEFAULT_ITEM;
  return {
    attemptId: id,
    attemptUpdatedAt: updated_at,
    subject: payer?.user_id,
    item: item.slice(0, LONGEST_ITEM),
    amount,
    currency: currency.toUpperCase(),
    status,
    purchasedAt: typeof paid_at === 'number' ? new Date(paid_at) : null,
    refundedAt: status === 'refunded' ? new Date(updated_at) : null,
  };
}

/** Of two states that Clerk gave the same time, the later one. */
const RANK: Record<PurchaseStatus, number> = { pending: 0, failed: 1, paid: 2, refunded: 3 };

/**
 * Whether the news are newer than what is stored: by Clerk's time, then by how far they are. `refunded` is final. A stored
 * time that lies ahead orders nothing.
 */
export function supersedes(news: PaymentAttempt, stored: StoredPurchase): boolean {
  if (stored.status === 'refunded') return false;
  if (isAhead(stored.attemptUpdatedAt ?? 0)) return true;
  const age = news.attemptUpdatedAt - (stored.attemptUpdatedAt ?? 0);
  return age > 0 || (age === 0 && RANK[news.status] > RANK[stored.status]);
}

/** What an event changes of a purchase that is known; when it was paid stays, once that is known. */
export function changesOf({ attemptUpdatedAt, status, purchasedAt, refundedAt }: PaymentAttempt) {
  return {
    attemptUpdatedAt,
    status,
    ...(purchasedAt === null ? {} : { purchasedAt }),
    ...(refundedAt === null ? {} : { refundedAt }),
  };
}
