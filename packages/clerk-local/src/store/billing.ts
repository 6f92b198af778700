import { z } from 'zod';
import {
  type BillingPlan,
  type Payment,
  type Subscription,
  type SubscriptionItem,
  payerOf,
  paymentJson,
  stableId,
} from './billing-json.ts';
import { parameterError } from './errors.ts';
import { getUser } from './find-users.ts';
import { parse } from './parse.ts';
import type { Store } from './store.ts';

export const billingParameters = z.strictObject({
  /**
   * `checkout`, `trial` and `incomplete` start a plan, `schedule` one that starts when the period ends. The
   * others are about the plan that the user has: `cancel` at the end of the period, `end` now, `abandon` the
   * scheduled one.
   */
  moment: z.enum([
    'checkout',
    'trial',
    'incomplete',
    'trial-ending',
    'renew',
    'payment-failed',
    'cancel',
    'end',
    'schedule',
    'abandon',
  ]),
  /** Default: a plan of 20 dollars a month. */
  plan: z
    .strictObject({
      slug: z.string().min(1).default('pro-plan'),
      name: z.string().default('Pro Plan'),
      amount: z.int().min(0).default(2000),
      currency: z.string().length(3).default('USD'),
      interval: z.enum(['month', 'annual']).default('month'),
    })
    .prefault({}),
});

export type BillingOptions = z.input<typeof billingParameters>;
type Options = z.output<typeof billingParameters>;

/**
 * Reports what Clerk reports at a moment of a user's subscription: `paymentAttempt.*`, `subscription.*` and
 * `subscriptionItem.*`, whose ids and states fit together and to earlier moments. There is no billing API.
 * @throws 404 for an unknown user, 422 for a moment that the subscription can't have
 */
export function emitBilling(store: Store, userId: string, options: BillingOptions): Subscription {
  const parameters = parse(billingParameters, options);
  const known = store.subscriptions.find(stableId('csub', userId));
  const subscription = structuredClone(known ?? emptySubscription(store, userId));
  subscription.payer = payerOf(getUser(store, userId), store.now());
  subscription.updated_at = store.now();

  const report = new Report(store, subscription);
  change(store, subscription, parameters, report);
  store.subscriptions.put(subscription);
  report.emit(known ? 'subscription.updated' : 'subscription.created');
  return subscription;
}

function change(store: Store, subscription: Subscription, { moment, plan }: Options, report: Report): void {
  const now = store.now();
  switch (moment) {
    case 'checkout': {
      for (const old of subscription.items.filter(({ status }) => isCurrent(status))) {
        report.item(setItem(old, 'ended', now), 'ended');
      }
      const item = addItem(store, subscription, plan, 'active', now);
      if (plan.amount > 0) report.payment(item, 'checkout', 'paid');
      setStatus(subscription, 'active', now);
      report.also('subscription.active');
      report.item(item, 'active');
      return;
    }
    case 'trial': {
      const item = addItem(store, subscription, plan, 'active', now);
      item.is_free_trial = true;
      setStatus(subscription, 'active', now);
      report.also('subscription.active');
      report.item(item, 'active');
      return;
    }
    case 'incomplete': {
      const item = addItem(store, subscription, plan, 'incomplete', now);
      report.payment(item, 'checkout', 'pending');
      setStatus(subscription, 'incomplete', now);
      report.item(item, 'incomplete');
      return;
    }
    case 'schedule': {
      const start = itemOf(subscription, isCurrent).period_end ?? now;
      report.item(addItem(store, subscription, plan, 'upcoming', start), 'upcoming');
      return;
    }
    case 'abandon': {
      const upcoming = itemOf(subscription, (status) => status === 'upcoming');
      report.item(setItem(upcoming, 'abandoned', now), 'abandoned');
      return;
    }
    case 'trial-ending': {
      const item = itemOf(subscription, isCurrent);
      if (!item.is_free_trial) throw impossible('moment', 'The plan has no free trial.');
      report.item(item, 'freeTrialEnding');
      return;
    }
    case 'renew': {
      const item = setItem(itemOf(subscription, isCurrent), 'active', now);
      item.is_free_trial = false;
      item.period_start = item.period_end ?? now;
      item.period_end = periodEnd(item.period_start, item.interval);
      report.payment(item, 'recurring', 'paid');
      setStatus(subscription, 'active', now);
      report.item(item, 'updated');
      return;
    }
    case 'payment-failed': {
      const item = setItem(itemOf(subscription, isCurrent), 'past_due', now);
      report.payment(item, 'recurring', 'failed');
      setStatus(subscription, 'past_due', now);
      report.also('subscription.pastDue');
      report.item(item, 'pastDue');
      return;
    }
    case 'cancel': {
      const item = setItem(itemOf(subscription, isCurrent), 'canceled', now);
      subscription.canceled_at = now;
      report.item(item, 'canceled');
      return;
    }
    case 'end': {
      const item = setItem(itemOf(subscription, isCurrent), 'ended', now);
      setStatus(subscription, 'ended', now);
      report.item(item, 'ended');
    }
  }
}

