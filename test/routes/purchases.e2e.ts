import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { userDeletedEvent } from '../support/events.js';
import { allItems, type Page } from '../support/pages.js';
import { snapshot } from '../support/snapshot.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';
import { describeVector } from '../support/vectors.js';

interface Purchase {
  id: string;
  item: string;
  amount: number;
  status: string;
  purchasedAt: string | null;
  refundedAt: string | null;
}
type State = [status: string, updatedAt: number];

let api: TestApp;
let admin: Person;
beforeAll(async () => {
  api = await startTestApp();
  admin = await api.join({ public_metadata: { role: 'admin' } });
});
afterAll(() => api.close());

const T = Date.parse('2026-11-24T08:00:00Z');
const CREATED: State = ['pending', T];
const PAID: State = ['paid', T + 1000];
const FAILED: State = ['failed', T + 500];
const REFUNDED: State = ['refunded', T + 9000];

/** A `paymentAttempt.*` event. */
function attempt(clerkId: string | null, [status, updatedAt]: State, more: object = {}) {
  return {
    type: status === 'pending' ? 'paymentAttempt.created' : 'paymentAttempt.updated',
    data: {
      id: clerkId === null ? 'pa_without_payer' : attemptOf(clerkId),
      status,
      created_at: T,
      updated_at: updatedAt,
      paid_at: status === 'paid' ? updatedAt : null,
      payer: { user_id: clerkId },
      totals: { grand_total: { amount: 990, currency: 'eur' } },
      subscription_items: [{ plan: { name: 'Explorer' } }],
      ...more,
    },
  };
}
const attemptOf = (clerkId: string) => `pa_${hash('sha1', clerkId, 'hex')}`;
const deliver = async (event: object) => {
  expect((await api.clerk.deliverWebhook(event as never)).status).toBe(200);
};
const purchasesOf = (person: Person) => person.get<Page<Purchase>>('/users/me/purchases');

/** A person's archive as an admin sees it. */
async function archiveOf({ clerkId }: Person) {
  const { items } = await admin.get<{
    items: { id: string; purchases: Purchase[]; purchasesCount: number }[];
  }>(`/admin/deleted-users?clerkId=${clerkId}`);
  const [archive] = items;
  if (archive === undefined) throw new Error('No archive');
  return archive;
}

/** Stores as many purchases in the database as billing would bring in years. */
async function bought(person: { id: string }, count: number): Promise<string[]> {
  const purchases = Array.from({ length: count }, (_, index) => ({
    _id: new Types.ObjectId(),
    userId: new Types.ObjectId(person.id),
    attemptId: `pa_${person.id}_${index}`,
    attemptUpdatedAt: T,
    item: 'eSIM',
    amount: index,
    currency: 'EUR',
    status: 'pending',
    purchasedAt: null,
    refundedAt: null,
  }));
  await api.db.collection('purchases').insertMany(purchases);
  return purchases.map(({ attemptId }) => attemptId);
}

describe('GET /users/me/purchases', () => {
  it('200: newest first, in pages, only the caller’s', async () => {
    const [ann, bob] = [await api.join(), await api.join()];
    await bought(ann, 5);
    await bought(bob, 1);
    const seen = await allItems<Purchase>(ann, '/users/me/purchases?limit=2');
    expect(seen.map(({ amount }) => amount)).toEqual([4, 3, 2, 1, 0]);
  });

  it('400 validation_failed, and invalid_cursor for one of another user', async () => {
    const [ann, bob] = [await api.join(), await api.join()];
    await bought(ann, 2);
    const { nextCursor } = await ann.get<Page<Purchase>>('/users/me/purchases?limit=1');
    const query = `?cursor=${encodeURIComponent(nextCursor ?? '')}`;
    expect(await bob.problem('GET', `/users/me/purchases${query}`)).toBe('400 invalid_cursor');
    expect(await ann.problem('GET', '/users/me/purchases?limit=0')).toBe('400 validation_failed');
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('GET', '/users/me/purchases')).toBe('401 unauthenticated');
  });

  it('is read by an index', async () => {
    const explain = (filter: object) =>
      api.db.collection('purchases').find(filter).sort({ _id: -1 }).explain('queryPlanner');
    for (const filter of [{ userId: new Types.ObjectId() }, { attemptId: 'pa_x' }]) {
      expect(JSON.stringify(await explain(filter))).toContain('IXSCAN');
    }
    const archives = api.db.collection('deletedUsers').find({ 'purchases.attemptId': 'pa_x' });
    expect(JSON.stringify(await archives.explain('queryPlanner'))).toContain('IXSCAN');
  });
});

