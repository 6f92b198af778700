import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { ApiClient } from '../support/api-client.js';
import {
  archivedPurchases,
  bringTo,
  deliverPayment,
  expectUnchanged,
  fillArchive,
  type Place,
  PLACES,
  type Purchase,
  storedPurchase,
} from '../support/purchases.js';
import { type Joined, startTestApp, type TestApp, UNKNOWN_ID } from '../support/test-app.js';

const DAY_MS = 24 * 60 * 60_000;
const body = { reason: 'Ticket 4711' };

let api: TestApp;
let admin: Joined;
/** Another admin on another instance: actions of one admin conflict anyway, by their audit events. */
let elsewhere: ApiClient;
let ann: Joined;
beforeAll(async () => {
  api = await startTestApp();
  admin = await api.join({ public_metadata: { role: 'admin' } });
  const { token } = await api.join({ public_metadata: { role: 'admin' } });
  elsewhere = new ApiClient(await api.secondInstance(), `Bearer ${token}`);
});
beforeEach(async () => {
  ann = await api.join();
});
afterAll(() => api.close());

const refundOf = (id: string) => `/admin/purchases/${id}/refund`;
const refund = (id: string) => admin.call<Purchase>(200, 'POST', refundOf(id), { body });
const records = (id: string) => api.db.collection('auditEvents').find({ 'target.id': id }).toArray();
const mine = async () => (await ann.get<{ items: Purchase[] }>('/users/me/purchases')).items;
const create = (status = 'paid') =>
  admin.call<Purchase>(201, 'POST', '/admin/purchases', {
    body: { userId: ann.id, item: 'Explorer', amount: 990, currency: 'EUR', status, ...body },
  });

/** A purchase paid by Clerk Billing a day ago, brought to a place. */
async function paid(place: Place): Promise<Purchase> {
  await deliverPayment(api, ann.clerkId, 'paid', Date.now() - DAY_MS);
  const [purchase] = await mine();
  if (purchase === undefined) throw new Error('No purchase');
  await bringTo(place, api, ann);
  return purchase;
}

/** As its user, or an admin in the archive, gets it. */
async function shown(place: Place, id: string): Promise<Purchase | undefined> {
  const all = place === 'with its user' ? await mine() : (await archivedPurchases(admin, ann)).purchases;
  return all.find((each) => each.id === id);
}

