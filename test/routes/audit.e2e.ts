import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document } from '../support/document.js';
import { type Page, walkPages } from '../support/pages.js';
import { plansOf } from '../support/query-plans.js';
import { type Joined, type Person, startTestApp, type TestApp } from '../support/test-app.js';

interface Row {
  id: string;
  action: string;
  actorId: string;
  target: { type: string; id: string } | null;
  reason: string | null;
}

let api: TestApp;
let admin: Joined;
let second: Joined;
let ann: Joined;
beforeAll(async () => {
  api = await startTestApp({ USER_SYNC_ROLLBACK: 'false' });
  admin = await api.join({ public_metadata: { role: 'admin' } });
  second = await api.join({ public_metadata: { role: 'admin' } });
  ann = await api.join();
});
afterAll(() => api.close());

const suspend = (who: Joined, by: Person, reason = 'Ticket 1') =>
  by.call(204, 'PUT', `/admin/users/${who.id}/suspension`, { body: { reason } });
const lift = (who: Joined, by: Person, reason = 'Ticket 1') =>
  by.call(204, 'DELETE', `/admin/users/${who.id}/suspension`, { body: { reason } });
const list = async (query: string, as: Person = admin) =>
  (await as.get<Page<Row>>(`/admin/audit-events?${query}`)).items;

describe('GET /admin/audit-events', () => {
  it('200: newest first, in pages, each row once, while rows are added', async () => {
    for (let index = 0; index < 5; index++) await suspend(ann, admin, `page ${index}`);
    const seen: (string | null)[] = [];
    for await (const { items } of walkPages<Row>(admin, `/admin/audit-events?limit=2&targetId=${ann.id}`)) {
      seen.push(...items.map(({ reason }) => reason));
      await suspend(ann, admin, 'meanwhile');
    }
    expect(seen).toEqual(['page 4', 'page 3', 'page 2', 'page 1', 'page 0']);
  });

  it('200: filtered by actor, target and action, and by several of them', async () => {
    const [bob, carl] = [await api.join(), await api.join()];
    await suspend(bob, admin, 'b1');
    await suspend(carl, second, 'c1');
    await lift(carl, admin, 'c2');
    const reasons = async (query: string) => (await list(query)).map(({ reason }) => reason);
    expect(await reasons(`targetId=${carl.id}`)).toEqual(['c2', 'c1']);
    expect(await reasons(`actorId=${second.id}`)).toEqual(['c1']);
    expect(await reasons('action=user.unsuspended')).toEqual(['c2']);
    expect(await reasons(`targetId=${carl.id}&actorId=${admin.id}`)).toEqual(['c2']);
    expect(await reasons(`targetId=${carl.id}&actorId=${admin.id}&action=user.suspended`)).toEqual([]);
    const [row] = await list(`targetId=${bob.id}`);
    expect(row).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      actorId: admin.id,
      action: 'user.suspended',
      target: { type: 'user', id: bob.id },
      reason: 'b1',
      details: {},
      requestId: expect.any(String),
    });
  });

  it('200: every filter, and none, reads an index, no further than the page', async () => {
    // The rows that two filters find are the oldest.
    for (let index = 0; index < 15; index++) await lift(ann, admin);
    for (let index = 0; index < 30; index++) await suspend(ann, index % 3 === 0 ? admin : second);
    for (const [query, index] of [
      [`actorId=${admin.id}`, 'IXSCAN { actorId: 1, _id: -1 }'],
      [`targetId=${ann.id}`, 'IXSCAN { target.id: 1, _id: -1 }'],
      ['action=user.suspended', 'IXSCAN { action: 1, _id: -1 }'],
      [`actorId=${admin.id}&action=user.unsuspended`, 'IXSCAN { actorId: 1, action: 1, _id: -1 }'],
      [`targetId=${ann.id}&action=user.unsuspended`, 'IXSCAN { target.id: 1, action: 1, _id: -1 }'],
      [`targetId=${ann.id}&actorId=${admin.id}`, 'IXSCAN { target.id: 1, actorId: 1, _id: -1 }'],
      ['', 'IXSCAN { _id: 1 }'],
    ] as const) {
      const plans = await plansOf(api.db, 'auditEvents', async () => {
        const page = await admin.get<Page<Row>>(`/admin/audit-events?limit=5&${query}`);
        await list(`limit=5&${query}&cursor=${encodeURIComponent(page.nextCursor ?? '')}`);
      });
      expect(plans).toHaveLength(2);
      for (const { planSummary, docsExamined, keysExamined, hasSortStage } of plans) {
        expect(planSummary).toBe(index);
        expect([docsExamined, keysExamined, hasSortStage]).toEqual([6, 6, undefined]);
      }
    }
  });

  it('400 validation_failed', async () => {
    for (const query of [
      'actorId=x',
      'action=user.created',
      `targetId=${'x'.repeat(257)}`,
      'reason=x',
      'limit=101',
    ]) {
      expect(await admin.problem('GET', `/admin/audit-events?${query}`)).toBe('400 validation_failed');
    }
  });

  it('400 invalid_cursor: forged, of another filter, of another admin', async () => {
    await suspend(ann, admin);
    await suspend(ann, admin);
    const { nextCursor } = await admin.get<Page<Row>>(`/admin/audit-events?limit=1&targetId=${ann.id}`);
    const cursor = encodeURIComponent(nextCursor ?? '');
    for (const [who, query] of [
      [admin, 'cursor=x.y'],
      [admin, `cursor=${cursor}`],
      [admin, `cursor=${cursor}&actorId=${ann.id}`],
      [second, `cursor=${cursor}&targetId=${ann.id}`],
    ] as const) {
      expect(await who.problem('GET', `/admin/audit-events?${query}`)).toBe('400 invalid_cursor');
    }
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('GET', '/admin/audit-events')).toBe('401 unauthenticated');
  });

  it('403 forbidden for users, and for an impersonated admin', async () => {
    const impersonating = api.withToken(
      await api.clerk.mintToken(admin.clerkId, { claims: { act: { sub: 'user_support' } } }),
    );
    for (const who of [await api.join(), impersonating]) {
      expect(await who.problem('GET', '/admin/audit-events')).toBe('403 forbidden');
    }
  });
});

