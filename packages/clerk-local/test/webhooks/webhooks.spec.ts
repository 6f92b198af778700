import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'svix';
import {
  backend,
  DAY_MS,
  instancesOfOneTest,
  type Receiver,
  startReceiver,
  startClerkLocal,
} from '../support.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());
const start = instancesOfOneTest();

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => {
  receiver.close();
});

describe('webhooks', () => {
  it("report every change of users and sessions, signed by Svix, in Clerk's envelope", async () => {
    clerk.setWebhookUrl(receiver.url);
    const user = await clerk.createUser({ email_address: ['hook@example.com'], external_id: 'ext-1' });
    const updated = await clerk.updateUser(user.id, { first_name: 'Updated' });
    const session = await clerk.createSession(user.id);
    await clerk.revokeSession(session.id);
    await clerk.revokeSession(session.id);
    await clerk.createSession(user.id);
    await clerk.deleteUser(user.id);
    await clerk.createUser({}, { webhook: false });
    await clerk.idle();

    const byType = new Map(receiver.received.map(({ event }) => [event.type, event]));
    expect(receiver.received.map(({ event }) => event.type).sort()).toEqual([
      'session.created',
      'session.created',
      'session.ended',
      'session.revoked',
      'user.created',
      'user.deleted',
      'user.updated',
    ]);
    expect(byType.get('user.created')?.data).toEqual(user);
    expect(byType.get('user.updated')?.data).toEqual(updated);
    expect(byType.get('session.revoked')?.data).toMatchObject({
      id: session.id,
      status: 'revoked',
      user: { id: user.id },
    });
    expect(byType.get('session.ended')?.data).toMatchObject({
      status: 'ended',
      user: null,
      user_id: user.id,
    });
    expect(byType.get('user.deleted')).toEqual({
      object: 'event',
      type: 'user.deleted',
      timestamp: expect.any(Number),
      instance_id: expect.stringMatching(/^ins_/),
      event_attributes: { http_request: { client_ip: expect.any(String), user_agent: expect.any(String) } },
      data: { object: 'user', id: user.id, deleted: true, external_id: 'ext-1' },
    });
    expect(Number(byType.get('user.deleted')?.['timestamp'])).toBeGreaterThan(Date.now() - DAY_MS);

    const webhook = new Webhook(clerk.webhookSecret);
    for (const { body, headers } of receiver.received) {
      expect(headers['content-type']).toBe('application/json');
      expect(headers['svix-id']).toMatch(/^msg_[0-9A-Za-z]{27}$/);
      webhook.verify(body, headers as Record<string, string>);
    }
    expect(() => {
      webhook.verify(
        `${receiver.received[0]?.body ?? ''} `,
        receiver.received[0]?.headers as Record<string, string>,
      );
    }).toThrow();
  });

  it('are retried under the same svix-id, signed anew, until a 2xx', async () => {
    const own = await start({ webhookUrl: receiver.url, webhookRetryDelaysMs: [0, 1, 1, 1, 1] });
    receiver.answers.push(
      { status: 500 },
      { status: 302, headers: { location: receiver.url } },
      { status: 404 },
    );
    await own.createUser();
    const received = await receiver.waitFor(4);
    await own.idle();
    expect(new Set(received.map(({ headers }) => headers['svix-id'])).size).toBe(1);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    const [delivery] = own.deliveries();
    expect(delivery).toMatchObject({ state: 'delivered', type: 'user.created' });
    expect(delivery?.attempts.map(({ status }) => status)).toEqual([500, 302, 404, 200]);
  });

  it('fail when the schedule ends or the endpoint answers abort-message, and can be resent', async () => {
    const own = await start({ webhookUrl: receiver.url, webhookRetryDelaysMs: [0, 0] });
    receiver.answers.push({ status: 500 }, { status: 500 });
    await own.createUser();
    await own.idle();
    receiver.answers.push({ status: 400, headers: { 'webhook-delivery': 'abort-message' } });
    await own.createUser();
    await own.idle();
    expect(receiver.received).toHaveLength(3);
    const [exhausted, aborted] = own.deliveries();
    expect(exhausted).toMatchObject({ state: 'failed', attempts: [{ status: 500 }, { status: 500 }] });
    expect(aborted).toMatchObject({ state: 'failed', attempts: [{ status: 400 }] });

    const svixId = aborted?.svixId ?? '';
    const resent = await fetch(`${own.url}/_local/deliveries/${svixId}/resend`, { method: 'POST' });
    expect(resent.status).toBe(202);
    await own.idle();
    expect(receiver.received[3]?.headers['svix-id']).toBe(svixId);
    const listed = (await (await fetch(`${own.url}/_local/deliveries`)).json()) as { items: unknown[] };
    expect(listed.items[0]).toMatchObject({ svixId, state: 'delivered', event: { type: 'user.created' } });
    expect(own.resendWebhook('msg_unknown')).toBe(false);
  });

  it('never delay an answer of the Backend API, and stay pending while the endpoint is down', async () => {
    const closed = await startReceiver();
    closed.close();
    const own = await start({ webhookUrl: closed.url, webhookRetryDelaysMs: [0, 3_600_000] });
    const user = await own.createUser();
    await own.idle();
    expect(own.deliveries()[0]).toMatchObject({ state: 'pending', attempts: [{ status: null }] });
    expect(own.deliveries()[0]?.attempts[0]?.error).toContain('ECONNREFUSED');

    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    own.setWebhookUrl(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/`);
    const arrival = once(silent, 'request');
    await backend(own).users.updateUser(user.id, { firstName: 'Quick' });
    await arrival;
    expect(own.deliveries()[1]).toMatchObject({ state: 'pending', attempts: [] });
    silent.close();
    silent.closeAllConnections();
  });

  it('are recorded as unsent without an endpoint, and not sent when one is set later', async () => {
    const own = await start();
    await own.createUser();
    own.setWebhookUrl(receiver.url);
    await own.idle();
    expect(receiver.received).toHaveLength(0);
    expect(own.deliveries()[0]).toMatchObject({ state: 'unsent' });
  });

  it('can be sent by a test: one attempt of any event under any id and secret', async () => {
    clerk.setWebhookUrl(receiver.url);
    receiver.answers.push({ status: 503 });
    const event = {
      type: 'user.deleted',
      data: { object: 'user', deleted: true },
      timestamp: 1_716_883_200,
    };
    expect(await clerk.deliverWebhook(event, { svixId: 'msg_own' })).toMatchObject({
      status: 503,
      body: 'seen',
    });
    await clerk.idle();
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.event).toMatchObject({ object: 'event', ...event });
    expect(receiver.received[0]?.headers['svix-id']).toBe('msg_own');

    const secret = `whsec_${Buffer.from('another secret').toString('base64')}`;
    const headers = { ...clerk.signWebhook('{}', { svixId: 'msg_1', timestamp: new Date(), secret }) };
    expect(() => {
      new Webhook(clerk.webhookSecret).verify('{}', headers);
    }).toThrow();
    new Webhook(secret).verify('{}', headers);
    const stale = { ...clerk.signWebhook('{}', { timestamp: new Date(Date.now() - DAY_MS) }) };
    expect(() => {
      new Webhook(clerk.webhookSecret).verify('{}', stale);
    }).toThrow(/too old/);
  });
});
