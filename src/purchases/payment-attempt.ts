import { z } from 'zod';
import { isAhead, LAST_MOMENT, notAhead } from '../common/clock.js';
import { SUBJECT } from '../common/principal.js';
import { cutText } from '../common/http/text.js';
import type { AttemptEvent, AttemptPayment, PurchaseStatus, StoredPurchase } from './purchase.schema.js';

const DEFAULT_ITEM = 'Subscription';
const MAX_ITEM_LENGTH = 200;

/** Clerk treats absent, null and empty alike. */
const text = z
  .string()
  .trim()
  .nullish()
  .transform((value) => (value === '' || value === null ? undefined : value?.toWellFormed()));
const plan = z.object({ name: text, slug: text });
/**
 * A future time becomes now: a state dated 2100 must not win against all later ones, and there is no
 * source for the right time.
 */
const time = z.int().min(0).max(LAST_MOMENT).transform(notAhead);

/**
 * The fields that are read of Clerk Billing's payment attempt. Times are ms since the epoch, amounts
 * minor units.
 */
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

/** The attempt in the data of a `paymentAttempt.*` event; undefined when the data has another shape. */
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
 * What an event changes of the stored purchase of its attempt; undefined for no change. All fields are
 * those of the newest state, in whatever order the events arrive (docs/decisions/0023). A refund
 * recorded by an admin is final.
 */
export function changesOf(news: PaymentAttempt, stored: State): Partial<State> | undefined {
  if (isRefundedByAdmin(stored)) return undefined;
  const isNewer = comesAfter(orderOf(news), orderOf(stored));
  const reported = paymentOf(news);
  const known = paymentOf(stored);
  const paid = comesAfter(orderOfPayment(reported), orderOfPayment(known)) ? reported : known;
  if (!isNewer && paid === known) return undefined;
  const { attemptId: _, subject: __, ...state } = news;
  const { status, purchasedAt } = isNewer ? state : stored;
  return {
    ...(isNewer && state),
    // A refunded purchase had been paid, even if the event of the refund has no time of payment.
    purchasedAt: status === 'refunded' ? (paid?.at ?? null) : purchasedAt,
    ...(paid && { attemptPaid: paid }),
  };
}

/** A refund by Clerk has the time of its event. */
function isRefundedByAdmin({ status, refundedAt, attemptUpdatedAt }: State): boolean {
  return status === 'refunded' && refundedAt?.getTime() !== attemptUpdatedAt;
}

/** Orders states with the same time. */
const RANK: Record<PurchaseStatus, number> = { pending: 0, failed: 1, paid: 2, refunded: 3 };

/**
 * The sort key of the states of one attempt. A refund is final, and the first of several counts. The
 * content decides last, so that every order of arrival ends with the same state.
 */
function orderOf(state: State): (number | string)[] {
  const { status, attemptUpdatedAt = 0, attemptEvent, item, amount, currency, purchasedAt } = state;
  const isRefunded = status === 'refunded';
  // A stored time in the future counts as the oldest.
  const time = isAhead(attemptUpdatedAt) ? -Infinity : attemptUpdatedAt * (isRefunded ? -1 : 1);
  const paidAt = isRefunded ? 0 : (purchasedAt?.getTime() ?? 0);
  return [Number(isRefunded), time, RANK[status], attemptEvent ?? '', amount, currency, item, paidAt];
}

/** The payment of a state; of a stored one, that of the oldest event that has one. */
function paymentOf({ attemptPaid, attemptUpdatedAt = 0, purchasedAt }: State): AttemptPayment | undefined {
  return attemptPaid ?? (purchasedAt === null ? undefined : { at: purchasedAt, toldAt: attemptUpdatedAt });
}

/** The sort key of payments: the oldest one comes last. */
function orderOfPayment(paid: AttemptPayment | undefined): number[] {
  return paid === undefined ? [-Infinity] : [-paid.toldAt, -paid.at.getTime()];
}

/** Whether the first of the values that differ is greater in `a`. */
function comesAfter(a: readonly (number | string)[], b: readonly (number | string)[]): boolean {
  const first = a.findIndex((value, index) => value !== b[index]);
  return first >= 0 && (a[first] ?? 0) > (b[first] ?? 0);
}
