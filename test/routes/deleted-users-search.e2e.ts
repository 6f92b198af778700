import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditOf, type DeletedUser, deletedUser, purge } from '../support/deleted-users.js';
import { allItems, type Page } from '../support/pages.js';
import { plansOf } from '../support/query-plans.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
let admin: Joined;
beforeAll(async () => {
  api = await startTestApp({ DELETED_USER_RETENTION_DAYS: '30' });
  admin = await api.join({ public_metadata: { role: 'admin' } });
});
afterAll(() => api.close());

const list = async (query: string) =>
  (await admin.get<Page<DeletedUser>>(`/admin/deleted-users?${query}`)).items;
const found = async (query: string) => (await list(query)).map(({ id }) => id);

describe('GET /admin/deleted-users', () => {
  it('200: newest first, in pages, each deleted user once', async () => {
    const people = [
      await deletedUser(api),
      await deletedUser(api),
      await deletedUser(api),
      await deletedUser(api),
      await deletedUser(api),
    ];
    const seen = await allItems<DeletedUser>(admin, '/admin/deleted-users?limit=2');
    expect(seen.map(({ id }) => id)).toEqual(people.map(({ id }) => id).reverse());
  });

  it('200: by Clerk id, before and after a purge', async () => {
    const ann = await deletedUser(api);
    expect(await list(`clerkId=${ann.clerkId}`)).toMatchObject([{ id: ann.id, clerkId: ann.clerkId }]);
    await purge(admin, ann.id);
    expect(await list(`clerkId=${ann.clerkId}`)).toMatchObject([
      { id: ann.id, clerkId: null, state: 'purged' },
    ]);
    expect(await list(`clerkId=${ann.clerkId.toUpperCase()}`)).toEqual([]);
  });

  it('200: by e-mail in any case: all its accounts, newest first, without purged ones', async () => {
    const [first, second] = [
      await deletedUser(api, { email: 'Twice@Example.com' }),
      await deletedUser(api, { email: 'twice@example.COM' }),
    ];
    await deletedUser(api, { email: 'thrice@example.com' });
    for (const email of ['twice@example.com', 'TWICE@EXAMPLE.COM', 'Twice@example.com']) {
      expect(await found(`email=${email}`)).toEqual([second.id, first.id]);
      expect(await found(`email=${email}&clerkId=${first.clerkId}`)).toEqual([first.id]);
    }
    await purge(admin, second.id);
    expect(await found('email=twice@example.com')).toEqual([first.id]);
    expect(await found('email=twice@example')).toEqual([]);
    expect(await found('email=.*')).toEqual([]);
  });

  it('200: every search reads an index', async () => {
    const ann = await deletedUser(api, { email: 'indexed@example.com' });
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

  it('200: audited for each result, and once without results, without the search terms', async () => {
    const ann = await deletedUser(api, { email: 'secret@example.com' });
    await list(`clerkId=${ann.clerkId}`);
    await list('email=secret@example.com');
    await list('limit=1');
    expect(await auditOf(api, ann.id)).toEqual([
      ['deleted_user.searched', { by: 'clerkId' }],
      ['deleted_user.searched', { by: 'email' }],
      ['deleted_user.searched', { by: '' }],
    ]);
    const before = await auditOf(api, null);
    await list('email=no.secret@example.com');
    expect(await auditOf(api, null)).toEqual([...before, ['deleted_user.searched', { by: 'email' }]]);
    const rows = JSON.stringify(await api.db.collection('auditEvents').find().toArray());
    expect(rows).not.toContain('secret@example');
    expect(rows).not.toContain(ann.clerkId);
  });

  it('200: each page is audited, also when a cursor is used again', async () => {
    const people = [await deletedUser(api), await deletedUser(api)];
    const { nextCursor } = await admin.get<Page<DeletedUser>>('/admin/deleted-users?limit=1');
    const second = `limit=1&cursor=${encodeURIComponent(nextCursor ?? '')}`;
    for (let n = 0; n < 3; n++) expect(await found(second)).toEqual([people[0]?.id]);
    const row = ['deleted_user.searched', { by: '' }];
    expect(await auditOf(api, people[0]?.id ?? '')).toEqual([row, row, row]);
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
    await deletedUser(api);
    await deletedUser(api);
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
