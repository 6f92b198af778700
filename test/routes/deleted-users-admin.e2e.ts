import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { plansOf } from '../support/query-plans.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

type Joined = Person & { id: string };
interface DeletedUser {
  id: string;
  clerkId: string | null;
  state: string;
  userData: Record<string, unknown> | null;
  purchases: { id: string }[];
  purchasesCount: number;
  notes: string | null;
  legalHold: boolean;
  purgeAt: string | null;
  purgedAt: string | null;
}
interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
const UNKNOWN_ID = '6741f0c2a4b5c6d7e8f90a1b';
const RETENTION_MS = 30 * 24 * 60 * 60_000;

let api: TestApp;
let admin: Joined;
beforeAll(async () => {
  api = await startTestApp({ DELETED_USER_RETENTION_DAYS: '30' });
  admin = await api.join({ public_metadata: { role: 'admin' } });
});
afterAll(() => api.close());

const purchase = (amount: number) => ({
  _id: new Types.ObjectId(),
  item: 'eSIM',
  amount,
  currency: 'EUR',
  status: 'paid',
  purchasedAt: new Date(),
  refundedAt: null,
});

/** Somebody who has bought `purchases` things and deleted the account. `id` is the archive's. */
async function gone({ email = '', purchases = 0 } = {}): Promise<Joined> {
  const person = await api.join(email === '' ? {} : { email_address: [email] });
  const userId = new Types.ObjectId(person.id);
  const bought = Array.from({ length: purchases }, (_, index) => ({ ...purchase(index), userId }));
  if (bought.length > 0) await api.db.collection('purchases').insertMany(bought);
  await person.call(202, 'DELETE', '/users/me');
  const { _id } = await api.deletionOf(person);
  return Object.assign(person, { id: String(_id) });
}

/** What is left of a subject that never had a user here. */
async function tombstone(): Promise<string> {
  await api.clerk.deliverWebhook({
    type: 'user.deleted',
    data: { id: `user_${String(new Types.ObjectId())}` },
  });
  const newest = await api.db.collection('deletedUsers').find().sort({ _id: -1 }).limit(1).toArray();
  return String(newest[0]?._id);
}

const at = (id: string) => `/admin/deleted-users/${id}`;
const list = async (query: string) =>
  (await admin.get<Page<DeletedUser>>(`/admin/deleted-users?${query}`)).items;
const found = async (query: string) => (await list(query)).map(({ id }) => id);
const purge = (id: string) => admin.call<DeletedUser>(200, 'POST', `${at(id)}/purge`);
const records = async (targetId: string | null) => {
  const filter = targetId === null ? { target: null } : { 'target.id': targetId };
  const rows = await api.db.collection('auditEvents').find(filter).sort({ _id: 1 }).toArray();
  return rows.map(({ action, details }) => [action as string, (details ?? {}) as object]);
};