describe('payment events', () => {
  const orders = permutations([CREATED, FAILED, PAID]);
  it.each(orders.map((order) => ({ order, name: order.map(([status]) => status).join(', ') })))(
    'in the order $name, each twice: the newest one wins',
    async ({ order }) => {
      const ann = await api.join();
      for (const state of order) {
        await deliver(attempt(ann.clerkId, state));
        await deliver(attempt(ann.clerkId, state));
      }
      expect((await purchasesOf(ann)).items).toEqual([
        {
          id: expect.any(String),
          item: 'Explorer',
          amount: 990,
          currency: 'EUR',
          status: 'paid',
          purchasedAt: new Date(PAID[1]).toISOString(),
          refundedAt: null,
        },
      ]);
      expect(await api.userOf(ann)).toMatchObject({ purchasesCount: 1 });
    },
  );

  it('concurrently create one purchase', async () => {
    const ann = await api.join();
    const states = [CREATED, FAILED, PAID, PAID, CREATED];
    await Promise.all(states.map((state) => deliver(attempt(ann.clerkId, state))));
    expect((await purchasesOf(ann)).items).toMatchObject([{ status: 'paid' }]);
    expect(await api.userOf(ann)).toMatchObject({ purchasesCount: 1 });
  });

  it('of the same time: the later state of a payment wins, in either order', async () => {
    const states: State[] = [
      ['pending', T],
      ['paid', T],
    ];
    for (const order of permutations(states)) {
      const ann = await api.join();
      for (const state of order) await deliver(attempt(ann.clerkId, state));
      expect((await purchasesOf(ann)).items).toMatchObject([{ status: 'paid' }]);
    }
  });

  it('a refund is final, with its time', async () => {
    const ann = await api.join();
    for (const state of [PAID, REFUNDED, ['paid', T + 99_000] as State]) {
      await deliver(attempt(ann.clerkId, state));
    }
    const refundedAt = new Date(REFUNDED[1]).toISOString();
    expect((await purchasesOf(ann)).items).toMatchObject([
      { status: 'refunded', purchasedAt: new Date(PAID[1]).toISOString(), refundedAt },
    ]);
  });

  it('before the first request also create the user', async () => {
    const ann = await api.signUp();
    await deliver(attempt(ann.clerkId, PAID));
    expect((await purchasesOf(ann)).items).toMatchObject([{ status: 'paid' }]);
    expect(await api.db.collection('users').countDocuments({ clerkId: ann.clerkId })).toBe(1);
  });

  it('of an organization, without a payer, or of subjects unknown to Clerk leave no trace', async () => {
    const { webhookEvents: _, ...before } = await snapshot(api.db);
    await deliver(attempt(null, PAID));
    await deliver(attempt('', PAID));
    await deliver(attempt('user_unknowntoclerk0000000000', PAID));
    const { webhookEvents: __, ...after } = await snapshot(api.db);
    expect(after).toEqual(before);
  });

  it.each([
    ['no amount', { totals: {} }],
    ['an amount that is not an integer', { totals: { grand_total: { amount: 9.9, currency: 'EUR' } } }],
    ['an unknown status', { status: 'disputed' }],
    ['no id', { id: null }],
  ])('with %s become dead letters and change nothing', async (_what, more) => {
    const ann = await api.join();
    await deliver(attempt(ann.clerkId, PAID, more));
    expect((await purchasesOf(ann)).items).toEqual([]);
    const { items } = await admin.get<{ items: { outcome: string }[] }>('/admin/webhook-events?limit=1');
    expect(items).toMatchObject([{ outcome: 'dead_letter' }]);
  });
});

