import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import {
  archivedPurchases,
  bringTo,
  deliverPayment,
  fillArchive,
  type Purchase,
  storedPurchase,
} from '../support/purchases.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

const DAY_MS = 24 * 60 * 60_000;
/** Long enough for the work in between, and shorter than the deadline of a transaction. */
const HELD_MS = 1000;
const COLLECTIONS = {
  'with its user': 'purchases',
  'in an archive': 'deletedUsers',
  'beside an archive': 'deletionPurchases',
} as const;
const body = { reason: 'Ticket 4711' };

let mongo: ReplicaSet;
let api: TestApp;
let admin: Joined;
/** Another admin acts in between, because two actions of one admin already collide by their records. */
let second: Joined;
let ann: Joined;
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri) });
  admin = await api.join({ public_metadata: { role: 'admin' } });
  second = await api.join({ public_metadata: { role: 'admin' } });
});
beforeEach(async () => {
  ann = await api.join();
});
afterAll(async () => {
  await api.close();
  await mongo.stop();
});

/** Holds the next such command back; the returned function waits until it is held. */
const hold = (command: 'insert' | 'update' | 'delete', collection: string) =>
  catchCommand(api.db, {
    failCommands: [command],
    namespace: `${api.db.name}.${collection}`,
    blockTimeMS: HELD_MS,
  });
const refund = (id: string, by = admin) => by.request('POST', `/admin/purchases/${id}/refund`, { body });
const deleteAccount = async (who: Joined = ann) => {
  await who.call(202, 'DELETE', '/users/me');
  await api.deletionOf(who);
};
const records = (id: string) => api.db.collection('auditEvents').countDocuments({ 'target.id': id });

/** Paid by Clerk Billing a day ago. */
async function paid(): Promise<string> {
  await deliverPayment(api, ann.clerkId, 'paid', Date.now() - DAY_MS);
  const { items } = await ann.get<{ items: Purchase[] }>('/users/me/purchases');
  return items[0]?.id ?? '';
}

/** The refund was answered with 200, is stored where the purchase is now, and was recorded once. */
async function expectRefunded(answer: ReturnType<typeof refund>, id: string, place: string): Promise<void> {
  const { status, body: refunded } = await answer;
  expect(status).toBe(200);
  const { refundedAt } = refunded as Purchase;
  expect(await storedPurchase(api, id)).toMatchObject({
    place,
    purchase: { status: 'refunded', refundedAt: new Date(refundedAt ?? '') },
  });
  expect(await records(id)).toBe(1);
}

describe('a refund and a deletion', () => {
  it.each(['in an archive', 'beside an archive'])(
    'the purchase has moved between look and write: refunded %s',
    async (place) => {
      const id = await paid();
      if (place === 'beside an archive') await fillArchive(api, ann);
      const caught = await hold('update', 'purchases');
      const answer = refund(id);
      await caught();
      await deleteAccount();
      await expectRefunded(answer, id, place);
    },
  );

  it('the fence has begun: the archive has the refund', async () => {
    const id = await paid();
    const caught = await hold('delete', 'purchases');
    const deletion = deleteAccount();
    await caught();
    const answer = refund(id);
    await answer;
    await deletion;
    await expectRefunded(answer, id, 'in an archive');
  });

  it('a move of the purchase has not committed: it is refunded beside the archive', async () => {
    const id = await paid();
    await fillArchive(api, ann);
    const caught = await hold('insert', 'deletionPurchases');
    const deletion = deleteAccount();
    await caught();
    const answer = refund(id);
    await deletion;
    await expectRefunded(answer, id, 'beside an archive');
  });

  it('a purge between read and write: 404, and no record', async () => {
    const id = await paid();
    await deleteAccount();
    const { id: archiveId } = await archivedPurchases(second, ann);
    const caught = await hold('update', 'deletedUsers');
    const answer = refund(id);
    await caught();
    await second.call(200, 'POST', `/admin/deleted-users/${archiveId}/purge`);
    expect(await answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await records(id)).toBe(0);
  });
});