describe('GET /admin/deleted-users', () => {
  it('200: newest first, in pages, each once', async () => {
    const people = [await gone(), await gone(), await gone(), await gone(), await gone()];
    const seen: string[] = [];
    let query = '?limit=2';
    do {
      const page = await admin.get<Page<DeletedUser>>(`/admin/deleted-users${query}`);
      seen.push(...page.items.map(({ id }) => id));
      query = `?limit=2&cursor=${encodeURIComponent(page.nextCursor ?? '')}`;
    } while (seen.length < 5);
    expect(seen.slice(0, 5)).toEqual(people.map(({ id }) => id).reverse());
  });

  it('200: by Clerk id, before and after a purge', async () => {
    const ann = await gone();
    expect(await list(`clerkId=${ann.clerkId}`)).toMatchObject([{ id: ann.id, clerkId: ann.clerkId }]);
    await purge(ann.id);
    expect(await list(`clerkId=${ann.clerkId}`)).toMatchObject([
      { id: ann.id, clerkId: null, state: 'purged' },
    ]);
    expect(await list(`clerkId=${ann.clerkId.toUpperCase()}`)).toEqual([]);
  });

  it('200: by e-mail in any case, all accounts it had, newest first; no purged ones', async () => {
    const [first, second] = [
      await gone({ email: 'Twice@Example.com' }),
      await gone({ email: 'twice@example.COM' }),
    ];
    await gone({ email: 'thrice@example.com' });
    for (const email of ['twice@example.com', 'TWICE@EXAMPLE.COM', 'Twice@example.com']) {
      expect(await found(`email=${email}`)).toEqual([second.id, first.id]);
      expect(await found(`email=${email}&clerkId=${first.clerkId}`)).toEqual([first.id]);
    }
    await purge(second.id);
    expect(await found('email=twice@example.com')).toEqual([first.id]);
    expect(await found('email=twice@example')).toEqual([]);
    expect(await found('email=.*')).toEqual([]);
  });

  it('200: searches are read by an index', async () => {
    const ann = await gone({ email: 'indexed@example.com' });
    for (const [query, index] of [
      [`clerkId=${ann.clerkId}`, 'IXSCAN { subjectHash: 1 }'],
      ['email=INDEXED@example.com', 'IXSCAN { userData.email: 1 }'],
      [`email=indexed@example.com&clerkId=${ann.clerkId}`, 'IXSCAN { userData.email: 1 }'],
    ] as const) {
      const plans = await plansOf(api.db, 'deletedUsers', () => list(query));
      expect(plans).toMatchObject([{ planSummary: index, docsExamined: 1 }]);
    }
    const plans = await plansOf(api.db, 'deletedUsers', () => list('limit=1'));
    expect(plans).toMatchObject([{ planSummary: 'IXSCAN { _id: 1 }', docsExamined: 2 }]);
  });

  it('recorded: an entry per archive shown, and one about nothing; never what was searched for', async () => {
    const ann = await gone({ email: 'secret@example.com' });
    await list(`clerkId=${ann.clerkId}`);
    await list('email=secret@example.com');
    await list('limit=1');
    expect(await records(ann.id)).toEqual([
      ['deleted_user.searched', { by: 'clerkId' }],
      ['deleted_user.searched', { by: 'email' }],
      ['deleted_user.searched', { by: '' }],
    ]);
    const before = await records(null);
    await list('email=nobody.secret@example.com');
    expect(await records(null)).toEqual([...before, ['deleted_user.searched', { by: 'email' }]]);
    const rows = JSON.stringify(await api.db.collection('auditEvents').find().toArray());
    expect(rows).not.toContain('secret@example');
    expect(rows).not.toContain(ann.clerkId);
  });

  it('recorded: each page, also by a cursor that was kept', async () => {
    const people = [await gone(), await gone()];
    const { nextCursor } = await admin.get<Page<DeletedUser>>('/admin/deleted-users?limit=1');
    const second = `limit=1&cursor=${encodeURIComponent(nextCursor ?? '')}`;
    for (let n = 0; n < 3; n++) expect(await found(second)).toEqual([people[0]?.id]);
    const row = ['deleted_user.searched', { by: '' }];
    expect(await records(people[0]?.id ?? '')).toEqual([row, row, row]);
  });

  it('400 validation_failed', async () => {
    for (const query of [
      'email=',
      'clerkId=',
      `email=${'x'.repeat(321)}`,
      'name=x',
      'limit=0',
      'email=a&email=b',
    ]) {
      expect(await admin.problem('GET', `/admin/deleted-users?${query}`)).toBe('400 validation_failed');
    }
  });

  it('400 invalid_cursor: forged, of another search, of another admin', async () => {
    await gone();
    await gone();
    const second = await api.join({ public_metadata: { role: 'admin' } });
    const { nextCursor } = await admin.get<Page<DeletedUser>>('/admin/deleted-users?limit=1');
    const cursor = encodeURIComponent(nextCursor ?? '');
    for (const [who, query] of [
      [admin, 'cursor=x.y'],
      [admin, `cursor=${cursor}&email=x`],
      [second, `cursor=${cursor}`],
    ] as const) {
      expect(await who.problem('GET', `/admin/deleted-users?${query}`)).toBe('400 invalid_cursor');
    }
  });
});

