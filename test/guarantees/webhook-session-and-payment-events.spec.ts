import { beforeEach, describe, expect, it } from '@jest/globals';
import { Reflector } from '@nestjs/core';
import type { ClientSession } from 'mongoose';
import type { Config } from '../../src/config/config.js';
import type { PurchasesService } from '../../src/purchases/purchases.service.js';
import type { UserSyncService } from '../../src/users/user-sync.service.js';
import type { UsersService } from '../../src/users/users.service.js';
import { PaymentAttemptHandler } from '../../src/webhooks/payment-attempt.handler.js';
import { SessionEndedHandler } from '../../src/webhooks/session-ended.handler.js';
import { HANDLED_TYPES, type WebhookHandler } from '../../src/webhooks/webhook-handler.js';

const SESSION = { id: 'the transaction' } as unknown as ClientSession;

/** What the handler did, in order. */
let calls: unknown[][];
/** Whether the subject has a user, now or from now on, and whether the event changes anything. */
let hasUser: boolean;
let isChanged: boolean;
beforeEach(() => {
  calls = [];
  hasUser = true;
  isChanged = true;
});

const sync = {
  tryEnsureUser: (subject: string) => {
    calls.push(['ensure', subject]);
    return Promise.resolve(hasUser ? {} : undefined);
  },
} as unknown as UserSyncService;

/** The outcomes that a handler commits for an event: one. */
async function outcomesOf(handler: WebhookHandler, data: Record<string, unknown>, type: string) {
  const outcomes: string[] = [];
  const commit: Parameters<WebhookHandler['handle']>[1] = async (effect) => {
    outcomes.push(await effect(SESSION));
  };
  await handler.handle(data, commit, type);
  return outcomes;
}

describe('session.ended, session.removed and session.revoked', () => {
  const users = {
    revokeSession: (...all: unknown[]) => {
      calls.push(['revoke', ...all]);
      return Promise.resolve(isChanged);
    },
  } as unknown as UsersService;
  const handler = new SessionEndedHandler({ clockSkewMs: 7000 } as Config, users, sync);
  const data = { id: 'sess_1', user_id: 'user_ann' };
  const outcomes = (event: Record<string, unknown>) => outcomesOf(handler, event, 'session.ended');

  it('are the events of one handler, about the user of the session', () => {
    expect(new Reflector().get(HANDLED_TYPES, SessionEndedHandler)).toEqual([
      'session.ended',
      'session.removed',
      'session.revoked',
    ]);
    expect(handler.subjectOf(data)).toBe('user_ann');
    expect(handler.subjectOf({ user_id: 7 })).toBeUndefined();
  });

  it('refuse the session for as long as one of its tokens could be accepted: a day, and both clocks being wrong', async () => {
    expect(await outcomes(data)).toEqual(['applied']);
    expect(calls).toEqual([
      ['ensure', 'user_ann'],
      ['revoke', 'user_ann', 'sess_1', 86_400_000 + 14_000, SESSION],
    ]);
  });

  it.each([
    { id: 'sess_1' },
    { user_id: 'user_ann' },
    {},
    { id: '', user_id: 'user_ann' },
    { id: 'sess_1', user_id: 'x' },
  ])('are dead letters without the ids of a session and a user: %j', async (event) => {
    expect(await outcomes(event)).toEqual(['dead_letter']);
    expect(calls).toEqual([]);
  });

  it('are ignored for a subject that has no user, and gets none', async () => {
    hasUser = false;
    expect(await outcomes(data)).toEqual(['ignored']);
    expect(calls).toEqual([['ensure', 'user_ann']]);
  });

  it('are ignored for a user who is deleted meanwhile', async () => {
    isChanged = false;
    expect(await outcomes(data)).toEqual(['ignored']);
  });
});

describe('paymentAttempt.created and paymentAttempt.updated', () => {
  const purchases = {
    apply: (attempt: object, session: unknown) => {
      calls.push(['apply', attempt, session]);
      return Promise.resolve(isChanged);
    },
  } as unknown as PurchasesService;
  const handler = new PaymentAttemptHandler(purchases, sync);
  const data = {
    id: 'pa_1',
    status: 'paid',
    updated_at: 2000,
    paid_at: 1000,
    payer: { user_id: 'user_ann' },
    totals: { grand_total: { amount: 990, currency: 'eur' } },
    subscription_items: [],
  };
  const outcomes = (event: Record<string, unknown>) => outcomesOf(handler, event, 'paymentAttempt.updated');

  it('are the events of one handler, about the payer', () => {
    expect(new Reflector().get(HANDLED_TYPES, PaymentAttemptHandler)).toEqual([
      'paymentAttempt.created',
      'paymentAttempt.updated',
    ]);
    expect(handler.subjectOf(data)).toBe('user_ann');
    for (const payer of [undefined, null, {}, { user_id: 7 }])
      expect(handler.subjectOf({ payer })).toBeUndefined();
  });

  it('make the user if need be, then change its purchase', async () => {
    const attempt = { attemptId: 'pa_1', subject: 'user_ann', status: 'paid', amount: 990, currency: 'EUR' };
    expect(await outcomes(data)).toEqual(['applied']);
    expect(calls).toEqual([
      ['ensure', 'user_ann'],
      ['apply', expect.objectContaining(attempt), SESSION],
    ]);
  });

  it('change the purchase in an archive, too, where there is no user any longer', async () => {
    hasUser = false;
    expect(await outcomes(data)).toEqual(['applied']);
  });

  it('are ignored when nothing is changed', async () => {
    isChanged = false;
    expect(await outcomes(data)).toEqual(['ignored']);
  });

  it.each([{ payer: null }, { payer: {} }, { payer: { user_id: null } }])(
    'are ignored when an organization pays: %j',
    async (change) => {
      expect(await outcomes({ ...data, ...change })).toEqual(['ignored']);
      expect(calls).toEqual([]);
    },
  );

  it.each([{ id: undefined }, { status: 'odd' }, { payer: { user_id: 'odd' } }])(
    'are dead letters when they are no payment: %j',
    async (change) => {
      expect(await outcomes({ ...data, ...change })).toEqual(['dead_letter']);
      expect(calls).toEqual([]);
    },
  );
});