describe('a refund and its record', () => {
  it.each(['with its user', 'in an archive', 'beside an archive'] as const)(
    'another refund of a purchase %s between look and write: 200 for one, 409 for the other',
    async (place) => {
      const id = await paid();
      await bringTo(place, api, ann);
      const caught = await hold('update', COLLECTIONS[place]);
      const late = refund(id);
      await caught();
      await expectRefunded(refund(id, second), id, place);
      expect(await late).toMatchObject({ status: 409, body: { code: 'already_refunded' } });
    },
  );

  it('the database refuses the record: no refund', async () => {
    const id = await paid();
    await api.db.db?.command({ collMod: 'auditEvents', validator: { action: 'nothing' } });
    expect((await refund(id)).status).toBe(500);
    await api.db.db?.command({ collMod: 'auditEvents', validator: {} });
    expect(await storedPurchase(api, id)).toMatchObject({ purchase: { status: 'paid', refundedAt: null } });
  });

  it('a write conflict at the commit: the transaction is repeated, and leaves one record', async () => {
    const id = await paid();
    await catchCommand(api.db, { failCommands: ['commitTransaction'], errorCode: 112 });
    await expectRefunded(refund(id), id, 'with its user');
  });
});

describe('a refund and an event of Clerk Billing', () => {
  it.each(['with its user', 'in an archive', 'beside an archive'] as const)(
    'the event was about to overwrite the refund of a purchase %s: it stays',
    async (place) => {
      const id = await paid();
      await bringTo(place, api, ann);
      const caught = await hold('update', COLLECTIONS[place]);
      const event = deliverPayment(api, ann.clerkId, 'failed', Date.now() + DAY_MS);
      await caught();
      const answer = refund(id);
      await answer;
      await event;
      await expectRefunded(answer, id, place);
    },
  );

  it('an event between read and write: 200 while the purchase is still paid, 409 when it is not', async () => {
    for (const [status, expected] of [
      ['paid', 200],
      ['refunded', 409],
      ['failed', 409],
    ] as const) {
      ann = await api.join();
      const id = await paid();
      const caught = await hold('update', 'purchases');
      const answer = refund(id);
      await caught();
      await deliverPayment(api, ann.clerkId, status, Date.now());
      expect((await answer).status).toBe(expected);
      expect(await records(id)).toBe(expected === 200 ? 1 : 0);
    }
  });
});

describe('a purchase by reference', () => {
  const create = (who: Joined, reference: string, by = admin) =>
    by.request('POST', '/admin/purchases', {
      body: { userId: who.id, item: 'Explorer', amount: 990, currency: 'EUR', reference, ...body },
    });

  it('the same purchase was inserted between read and insert: 200 with it', async () => {
    const caught = await hold('insert', 'purchases');
    const first = create(ann, 'same');
    await caught();
    const answers = [await create(ann, 'same', second), await first];
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 201]);
    expect(answers[0]?.body).toEqual(answers[1]?.body);
    expect(await records((answers[0]?.body as Purchase).id)).toBe(1);
    expect(await api.userOf(ann)).toMatchObject({ purchasesCount: 1 });
  });

  it.each(['in an archive', 'beside an archive'] as const)(
    'another user’s purchase with the reference was inserted meanwhile, and is %s now: 400',
    async (place) => {
      const bob = await api.join();
      const reference = `gone ${place}`;
      const caught = await hold('insert', 'purchases');
      const late = create(bob, reference);
      await caught();
      expect((await create(ann, reference, second)).status).toBe(201);
      await bringTo(place, api, ann);
      expect(await late).toMatchObject({ status: 400, body: { errors: [{ pointer: '/reference' }] } });
      expect(await api.userOf(bob)).toMatchObject({ purchasesCount: 0 });
    },
  );

  it('the user is deleted between read and commit: in both orders no purchase is left', async () => {
    const caught = await hold('insert', 'auditEvents');
    const answer = create(ann, 'during a deletion');
    await caught();
    await deleteAccount();
    const { status, body: purchase } = await answer;
    expect([201, 404]).toContain(status);
    const { purchases } = await archivedPurchases(admin, ann);
    expect(purchases).toEqual(status === 201 ? [purchase] : []);
    expect(await api.db.collection('purchases').countDocuments({ reference: 'during a deletion' })).toBe(0);
  });
});
