import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiResponse } from '../support/api-client.js';
import { snapshot } from '../support/snapshot.js';
import { UNHANDLED_EVENT_TYPE } from '../support/events.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const OTHER_SECRET = `whsec_${randomBytes(24).toString('base64')}`;

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

/** Sends a signed delivery of an event, as Svix does. */
function deliver(event: unknown, options: { svixId?: string; secret?: string } = {}): Promise<ApiResponse> {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  return send(body, { ...api.clerk.signWebhook(body, options) });
}

function send(body: string | Buffer, headers: Record<string, string>): Promise<ApiResponse> {
  return api.anonymous.request('POST', '/webhooks/clerk', { body, headers });
}

const newId = () => `msg_${randomBytes(12).toString('hex')}`;
const row = (svixId: string) => api.db.collection<{ _id: string }>('webhookEvents').findOne({ _id: svixId });
const user = (clerkId: string) => api.db.collection('users').findOne({ clerkId });

describe('POST /webhooks/clerk: user.created and user.updated', () => {
  it('200: creates the user with its wishlist and a row in the ledger', async () => {
    const { clerkId } = await api.signUp({ first_name: 'Ada' });
    const svixId = newId();
    const { status, body } = await deliver(
      { type: 'user.created', data: api.clerk.getUser(clerkId) },
      { svixId },
    );
    expect({ status, body }).toEqual({ status: 200, body: { received: true } });
    const created = await api.userOf({ clerkId });
    expect(created).toMatchObject({ firstName: 'Ada' });
    expect(await api.db.collection('wishlists').findOne({ _id: created._id })).toMatchObject({ items: [] });
    expect(await row(svixId)).toEqual({
      _id: svixId,
      type: 'user.created',
      outcome: 'applied',
      at: expect.any(Date),
    });
  });

  it('200: applies an update only when it is newer', async () => {
    const ada = await api.join({ first_name: 'Ada' });
    const old = api.clerk.getUser(ada.clerkId);
    await api.clerk.updateUser(ada.clerkId, { first_name: 'Augusta' }, { webhook: false });
    const fresh = api.clerk.getUser(ada.clerkId);
    expect((await deliver({ type: 'user.updated', data: fresh })).status).toBe(200);
    expect(await ada.get('/users/me')).toMatchObject({ firstName: 'Augusta' });
    expect((await deliver({ type: 'user.updated', data: old })).status).toBe(200);
    expect(await ada.get('/users/me')).toMatchObject({ firstName: 'Augusta' });
  });

  it('200: two changes with the same time: applies the one that Clerk returns', async () => {
    const ada = await api.join({ first_name: 'Ada' });
    const current = await api.clerk.updateUser(ada.clerkId, { first_name: 'Later' }, { webhook: false });
    // The stored change has the same time as the event.
    await api.db
      .collection('users')
      .updateOne({ clerkId: ada.clerkId }, { $set: { clerkUpdatedAt: current.updated_at } });
    const earlier = { ...current, first_name: 'Earlier' };
    expect((await deliver({ type: 'user.updated', data: earlier })).status).toBe(200);
    expect(await ada.get('/users/me')).toMatchObject({ firstName: 'Later' });
  });

  it('200: an update keeps the fields that the app owns', async () => {
    const ada = await api.join();
    await ada.call(200, 'PATCH', '/users/me', { body: { username: 'ada.stays', bio: 'mine' } });
    await api.clerk.updateUser(ada.clerkId, { username: 'other', first_name: 'New' });
    await api.clerk.idle();
    expect(await ada.get('/users/me')).toMatchObject({
      username: 'ada.stays',
      bio: 'mine',
      firstName: 'New',
    });
  });

  it('200: takes the role from public metadata', async () => {
    const ada = await api.join();
    await api.clerk.updateUser(ada.clerkId, { public_metadata: { role: 'admin' } });
    await api.clerk.idle();
    expect(await ada.get('/users/me')).toMatchObject({ role: 'admin' });
  });

  it('200 without effect for a subject that Clerk does not know', async () => {
    const { clerkId } = await api.signUp();
    const data = api.clerk.getUser(clerkId);
    await api.clerk.deleteUser(clerkId, { webhook: false });
    const svixId = newId();
    expect((await deliver({ type: 'user.created', data }, { svixId })).status).toBe(200);
    expect(await user(clerkId)).toBeNull();
    expect(await row(svixId)).toMatchObject({ outcome: 'ignored' });
  });

  it('200 as a dead letter when the data is not a user', async () => {
    for (const data of [
      {},
      { id: 7 },
      { id: 'user_x', email_addresses: [], created_at: 1, updated_at: 'now' },
    ]) {
      const svixId = newId();
      expect((await deliver({ type: 'user.updated', data }, { svixId })).status).toBe(200);
      expect(await row(svixId)).toMatchObject({ outcome: 'dead_letter' });
    }
  });

  it('200, rolled back, when the user can never be saved', async () => {
    await api.db.db?.command({ collMod: 'users', validator: { firstName: { $ne: 'Refused' } } });
    const { clerkId } = await api.signUp({ first_name: 'Refused' });
    const svixId = newId();
    expect(
      (await deliver({ type: 'user.created', data: api.clerk.getUser(clerkId) }, { svixId })).status,
    ).toBe(200);
    expect(await row(svixId)).toMatchObject({ outcome: 'rolled_back' });
    await api.db.db?.command({ collMod: 'users', validator: {} });
  });

  it('503 without a row while Clerk is away; the retry succeeds', async () => {
    const { clerkId } = await api.signUp();
    const event = { type: 'user.created', data: api.clerk.getUser(clerkId) };
    const svixId = newId();
    const undo = api.clerk.fail({ mode: 'status', status: 401 });
    const { status, headers } = await deliver(event, { svixId });
    undo();
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toMatch(/^\d+$/);
    expect([await row(svixId), await user(clerkId)]).toEqual([null, null]);
    expect((await deliver(event, { svixId })).status).toBe(200);
    expect(await user(clerkId)).not.toBeNull();
  });
});

