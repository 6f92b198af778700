import { hash } from 'node:crypto';
import type { User } from './user-json.ts';

/**
 * Clerk's billing objects as its webhook document of 2025-04-15 has them; times in ms since 1970, amounts in
 * cents. Where its examples differ from its schemas, these have the fields of both.
 */

export interface BillingPlan {
  id: string;
  slug: string;
  name: string;
  is_recurring: boolean;
  amount: number;
  currency: string;
}

export type ItemStatus =
  'abandoned' | 'active' | 'canceled' | 'ended' | 'incomplete' | 'past_due' | 'upcoming';

/** As in `subscription.*`; a `subscriptionItem.*` has `payer` and `subscription_id` as well. */
export interface SubscriptionItem {
  object: 'commerce_subscription_item';
  id: string;
  status: ItemStatus;
  is_free_trial: boolean;
  created_at: number;
  updated_at: number;
  period_start: number;
  period_end: number | null;
  interval: 'month' | 'annual';
  plan_id: string;
  plan: BillingPlan;
  subscription_id: null;
}

export interface Payer {
  object: 'commerce_payer';
  id: string;
  user_id: string;
  first_name: string;
  last_name: string;
  email: string;
  organization_id: string;
  organization_name: string;
  image_url: string;
  created_at: number;
  updated_at: number;
}

export interface Subscription {
  object: 'commerce_subscription';
  id: string;
  status: 'abandoned' | 'active' | 'canceled' | 'ended' | 'incomplete' | 'past_due';
  active_at: number | null;
  canceled_at: number | null;
  created_at: number;
  ended_at: number | null;
  past_due_at: number | null;
  updated_at: number;
  latest_payment_id: string | null;
  payer_id: string;
  payer: Payer;
  payment_source_id: string | null;
  items: SubscriptionItem[];
}

export interface Payment {
  id: string;
  payment_id: string;
  statement_id: string;
  gateway_external_id: string;
  status: 'pending' | 'paid' | 'failed';
  charge_type: 'checkout' | 'recurring';
  created_at: number;
  updated_at: number;
}

/** The same for the same user in every event. */
export function payerOf(user: User, now: number): Payer {
  const email = user.email_addresses.find(({ id }) => id === user.primary_email_address_id);
  return {
    object: 'commerce_payer',
    id: stableId('cpayer', user.id),
    user_id: user.id,
    first_name: user.first_name ?? '',
    last_name: user.last_name ?? '',
    email: email?.email_address ?? '',
    organization_id: '',
    organization_name: '',
    image_url: user.image_url,
    created_at: user.created_at,
    updated_at: now,
  };
}

/** `paymentAttempt.*`. */
export function paymentJson(
  instanceId: string,
  subscription: Subscription,
  item: SubscriptionItem,
  payment: Payment,
): object {
  const { amount, currency } = item.plan;
  const total = money(amount, currency);
  const isFailed = payment.status === 'failed';
  return {
    id: payment.id,
    instance_id: instanceId,
    payment_id: payment.payment_id,
    invoice_id: payment.statement_id,
    statement_id: payment.statement_id,
    gateway_external_id: payment.gateway_external_id,
    status: payment.status,
    created_at: payment.created_at,
    updated_at: payment.updated_at,
    paid_at: payment.status === 'paid' ? payment.updated_at : null,
    failed_at: isFailed ? payment.updated_at : null,
    failed_reason: isFailed ? { code: 'card_declined', decline_code: 'insufficient_funds' } : null,
    billing_date: item.period_start,
    charge_type: payment.charge_type,
    payee: {
      id: stableId('cpayee', instanceId),
      gateway_type: 'stripe',
      gateway_external_id: 'acct_1Local000000000',
      gateway_status: 'active',
    },
    payer: subscription.payer,
    totals: { subtotal: total, tax_total: money(0, currency), grand_total: total },
    payment_source: {
      id: subscription.payment_source_id,
      gateway: 'stripe',
      gateway_external_id: 'pm_1Local000000000000000000',
      gateway_external_account_id: 'acct_1Local000000000',
      payment_method: 'card',
      status: 'active',
      card_type: 'visa',
      last4: '4242',
    },
    subscription_items: [chargedItem(instanceId, subscription, item, payment)],
  };
}

function chargedItem(
  instanceId: string,
  subscription: Subscription,
  item: SubscriptionItem,
  payment: Payment,
): object {
  const { is_free_trial: _, ...charged } = item;
  const { amount, currency } = item.plan;
  const nothing = money(0, currency);
  return {
    ...charged,
    subscription_id: subscription.id,
    payer: subscription.payer,
    credit: {
      amount: nothing,
      cycle_days_remaining: 0,
      cycle_days_total: 0,
      cycle_remaining_percent: 0,
    },
    credits: { proration: null, payer: null, total: nothing },
    proration_date: new Date(item.period_start).toISOString().slice(0, 10),
    plan_period: item.interval,
    canceled_at: subscription.canceled_at,
    past_due_at: subscription.past_due_at,
    lifetime_paid: payment.status === 'paid' ? amount : 0,
    next_payment_amount: amount,
    next_payment_date: item.period_end,
    amount: money(amount, currency),
    plan: {
      ...item.plan,
      instance_id: instanceId,
      product_id: stableId('cprd', instanceId),
      description: '',
      is_default: false,
      is_prorated: true,
      period: item.interval,
      interval: 1,
      has_base_fee: amount > 0,
      annual_monthly_amount: amount,
      publicly_visible: true,
    },
  };
}

/** An id that is the same for the same text, in the form of `newId`. */
export function stableId(prefix: string, text: string): string {
  const letters = hash('sha256', `${prefix} ${text}`, 'base64').replace(/[^A-Za-z0-9]/g, '');
  return `${prefix}_${letters.padEnd(27, '0').slice(0, 27)}`;
}

function money(amount: number, currency: string): object {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  const symbol = format.formatToParts(0).find(({ type }) => type === 'currency')?.value;
  return {
    amount,
    amount_formatted: format.format(amount / 100),
    currency,
    currency_symbol: symbol ?? currency,
  };
}