describe('POST /admin/purchases/{id}/refund', () => {
  describe.each(PLACES)('of a purchase %s', (place) => {
    it('200: refunded now, wherever it is listed; audited once', async () => {
      const before = Date.now();
      const purchase = await paid(place);
      const refunded = await refund(purchase.id);
      expect(refunded).toEqual({ ...purchase, status: 'refunded', refundedAt: expect.any(String) });
      expect(Date.parse(refunded.refundedAt ?? '')).toBeGreaterThanOrEqual(before);
      expect(await shown(place, purchase.id)).toEqual(refunded);
      expect(await records(purchase.id)).toMatchObject([
        {
          action: 'purchase.refunded',
          actorId: new Types.ObjectId(admin.id),
          target: { type: 'purchase', id: purchase.id },
          details: { amount: '990', currency: 'EUR' },
          ...body,
        },
      ]);
    });

    it('409 already_refunded on repeat; later events of Clerk change nothing', async () => {
      const { id } = await paid(place);
      const refunded = await refund(id);
      for (const status of ['paid', 'failed', 'refunded'] as const) {
        await deliverPayment(api, ann.clerkId, status, Date.now() + DAY_MS);
      }
      expect(await shown(place, id)).toEqual(refunded);
      await expectUnchanged(api.db, async () => {
        expect(await admin.problem('POST', refundOf(id), { body })).toBe('409 already_refunded');
      });
    });

    it('409 already_refunded when Clerk reported the refund', async () => {
      const { id } = await paid(place);
      await deliverPayment(api, ann.clerkId, 'refunded', Date.now());
      expect(await admin.problem('POST', refundOf(id), { body })).toBe('409 already_refunded');
      expect(await records(id)).toEqual([]);
    });

    it.each(['pending', 'failed'])('409 not_refundable while it is %s', async (status) => {
      const { id } = await create(status);
      await bringTo(place, api, ann);
      await expectUnchanged(api.db, async () => {
        expect(await admin.problem('POST', refundOf(id), { body })).toBe('409 not_refundable');
      });
    });

    it('20 concurrent requests to two instances: one 200, the others 409; audited once', async () => {
      const { id } = await paid(place);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? admin : elsewhere).request('POST', refundOf(id), { body }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(19).fill(409)]);
      for (const { status, body: answer } of answers) {
        if (status === 409) expect(answer).toMatchObject({ code: 'already_refunded' });
        else expect(await shown(place, id)).toEqual(answer);
      }
      expect(await records(id)).toHaveLength(1);
    });
  });

  it.each(['in an archive', 'beside an archive'] as const)(
    '200 during the deletion of the account: the purchase ends %s, refunded',
    async (place) => {
      const { id } = await paid('with its user');
      if (place === 'beside an archive') await fillArchive(api, ann);
      const [refunded] = await Promise.all([refund(id), ann.call(202, 'DELETE', '/users/me')]);
      await api.deletionOf(ann);
      expect(refunded).toMatchObject({ id, status: 'refunded' });
      expect(await storedPurchase(api, id)).toMatchObject({ place, purchase: { status: 'refunded' } });
      expect(await shown(place, id)).toEqual(refunded);
      expect(await records(id)).toHaveLength(1);
    },
  );

  it.each(['in an archive', 'beside an archive'] as const)(
    '404 not_found when it was %s, which was purged',
    async (place) => {
      const { id } = await paid(place);
      const { id: archiveId } = await archivedPurchases(admin, ann);
      await admin.call(200, 'POST', `/admin/deleted-users/${archiveId}/purge`);
      expect(await admin.problem('POST', refundOf(id), { body })).toBe('404 not_found');
      expect(await records(id)).toEqual([]);
    },
  );

  it('404 not_found while the rest of a purged archive waits for its removal', async () => {
    const { id } = await paid('in an archive');
    const { id: archiveId } = await archivedPurchases(admin, ann);
    await admin.call(200, 'POST', `/admin/deleted-users/${archiveId}/purge`);
    const left = { _id: new Types.ObjectId(id), archiveId: new Types.ObjectId(archiveId), status: 'paid' };
    await api.db.collection('deletionPurchases').insertOne(left);
    expect(await admin.problem('POST', refundOf(id), { body })).toBe('404 not_found');
    expect(await api.db.collection('deletionPurchases').findOne({ _id: left._id })).toEqual(left);
  });

  it('404 not_found: unknown and malformed ids', async () => {
    await expectUnchanged(api.db, async () => {
      for (const id of [UNKNOWN_ID, 'x', 'aaaaaaaaaaaa', '%00', UNKNOWN_ID.toUpperCase(), ann.id]) {
        expect(await admin.problem('POST', refundOf(id), { body })).toBe('404 not_found');
      }
    });
  });

  it('400 validation_failed: a reason of 1 to 500 characters, and nothing else', async () => {
    const { id } = await create();
    await expectUnchanged(api.db, async () => {
      for (const wrong of [{}, { reason: '' }, { reason: ' ' }, { reason: 7 }, { ...body, amount: 1 }, []]) {
        expect(await admin.problem('POST', refundOf(id), { body: wrong })).toBe('400 validation_failed');
      }
      expect(await admin.problem('POST', refundOf(id))).toBe('400 validation_failed');
    });
  });

  it('401 unauthenticated; 403 forbidden for users', async () => {
    const { id } = await create();
    expect(await api.anonymous.problem('POST', refundOf(id), { body })).toBe('401 unauthenticated');
    expect(await ann.problem('POST', refundOf(id), { body })).toBe('403 forbidden');
    expect(await mine()).toMatchObject([{ status: 'paid' }]);
  });

  it('413 payload_too_large and 415 unsupported_media_type', async () => {
    const { id } = await create();
    const large = { reason: 'x'.repeat(101 * 1024) };
    expect(await admin.problem('POST', refundOf(id), { body: large })).toBe('413 payload_too_large');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await admin.problem('POST', refundOf(id), { body: 'reason=x', headers })).toBe(
      '415 unsupported_media_type',
    );
  });
});