describeVector('payment events among the examples of Clerk', 'clerk-webhooks/examples.json', (examples) => {
  it('leave no trace', async () => {
    const payments = (examples as { event: string; payload: object }[]).filter(({ event }) =>
      event.startsWith('paymentAttempt.'),
    );
    expect(payments).not.toEqual([]);
    const { webhookEvents: _, ...before } = await snapshot(api.db);
    for (const { payload } of payments) await deliver(payload);
    const { webhookEvents: __, ...after } = await snapshot(api.db);
    expect(after).toEqual(before);
  });
});

describe('payment events after the deletion of the user', () => {
  it('change the purchase in the archive', async () => {
    const ann = await api.join();
    await deliver(attempt(ann.clerkId, CREATED));
    await deliver(userDeletedEvent(ann));
    await deliver(attempt(ann.clerkId, PAID));
    expect((await archiveOf(ann)).purchases).toMatchObject([{ status: 'paid', amount: 990 }]);
    await deliver(attempt(ann.clerkId, REFUNDED));
    await deliver(attempt(ann.clerkId, PAID));
    const { purchases, purchasesCount } = await archiveOf(ann);
    expect(purchases).toMatchObject([
      { status: 'refunded', refundedAt: new Date(REFUNDED[1]).toISOString() },
    ]);
    expect(purchasesCount).toBe(1);
    expect(await api.db.collection('users').countDocuments({ clerkId: ann.clerkId })).toBe(0);
  });

  it('change each of 600 purchases: 500 in the archive, 100 beside it, each listed once', async () => {
    const ann = await api.join();
    const attemptIds = await bought(ann, 600);
    await deliver(userDeletedEvent(ann));
    await api.deletionOf(ann);
    const archive = await archiveOf(ann);
    expect(archive.purchasesCount).toBe(600);
    const { _id } = (await api.db.collection('deletedUsers').findOne({ clerkId: ann.clerkId })) ?? {};
    expect(await api.db.collection('deletionPurchases').countDocuments({ archiveId: _id })).toBe(100);

    // The oldest purchase is beside the archive, the newest in it.
    for (const id of [attemptIds.at(0), attemptIds.at(-1)]) {
      await deliver(attempt(ann.clerkId, PAID, { id }));
    }
    const seen = await allItems<Purchase>(admin, `/admin/deleted-users/${archive.id}/purchases?limit=90`);
    // The two events have the amount 990.
    const amounts = Array.from({ length: 598 }, (_, index) => 598 - index);
    expect(seen.map(({ amount }) => amount)).toEqual([990, ...amounts, 990]);
    expect(seen.flatMap(({ status }, index) => (status === 'paid' ? [index] : []))).toEqual([0, 599]);
  });

  it('add an unknown payment to the archive, once', async () => {
    const ann = await api.join();
    await deliver(userDeletedEvent(ann));
    await Promise.all([CREATED, PAID, PAID].map((state) => deliver(attempt(ann.clerkId, state))));
    const { purchases, purchasesCount } = await archiveOf(ann);
    expect(purchases).toMatchObject([{ status: 'paid', item: 'Explorer' }]);
    expect(purchasesCount).toBe(1);
  });

  it('change neither a purged archive nor a tombstone without one', async () => {
    const [ann, bob] = [await api.join(), await api.signUp()];
    await deliver(attempt(ann.clerkId, CREATED));
    await deliver(userDeletedEvent(ann));
    await deliver(userDeletedEvent(bob));
    await api.deletionOf(ann);
    await admin.call(200, 'POST', `/admin/deleted-users/${(await archiveOf(ann)).id}/purge`);
    const { webhookEvents: _, auditEvents: __, ...before } = await snapshot(api.db);
    for (const { clerkId } of [ann, bob]) {
      await deliver(attempt(clerkId, PAID));
      await deliver(attempt(clerkId, PAID, { id: `pa_other${clerkId}` }));
    }
    const { webhookEvents: ___, auditEvents: ____, ...after } = await snapshot(api.db);
    expect(after).toEqual(before);
  });
});

function permutations<T>(values: readonly T[]): T[][] {
  if (values.length < 2) return [[...values]];
  return values.flatMap((value, index) =>
    permutations(values.toSpliced(index, 1)).map((rest) => [value, ...rest]),
  );
}
