import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyWebhook } from '@clerk/backend/webhooks';
import { type ClerkLocal, COMPRESSED_RETRY_DELAYS_MS, SVIX_RETRY_DELAYS_MS } from 'clerk-local';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'svix';
import {
  DAY_MS,
  instancesOfOneTest,
  type Received,
  type Receiver,
  startClerkLocal,
  startReceiver,
} from '../support.js';

const start = instancesOfOneTest();
let first: Receiver;
let second: Receiver;
let clerk: ClerkLocal;
beforeEach(async () => {
  first = await startReceiver();
  second = await startReceiver();
  clerk = await start();
});
afterEach(() => {
  first.close();
  second.close();
});

function typesAt(receiver: Receiver): string[] {
  return receiver.received.map(({ event }) => event.type);
}

function isSignedBy(delivery: Received | undefined, secret: string): boolean {
  try {
    new Webhook(secret).verify(delivery?.body ?? '', delivery?.headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

async function local(method: string, path: string, body?: unknown) {
  const response = await fetch(`${clerk.url}/_local${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  const text = await response.text();
  return { status: response.status, json: text === '' ? undefined : (JSON.parse(text) as never) };
}

describe('webhook endpoints', () => {
  it('each get the event types that they want, under one svix-id, signed with their own secret', async () => {
    const all = await clerk.webhookEndpoints.create({ url: first.url });
    const users = await clerk.webhookEndpoints.create({ url: second.url, eventTypes: ['user.created'] });
    const { id } = await clerk.createUser();
    await clerk.createSession(id);
    await clerk.idle();
    expect(typesAt(first).sort()).toEqual(['session.created', 'user.created']);
    expect(typesAt(second)).toEqual(['user.created']);
    const [atFirst] = first.received.filter(({ event }) => event.type === 'user.created');
    const [atSecond] = second.received;
    expect(atFirst?.headers['svix-id']).toBe(atSecond?.headers['svix-id']);
    expect(isSignedBy(atFirst, all.secrets[0]?.secret ?? '')).toBe(true);
    expect(isSignedBy(atSecond, users.secrets[0]?.secret ?? '')).toBe(true);
    expect(isSignedBy(atSecond, all.secrets[0]?.secret ?? '')).toBe(false);
  });

  it('fail and are retried apart, each on its own schedule', async () => {
    const quick = await clerk.webhookEndpoints.create({ url: first.url, retryDelaysMs: [0, 0] });
    const slow = await clerk.webhookEndpoints.create({ url: second.url, retryDelaysMs: 'svix' });
    expect(slow.retryDelaysMs).toEqual(SVIX_RETRY_DELAYS_MS);
    first.answers.push({ status: 500 });
    second.answers.push({ status: 500 });
    await clerk.createUser();
    await clerk.idle();
    const outcomes = clerk
      .deliveries()
      .map(({ endpointId, state, attempts }) => [endpointId, state, attempts.map(({ status }) => status)]);
    expect(outcomes).toEqual([
      [quick.id, 'delivered', [500, 200]],
      [slow.id, 'pending', [500]],
    ]);
    await clerk.clock.advance(5_000);
    await clerk.idle();
    expect(second.received).toHaveLength(2);
  });

  it('may be deleted during an attempt, and the delivery dropped among later ones', async () => {
    const arrival = Promise.withResolvers<ServerResponse>();
    const server = createServer((_request, response) => {
      arrival.resolve(response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const { id } = await clerk.webhookEndpoints.create({ url: `http://127.0.0.1:${port}` });
    await clerk.emitWebhook({ type: 'first', data: {} });
    const answer = await arrival.promise;
    await clerk.webhookEndpoints.delete(id);
    for (let count = 0; count < 501; count += 1) await clerk.emitWebhook({ type: 'later', data: {} });
    expect(clerk.deliveries().some(({ type }) => type === 'first')).toBe(false);

    const idle = clerk.idle();
    answer.end();
    await idle;
    server.close();
    expect((await local('GET', '/webhook-endpoints')).status).toBe(200);
  });

  it('have a compressed schedule, of as many attempts as Svix within seconds', async () => {
    await clerk.webhookEndpoints.create({ url: first.url, retryDelaysMs: 'compressed' });
    first.answers.push(...COMPRESSED_RETRY_DELAYS_MS.slice(1).map(() => ({ status: 503 })));
    await clerk.clock.set('2030-01-01', { frozen: true });
    await clerk.createUser();
    await clerk.idle();
    for (const delay of COMPRESSED_RETRY_DELAYS_MS.slice(1)) {
      await clerk.clock.advance(delay - 1);
      await clerk.idle();
      const before = first.received.length;
      await clerk.clock.advance(1);
      await clerk.idle();
      expect(first.received).toHaveLength(before + 1);
    }
    expect(clerk.deliveries()[0]).toMatchObject({ state: 'delivered', tries: SVIX_RETRY_DELAYS_MS.length });
    expect(COMPRESSED_RETRY_DELAYS_MS).toHaveLength(SVIX_RETRY_DELAYS_MS.length);
  });

  it('are signed with the old secret, too, for 24 h after a rotation', async () => {
    clerk.setWebhookUrl(first.url);
    const old = clerk.webhookSecret;
    const [endpoint] = clerk.webhookEndpoints.list();
    await clerk.webhookEndpoints.rotateSecret(endpoint?.id ?? '');
    const rotated = clerk.webhookSecret;
    expect(rotated).not.toBe(old);

    await clerk.createUser();
    const [during] = await first.waitFor(1);
    expect(during?.headers['svix-signature']).toMatch(/^v1,[^ ]+ v1,[^ ]+$/);
    const request = () =>
      new Request('http://receiver.test', {
        method: 'POST',
        headers: during?.headers as Record<string, string>,
        body: during?.body ?? '',
      });
    for (const signingSecret of [old, rotated]) {
      const event = await verifyWebhook(request(), { signingSecret });
      expect(event.type).toBe('user.created');
      expect(isSignedBy(during, signingSecret)).toBe(true);
    }

    await clerk.clock.advance(DAY_MS);
    await clerk.createUser();
    const [, after] = await first.waitFor(2);
    expect(after?.headers['svix-signature']).toMatch(/^v1,[^ ]+$/);
    await clerk.clock.reset();
    const rotate = (id: string, secret?: string) => clerk.webhookEndpoints.rotateSecret(id, secret);
    await expect(rotate('ep_unknown')).rejects.toMatchObject({ status: 404 });
    await expect(rotate('ep_default', 'short')).rejects.toMatchObject({ status: 422 });
  });

  it('are stored: a restart keeps them and a rotated secret, unless that is given', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clerk-local-endpoints-'));
    const dataFile = join(folder, 'state');
    const own = await startClerkLocal({ dataFile, webhookUrl: first.url });
    const given = own.webhookSecret;
    await own.webhookEndpoints.create({ url: second.url, eventTypes: ['a.b'] });
    const { secrets } = await own.webhookEndpoints.rotateSecret('ep_default');
    expect(secrets).toHaveLength(2);
    const endpoints = own.webhookEndpoints.list();
    await own.close();

    const again = await startClerkLocal({ dataFile });
    expect(again.webhookEndpoints.list()).toEqual(endpoints);
    expect(again.webhookSecret).toBe(secrets[0]?.secret);
    await again.close();
    const fixed = await startClerkLocal({ dataFile, webhookSecret: given });
    expect(fixed.webhookSecret).toBe(given);
    await fixed.close();
    await rm(folder, { recursive: true });
  });

  it('pause when disabled, also by the answer `webhook-delivery: disable`', async () => {
    const endpoint = await clerk.webhookEndpoints.create({ url: first.url });
    first.answers.push({ status: 500, headers: { 'webhook-delivery': 'disable' } });
    await clerk.createUser();
    await clerk.idle();
    expect(clerk.webhookEndpoints.list()[0]?.disabled).toBe(true);
    expect(clerk.deliveries()[0]).toMatchObject({ state: 'failed', attempts: [{ status: 500 }] });
    await clerk.createUser();
    expect(clerk.deliveries()[1]).toMatchObject({ state: 'unsent', endpointId: null });
    await clerk.idle();
    expect(first.received).toHaveLength(1);

    await clerk.webhookEndpoints.update(endpoint.id, { disabled: false });
    expect(clerk.replayWebhooks()).toBe(2);
    await clerk.idle();
    expect(clerk.deliveries().map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  });

  it('fail their pending deliveries when they are deleted', async () => {
    const endpoint = await clerk.webhookEndpoints.create({ url: first.url });
    first.answers.push({ status: 500 });
    await clerk.createUser();
    await clerk.idle();
    await clerk.webhookEndpoints.delete(endpoint.id);
    expect(clerk.deliveries()[0]?.state).toBe('failed');
    await clerk.clock.advance(DAY_MS);
    await clerk.idle();
    expect(first.received).toHaveLength(1);
  });

  it('are managed over HTTP, for one instance', async () => {
    const created = await local('POST', '/webhook-endpoints', { url: first.url, eventTypes: ['a.b'] });
    expect(created).toMatchObject({ status: 201, json: { url: first.url, eventTypes: ['a.b'] } });
    const { id, secrets } = created.json as unknown as { id: string; secrets: object[] };
    const path = `/webhook-endpoints/${id}`;
    expect(await local('PATCH', path, { eventTypes: null, url: second.url })).toMatchObject({
      status: 200,
      json: { eventTypes: null, url: second.url, disabled: false },
    });
    expect(await local('POST', `${path}/rotate-secret`)).toMatchObject({
      status: 200,
      json: { secrets: [{ expiresAt: null }, { ...secrets[0], expiresAt: expect.any(Number) }] },
    });
    const other = await clerk.instance('sk_test_local_other');
    expect(other.webhookEndpoints.list()).toEqual([]);

    const emitted = await local('POST', '/events', { type: 'a.b', data: { x: 1 } });
    expect(emitted.status).toBe(202);
    await clerk.idle();
    expect(second.received[0]?.event).toMatchObject({ object: 'event', type: 'a.b', data: { x: 1 } });
    expect(other.deliveries()).toEqual([]);

    expect((await local('DELETE', path)).status).toBe(204);
    expect((await local('DELETE', path)).status).toBe(404);
    expect((await local('GET', '/webhook-endpoints')).json).toEqual({ items: [] });
    for (const wrong of [
      {},
      { url: 'ftp://127.0.0.1' },
      { url: first.url, secret: 'whsec_x' },
      { url: first.url, retryDelaysMs: 'never' },
      { url: first.url, colour: 'red' },
    ]) {
      expect((await local('POST', '/webhook-endpoints', wrong)).status).toBe(422);
    }
  });
});

describe('a delivery', () => {
  it('records each attempt: request, answer, duration', async () => {
    clerk.setWebhookUrl(first.url);
    first.answers.push({ status: 302, headers: { location: second.url, 'x-request-id': 'r1' } });
    await clerk.createUser();
    await clerk.idle();
    const [delivery] = clerk.deliveries();
    expect(delivery?.attempts).toEqual([
      {
        at: expect.any(Number),
        durationMs: expect.any(Number),
        url: first.url,
        requestHeaders: {
          'content-type': 'application/json',
          'user-agent': expect.stringContaining('Svix-Webhooks'),
          'svix-id': delivery?.svixId,
          'svix-timestamp': first.received[0]?.headers['svix-timestamp'],
          'svix-signature': first.received[0]?.headers['svix-signature'],
        },
        status: 302,
        answer: { headers: expect.objectContaining({ 'x-request-id': 'r1' }), body: 'seen' },
      },
    ]);
    expect(second.received).toHaveLength(0);
  });

  it('names the request that caused its event', async () => {
    clerk.setWebhookUrl(first.url);
    await fetch(`${clerk.url}/v1/users`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${clerk.secretKey}`,
        'content-type': 'application/json',
        'user-agent': 'the-app/1.0',
      },
      body: '{}',
    });
    await clerk.createUser();
    await first.waitFor(2);
    const agents = first.received.map(
      ({ event }) => (event['event_attributes'] as { http_request: object }).http_request,
    );
    expect(agents).toContainEqual({ client_ip: '127.0.0.1', user_agent: 'the-app/1.0' });
    expect(agents).toContainEqual({ client_ip: '127.0.0.1', user_agent: 'clerk-local' });
  });
});

describe('a replay', () => {
  it('sends what failed since a time, or all of a time range, under the same svix-id', async () => {
    const endpoint = await clerk.webhookEndpoints.create({ url: first.url, retryDelaysMs: [0] });
    await clerk.clock.set('2030-01-01T00:00:00Z', { frozen: true });
    const at = (minutes: number) => Date.parse('2030-01-01T00:00:00Z') + minutes * 60_000;
    const ids: string[] = [];
    for (const status of [500, 200, 500]) {
      first.answers.push({ status });
      ids.push(await clerk.emitWebhook({ type: 'a.b', data: {} }));
      await clerk.idle();
      await clerk.clock.advance(60_000);
    }
    const replayed = async (options: object) => {
      first.received.length = 0;
      const count = clerk.replayWebhooks(options);
      await clerk.idle();
      expect(first.received).toHaveLength(count);
      return first.received.map(({ headers }) => ids.indexOf(String(headers['svix-id']))).sort();
    };
    first.answers.push({ status: 500 });
    expect(await replayed({ since: at(1) })).toEqual([2]);
    expect(await replayed({})).toEqual([0, 2]);
    expect(await replayed({})).toEqual([]);
    expect(await replayed({ since: at(0), until: at(2), all: true })).toEqual([0, 1]);

    const late = await clerk.webhookEndpoints.create({ url: second.url });
    expect(await local('POST', '/deliveries/replay', { since: at(1), endpointId: late.id })).toEqual({
      status: 202,
      json: { count: 2 },
    });
    await clerk.idle();
    expect(second.received.map(({ headers }) => ids.indexOf(String(headers['svix-id']))).sort()).toEqual([
      1, 2,
    ]);
    expect((await local('POST', '/deliveries/replay', { endpointId: 'ep_unknown' })).status).toBe(404);
    expect((await local('POST', '/deliveries/replay', { since: 'soon' })).status).toBe(422);
    expect(endpoint.disabled).toBe(false);
  });
});
