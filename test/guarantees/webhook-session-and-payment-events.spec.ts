import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Reflector } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { ClientSession } from 'mongoose';
import { CONFIG } from '../../src/config/config.module.js';
import { PurchasesService } from '../../src/purchases/purchases.service.js';
import { UserSyncService } from '../../src/users/user-sync.service.js';
import { UsersService } from '../../src/users/users.service.js';
import { PaymentAttemptHandler } from '../../src/webhooks/payment-attempt.handler.js';
import { SessionEndedHandler } from '../../src/webhooks/session-ended.handler.js';
import { HANDLED_TYPES, type WebhookHandler } from '../../src/webhooks/webhook-handler.js';
import { stub } from '../support/stub.js';

const SESSION = { id: 'the transaction' } as unknown as ClientSession;

/** The handler's calls, in order. */
let calls: unknown[][];
/** Whether the subject has a user, gets one when it has none, and has an archive. */
let hasUser: boolean;
let getsUser: boolean;
let hasArchive: boolean;
beforeEach(() => {
  calls = [];
  hasUser = true;
  getsUser = false;
  hasArchive = false;
});

const sync = {
  tryEnsureUser: (subject: string) => {
    calls.push(['ensure', subject]);
    hasUser = getsUser;
    return Promise.resolve(hasUser ? {} : undefined);
  },
};
const users = {
  revokeSession: (...all: unknown[]) => {
    calls.push(['revoke', ...all]);
    return Promise.resolve(hasUser);
  },
};
const purchases = {
  apply: (attempt: object, session: unknown) => {
    calls.push(['apply', attempt, session]);
    return Promise.resolve(hasUser || hasArchive);
  },
};

let sessionEnded: SessionEndedHandler;
let paymentAttempt: PaymentAttemptHandler;
beforeAll(async () => {
  const module = await Test.createTestingModule({
    providers: [
      SessionEndedHandler,
      PaymentAttemptHandler,
      stub(UserSyncService, sync),
      stub(UsersService, users),
      stub(PurchasesService, purchases),
      { provide: CONFIG, useValue: { clockSkewMs: 7000 } },
    ],
  }).compile();
  sessionEnded = module.get(SessionEndedHandler);
  paymentAttempt = module.get(PaymentAttemptHandler);
});

/** The outcomes that a handler commits for an event: one. An effect that throws commits none. */
async function outcomesOf(handler: WebhookHandler, data: Record<string, unknown>, type: string) {
  const outcomes: string[] = [];
  const commit: Parameters<WebhookHandler['handle']>[1] = async (effect) => {
    outcomes.push(await effect(SESSION));
    return true;
  };
  await handler.handle(data, commit, type);
  return outcomes;
}

describe('session.ended, session.removed and session.revoked', () => {
  const data = { id: 'sess_1', user_id: 'user_ann' };
  const outcomes = (event: Record<string, unknown>) => outcomesOf(sessionEnded, event, 'session.ended');
  const REVOKE = ['revoke', 'user_ann', 'sess_1', 86_400_000 + 14_000, SESSION];

  it('have one handler, and concern the user of the session', () => {
    expect(new Reflector().get(HANDLED_TYPES, SessionEndedHandler)).toEqual([
      'session.ended',
      'session.removed',
      'session.revoked',
    ]);
    expect(sessionEnded.subjectOf(data)).toBe('user_ann');
    expect(sessionEnded.subjectOf({ user_id: 7 })).toBeUndefined();
  });

  it('revoke the session while a token of it could be accepted: a day and two clock skews', async () => {
    expect(await outcomes(data)).toEqual(['applied']);
    expect(calls).toEqual([REVOKE]);
  });

  it('create the user if it is missing, then revoke the session', async () => {
    [hasUser, getsUser] = [false, true];
    expect(await outcomes(data)).toEqual(['applied']);
    expect(calls).toEqual([REVOKE, ['ensure', 'user_ann'], REVOKE]);
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

  it('are ignored for a subject that has no user and gets none', async () => {
    hasUser = false;
    expect(await outcomes(data)).toEqual(['ignored']);
    expect(calls).toEqual([REVOKE, ['ensure', 'user_ann'], REVOKE]);
  });
});

describe('paymentAttempt.created and paymentAttempt.updated', () => {
  const data = {
    id: 'pa_1',
    status: 'paid',
    updated_at: 2000,
    paid_at: 1000,
    payer: { user_id: 'user_ann' },
    totals: { grand_total: { amount: 990, currency: 'eur' } },
    subscription_items: [],
  };
  const outcomes = (event: Record<string, unknown>) =>
    outcomesOf(paymentAttempt, event, 'paymentAttempt.updated');

  it('have one handler, and concern the payer', () => {
    expect(new Reflector().get(HANDLED_TYPES, PaymentAttemptHandler)).toEqual([
      'paymentAttempt.created',
      'paymentAttempt.updated',
    ]);
    expect(paymentAttempt.subjectOf(data)).toBe('user_ann');
    for (const payer of [undefined, null, {}, { user_id: 7 }])
      expect(paymentAttempt.subjectOf({ payer })).toBeUndefined();
  });

  const attempt = { attemptId: 'pa_1', subject: 'user_ann', status: 'paid', amount: 990, currency: 'EUR' };
  const APPLY = ['apply', expect.objectContaining(attempt), SESSION];

  it('change the purchase of a user who is here', async () => {
    expect(await outcomes(data)).toEqual(['applied']);
    expect(calls).toEqual([APPLY]);
  });

  it('create the user if it is missing, then change its purchase', async () => {
    [hasUser, getsUser] = [false, true];
    expect(await outcomes(data)).toEqual(['applied']);
    expect(calls).toEqual([APPLY, ['ensure', 'user_ann'], APPLY]);
  });

  it('also change the purchase in an archive, where the user is gone', async () => {
    [hasUser, hasArchive] = [false, true];
    expect(await outcomes(data)).toEqual(['applied']);
    expect(calls).toEqual([APPLY]);
  });

  it('are ignored without a user and an archive', async () => {
    hasUser = false;
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
    'are dead letters when they are not a payment: %j',
    async (change) => {
      expect(await outcomes({ ...data, ...change })).toEqual(['dead_letter']);
      expect(calls).toEqual([]);
    },
  );
});
