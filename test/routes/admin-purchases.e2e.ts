import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { ApiClient, type ApiResponse } from '../support/api-client.js';
import type { Page } from '../support/pages.js';
import { plansOf } from '../support/query-plans.js';
import { archivedPurchases, bringTo, expectUnchanged, type Purchase } from '../support/purchases.js';
import { collectionsWith } from '../support/snapshot.js';
import { type Joined, type Person, startTestApp, type TestApp, UNKNOWN_ID } from '../support/test-app.js';

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

const CREATE = '/admin/purchases';
const creation = (more: object = {}) => ({
  body: { userId: ann.id, item: 'Explorer', amount: 990, currency: 'EUR', ...body, ...more },
});
const create = (more: object = {}) => admin.call<Purchase>(201, 'POST', CREATE, creation(more));
const refund = (id: string) => admin.call(200, 'POST', `${CREATE}/${id}/refund`, { body });
const records = (id: string) => api.db.collection('auditEvents').find({ 'target.id': id }).toArray();
const mine = async (person: Person) => (await person.get<Page<Purchase>>('/users/me/purchases')).items;
const newReference = () => `shop-${String(new Types.ObjectId())}`;
const statusesOf = (answers: readonly ApiResponse[]) => answers.map(({ status }) => status).sort();

/** 400 that points at the reference. */
function expectReferenceRefused({ status, body: problem }: ApiResponse): void {
  expect(status).toBe(400);
  expect(problem).toMatchObject({ code: 'validation_failed', errors: [{ pointer: '/reference' }] });
}

