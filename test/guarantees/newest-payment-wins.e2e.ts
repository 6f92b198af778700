import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { expectUnchanged, fillArchive } from '../support/purchases.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';
import { ApiClient } from '../support/api-client.js';

interface State {
  event: 'created' | 'updated';
  status: string;
  at: number;
  paidAt?: number;
  price: [amount: number, currency: string];
  plan: string;
}

const T = Date.parse('2026-11-24T08:00:00Z');
const date = (ms: number) => new Date(ms);
const HELD_MS = 1000;

const PENDING: State = { event: 'created', status: 'pending', at: T, price: [2200, 'usd'], plan: 'Explorer' };
const PAID: State = {
  event: 'updated',
  status: 'paid',
  at: T + 1000,
  paidAt: T + 900,
  price: [2640, 'eur'],
  plan: 'Explorer Plus',
};
const IS_PAID = {
  status: 'paid',
  amount: 2640,
  currency: 'EUR',
  item: 'Explorer Plus',
  purchasedAt: date(T + 900),
  refundedAt: null,
};

/** Events of one attempt, and its state after all of them in any order. */
const STORIES: { name: string; events: State[]; end: Record<string, unknown> }[] = [
  { name: 'created and updated', events: [PENDING, PAID], end: IS_PAID },
  {
    name: 'paid, then failed: no longer paid',
    events: [
      PENDING,
      PAID,
      { ...withoutPaidAt(PAID), status: 'failed', at: T + 3000, price: [100, 'usd'], plan: 'Trial' },
    ],
    end: {
      ...IS_PAID,
      status: 'failed',
      amount: 100,
      currency: 'USD',
      item: 'Trial',
      purchasedAt: null,
    },
  },
  {
    name: 'of one time: the later state, then the update, then the greater amount',
    events: [
      { ...PENDING, event: 'updated', at: T, price: [9900, 'eur'] },
      { ...PAID, event: 'created', at: T, price: [5000, 'eur'] },
      { ...PAID, at: T, price: [1000, 'eur'] },
      { ...PAID, at: T },
    ],
    end: IS_PAID,
  },
  {
    name: 'of one time and amount: another field decides',
    events: [
      { ...PAID, at: T, paidAt: T - 9 },
      { ...PAID, at: T, plan: 'Explorer' },
      { ...PAID, at: T, price: [2640, 'chf'] },
      { ...PAID, at: T },
    ],
    end: IS_PAID,
  },
  {
    name: 'refunded: the date of the first refund and of the payment',
    events: [
      PAID,
      { ...withoutPaidAt(PAID), status: 'refunded', at: T + 2000 },
      { ...withoutPaidAt(PAID), status: 'refunded', at: T + 3000, price: [1, 'chf'], plan: 'Nothing' },
      { ...PAID, at: T + 4000, paidAt: T + 3900, price: [2, 'chf'], plan: 'Nothing' },
    ],
    end: { ...IS_PAID, status: 'refunded', refundedAt: date(T + 2000) },
  },
];

/** The rules of order are the same in all places, so these stories suffice for the others. */
const SOME_STORIES = STORIES.filter(({ name }) => !name.startsWith('of one time'));

let mongo: ReplicaSet;
let api: TestApp;
let admin: Joined;
let ann: Joined;
let instances: ApiClient[];
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri) });
  instances = [api.anonymous, new ApiClient(await api.secondInstance())];
  admin = await api.join({ public_metadata: { role: 'admin' } });
});
beforeEach(async () => {
  ann = await api.join();
});
afterAll(async () => {
  await api.close();
  await mongo.stop();
});

function withoutPaidAt({ paidAt: _, ...state }: State): State {
  return state;
}

let deliveries = 0;

/** Delivers an event of an attempt, to the two instances in turn. @returns its `svix-id` */
async function deliver(id: string, state: State, { clerkId }: { clerkId: string } = ann): Promise<string> {
  const { event, status, at, paidAt, price, plan } = state;
  const [amount, currency] = price;
  const body = JSON.stringify({
    type: `paymentAttempt.${event}`,
    data: {
      id,
      status,
      created_at: T,
      updated_at: at,
      paid_at: paidAt ?? null,
      payer: { user_id: clerkId },
      totals: { grand_total: { amount, currency } },
      subscription_items: [{ plan: { name: plan } }],
    },
  });
  const svixId = `msg_payment${++deliveries}`;
  const instance = instances[deliveries % 2];
  const headers = { ...api.clerk.signWebhook(body, { svixId }) };
  expect((await instance?.request('POST', '/webhooks/clerk', { body, headers }))?.status).toBe(200);
  return svixId;
}