describe('POST /webhooks/clerk: every delivery once', () => {
  it('200 on repeat of a svix-id, without effect, also with other content', async () => {
    const ada = await api.join({ first_name: 'Ada' });
    const svixId = newId();
    await deliver({ type: UNHANDLED_EVENT_TYPE, data: {} }, { svixId });
    await api.clerk.updateUser(ada.clerkId, { first_name: 'Augusta' }, { webhook: false });
    const before = await snapshot(api.db);
    const event = { type: 'user.updated', data: api.clerk.getUser(ada.clerkId) };
    expect((await deliver(event, { svixId })).status).toBe(200);
    expect(await snapshot(api.db)).toEqual(before);
  });

  it('200 with a slash at the end of the path', async () => {
    for (const end of ['/', '//', '/?x=1']) {
      const body = JSON.stringify({ type: UNHANDLED_EVENT_TYPE, data: {} });
      const { status } = await fetch(`${api.anonymous.url}/api/v2/webhooks/clerk${end}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...api.clerk.signWebhook(body) },
      });
      expect(status).toBe(200);
    }
  });

  it('20 concurrent copies: one row, one user', async () => {
    const { clerkId } = await api.signUp();
    const event = { type: 'user.created', data: api.clerk.getUser(clerkId) };
    const svixId = newId();
    const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(event, { svixId })));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(await api.db.collection('users').countDocuments({ clerkId })).toBe(1);
    expect(await row(svixId)).toMatchObject({ outcome: 'applied' });
  });

  it('200 for an unhandled type: recorded as ignored', async () => {
    const svixId = newId();
    expect((await deliver({ type: 'organization.created', data: { id: 'org_1' } }, { svixId })).status).toBe(
      200,
    );
    expect(await row(svixId)).toMatchObject({ type: 'organization.created', outcome: 'ignored' });
  });

  it('200 for a signature by any configured secret', async () => {
    const secrets = [OTHER_SECRET, `whsec_${randomBytes(24).toString('base64')}`];
    const rotating = await startTestApp({ CLERK_WEBHOOK_SIGNING_SECRET: secrets.join(',') });
    const body = JSON.stringify({ type: UNHANDLED_EVENT_TYPE, data: {} });
    const statuses = [];
    for (const secret of [...secrets, rotating.clerk.webhookSecret]) {
      const headers = { ...api.clerk.signWebhook(body, { secret }) };
      const { status } = await rotating.anonymous.request('POST', '/webhooks/clerk', { body, headers });
      statuses.push(status);
    }
    await rotating.close();
    expect(statuses).toEqual([200, 200, 400]);
  });
});

describe('POST /webhooks/clerk: refused', () => {
  const event = JSON.stringify({ type: 'user.created', data: { id: 'user_1' } });
  const problem = ({ status, body }: ApiResponse) => {
    const { code, detail } = body as Record<string, unknown>;
    return `${status} ${String(code)}: ${String(detail)}`;
  };

  it.each(['svix-id', 'svix-timestamp', 'svix-signature'])(
    '400 without %s, whatever the body',
    async (name) => {
      for (const body of [event, 'not json', '']) {
        const { [name]: _, ...headers } = { ...api.clerk.signWebhook(body) } as Record<string, string>;
        expect(problem(await send(body, headers))).toBe('400 missing_svix_headers: Missing svix headers');
      }
    },
  );

  it('400 Invalid signature: another secret, another body, another id, another time', async () => {
    const headers = { ...api.clerk.signWebhook(event) };
    const seconds = Math.floor(Date.now() / 1000);
    const late = { ...api.clerk.signWebhook(event, { timestamp: new Date((seconds - 301) * 1000) }) };
    const early = { ...api.clerk.signWebhook(event, { timestamp: new Date((seconds + 310) * 1000) }) };
    const refused: [string, Record<string, string>][] = [
      [event, { ...api.clerk.signWebhook(event, { secret: OTHER_SECRET }) }],
      [`${event} `, headers],
      [event, { ...headers, 'svix-id': 'msg_other' }],
      [event, { ...headers, 'svix-timestamp': `${headers['svix-timestamp']}junk` }],
      [event, { ...headers, 'svix-timestamp': `${seconds - 1}` }],
      [event, { ...headers, 'svix-timestamp': '-1' }],
      [event, { ...headers, 'svix-signature': headers['svix-signature'].slice(0, 10) }],
      [event, { ...headers, 'svix-signature': headers['svix-signature'].replace('v1,', 'v2,') }],
      [event, { ...headers, 'svix-signature': 'v1,' }],
      [event, late],
      [event, early],
      ['not json', headers],
      ['[', headers],
    ];
    for (const [body, each] of refused) {
      expect(problem(await send(body, each))).toBe('400 invalid_signature: Invalid signature');
    }
  });

  it('400 validation_failed: signed, but not an event', async () => {
    const bodies = [
      '',
      'null',
      '[]',
      '"x"',
      '{',
      '{}',
      '{"type":1,"data":{}}',
      '{"type":"x"}',
      '{"type":"x","data":[]}',
    ];
    const deep = `{"type":"x","data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    for (const body of [...bodies, deep]) {
      expect(problem(await deliver(body))).toMatch(/^400 validation_failed: The signed body is not an event/);
    }
  });

  it('400 for bytes that are not UTF-8, although the library verifies their replaced text', async () => {
    const text = '{"type":"x","data":{"name":"\uFFFD"}}';
    const bytes = Buffer.from(text.replace('\uFFFD', '!')).map((byte) => (byte === 0x21 ? 0xff : byte));
    expect((await send(Buffer.from(bytes), { ...api.clerk.signWebhook(text) })).status).toBe(400);
  });

  it('413 above 1 MB, 200 below', async () => {
    const large = JSON.stringify({ type: 'x.large', data: { text: 'x'.repeat(1_000_000) } });
    expect((await deliver(large)).status).toBe(200);
    const tooLarge = JSON.stringify({ type: 'x.large', data: { text: 'x'.repeat(1_100_000) } });
    expect((await deliver(tooLarge)).status).toBe(413);
  });

  it('415 for another media type', async () => {
    const headers = { ...api.clerk.signWebhook(event), 'content-type': 'text/plain' };
    expect((await send(event, headers)).status).toBe(415);
  });

  it('a refused request leaves no row', async () => {
    const svixId = newId();
    const secret = Buffer.from(OTHER_SECRET.slice(6), 'base64');
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', secret).update(`${svixId}.${timestamp}.${event}`).digest('base64');
    await send(event, {
      'svix-id': svixId,
      'svix-timestamp': timestamp,
      'svix-signature': `v1,${signature}`,
    });
    expect(await row(svixId)).toBeNull();
  });
});