describe('POST /admin/purchases', () => {
  it('201: paid now by default; in the user’s list, export and count', async () => {
    const before = Date.now();
    const purchase = await create({ item: '  Explorer ' });
    expect(purchase).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      item: 'Explorer',
      amount: 990,
      currency: 'EUR',
      status: 'paid',
      purchasedAt: expect.any(String),
      refundedAt: null,
    });
    expect(Date.parse(purchase.purchasedAt ?? '')).toBeGreaterThanOrEqual(before);
    expect(await mine(ann)).toEqual([purchase]);
    expect(await ann.get('/users/me/export')).toMatchObject({ purchases: [purchase] });
    expect(await api.userOf(ann)).toMatchObject({ purchasesCount: 1 });
  });

  it.each(['pending', 'failed'])('201: %s, without a time of payment', async (status) => {
    expect(await create({ status })).toMatchObject({ status, purchasedAt: null, refundedAt: null });
  });

  it('201: with a time of payment; the smallest and the largest amount; the longest texts; yen', async () => {
    const purchasedAt = new Date(Date.now() - DAY_MS).toISOString();
    expect(await create({ purchasedAt })).toMatchObject({ purchasedAt });
    await create({ amount: 0, currency: 'JPY' });
    await create({ amount: 999_999_999_999 });
    await create({ item: 'x'.repeat(200), reference: newReference().padEnd(128, 'x') });
  });

  it('201 on repeat without a reference: another purchase', async () => {
    const [first, second] = [await create(), await create()];
    expect(second.id).not.toBe(first.id);
    expect(await api.userOf(ann)).toMatchObject({ purchasesCount: 2 });
  });

  it('201 for the admin’s own account', async () => {
    const { id } = await create({ userId: admin.id });
    expect(await mine(admin)).toMatchObject([{ id }]);
  });

  it('201: audited with actor, purchase, reason, price and request, without user and item', async () => {
    const reference = newReference();
    const { body: made } = await admin.request('POST', CREATE, {
      ...creation({ reference, status: 'pending' }),
      headers: { 'x-request-id': 'support-1' },
    });
    const { id } = made as Purchase;
    expect(await records(id)).toEqual([
      {
        _id: expect.anything(),
        at: expect.any(Date),
        actorId: new Types.ObjectId(admin.id),
        action: 'purchase.created',
        target: { type: 'purchase', id },
        details: { amount: '990', currency: 'EUR', status: 'pending' },
        requestId: 'support-1',
        ...body,
      },
    ]);
  });

  it('201: the audit event of a deleted user’s purchase is found by the purchase’s id', async () => {
    const { id } = await create({ reference: newReference() });
    await bringTo('in an archive', api, ann);
    const { purchases } = await archivedPurchases(admin, ann);
    expect(purchases).toMatchObject([{ id }]);
    const found = await admin.get<{ items: object[] }>(`/admin/audit-events?targetId=${id}`);
    expect(found.items).toMatchObject([{ action: 'purchase.created', actorId: admin.id, ...body }]);
    expect(await collectionsWith(api.db, ann.id)).toEqual([]);
  });

  it('400 validation_failed: changes nothing', async () => {
    const tomorrow = new Date(Date.now() + DAY_MS).toISOString();
    const wrong: object[] = [
      { userId: undefined },
      { userId: 7 },
      { userId: { $ne: null } },
      { item: undefined },
      { item: '' },
      { item: '   ' },
      { item: 'x'.repeat(201) },
      { item: 'x\u0000' },
      { item: '\ud800' },
      { amount: undefined },
      { amount: -1 },
      { amount: 9.9 },
      { amount: '990' },
      { amount: null },
      { amount: 1_000_000_000_000 },
      { currency: undefined },
      { currency: 'eur' },
      { currency: 'EURO' },
      { currency: 'ZZZ' },
      { currency: '' },
      { status: 'refunded' },
      { status: 'disputed' },
      { status: null },
      { purchasedAt: tomorrow },
      { purchasedAt: '2026-02-30T00:00:00Z' },
      { purchasedAt: '2025-01-01' },
      { purchasedAt: '2025-01-01T00:00:00' },
      { purchasedAt: 0 },
      { purchasedAt: null },
      { status: 'pending', purchasedAt: '2025-01-01T00:00:00Z' },
      { status: 'failed', purchasedAt: '2025-01-01T00:00:00Z' },
      { reference: '' },
      { reference: '  ' },
      { reference: 'x'.repeat(129) },
      { reference: 7 },
      { reference: null },
      { reference: { $exists: true } },
      { reason: undefined },
      { reason: '' },
      { reason: 'x'.repeat(501) },
      { refundedAt: '2025-01-01T00:00:00Z' },
      { attemptId: 'pa_1' },
    ];
    await expectUnchanged(api.db, async () => {
      for (const each of wrong) {
        const options = creation(each);
        const { status, body: problem } = await admin.request('POST', CREATE, options);
        expect([each, status, (problem as { code: string }).code]).toEqual([each, 400, 'validation_failed']);
      }
      for (const options of [{}, { body: '' }, { body: '[]' }, { body: 'null' }, { body: '{' }]) {
        expect(await admin.problem('POST', CREATE, options)).toBe('400 validation_failed');
      }
    });
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('POST', CREATE, creation())).toBe('401 unauthenticated');
  });

  it('403 forbidden for users, and for an impersonated admin', async () => {
    const token = await api.clerk.mintToken(admin.clerkId, { claims: { act: { sub: 'user_support' } } });
    for (const who of [ann, api.withToken(token)]) {
      expect(await who.problem('POST', CREATE, creation())).toBe('403 forbidden');
    }
    expect(await mine(ann)).toEqual([]);
  });

  it('404 user_not_found: an unknown, a deleted, and a malformed id', async () => {
    const reference = newReference();
    await create({ reference });
    await bringTo('in an archive', api, ann);
    await expectUnchanged(api.db, async () => {
      for (const userId of [UNKNOWN_ID, ann.id, ann.id.toUpperCase(), 'x', '']) {
        const options = creation({ userId, reference });
        expect(await admin.problem('POST', CREATE, options)).toBe('404 user_not_found');
      }
    });
  });

  it('413 payload_too_large and 415 unsupported_media_type', async () => {
    const large = creation({ reason: 'x'.repeat(101 * 1024) });
    expect(await admin.problem('POST', CREATE, large)).toBe('413 payload_too_large');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await admin.problem('POST', CREATE, { body: 'amount=1', headers })).toBe(
      '415 unsupported_media_type',
    );
  });
});

