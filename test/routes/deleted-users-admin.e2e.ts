import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import {
  auditOf,
  type DeletedUser,
  deletedUser,
  deletedUserPath,
  purge,
  newPurchase,
  tombstone,
} from '../support/deleted-users.js';
import { allPages, type Page, walkPages } from '../support/pages.js';
import { plansOf } from '../support/query-plans.js';
import { type Joined, startTestApp, type TestApp, UNKNOWN_ID } from '../support/test-app.js';
const RETENTION_MS = 30 * 24 * 60 * 60_000;

let api: TestApp;
let admin: Joined;
beforeAll(async () => {
  api = await startTestApp({ DELETED_USER_RETENTION_DAYS: '30' });
  admin = await api.join({ public_metadata: { role: 'admin' } });
});
afterAll(() => api.close());

describe('GET /admin/deleted-users/{id}', () => {
  it('200: the archive with the newest 20 purchases; audited', async () => {
    const ann = await deletedUser(api, { email: 'whole@example.com', purchases: 25 });
    const archive = await admin.get<DeletedUser & { deletedAt: string }>(deletedUserPath(ann.id));
    expect(archive).toEqual({
      id: ann.id,
      clerkId: ann.clerkId,
      deletedAt: expect.any(String),
      reason: 'user_requested',
      state: 'archived',
      userData: expect.objectContaining({ email: 'whole@example.com', clerkId: ann.clerkId, bio: '' }),
      purchases: expect.anything(),
      purchasesCount: 25,
      notes: null,
      legalHold: false,
      purgeAt: new Date(Date.parse(archive.deletedAt) + RETENTION_MS).toISOString(),
      purgedAt: null,
    });
    expect(archive.purchases).toMatchObject(
      Array.from({ length: 20 }, (_, index) => ({ amount: 24 - index })),
    );
    expect(await auditOf(api, ann.id)).toEqual([['deleted_user.read', { read: 'archive' }]]);
  });

  it('200: state deleting during the deletion', async () => {
    const ann = await api.join();
    const undo = api.clerk.fail({ method: 'DELETE', path: /^\/v1\/users\//, mode: 'status', status: 500 });
    const { id } = await ann.call<{ id: string }>(202, 'DELETE', '/users/me');
    expect(await admin.get(deletedUserPath(id))).toMatchObject({ state: 'deleting', clerkId: ann.clerkId });
    undo();
    await api.deletionOf(ann);
    expect(await admin.get(deletedUserPath(id))).toMatchObject({ state: 'archived' });
  });

  it('200: state tombstone, for a subject that never had a user', async () => {
    const id = await tombstone(api);
    expect(await admin.get(deletedUserPath(id))).toMatchObject({
      state: 'tombstone',
      clerkId: null,
      userData: null,
      purchases: [],
      purchasesCount: 0,
      purgeAt: null,
      purgedAt: null,
    });
  });
});

describe('PATCH /admin/deleted-users/{id}', () => {
  it('200: changes the given fields; null removes the notes; audited without the notes', async () => {
    const ann = await deletedUser(api);
    const patch = (body: object) => admin.call<DeletedUser>(200, 'PATCH', deletedUserPath(ann.id), { body });
    expect(await patch({ notes: 'Disputed' })).toMatchObject({ notes: 'Disputed', legalHold: false });
    expect(await patch({ legalHold: true })).toMatchObject({ notes: 'Disputed', legalHold: true });
    expect(await patch({ notes: 'x'.repeat(5000), legalHold: false })).toMatchObject({ legalHold: false });
    expect(await patch({ notes: null })).toMatchObject({ notes: null, legalHold: false });
    expect(await patch({})).toMatchObject({ notes: null, legalHold: false, clerkId: ann.clerkId });
    expect(await auditOf(api, ann.id)).toEqual([
      ['deleted_user.changed', { changed: 'notes' }],
      ['deleted_user.changed', { changed: 'legalHold', legalHold: 'true' }],
      ['deleted_user.changed', { changed: 'legalHold notes', legalHold: 'false' }],
      ['deleted_user.changed', { changed: 'notes' }],
      ['deleted_user.changed', { changed: '' }],
    ]);
  });

  it('400 validation_failed', async () => {
    const ann = await deletedUser(api);
    for (const body of [
      { notes: 'x'.repeat(5001) },
      { notes: 7 },
      { notes: 'x\u0000' },
      { legalHold: 'yes' },
      { legalHold: null },
      { reason: 'user_requested' },
      [],
      null,
    ]) {
      expect(await admin.problem('PATCH', deletedUserPath(ann.id), { body })).toBe('400 validation_failed');
    }
    expect(await auditOf(api, ann.id)).toEqual([]);
  });

  it('404 not_found without an archive: purged, or a tombstone', async () => {
    const ann = await deletedUser(api);
    await purge(admin, ann.id);
    for (const id of [ann.id, await tombstone(api)]) {
      expect(await admin.problem('PATCH', deletedUserPath(id), { body: { notes: 'Ann' } })).toBe(
        '404 not_found',
      );
      expect(await admin.problem('PATCH', deletedUserPath(id), { body: { legalHold: true } })).toBe(
        '404 not_found',
      );
    }
  });
});

describe('POST /admin/deleted-users/{id}/purge', () => {
  it('200 with and without a reason, also on repeat; audited once', async () => {
    for (const options of [{}, { body: {} }, { body: { reason: 'Ticket 1' } }]) {
      const ann = await deletedUser(api, { purchases: 3 });
      const purged = await admin.call<DeletedUser>(200, 'POST', deletedUserPath(ann.id, '/purge'), options);
      expect(purged).toMatchObject({
        id: ann.id,
        state: 'purged',
        clerkId: null,
        userData: null,
        purchases: [],
        purchasesCount: 0,
        notes: null,
        purgeAt: null,
        purgedAt: expect.any(String),
      });
      expect(await purge(admin, ann.id)).toEqual(purged);
      expect(await auditOf(api, ann.id)).toEqual([['deleted_user.purged', {}]]);
      const row = await api.db.collection('auditEvents').findOne({ 'target.id': ann.id });
      expect(row?.['reason']).toBe(options.body?.reason);
    }
  });

  it('409 legal_hold until it is lifted', async () => {
    const ann = await deletedUser(api);
    await admin.call(200, 'PATCH', deletedUserPath(ann.id), { body: { legalHold: true } });
    expect(await admin.problem('POST', deletedUserPath(ann.id, '/purge'))).toBe('409 legal_hold');
    expect(await admin.get(deletedUserPath(ann.id))).toMatchObject({
      state: 'archived',
      clerkId: ann.clerkId,
    });
    await admin.call(200, 'PATCH', deletedUserPath(ann.id), { body: { legalHold: false } });
    await purge(admin, ann.id);
    expect((await auditOf(api, ann.id)).filter(([action]) => action === 'deleted_user.purged')).toHaveLength(
      1,
    );
  });

  it('400 validation_failed', async () => {
    const ann = await deletedUser(api);
    for (const body of [{ reason: '' }, { reason: 'x'.repeat(501) }, { force: true }]) {
      expect(await admin.problem('POST', deletedUserPath(ann.id, '/purge'), { body })).toBe(
        '400 validation_failed',
      );
    }
  });

  it('404 not_found for a tombstone', async () => {
    expect(await admin.problem('POST', deletedUserPath(await tombstone(api), '/purge'))).toBe(
      '404 not_found',
    );
  });
});

describe('GET /admin/deleted-users/{id}/purchases', () => {
  it('200: purchases in and beside the archive, newest first, in pages; each page is audited', async () => {
    const ann = await deletedUser(api, { purchases: 6 });
    const archiveId = new Types.ObjectId(ann.id);
    // An event after the deletion added one.
    await api.db.collection('deletionPurchases').insertOne({ ...newPurchase(6), archiveId });
    await api.db.collection('deletedUsers').updateOne({ _id: archiveId }, { $set: { movedPurchases: 1 } });
    const path = deletedUserPath(ann.id, '/purchases?limit=3');
    const pages = await allPages<{ amount: number }>(admin, path);
    expect(pages.flatMap(({ items }) => items.map(({ amount }) => amount))).toEqual([6, 5, 4, 3, 2, 1, 0]);
    const row = ['deleted_user.read', { read: 'purchases' }];
    expect(await auditOf(api, ann.id)).toEqual([row, row, row]);
    // The cursor of the last page again, also by HEAD.
    const last = `${path}&cursor=${encodeURIComponent(pages.at(-2)?.nextCursor ?? '')}`;
    await admin.get(last);
    await admin.request('HEAD', last);
    expect(await auditOf(api, ann.id)).toEqual([row, row, row, row, row]);
    expect(await admin.get(deletedUserPath(ann.id))).toMatchObject({ purchasesCount: 7 });
  });

  it('200: of 12,000 purchases the last page costs as much as the first', async () => {
    const ann = await deletedUser(api);
    const archiveId = new Types.ObjectId(ann.id);
    const ids = Array.from({ length: 12_000 }, () => new Types.ObjectId());
    for (let start = 0; start < ids.length; start += 4000) {
      await api.db
        .collection('deletionPurchases')
        .insertMany(ids.slice(start, start + 4000).map((_id) => ({ ...newPurchase(1), _id, archiveId })));
    }
    const inArchive = { $set: { movedPurchases: ids.length } };
    await api.db.collection('deletedUsers').updateOne({ _id: archiveId }, inArchive);
    const pages = walkPages(admin, deletedUserPath(ann.id, '/purchases?limit=100'));
    const read = async (count: number) => {
      for (let page = 0; page < count; page++) expect((await pages.next()).done).toBe(false);
    };
    const firstPages = await plansOf(api.db, 'deletionPurchases', () => read(2));
    await read(116);
    const lastPages = await plansOf(api.db, 'deletionPurchases', () => read(2));
    for (const { planSummary, docsExamined, keysExamined } of [...firstPages, ...lastPages]) {
      expect(planSummary).toBe('IXSCAN { archiveId: 1, _id: -1 }');
      expect(Math.max(docsExamined, keysExamined)).toBeLessThanOrEqual(101);
    }
    expect(await admin.get(deletedUserPath(ann.id))).toMatchObject({ purchasesCount: 12_000 });
    await purge(admin, ann.id);
    expect(await api.db.collection('deletionPurchases').countDocuments({ archiveId })).toBe(0);
  });

  it('200: empty after a purge', async () => {
    const ann = await deletedUser(api, { purchases: 2 });
    await purge(admin, ann.id);
    expect(await admin.get(deletedUserPath(ann.id, '/purchases'))).toEqual({ items: [], nextCursor: null });
  });

  it('400 validation_failed and invalid_cursor, also of another admin or archive', async () => {
    const [ann, bob] = [await deletedUser(api, { purchases: 2 }), await deletedUser(api, { purchases: 2 })];
    const second = await api.join({ public_metadata: { role: 'admin' } });
    const { nextCursor } = await admin.get<Page<object>>(deletedUserPath(ann.id, `/purchases?limit=1`));
    const query = `cursor=${encodeURIComponent(nextCursor ?? '')}`;
    expect(await admin.problem('GET', deletedUserPath(ann.id, `/purchases?limit=0`))).toBe(
      '400 validation_failed',
    );
    for (const [who, address] of [
      [admin, deletedUserPath(ann.id, `/purchases?cursor=x.y`)],
      [admin, deletedUserPath(bob.id, `/purchases?${query}`)],
      [second, deletedUserPath(ann.id, `/purchases?${query}`)],
    ] as const) {
      expect(await who.problem('GET', address)).toBe('400 invalid_cursor');
    }
    // Only the page that was read is audited.
    expect(await auditOf(api, ann.id)).toHaveLength(1);
    expect(await auditOf(api, bob.id)).toEqual([]);
  });
});

describe.each([
  ['GET', '', undefined],
  ['GET', `/${UNKNOWN_ID}`, undefined],
  ['PATCH', `/${UNKNOWN_ID}`, { notes: 'x' }],
  ['POST', `/${UNKNOWN_ID}/purge`, { reason: 'x' }],
  ['GET', `/${UNKNOWN_ID}/purchases`, undefined],
])('%s /admin/deleted-users%s', (method, path, body) => {
  const address = `/admin/deleted-users${path}`;
  const options = body === undefined ? {} : { body };

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem(method, address, options)).toBe('401 unauthenticated');
  });

  it('403 forbidden for users, and for an impersonated admin', async () => {
    const impersonating = api.withToken(
      await api.clerk.mintToken(admin.clerkId, { claims: { act: { sub: 'user_support' } } }),
    );
    for (const who of [await api.join(), impersonating]) {
      expect(await who.problem(method, address, options)).toBe('403 forbidden');
    }
  });

  if (path !== '') {
    it('404 not_found: unknown and malformed ids; not audited', async () => {
      for (const id of [UNKNOWN_ID, 'x', UNKNOWN_ID.toUpperCase()]) {
        expect(await admin.problem(method, address.replace(UNKNOWN_ID, id), options)).toBe('404 not_found');
        expect(await auditOf(api, id)).toEqual([]);
      }
    });
  }

  if (body !== undefined) {
    it('413 payload_too_large and 415 unsupported_media_type', async () => {
      const large = { body: { notes: 'x'.repeat(101 * 1024) } };
      expect(await admin.problem(method, address, large)).toBe('413 payload_too_large');
      const form = { body: 'notes=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
      expect(await admin.problem(method, address, form)).toBe('415 unsupported_media_type');
    });
  }
});