/** What is stored of an attempt; fails unless it is in exactly one place. */
async function stored(attemptId: string): Promise<Record<string, unknown>> {
  const own = await api.db.collection('purchases').find({ attemptId }).toArray();
  const archives = await api.db
    .collection('deletedUsers')
    .find({ 'purchases.attemptId': attemptId })
    .toArray();
  const inline = archives
    .flatMap(({ purchases }) => purchases as Record<string, unknown>[])
    .filter((purchase) => purchase['attemptId'] === attemptId);
  const moved = await api.db.collection('deletionPurchases').find({ attemptId }).toArray();
  const [found, ...others] = [...own, ...inline, ...moved];
  if (found === undefined || others.length > 0)
    throw new Error(`${attemptId} is in ${others.length + 1} places`);
  const { status, amount, currency, item, purchasedAt, refundedAt = null } = found as Record<string, unknown>;
  return { status, amount, currency, item, purchasedAt, refundedAt };
}

const deleteAccount = async (who = ann) => {
  await who.call(202, 'DELETE', '/users/me');
  await api.deletionOf(who);
};

describe('the end is the same for all orders of the events of one attempt', () => {
  /** An attempt for each order. */
  const attemptsOf = (story: { name: string; events: State[] }) =>
    permutations(story.events).map((order, index) => ({ id: `pa_${ann.id}_${index}`, order }));

  it.each(STORIES)('$name: with its user', async ({ events, end, ...story }) => {
    for (const { id, order } of attemptsOf({ events, ...story })) {
      for (const state of order) await deliver(id, state);
      expect(await stored(id)).toEqual(end);
    }
    expect(await api.userOf(ann)).toMatchObject({ purchasesCount: attemptsOf({ events, ...story }).length });
  });

  it.each(SOME_STORIES.flatMap((story) => ['in', 'beside'].map((where) => ({ ...story, where }))))(
    '$name: the first before the deletion, the rest $where the archive',
    async ({ where, end, ...story }) => {
      const attempts = attemptsOf(story);
      for (const { id, order } of attempts) for (const first of order.slice(0, 1)) await deliver(id, first);
      if (where === 'beside') await fillArchive(api, ann);
      await deleteAccount();
      for (const { id, order } of attempts) for (const state of order) await deliver(id, state);
      for (const { id } of attempts) expect(await stored(id)).toEqual(end);
    },
  );

  it.each(SOME_STORIES)('$name: all of them after the deletion', async ({ end, ...story }) => {
    await deleteAccount();
    for (const { id, order } of attemptsOf(story)) {
      for (const state of order) await deliver(id, state);
      expect(await stored(id)).toEqual(end);
    }
  });

  it.each(STORIES)(
    '$name: at once, over two instances, before there is a user',
    async ({ end, ...story }) => {
      const newcomer = await api.signUp();
      const attempts = attemptsOf(story).map(({ id, order }) => ({ id: `${id}_new`, order }));
      for (const { id, order } of attempts) {
        await Promise.all(order.map((state) => deliver(id, state, newcomer)));
        expect(await stored(id)).toEqual(end);
      }
      expect(await api.userOf(newcomer)).toMatchObject({ purchasesCount: attempts.length });
    },
  );
});

describe('during a deletion', () => {
  const hold = (command: 'insert' | 'delete', collection: string) =>
    catchCommand(api.db, {
      failCommands: [command],
      namespace: `${api.db.name}.${collection}`,
      blockTimeMS: HELD_MS,
    });

  it.each([
    ['the fence has taken it', 'delete', 'purchases', 0],
    ['a batch moves it beside the archive', 'insert', 'deletionPurchases', 500],
  ] as const)('%s and has not committed: the newest state counts', async (_, command, collection, more) => {
    const orders = [
      [PENDING, PAID],
      [PAID, PENDING],
    ] as const;
    for (const [before, meanwhile] of orders) {
      const who = await api.join();
      const id = `pa_${who.id}`;
      await deliver(id, before, who);
      if (more > 0) await fillArchive(api, who);
      const caught = await hold(command, collection);
      const deletion = deleteAccount(who);
      await caught();
      await deliver(id, meanwhile, who);
      await deletion;
      expect(await stored(id)).toEqual(IS_PAID);
    }
  });
});