it('no route changes or removes a row', async () => {
  const paths = Object.entries(document.paths).filter(([path]) => path.includes('audit'));
  expect(paths.map(([path, methods]) => [path, Object.keys(methods)])).toEqual([
    ['/api/v2/admin/audit-events', ['get']],
  ]);
  await suspend(ann, admin);
  const before = await api.db.collection('auditEvents').find().toArray();
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    expect(await admin.problem(method, '/admin/audit-events', { body: {} })).toBe('405 method_not_allowed');
    const row = `/admin/audit-events/${String(before[0]?._id)}`;
    expect(await admin.problem(method, row, { body: {} })).toBe('404 not_found');
  }
  expect(await api.db.collection('auditEvents').find().toArray()).toEqual(before);
});

it('a replay is audited, unless it finds no dead letter', async () => {
  const replay = '/admin/webhook-events/msg_audited/replay';
  await api.clerk.deliverWebhook(
    { type: 'user.deleted', data: { deleted: true } },
    { svixId: 'msg_audited' },
  );
  expect(await admin.call(200, 'POST', replay)).toMatchObject({ outcome: 'dead_letter' });
  await api.db.collection('webhookDeadLetters').deleteMany({});
  expect(await admin.problem('POST', replay)).toBe('404 not_found');
  expect(await list('targetId=msg_audited')).toMatchObject([
    {
      action: 'webhook_event.replayed',
      actorId: admin.id,
      target: { type: 'webhook_event', id: 'msg_audited' },
    },
  ]);
});

it('an export contains what admins did to the account and why, but not which admin', async () => {
  const dora = await api.join();
  await suspend(dora, admin, 'Spam');
  await lift(dora, second, 'A mistake');
  const { auditEvents } = await dora.get<{ auditEvents: object[] }>('/users/me/export');
  expect(auditEvents).toEqual([
    { at: expect.any(String), action: 'user.unsuspended', reason: 'A mistake' },
    { at: expect.any(String), action: 'user.suspended', reason: 'Spam' },
  ]);
});