/** Collects the events of one moment, which show the subscription as it is after it. */
class Report {
  readonly #store: Store;
  readonly #subscription: Subscription;
  readonly #subscriptionTypes: string[] = [];
  readonly #items: [type: string, item: SubscriptionItem][] = [];
  readonly #payments: [item: SubscriptionItem, payment: Payment][] = [];

  constructor(store: Store, subscription: Subscription) {
    this.#store = store;
    this.#subscription = subscription;
  }

  also(subscriptionType: string): void {
    this.#subscriptionTypes.push(subscriptionType);
  }

  item(item: SubscriptionItem, event: string): void {
    this.#items.push([`subscriptionItem.${event}`, item]);
  }

  payment(item: SubscriptionItem, chargeType: Payment['charge_type'], status: Payment['status']): void {
    const now = this.#store.now();
    const payment: Payment = {
      id: this.#store.newId('pa'),
      payment_id: this.#store.newId('cpa'),
      statement_id: this.#store.newId('stmt'),
      gateway_external_id: this.#store.newId('pi'),
      status,
      charge_type: chargeType,
      created_at: now,
      updated_at: now,
    };
    this.#subscription.latest_payment_id = payment.payment_id;
    this.#payments.push([item, payment]);
  }

  emit(subscriptionType: string): void {
    const { id, payer } = this.#subscription;
    for (const [item, payment] of this.#payments) {
      const { instanceId } = this.#store;
      const json = (state: Payment) => paymentJson(instanceId, this.#subscription, item, state);
      this.#store.emit('paymentAttempt.created', json({ ...payment, status: 'pending' }));
      if (payment.status !== 'pending') this.#store.emit('paymentAttempt.updated', json(payment));
    }
    for (const type of [subscriptionType, ...this.#subscriptionTypes]) {
      this.#store.emit(type, this.#subscription);
    }
    for (const [type, item] of this.#items) {
      this.#store.emit(type, { ...item, payer, subscription_id: id });
    }
  }
}

function emptySubscription(store: Store, userId: string): Subscription {
  const now = store.now();
  const payer = payerOf(getUser(store, userId), now);
  return {
    object: 'commerce_subscription',
    id: stableId('csub', userId),
    status: 'incomplete',
    active_at: null,
    canceled_at: null,
    created_at: now,
    ended_at: null,
    past_due_at: null,
    updated_at: now,
    latest_payment_id: null,
    payer_id: payer.id,
    payer,
    payment_source_id: stableId('cps', userId),
    items: [],
  };
}

function addItem(
  store: Store,
  subscription: Subscription,
  { interval, ...plan }: Options['plan'],
  status: SubscriptionItem['status'],
  start: number,
): SubscriptionItem {
  const now = store.now();
  const planId = stableId('cplan', plan.slug);
  const full: BillingPlan = { id: planId, ...plan, is_recurring: plan.amount > 0 };
  const item: SubscriptionItem = {
    object: 'commerce_subscription_item',
    id: store.newId('csub_item'),
    status,
    is_free_trial: false,
    created_at: now,
    updated_at: now,
    period_start: start,
    period_end: plan.amount > 0 ? periodEnd(start, interval) : null,
    interval,
    plan_id: planId,
    plan: full,
    subscription_id: null,
  };
  subscription.items.push(item);
  return item;
}

function setItem(item: SubscriptionItem, status: SubscriptionItem['status'], now: number): SubscriptionItem {
  return Object.assign(item, { status, updated_at: now });
}

function setStatus(subscription: Subscription, status: Subscription['status'], now: number): void {
  subscription.status = status;
  if (status === 'active') {
    Object.assign(subscription, { active_at: now, ended_at: null, past_due_at: null, canceled_at: null });
  }
  if (status === 'ended') subscription.ended_at = now;
  if (status === 'past_due') subscription.past_due_at = now;
}

function isCurrent(status: SubscriptionItem['status']): boolean {
  return ['active', 'past_due', 'canceled', 'incomplete'].includes(status);
}

function itemOf(
  { items }: Subscription,
  fits: (status: SubscriptionItem['status']) => boolean,
): SubscriptionItem {
  const item = items.findLast(({ status }) => fits(status));
  if (!item) throw impossible('moment', 'The user has no plan for this.');
  return item;
}

function impossible(parameter: string, text: string): Error {
  return parameterError('form_param_value_invalid', parameter, 'is invalid', text);
}

function periodEnd(start: number, interval: 'month' | 'annual'): number {
  const end = new Date(start);
  end.setUTCMonth(end.getUTCMonth() + (interval === 'month' ? 1 : 12));
  return end.getTime();
}
