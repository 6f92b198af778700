import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type WebhookEvent, verifyWebhook } from '@clerk/backend/webhooks';
import type { BillingOptions, ClerkLocal } from 'clerk-local';
import { Webhook } from 'svix';
import { describeVector } from '../../../../test/support/vectors.js';
import { instancesOfOneTest, type Received, type Receiver, startReceiver } from '../support.js';
import { type WebhookDocument, webhookValidator } from './webhook-document.js';

const start = instancesOfOneTest();
let receiver: Receiver;
let clerk: ClerkLocal;
let userId: string;
beforeEach(async () => {
  receiver = await startReceiver();
  clerk = await start({ webhookUrl: receiver.url });
});
afterEach(() => {
  receiver.close();
});

const BILLING: BillingOptions['moment'][] = [
  'trial',
  'trial-ending',
  'renew',
  'payment-failed',
  'checkout',
  'cancel',
  'schedule',
  'abandon',
  'end',
  'incomplete',
];

/** Causes every event that an instance can report, and returns them as they arrived. */
async function everyEvent(): Promise<Received[]> {
  const user = await clerk.createUser({
    email_address: ['ada@example.com'],
    phone_number: ['+12025550123'],
    first_name: 'Ada',
    last_name: 'Lovelace',
    external_id: 'ext_1',
  });
  userId = user.id;
  await clerk.updateUser(userId, { username: 'ada_lovelace' });
  await clerk.revokeSession((await clerk.createSession(userId)).id);
  await clerk.endSession((await clerk.createSession(userId)).id, 'ended');
  await clerk.endSession((await clerk.createSession(userId)).id, 'removed');
  const [email] = user.email_addresses;
  const [phone] = user.phone_numbers;
  const message = {
    slug: 'verification_code',
    body: '424242 is your code.',
    code: '424242',
    user_id: userId,
  };
  await clerk.sendEmail({
    ...message,
    to: email?.email_address ?? '',
    subject: '424242 is your <verification> code',
    identification_id: email?.id ?? null,
  });
  await clerk.sendSms({ ...message, to: phone?.phone_number ?? '', identification_id: phone?.id ?? null });
  for (const moment of BILLING) await clerk.emitBilling(userId, { moment });
  await clerk.deleteUser(userId);
  await clerk.idle();
  return receiver.received;
}

/** Paths of an example that an event lacks; an array is compared by its first object. */
function missing(example: unknown, value: unknown, path: string): string[] {
  if (Array.isArray(example)) {
    const [first] = example as unknown[];
    const [own] = Array.isArray(value) ? (value as unknown[]) : [];
    return first === undefined ? [] : missing(first, own, `${path}[]`);
  }
  if (typeof example !== 'object' || example === null || value === null) return [];
  if (path.endsWith('_metadata')) return [];
  return Object.entries(example).flatMap(([key, part]) => {
    const own = (value as Record<string, unknown> | undefined)?.[key];
    return own === undefined ? [`${path}.${key}`] : missing(part, own, `${path}.${key}`);
  });
}

/** Fields that only some of Clerk's events have. */
const OPTIONAL = /\.(seats|unit_prices|latest_activity\.\w+|user\.\w+|credits\.(proration|payer))$/;

