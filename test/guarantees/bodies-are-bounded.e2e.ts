import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unhandledEvent } from '../support/events.js';
import { eventually } from '../support/eventually.js';
import { metricOf } from '../support/metrics.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const MIB = 1024 * 1024;
const PATH = '/api/v2/webhooks/clerk';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp({ RATE_LIMIT_MAX: '1000', TRUST_PROXY: '127.0.0.1' });
});
afterAll(() => api.close());

const nowSeconds = () => String(Math.floor(Date.now() / 1000));
/** Headers of which only the signature is wrong. */
const plausible = () => ({
  'svix-id': `msg_${randomBytes(8).toString('hex')}`,
  'svix-timestamp': nowSeconds(),
  'svix-signature': `v1,${randomBytes(32).toString('base64')}`,
});

/** Sends a head and a part of the body; the connection stays open. */
function begin(
  path: string,
  headers: Record<string, string>,
  body: Buffer | string = '',
  method = 'POST',
): Socket {
  const { hostname, port } = new URL(api.anonymous.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  socket.write(head(path, headers, method));
  socket.write(body);
  return socket;
}

function head(path: string, headers: Record<string, string>, method = 'POST'): string {
  const lines = Object.entries({ host: 'x', 'content-type': 'application/json', ...headers });
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** The next answer on a connection. */
async function answerOf(socket: Socket): Promise<{ head: string; code: unknown; detail: unknown }> {
  let received = '';
  const isWhole = () => {
    const [head, body] = received.split('\r\n\r\n');
    return (
      body !== undefined &&
      Buffer.byteLength(body) >= Number(/^content-length: (\d+)$/im.exec(head ?? '')?.[1])
    );
  };
  while (!isWhole()) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    received += chunk.toString();
  }
  const [head = '', body = ''] = received.split('\r\n\r\n');
  const { code, detail } = JSON.parse(body) as { code: unknown; detail: unknown };
  return { head, code, detail };
}

const REFUSED = 'webhook_deliveries_total{type="unknown",outcome="refused"}';
const droppedBodies = (pool: string) => `dropped_bodies_total{pool="${pool}"}`;
const metric = async (name: string) => (await metricOf(api.anonymous.url, name)) ?? 0;
const deliver = (body: string) =>
  api.anonymous.request('POST', '/webhooks/clerk', { body, headers: { ...api.clerk.signWebhook(body) } });

describe('a delivery whose headers are wrong', () => {
  const { 'svix-id': id, 'svix-signature': signature } = plausible();
  const at = (seconds: number) => String(Number(nowSeconds()) + seconds);
  it.each([
    ['no headers', {}, 'missing_svix_headers', 'Missing svix headers'],
    [
      'no signature',
      { 'svix-id': id, 'svix-timestamp': nowSeconds() },
      'missing_svix_headers',
      'Missing svix headers',
    ],
    [
      'too old',
      { 'svix-id': id, 'svix-timestamp': at(-400), 'svix-signature': signature },
      'invalid_signature',
      'Invalid signature',
    ],
    [
      'too new',
      { 'svix-id': id, 'svix-timestamp': at(400), 'svix-signature': signature },
      'invalid_signature',
      'Invalid signature',
    ],
    [
      'no time',
      { 'svix-id': id, 'svix-timestamp': 'now', 'svix-signature': signature },
      'invalid_signature',
      'Invalid signature',
    ],
  ])('%s: it is refused before its body is read, and counted', async (_name, headers, code, detail) => {
    const before = await metric(REFUSED);
    for (const length of [{ 'content-length': String(MIB) }, { 'transfer-encoding': 'chunked' }]) {
      const socket = begin(PATH, { ...headers, ...length });
      const answer = await answerOf(socket);
      expect(answer).toMatchObject({ code, detail });
      expect(answer.head).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer.head).toMatch(/^content-type: application\/problem\+json/im);
      expect(answer.head).toMatch(/^x-request-id: \S+/im);
      // The connection is closed without waiting for the rest of the body.
      expect(await text(socket)).toBe('');
      socket.destroy();
    }
    expect(await metric(REFUSED)).toBe(before + 2);
  });

  it('may send the rest of its body, and the connection stays usable', async () => {
    const socket = begin(PATH, { 'content-length': String(MIB) });
    expect(await answerOf(socket)).toMatchObject({ code: 'missing_svix_headers' });
    socket.write(Buffer.alloc(MIB));
    socket.write('GET /api/v2/countries/XX HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await answerOf(socket)).toMatchObject({ code: 'not_found' });
    socket.destroy();
  });

  it('413 reaches a caller that is still sending', async () => {
    const socket = begin(PATH, { 'content-length': String(3 * MIB) }, Buffer.alloc(2 * MIB));
    expect(await answerOf(socket)).toMatchObject({ code: 'payload_too_large' });
    socket.destroy();
  });
});

describe.each([
  ['webhooks', PATH, 'POST', plausible, MIB - 1],
  ['others', '/api/v2/users/me/wishlist/JP', 'PUT', () => ({}), 100_000],
  ['others', '/api/v2/users/me/wishlist/batch', 'POST', () => ({}), MIB - 1],
] as const)('incomplete bodies that callers keep open: %s, %s', (pool, path, method, headers, size) => {
  const count = Math.ceil((20 * MIB) / size);
  const hold = (from: string) =>
    Array.from({ length: count }, () =>
      begin(
        path,
        { ...headers(), 'x-forwarded-for': from, 'content-length': String(size + 1) },
        Buffer.alloc(size, ' '),
        method,
      ),
    );

  it('above the limit of the process, the oldest bodies of the address with the most are dropped with 503', async () => {
    const before = await metric(droppedBodies(pool));
    // The oldest of all is small, and of another address.
    const slow = begin(
      path,
      { ...headers(), 'x-forwarded-for': '192.0.2.9', 'content-length': '3' },
      ' ',
      method,
    );
    let isDropped = false;
    slow.once('data', () => (isDropped = true));
    const held = hold('192.0.2.1');
    const { head, code } = await Promise.race(held.map(answerOf));
    expect([head.startsWith('HTTP/1.1 503 '), code, /^retry-after: 2$/im.test(head)]).toEqual([
      true,
      'overloaded',
      true,
    ]);
    expect(await metric(droppedBodies(pool))).toBeGreaterThan(before);
    expect(isDropped).toBe(false);
    expect((await deliver(JSON.stringify(unhandledEvent()))).status).toBe(200);
    for (const socket of [slow, ...held]) socket.destroy();
  });
});

it('a body in chunks of a byte is refused, and its connection ends', async () => {
  for (const path of [PATH, '/api/v2/users/me/wishlist/JP']) {
    const method = path === PATH ? 'POST' : 'PUT';
    const headers = { ...plausible(), 'transfer-encoding': 'chunked' };
    const socket = begin(path, headers, '1\r\nx\r\n'.repeat(5000), method);
    const { code, detail } = await answerOf(socket);
    expect([code, detail]).toEqual(['validation_failed', 'The body comes in too many pieces.']);
    socket.resume().write('1\r\nx\r\n'.repeat(5000));
    // The server reads no more, so the connection ends by a reset.
    await new Promise((resolve) => socket.once('close', resolve));
  }
});

describe('an address with too many refused deliveries', () => {
  let limited: TestApp;
  beforeAll(async () => {
    limited = await startTestApp({ RATE_LIMIT_MAX: '3', TRUST_PROXY: '127.0.0.1' });
  });
  afterAll(() => limited.close());

  async function send(from: string, headers: Record<string, string>, body: string): Promise<string> {
    const all = { ...headers, 'x-forwarded-for': from };
    const { status, body: problem } = await limited.anonymous.request('POST', '/webhooks/clerk', {
      body,
      headers: all,
    });
    return `${status} ${String((problem as { code?: unknown }).code)}`;
  }
  const event = (length: number) => JSON.stringify({ type: 'x', data: { text: 'x'.repeat(length) } });
  const forge = async (from: string) => {
    for (let n = 0; n < 5; n++) expect(await send(from, plausible(), '{}')).toBe('400 invalid_signature');
  };

  it('gets 429 for unsigned and for large deliveries; a signed one of a usual size is accepted', async () => {
    await forge('192.0.2.1');
    expect(await send('192.0.2.1', {}, '{}')).toBe('429 rate_limited');
    expect(await send('192.0.2.1', plausible(), event(70_000))).toBe('429 rate_limited');
    const signed = event(10);
    expect(await send('192.0.2.1', { ...limited.clerk.signWebhook(signed) }, signed)).toBe('200 undefined');
    // The address is trusted now, although others forge deliveries from it.
    const large = event(70_000);
    expect(await send('192.0.2.1', { ...limited.clerk.signWebhook(large) }, large)).toBe('200 undefined');
  });

  it('does not limit other addresses', async () => {
    await forge('192.0.2.2');
    const large = event(70_000);
    expect(await send('192.0.2.3', { ...limited.clerk.signWebhook(large) }, large)).toBe('200 undefined');
    expect(await send('192.0.2.4', {}, '{}')).toBe('400 missing_svix_headers');
  });
});

describe('memory', () => {
  it('above OVERLOAD_RSS_BYTES every route except health and metrics answers 503 overloaded', async () => {
    const full = await startTestApp({ OVERLOAD_RSS_BYTES: '1' });
    expect(await full.anonymous.problem('GET', '/countries')).toBe('503 overloaded');
    expect(await full.anonymous.problem('POST', '/webhooks/clerk')).toBe('503 overloaded');
    for (const path of ['//health/live', '//health/ready', '//metrics'])
      expect((await full.anonymous.request('GET', path)).status).toBe(200);
    await full.close();
  });
});

it('a body of a signed-in user is not dropped for incomplete bodies of others at the same address', async () => {
  const ann = await api.join();
  const path = '/api/v2/users/me/wishlist/JP';
  const from = { 'x-forwarded-for': '192.0.2.77' };
  const authorization = `Bearer ${ann.token}`;
  // The oldest of all.
  const own = begin(path, { ...from, authorization, 'content-length': '2' }, '{', 'PUT');
  const size = 100_000;
  const headers = { ...from, 'content-length': String(size + 1) };
  const held = Array.from({ length: 120 }, () => begin(path, headers, Buffer.alloc(size, ' '), 'PUT'));
  expect(await Promise.race(held.map(answerOf))).toMatchObject({ code: 'overloaded' });
  own.write('}');
  expect((await answerOf(own)).head).toMatch(/^HTTP\/1\.1 201 /);
  for (const socket of [own, ...held]) socket.destroy();
});

it('bodies of pipelined requests are not counted while their answers wait for an earlier one', async () => {
  // Together more than the pool holds.
  const CONNECTIONS = 2;
  const EACH = 10;
  const dropped = droppedBodies('webhooks');
  const [refusedBefore, droppedBefore] = [await metric(REFUSED), await metric(dropped)];
  api.clerk.fail({ method: 'GET', mode: 'hang' });
  const from = { 'x-forwarded-for': '192.0.2.99' };
  const body = Buffer.alloc(MIB);
  const sockets: Socket[] = [];
  for (let n = 0; n < CONNECTIONS; n++) {
    const { token } = await api.signUp();
    const socket = begin('/api/v2/users/me', { ...from, authorization: `Bearer ${token}` }, '', 'GET');
    for (let m = 0; m < EACH; m++) {
      socket.write(head(PATH, { ...from, ...plausible(), 'content-length': String(body.length) }));
      socket.write(body);
    }
    sockets.push(socket);
  }
  const isRefused = async () => (await metric(REFUSED)) === refusedBefore + CONNECTIONS * EACH;
  await eventually('every forged delivery is refused', isRefused);
  expect(sockets.map(({ bytesRead }) => bytesRead)).toEqual(sockets.map(() => 0));
  expect((await deliver(JSON.stringify(unhandledEvent()))).status).toBe(200);
  expect(await metric(dropped)).toBe(droppedBefore);
  api.clerk.clearFaults();
  for (const socket of sockets) socket.destroy();
});