describe('POST /admin/purchases with a reference', () => {
  it('200 on repeat: returns the purchase as it is now, and changes nothing', async () => {
    const reference = newReference();
    const { id } = await create({ reference, status: 'pending' });
    const same = creation({ reference: ` ${reference}`, reason: 'Another one' });
    await expectUnchanged(api.db, async () => {
      expect(await admin.call(200, 'POST', CREATE, same)).toMatchObject({ id, status: 'pending' });
    });
    const paid = newReference();
    const refunded = await refund((await create({ reference: paid })).id);
    expect(await admin.call(200, 'POST', CREATE, creation({ reference: paid }))).toEqual(refunded);
  });

  it('400 validation_failed at /reference for another user, item, amount or currency', async () => {
    const reference = newReference();
    const bob = await api.join();
    await create({ reference });
    await expectUnchanged(api.db, async () => {
      for (const other of [{ userId: bob.id }, { item: 'eSIM' }, { amount: 991 }, { currency: 'USD' }]) {
        expectReferenceRefused(await admin.request('POST', CREATE, creation({ reference, ...other })));
      }
    });
  });

  it.each(['in an archive', 'beside an archive'] as const)(
    '400 while a purchase with it is %s; 201 after the purge',
    async (place) => {
      const reference = newReference();
      await create({ reference });
      await bringTo(place, api, ann);
      const { id } = await archivedPurchases(admin, ann);
      const bob = await api.join();
      const options = creation({ reference, userId: bob.id });
      await expectUnchanged(api.db, async () => {
        expectReferenceRefused(await admin.request('POST', CREATE, options));
      });
      await admin.call(200, 'POST', `/admin/deleted-users/${id}/purge`);
      await admin.call(201, 'POST', CREATE, options);
    },
  );

  it('20 concurrent requests to two instances: one purchase, one audit event, one 201', async () => {
    const options = creation({ reference: newReference() });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? admin : elsewhere).request('POST', CREATE, options),
      ),
    );
    expect(statusesOf(answers)).toEqual([...Array<number>(19).fill(200), 201]);
    const [purchase, ...others] = await mine(ann);
    expect(others).toEqual([]);
    for (const answer of answers) expect(answer.body).toEqual(purchase);
    expect(await records(purchase?.id ?? '')).toHaveLength(1);
    expect(await api.userOf(ann)).toMatchObject({ purchasesCount: 1 });
  });

  it('for ten users concurrently on two instances: one gets the purchase, the others nothing', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => api.join()));
    const reference = newReference();
    const answers = await Promise.all(
      people.map(({ id: userId }, index) =>
        (index % 2 === 0 ? admin : elsewhere).request('POST', CREATE, creation({ reference, userId })),
      ),
    );
    expect(statusesOf(answers)).toEqual([201, ...Array<number>(9).fill(400)]);
    for (const answer of answers.filter(({ status }) => status === 400)) expectReferenceRefused(answer);
    expect(await api.db.collection('purchases').countDocuments({ reference })).toBe(1);
    const counts = await Promise.all(people.map(async (each) => (await api.userOf(each))['purchasesCount']));
    expect(counts.sort()).toEqual([...Array<number>(9).fill(0), 1]);
  });
});

it.each(['purchases', 'deletedUsers', 'deletionPurchases'])(
  'the purchase routes read %s by an index',
  async (collection) => {
    const plans = await plansOf(api.db, collection, async () => {
      await create({ reference: newReference() });
      await admin.problem('POST', `${CREATE}/${UNKNOWN_ID}/refund`, { body });
    });
    expect(plans.length).toBeGreaterThan(1);
    for (const { planSummary, docsExamined } of plans) {
      expect(planSummary).toMatch(/IXSCAN|IDHACK/);
      expect(docsExamined).toBeLessThanOrEqual(1);
    }
  },
);