describe('events', () => {
  describeVector(
    "match Clerk's document of its webhooks",
    'clerk-webhooks/openapi-webhooks-2025-04-15.json',
    (document) => {
      it('by their schemas, for every type that an instance reports', async () => {
        const defectsOf = webhookValidator(document as WebhookDocument);
        const received = await everyEvent();
        const types = new Set(received.map(({ event }) => event.type));
        const documented = Object.keys((document as WebhookDocument)['x-webhooks']).filter((type) =>
          /^(user|session|email|sms|subscription|subscriptionItem|paymentAttempt)\./.test(type),
        );
        // An instance without session tasks has no pending sessions.
        expect([...types].sort()).toEqual(documented.filter((type) => type !== 'session.pending').sort());
        expect(received.flatMap(({ event }) => defectsOf(event))).toEqual([]);
        expect(defectsOf({ type: 'user.created' })).not.toEqual([]);
      });
    },
  );

  describeVector('have the fields', 'clerk-webhooks/examples.json', (examples) => {
    it("of Clerk's examples", async () => {
      const received = await everyEvent();
      for (const { event: type, payload } of examples as { event: string; payload: object }[]) {
        const own = received.filter(({ event }) => event.type === type);
        const lacking = own.flatMap(({ event }) => missing(payload, event, type));
        expect(lacking.filter((path) => !OPTIONAL.test(path))).toEqual([]);
      }
    });
  });

  it("are read by the real verifyWebhook and svix's Webhook", async () => {
    for (const { body, headers } of await everyEvent()) {
      const svixHeaders = headers as Record<string, string>;
      const request = new Request('http://receiver.test', { method: 'POST', headers: svixHeaders, body });
      const event: WebhookEvent = await verifyWebhook(request, { signingSecret: clerk.webhookSecret });
      new Webhook(clerk.webhookSecret).verify(body, svixHeaders);
      expect(event).toEqual(JSON.parse(body));
      switch (event.type) {
        case 'user.created':
          expect(event.data.email_addresses[0]?.email_address).toBe('ada@example.com');
          break;
        case 'email.created':
          expect([event.data.to_email_address, event.data.data?.['otp_code']]).toEqual([
            'ada@example.com',
            '424242',
          ]);
          break;
        case 'sms.created':
          expect([event.data.to_phone_number, event.data.message]).toEqual([
            '+12025550123',
            expect.stringContaining('424242'),
          ]);
          break;
        case 'subscription.created':
          expect(event.data.payer.user_id).toBe(userId);
          break;
        default:
          break;
      }
    }
  });
});

describe("a subscription's events", () => {
  it('fit together and to the moments before', async () => {
    const email = { email_address: ['payer@example.com'] };
    const { id } = await clerk.createUser(email, { webhook: false });
    await clerk.clock.set('2030-01-31T00:00:00Z', { frozen: true });
    const subscription = await clerk.emitBilling(id, { moment: 'checkout', plan: { amount: 999 } });
    await clerk.idle();
    const dataOf = (type: string) =>
      receiver.received.findLast(({ event }) => event.type === type)?.event.data as never;
    expect(receiver.received.map(({ event }) => event.type).sort()).toEqual([
      'paymentAttempt.created',
      'paymentAttempt.updated',
      'subscription.active',
      'subscription.created',
      'subscriptionItem.active',
    ]);
    const [item] = subscription.items;
    expect(dataOf('subscription.created')).toEqual(subscription);
    expect(dataOf('subscriptionItem.active')).toMatchObject({
      id: item?.id,
      subscription_id: subscription.id,
      payer: { user_id: id, email: 'payer@example.com' },
      plan: { amount: 999 },
    });
    expect(dataOf('paymentAttempt.updated')).toMatchObject({
      status: 'paid',
      payment_id: subscription.latest_payment_id,
      totals: { grand_total: { amount: 999, amount_formatted: '$9.99', currency_symbol: '$' } },
      subscription_items: [{ id: item?.id }],
    });

    const renewed = await clerk.emitBilling(id, { moment: 'renew' });
    expect(renewed.items[0]).toMatchObject({ id: item?.id, period_start: item?.period_end });
    const failed = await clerk.emitBilling(id, { moment: 'payment-failed' });
    await clerk.idle();
    expect(failed).toMatchObject({ id: subscription.id, status: 'past_due', past_due_at: clerk.clock.now() });
    expect(dataOf('paymentAttempt.updated')).toMatchObject({
      status: 'failed',
      failed_reason: { code: 'card_declined' },
    });
    const changed = await clerk.emitBilling(id, { moment: 'checkout', plan: { slug: 'team' } });
    expect(changed.items.map(({ status, plan }) => [plan.slug, status])).toEqual([
      ['pro-plan', 'ended'],
      ['team', 'active'],
    ]);
  });

  it('are refused for an impossible moment and an unknown user, also over HTTP', async () => {
    const { id } = await clerk.createUser();
    await expect(clerk.emitBilling(id, { moment: 'renew' })).rejects.toMatchObject({ status: 422 });
    await expect(clerk.emitBilling('user_x', { moment: 'checkout' })).rejects.toMatchObject({ status: 404 });
    const post = (body: unknown) =>
      fetch(`${clerk.url}/_local/users/${id}/billing`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await post({ moment: 'later' })).status).toBe(422);
    expect((await post({ moment: 'renew' })).status).toBe(422);
    const started = await post({ moment: 'trial' });
    expect([started.status, await started.json()]).toMatchObject([
      202,
      { status: 'active', items: [{ is_free_trial: true }] },
    ]);
  });
});