describe('GET /admin/deleted-users/{id}', () => {
  it('200: all of it, with the newest 20 purchases; recorded', async () => {
    const ann = await gone({ email: 'whole@example.com', purchases: 25 });
    const archive = await admin.get<DeletedUser & { deletedAt: string }>(at(ann.id));
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
    expect(await records(ann.id)).toEqual([['deleted_user.read', { read: 'archive' }]]);
  });

  it('200: deleting while the deletion is under way', async () => {
    const ann = await api.join();
    const undo = api.clerk.fail({ method: 'DELETE', path: /^\/v1\/users\//, mode: 'status', status: 500 });
    const { id } = await ann.call<{ id: string }>(202, 'DELETE', '/users/me');
    expect(await admin.get(at(id))).toMatchObject({ state: 'deleting', clerkId: ann.clerkId });
    undo();
    await api.deletionOf(ann);
    expect(await admin.get(at(id))).toMatchObject({ state: 'archived' });
  });

  it('200: tombstone, of a subject that never had a user here', async () => {
    const id = await tombstone();
    expect(await admin.get(at(id))).toMatchObject({
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
  it('200: what is given changes, the rest stays; null takes the notes away; recorded without the notes', async () => {
    const ann = await gone();
    const patch = (body: object) => admin.call<DeletedUser>(200, 'PATCH', at(ann.id), { body });
    expect(await patch({ notes: 'Disputed' })).toMatchObject({ notes: 'Disputed', legalHold: false });
    expect(await patch({ legalHold: true })).toMatchObject({ notes: 'Disputed', legalHold: true });
    expect(await patch({ notes: 'x'.repeat(5000), legalHold: false })).toMatchObject({ legalHold: false });
    expect(await patch({ notes: null })).toMatchObject({ notes: null, legalHold: false });
    expect(await patch({})).toMatchObject({ notes: null, legalHold: false, clerkId: ann.clerkId });
    expect(await records(ann.id)).toEqual([
      ['deleted_user.changed', { changed: 'notes' }],
      ['deleted_user.changed', { changed: 'legalHold', legalHold: 'true' }],
      ['deleted_user.changed', { changed: 'legalHold notes', legalHold: 'false' }],
      ['deleted_user.changed', { changed: 'notes' }],
      ['deleted_user.changed', { changed: '' }],
    ]);
  });

  it('400 validation_failed', async () => {
    const ann = await gone();
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
      expect(await admin.problem('PATCH', at(ann.id), { body })).toBe('400 validation_failed');
    }
    expect(await records(ann.id)).toEqual([]);
  });

  it('404 not_found where no archive is left: purged, or a tombstone', async () => {
    const ann = await gone();
    await purge(ann.id);
    for (const id of [ann.id, await tombstone()]) {
      expect(await admin.problem('PATCH', at(id), { body: { notes: 'Ann' } })).toBe('404 not_found');
      expect(await admin.problem('PATCH', at(id), { body: { legalHold: true } })).toBe('404 not_found');
    }
  });
});

describe('POST /admin/deleted-users/{id}/purge', () => {
  it('200, with a reason or without; again the same, recorded once', async () => {
    for (const options of [{}, { body: {} }, { body: { reason: 'Ticket 1' } }]) {
      const ann = await gone({ purchases: 3 });
      const purged = await admin.call<DeletedUser>(200, 'POST', `${at(ann.id)}/purge`, options);
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
      expect(await purge(ann.id)).toEqual(purged);
      expect(await records(ann.id)).toEqual([['deleted_user.purged', {}]]);
      const row = await api.db.collection('auditEvents').findOne({ 'target.id': ann.id });
      expect(row?.['reason']).toBe(options.body?.reason);
    }
  });

  it('409 legal_hold, until it is lifted', async () => {
    const ann = await gone();
    await admin.call(200, 'PATCH', at(ann.id), { body: { legalHold: true } });
    expect(await admin.problem('POST', `${at(ann.id)}/purge`)).toBe('409 legal_hold');
    expect(await admin.get(at(ann.id))).toMatchObject({ state: 'archived', clerkId: ann.clerkId });
    await admin.call(200, 'PATCH', at(ann.id), { body: { legalHold: false } });
    await purge(ann.id);
    expect((await records(ann.id)).filter(([action]) => action === 'deleted_user.purged')).toHaveLength(1);
  });

  it('400 validation_failed', async () => {
    const ann = await gone();
    for (const body of [{ reason: '' }, { reason: 'x'.repeat(501) }, { force: true }]) {
      expect(await admin.problem('POST', `${at(ann.id)}/purge`, { body })).toBe('400 validation_failed');
    }
  });

  it('404 not_found: a tombstone has nothing to purge', async () => {
    expect(await admin.problem('POST', `${at(await tombstone())}/purge`)).toBe('404 not_found');
  });
});

describe('GET /admin/deleted-users/{id}/purchases', () => {
  it('200: those in the archive and those beside it, newest first, in pages; recorded once per page, whatever its cursor', async () => {
    const ann = await gone({ purchases: 6 });
    const archiveId = new Types.ObjectId(ann.id);
    // One was heard of after the deletion.
    await api.db.collection('deletionPurchases').insertOne({ ...purchase(6), archiveId });
    await api.db.collection('deletedUsers').updateOne({ _id: archiveId }, { $set: { movedPurchases: 1 } });
    const seen: unknown[] = [];
    let query = '?limit=3';
    for (;;) {
      const page = await admin.get<Page<{ amount: number }>>(`${at(ann.id)}/purchases${query}`);
      seen.push(...page.items.map(({ amount }) => amount));
      if (page.nextCursor === null) break;
      query = `?limit=3&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0]);
    const row = ['deleted_user.read', { read: 'purchases' }];
    expect(await records(ann.id)).toEqual([row, row, row]);
    // The cursor of the last page, kept and used again, and by HEAD.
    await admin.get(`${at(ann.id)}/purchases${query}`);
    await admin.request('HEAD', `${at(ann.id)}/purchases${query}`);
    expect(await records(ann.id)).toEqual([row, row, row, row, row]);
    expect(await admin.get(at(ann.id))).toMatchObject({ purchasesCount: 7 });
  });

  it('200: a page of 12,000 purchases costs as much at the end as at the start', async () => {
    const ann = await gone();
    const archiveId = new Types.ObjectId(ann.id);
    const ids = Array.from({ length: 12_000 }, () => new Types.ObjectId());
    for (let start = 0; start < ids.length; start += 4000) {
      await api.db
        .collection('deletionPurchases')
        .insertMany(ids.slice(start, start + 4000).map((_id) => ({ ...purchase(1), _id, archiveId })));
    }
    const inArchive = { $set: { movedPurchases: ids.length } };
    await api.db.collection('deletedUsers').updateOne({ _id: archiveId }, inArchive);
    const walk = async (pages: number, from = '') => {
      let cursor = from;
      for (let page = 0; page < pages; page++) {
        const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const { nextCursor } = await admin.get<Page<object>>(`${at(ann.id)}/purchases?limit=100${query}`);
        cursor = nextCursor ?? '';
      }
      return cursor;
    };
    let cursor = '';
    const firstPages = await plansOf(api.db, 'deletionPurchases', async () => (cursor = await walk(2)));
    cursor = await walk(116, cursor);
    const lastPages = await plansOf(api.db, 'deletionPurchases', () => walk(2, cursor));
    for (const { planSummary, docsExamined, keysExamined } of [...firstPages, ...lastPages]) {
      expect(planSummary).toBe('IXSCAN { archiveId: 1, _id: -1 }');
      expect(Math.max(docsExamined, keysExamined)).toBeLessThanOrEqual(101);
    }
    expect(await admin.get(at(ann.id))).toMatchObject({ purchasesCount: 12_000 });
    await purge(ann.id);
    expect(await api.db.collection('deletionPurchases').countDocuments({ archiveId })).toBe(0);
  });

  it('200: empty after a purge', async () => {
    const ann = await gone({ purchases: 2 });
    await purge(ann.id);
    expect(await admin.get(`${at(ann.id)}/purchases`)).toEqual({ items: [], nextCursor: null });
  });

  it('400 validation_failed and invalid_cursor, also of another admin or archive', async () => {
    const [ann, bob] = [await gone({ purchases: 2 }), await gone({ purchases: 2 })];
    const second = await api.join({ public_metadata: { role: 'admin' } });
    const { nextCursor } = await admin.get<Page<object>>(`${at(ann.id)}/purchases?limit=1`);
    const query = `cursor=${encodeURIComponent(nextCursor ?? '')}`;
    expect(await admin.problem('GET', `${at(ann.id)}/purchases?limit=0`)).toBe('400 validation_failed');
    for (const [who, address] of [
      [admin, `${at(ann.id)}/purchases?cursor=x.y`],
      [admin, `${at(bob.id)}/purchases?${query}`],
      [second, `${at(ann.id)}/purchases?${query}`],
    ] as const) {
      expect(await who.problem('GET', address)).toBe('400 invalid_cursor');
    }
    // A look that shows nothing is no row: one for the page that was read.
    expect(await records(ann.id)).toHaveLength(1);
    expect(await records(bob.id)).toEqual([]);
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

  it('403 forbidden for whoever is no admin, and for somebody impersonating one', async () => {
    const impersonating = api.withToken(
      await api.clerk.mintToken(admin.clerkId, { claims: { act: { sub: 'user_support' } } }),
    );
    for (const who of [await api.join(), impersonating]) {
      expect(await who.problem(method, address, options)).toBe('403 forbidden');
    }
  });

  if (path !== '') {
    it('404 not_found: unknown, and no id at all; not recorded', async () => {
      for (const id of [UNKNOWN_ID, 'x', UNKNOWN_ID.toUpperCase()]) {
        expect(await admin.problem(method, address.replace(UNKNOWN_ID, id), options)).toBe('404 not_found');
        expect(await records(id)).toEqual([]);
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
