import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userDeletedEvent } from '../support/events.js';
import { allItems, type Page } from '../support/pages.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

interface WebhookEvent {
  id: string;
  type: string;
  outcome: string;
}

let api: TestApp;
let admin: Joined;
beforeAll(async () => {
  api = await startTestApp({ USER_SYNC_ROLLBACK: 'false' });
  admin = await api.join({ public_metadata: { role: 'admin' } });
});
afterAll(() => api.close());

const refuse = (validator: object) => api.db.db?.command({ collMod: 'users', validator });
const letters = () => api.db.collection('webhookDeadLetters').countDocuments();

async function deliverRefused(svixId: string): Promise<string> {
  await refuse({ firstName: { $ne: 'Refused' } });
  const { clerkId } = await api.signUp({ first_name: 'Refused' });
  const data = api.clerk.getUser(clerkId);
  if (data === undefined) throw new Error('No such user in Clerk');
  expect((await api.clerk.deliverWebhook({ type: 'user.created', data }, { svixId })).status).toBe(200);
  return clerkId;
}

describe('POST /admin/webhook-events/{id}/replay', () => {
  it('200: once the fault is fixed, the event takes effect and the dead letter is gone', async () => {
    const clerkId = await deliverRefused('msg_mended');
    const again = await admin.call(200, 'POST', '/admin/webhook-events/msg_mended/replay');
    expect(again).toMatchObject({ id: 'msg_mended', outcome: 'dead_letter' });
    await refuse({});
    const mended = await admin.call(200, 'POST', '/admin/webhook-events/msg_mended/replay');
    expect(mended).toMatchObject({ id: 'msg_mended', type: 'user.created', outcome: 'applied' });
    expect(await api.userOf({ clerkId })).toMatchObject({ firstName: 'Refused' });
    expect(await letters()).toBe(0);
    expect(await admin.problem('POST', '/admin/webhook-events/msg_mended/replay')).toBe('404 not_found');
  });

  it('404 not_found: unknown, or not a dead letter', async () => {
    await api.clerk.deliverWebhook({ type: 'x.y', data: {} }, { svixId: 'msg_fine' });
    for (const id of ['msg_fine', 'msg_nothing']) {
      expect(await admin.problem('POST', `/admin/webhook-events/${id}/replay`)).toBe('404 not_found');
    }
  });

  it('403 forbidden for users, and for an impersonated admin', async () => {
    const person = await api.join();
    const impersonating = api.withToken(
      await api.clerk.mintToken(admin.clerkId, { claims: { act: { sub: 'user_support' } } }),
    );
    for (const who of [person, impersonating]) {
      expect(await who.problem('POST', '/admin/webhook-events/msg_fine/replay')).toBe('403 forbidden');
      expect(await who.problem('GET', '/admin/webhook-events')).toBe('403 forbidden');
    }
  });
});