describe('a dead letter that is replayed', () => {
  const refuse = (validator: object) => api.db.db?.command({ collMod: 'purchases', validator });
  const replay = (svixId: string) => admin.call(200, 'POST', `/admin/webhook-events/${svixId}/replay`);

  it('counts by its own time: the newest replaces all fields, an older one changes nothing', async () => {
    const [newest, older] = [`pa_${ann.id}_newest`, `pa_${ann.id}_older`];
    await deliver(newest, PENDING);
    await deliver(older, PENDING);
    await refuse({ amount: { $ne: 2640 } });
    const letters = [await deliver(newest, PAID), await deliver(older, PAID)];
    await deliver(older, { ...PAID, at: T + 5000, price: [3000, 'eur'] });
    await refuse({});
    for (const svixId of letters) expect(await replay(svixId)).toMatchObject({ outcome: 'applied' });
    expect(await stored(newest)).toEqual(IS_PAID);
    expect(await stored(older)).toEqual({ ...IS_PAID, amount: 3000 });
  });

  it('with the same time as the stored state, still counts as an update', async () => {
    const id = `pa_${ann.id}_update`;
    await refuse({ amount: { $ne: 2640 } });
    const letter = await deliver(id, { ...PAID, at: T });
    await deliver(id, { ...PAID, event: 'created', at: T, price: [9900, 'eur'] });
    await refuse({});
    await replay(letter);
    expect(await stored(id)).toEqual(IS_PAID);
  });
});

it('no later event of Clerk changes a purchase that an admin refunded', async () => {
  const id = `pa_${ann.id}`;
  await deliver(id, PENDING);
  await deliver(id, PAID);
  const _id = String((await api.db.collection('purchases').findOne({ attemptId: id }))?._id);
  await admin.call(200, 'POST', `/admin/purchases/${_id}/refund`, { body: { reason: 'Ticket 4711' } });
  const purchases = async () => ann.get('/users/me/purchases');
  const refunded = await purchases();
  const late = { ...PAID, at: T + 9000, price: [1, 'chf'] as [number, string] };
  for (const state of [PENDING, PAID, late, { ...late, status: 'refunded' }, { ...PAID, status: 'refunded' }])
    await deliver(id, state);
  expect(await purchases()).toEqual(refunded);
});

it('a purchase stored by an older release takes an update of the same time, and keeps its date of payment', async () => {
  const id = `pa_${ann.id}`;
  await deliver(id, { ...PAID, price: [2200, 'usd'], plan: 'Explorer' });
  await api.db.collection('purchases').updateOne({ attemptId: id }, { $unset: { attemptEvent: 1 } });
  await deliver(id, PAID);
  expect(await stored(id)).toEqual(IS_PAID);
  await deliver(id, { ...withoutPaidAt(PAID), status: 'refunded', at: T + 2000 });
  expect(await stored(id)).toEqual({ ...IS_PAID, status: 'refunded', refundedAt: date(T + 2000) });
});

it('a repeat under another svix-id writes nothing', async () => {
  const id = `pa_${ann.id}`;
  await deliver(id, PAID);
  const rows = api.db.collection('webhookEvents');
  const before = await rows.find().toArray();
  await expectUnchanged(api.db, async () => {
    await deliver(id, PAID);
    await rows.deleteMany({ _id: { $nin: before.map((row) => row._id) } });
  });
});

it('a long name of a plan is cut between two characters', async () => {
  const family = '👨‍👩‍👧‍👦';
  const id = `pa_${ann.id}`;
  await deliver(id, { ...PAID, plan: 'x'.repeat(195) + family });
  expect(await stored(id)).toMatchObject({ item: 'x'.repeat(195) });
  await deliver(id, { ...PAID, at: T + 2000, plan: 'x'.repeat(199) + '💥💥' });
  expect(await stored(id)).toMatchObject({ item: 'x'.repeat(199) });
});

function permutations<T>(values: readonly T[]): T[][] {
  if (values.length < 2) return [[...values]];
  return values.flatMap((value, index) =>
    permutations(values.toSpliced(index, 1)).map((rest) => [value, ...rest]),
  );
}
