import { z } from 'zod';
import { isAhead, LAST_MOMENT, notAhead } from '../common/clock.js';
import { SUBJECT } from '../common/principal.js';
import { cutText } from '../common/http/text.js';
import type { AttemptEvent, AttemptPayment, PurchaseStatus, StoredPurchase } from './purchase.schema.js';

const DEFAULT_ITEM = 'Subscription';
const MAX_ITEM_LENGTH = 200;

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
  attemptEvent: AttemptEvent;
  /** The payer's Clerk id; undefined when an organization pays. */
  subject: string | undefined;
  item: string;
  amount: number;
  currency: string;
  status: PurchaseStatus;
  purchasedAt: Date | null;
  refundedAt: Date | null;
}

/** Our reading of the data of a `paymentAttempt.*` event of this type; undefined when it isn't one. */
export function readPaymentAttempt(json: unknown, type: string): PaymentAttempt | undefined {
  const parsed = paymentAttemptSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { id, status, updated_at, paid_at, payer, totals, subscription_items } = parsed.data;
  const { amount, currency } = totals.grand_total;
  const bought = subscription_items?.[0]?.plan;
  const item = bought?.name ?? bought?.slug ?? DEFAULT_ITEM;
  return {
    attemptId: id,
    attemptUpdatedAt: updated_at,
    attemptEvent: type.endsWith('.created') ? 'created' : 'updated',
    subject: payer?.user_id,
    item: cutText(item, MAX_ITEM_LENGTH),
    amount,
    currency: currency.toUpperCase(),
    status,
    purchasedAt: typeof paid_at === 'number' ? new Date(paid_at) : null,
    refundedAt: status === 'refunded' ? new Date(updated_at) : null,
  };
}

type State = Omit<StoredPurchase, '_id'>;

/**
 * What an event changes of the stored purchase of its attempt; undefined when nothing. The newest state counts in all its
 * fields, whatever the order in which the events arrive (docs/decisions/0023). A refund recorded by an admin is final.
 */
export function changesOf(news: PaymentAttempt, stored: State): Partial<State> | undefined {
  if (isRefundedByAdmin(stored)) return undefined;
  const isNewer = comesAfter(orderOf(news), orderOf(stored));
  const told = paymentOf(news);
  const known = paymentOf(stored);
  const paid = comesAfter(orderOfPayment(told), orderOfPayment(known)) ? told : known;
  if (!isNewer && paid === known) return undefined;
  const { attemptId: _, subject: __, ...state } = news;
  const { status, purchasedAt } = isNewer ? state : stored;
  return {
    ...(isNewer && state),
    // What was refunded had been paid, even where the event of the refund doesn't tell when. What is told later doesn't count.
    purchasedAt: status === 'refunded' ? (paid?.at ?? null) : purchasedAt,
    ...(paid && { attemptPaid: paid }),
  };
}

/** A refund of Clerk's carries the time of its event. */
function isRefundedByAdmin({ status, refundedAt, attemptUpdatedAt }: State): boolean {
  return status === 'refunded' && refundedAt?.getTime() !== attemptUpdatedAt;
}

/** Of two states that Clerk gave the same time, the one that is further along. */
const RANK: Record<PurchaseStatus, number> = { pending: 0, failed: 1, paid: 2, refunded: 3 };

/**
 * What orders the states of one attempt, the most important first. A refund is final, and of several the first one counts.
 * In the end the content decides, so that no two orders of arrival end differently.
 */
function orderOf(state: State): (number | string)[] {
  const { status, attemptUpdatedAt = 0, attemptEvent, item, amount, currency, purchasedAt } = state;
  const isRefunded = status === 'refunded';
  // A stored time that lies ahead orders nothing.
  const time = isAhead(attemptUpdatedAt) ? -Infinity : attemptUpdatedAt * (isRefunded ? -1 : 1);
  const paidAt = isRefunded ? 0 : (purchasedAt?.getTime() ?? 0);
  return [Number(isRefunded), time, RANK[status], attemptEvent ?? '', amount, currency, item, paidAt];
}

/** What a state tells of its payment; a stored one, what the oldest event that told anything did. */
function paymentOf({ attemptPaid, attemptUpdatedAt = 0, purchasedAt }: State): AttemptPayment | undefined {
  return attemptPaid ?? (purchasedAt === null ? undefined : { at: purchasedAt, toldAt: attemptUpdatedAt });
}

/** The oldest comes last. */
function orderOfPayment(paid: AttemptPayment | undefined): number[] {
  return paid === undefined ? [-Infinity] : [-paid.toldAt, -paid.at.getTime()];
}

/** Whether the first of the values that differ is greater in `a`. */
function comesAfter(a: readonly (number | string)[], b: readonly (number | string)[]): boolean {
  const first = a.findIndex((value, index) => value !== b[index]);
  return first >= 0 && (a[first] ?? 0) > (b[first] ?? 0);
}