describe('GET /admin/webhook-events', () => {
  it('200: newest first, in pages, filtered by state', async () => {
    await deliverRefused('msg_dead');
    await refuse({});
    for (let index = 0; index < 4; index++) {
      await api.clerk.deliverWebhook({ type: 'x.y', data: {} }, { svixId: `msg_page${index}` });
    }
    const { items } = await admin.get<Page<WebhookEvent>>('/admin/webhook-events?state=dead_letter');
    expect(items).toMatchObject([{ id: 'msg_dead', type: 'user.created', outcome: 'dead_letter' }]);

    const all = await allItems<WebhookEvent>(admin, '/admin/webhook-events?limit=2');
    const seen = all.map(({ id }) => id);
    expect(seen.slice(0, 5)).toEqual(['msg_page3', 'msg_page2', 'msg_page1', 'msg_page0', 'msg_dead']);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('400 validation_failed and invalid_cursor', async () => {
    expect(await admin.problem('GET', '/admin/webhook-events?state=lost')).toBe('400 validation_failed');
    expect(await admin.problem('GET', '/admin/webhook-events?cursor=x.y')).toBe('400 invalid_cursor');
  });
});

it('the deletion of a subject removes its dead letters', async () => {
  const clerkId = await deliverRefused('msg_personal');
  await refuse({});
  const before = await letters();
  await api.clerk.deliverWebhook(userDeletedEvent({ clerkId }));
  expect(await letters()).toBe(before - 1);
});

it('a malformed event about a deleted subject is ignored, and no dead letter', async () => {
  const { clerkId } = await api.join();
  await api.clerk.deliverWebhook(userDeletedEvent({ clerkId }));
  const before = await letters();
  const broken = { type: 'user.updated', data: { id: clerkId, first_name: 7 } };
  expect((await api.clerk.deliverWebhook(broken, { svixId: 'msg_late' })).status).toBe(200);
  expect(await letters()).toBe(before);
  const row = await api.db.collection<{ _id: string }>('webhookEvents').findOne({ _id: 'msg_late' });
  expect(row).toMatchObject({ outcome: 'ignored' });
});

it('dead letters expire after 30 days, rows of the ledger after 90', async () => {
  const ttl = async (name: string) => {
    const indexes = await api.db.collection(name).indexes();
    return indexes.map(({ expireAfterSeconds }) => expireAfterSeconds).filter(Number.isInteger);
  };
  expect(await ttl('webhookDeadLetters')).toEqual([30 * 86_400]);
  expect(await ttl('webhookEvents')).toEqual([90 * 86_400]);
});

describe('POST /admin/webhook-events/{id}/dismiss', () => {
  const dismiss = (id: string) => `/admin/webhook-events/${id}/dismiss`;
  const body = { reason: 'Ticket 12: an example from the dashboard' };
  const broken = { type: 'user.deleted', data: { deleted: true } };
  const auditOf = async (id: string) =>
    (await admin.get<{ items: object[] }>(`/admin/audit-events?targetId=${id}`)).items;

  it('200, also on repeat: the dead letter is gone, the row is dismissed; audited once', async () => {
    await api.clerk.deliverWebhook(broken, { svixId: 'msg_dismissed' });
    const before = await letters();
    const row = await admin.call(200, 'POST', dismiss('msg_dismissed'), { body });
    expect(row).toMatchObject({ id: 'msg_dismissed', type: 'user.deleted', outcome: 'dismissed' });
    expect(await letters()).toBe(before - 1);
    expect(await admin.call(200, 'POST', dismiss('msg_dismissed'), { body: { reason: 'Again' } })).toEqual(
      row,
    );
    expect(await auditOf('msg_dismissed')).toMatchObject([
      { action: 'webhook_event.dismissed', actorId: admin.id, reason: body.reason },
    ]);
    const { items } = await admin.get<Page<WebhookEvent>>('/admin/webhook-events?state=dismissed');
    expect(items).toEqual([row]);
    const { body: metrics } = await api.anonymous.request('GET', '//metrics');
    expect(metrics).toMatch(/^webhook_deliveries_total\{type="user.deleted",outcome="dismissed"\} 1$/m);
  });

  it('200: the event can be neither replayed nor delivered again', async () => {
    await api.clerk.deliverWebhook(broken, { svixId: 'msg_given_up' });
    await admin.call(200, 'POST', dismiss('msg_given_up'), { body });
    expect(await admin.problem('POST', '/admin/webhook-events/msg_given_up/replay')).toBe('404 not_found');
    expect((await api.clerk.deliverWebhook(broken, { svixId: 'msg_given_up' })).status).toBe(200);
    expect(await admin.call(200, 'POST', dismiss('msg_given_up'), { body })).toMatchObject({
      outcome: 'dismissed',
    });
  });

  it('200 when the payload has expired and the row is still dead_letter', async () => {
    await api.clerk.deliverWebhook(broken, { svixId: 'msg_expired' });
    await api.db.collection<{ _id: string }>('webhookDeadLetters').deleteOne({ _id: 'msg_expired' });
    expect(await admin.call(200, 'POST', dismiss('msg_expired'), { body })).toMatchObject({
      outcome: 'dismissed',
    });
  });

  it('ten concurrent dismissals and replays: dismissed once, each replay is 404 or dead_letter', async () => {
    await api.clerk.deliverWebhook(broken, { svixId: 'msg_race' });
    const replay = () => admin.request('POST', '/admin/webhook-events/msg_race/replay');
    const calls = Array.from({ length: 10 }, (_, index) =>
      index % 2 ? replay() : admin.request('POST', dismiss('msg_race'), { body }),
    );
    const answers = await Promise.all(calls);
    for (const [index, { status, body: answer }] of answers.entries()) {
      const { outcome } = answer as { outcome?: string };
      if (index % 2 === 0) expect([status, outcome]).toEqual([200, 'dismissed']);
      else expect([undefined, 'dead_letter']).toContain(outcome);
    }
    const actions = (await auditOf('msg_race')) as { action: string }[];
    expect(actions.filter(({ action }) => action === 'webhook_event.dismissed')).toHaveLength(1);
    expect(actions[0]?.action).toBe('webhook_event.dismissed');
  });

  it('404 not_found: unknown, or not a dead letter', async () => {
    for (const id of ['msg_fine', 'msg_nothing'])
      expect(await admin.problem('POST', dismiss(id), { body })).toBe('404 not_found');
  });

  it('400 without a reason, 403 for users, 413 and 415 for other bodies', async () => {
    for (const wrong of [{}, { reason: '' }, { reason: 'x', more: 1 }])
      expect(await admin.problem('POST', dismiss('msg_fine'), { body: wrong })).toBe('400 validation_failed');
    const person = await api.join();
    expect(await person.problem('POST', dismiss('msg_fine'), { body })).toBe('403 forbidden');
    const large = { reason: 'x'.repeat(200_000) };
    expect(await admin.problem('POST', dismiss('msg_fine'), { body: large })).toBe('413 payload_too_large');
    const headers = { 'content-type': 'text/plain' };
    expect(await admin.problem('POST', dismiss('msg_fine'), { body: 'x', headers })).toBe(
      '415 unsupported_media_type',
    );
  });
});
