import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setInterval, setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { killChildren } from '../support/child.js';
import { unhandledEvent } from '../support/events.js';
import { type Instance, prepareInstances } from '../support/instances.js';
import { metricsText } from '../support/metrics.js';
import { testDatabaseUri } from '../support/mongo.js';
import type { ProjectCopy } from '../support/project-copy.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { untilAvailable } from '../support/retry.js';

const RESETS = Number(process.env['FAULT_RESETS'] ?? 10_000);
const CONNECTIONS = 600;
const MIB = 1024 * 1024;
const LIMIT = 100;
const HELD_FOR_MS = 5000;
/** Above a fresh process; without bounds the same connections took 600 MiB (figures: docs/reliability.md). */
const MAX_MIB = 100;

let mongo: ReplicaSet;
let redis: RedisServer;
let clerk: ClerkLocal;
let project: ProjectCopy;
let instances: Instance[];

beforeAll(async () => {
  mongo = await startReplicaSet();
  redis = await startRedis();
  clerk = await startClerkLocal();
  ({ project, instances } = await prepareInstances(2, clerk, testDatabaseUri(mongo.uri), {
    REDIS_URL: redis.url,
    RATE_LIMIT_MAX: String(LIMIT),
    TRUST_PROXY: '127.0.0.1',
    LOG_LEVEL: 'warn',
  }));
  await Promise.all(instances.map((instance) => instance.start()));
});
afterAll(async () => {
  await killChildren();
  await clerk.close();
  await mongo.stop();
  await project.remove();
});

function first(): Instance {
  const [instance] = instances;
  if (instance === undefined) throw new Error('No instance');
  return instance;
}

async function residentMiB(): Promise<number> {
  const status = await readFile(`/proc/${first().child().pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** Starts a new process, because memory that an old one keeps would hide what a case takes. */
async function restart(instance: Instance): Promise<void> {
  instance.child().signalGroup('SIGKILL');
  await instance.child().exit;
  await instance.start();
}

/** Delivers an event, again when the answer is 503, as Svix does. */
async function deliver(): Promise<number> {
  const body = JSON.stringify(unhandledEvent());
  const headers = { 'content-type': 'application/json', ...clerk.signWebhook(body) };
  const url = `${first().url}/api/v2/webhooks/clerk`;
  const { status } = await untilAvailable(() => fetch(url, { method: 'POST', body, headers }), {
    everyMs: 1000,
  });
  return status;
}

/** An open connection on which these bytes were sent. */
function hold(bytes: Buffer): Socket {
  const socket = connect(first().port, '127.0.0.1');
  socket.on('error', () => undefined).resume();
  socket.write(bytes);
  return socket;
}

/** Each case has its own address, so that it does not use up the limits of another. */
let cases = 0;
let address = '';
const head = (line: string, headers: Record<string, string>) =>
  Buffer.from(
    `${line} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\nContent-Type: application/json\r\n${Object.entries(
      headers,
    )
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  );
const plausible = () => ({
  'svix-id': `msg_${randomBytes(8).toString('hex')}`,
  'svix-timestamp': String(Math.floor(Date.now() / 1000)),
  'svix-signature': `v1,${randomBytes(32).toString('base64')}`,
});
const WEBHOOK = 'POST /api/v2/webhooks/clerk';
const length = (bytes: number) => ({ 'Content-Length': String(bytes) });
const CHUNKED = { 'Transfer-Encoding': 'chunked' };
const byteByByte = (bytes: number) => Buffer.from('1\r\nx\r\n'.repeat(bytes));

describe(`${CONNECTIONS} connections that never send their last byte`, () => {
  it.each([
    ['webhooks without Svix headers', () => [head(WEBHOOK, length(MIB)), Buffer.alloc(MIB - 1)]],
    [
      'webhooks that look signed',
      () => [head(WEBHOOK, { ...plausible(), ...length(MIB) }), Buffer.alloc(MIB - 1)],
    ],
    [
      'webhooks in chunks of a byte',
      () => [head(WEBHOOK, { ...plausible(), ...CHUNKED }), byteByByte(50_000)],
    ],
    [
      'bodies of another route',
      () => [head('PUT /api/v2/users/me/wishlist/JP', length(100_000)), Buffer.alloc(99_999)],
    ],
    [
      'the same in chunks of a byte',
      () => [head('PUT /api/v2/users/me/wishlist/JP', CHUNKED), byteByByte(50_000)],
    ],
    ['headers', () => [head('GET /api/v2/countries', { 'X-Long': 'x'.repeat(15_000) }).subarray(0, -2)]],
  ])('%s: memory stays bounded, and others are served', async (name, parts) => {
    address = `198.51.100.${++cases}`;
    await restart(first());
    for (let i = 0; i < 50; i++) await fetch(`${first().url}/api/v2/countries`);
    const idle = await residentMiB();
    let most = idle;
    const sockets: Socket[] = [];
    const until = performance.now() + HELD_FOR_MS;
    // Opens 20 connections every 20 ms, and measures as often until the end.
    for await (const _ of setInterval(20)) {
      for (let i = 0; i < 20 && sockets.length < CONNECTIONS; i++) sockets.push(hold(Buffer.concat(parts())));
      most = Math.max(most, await residentMiB());
      if (sockets.length === CONNECTIONS && performance.now() > until) break;
    }
    const status = await deliver();
    for (const socket of sockets) socket.destroy();
    process.stdout.write(`${name}: ${idle.toFixed(0)} MiB idle, ${most.toFixed(0)} MiB at most\n`);
    expect(status).toBe(200);
    expect(most - idle).toBeLessThan(MAX_MIB);
  });
});

it(`${RESETS} connections that callers reset: no 500, no error line, limits stay exact over two instances`, async () => {
  const requests = [
    'GET /api/v2/countries HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /api/v2/users/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer e30.e30.e30\r\n\r\n',
    `${WEBHOOK} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
    'PUT /api/v2/users/me/wishlist/JP HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  ];
  const reset = async (n: number) => {
    const socket = connect(instances[n % 2]?.port ?? 0, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(requests[n % requests.length] ?? '', () => {
      // At once, in the next turn or 1 ms later: before or after the server reads the address.
      if (n % 3 === 0) socket.resetAndDestroy();
      else if (n % 3 === 1) setImmediate(() => socket.resetAndDestroy());
      else void sleep(1).then(() => socket.resetAndDestroy());
    });
    await once(socket, 'close');
  };
  const printed = () => instances.map((instance) => instance.child().stdout()).join('');
  const before = printed().length;
  const fallbacks = (text: string) => /^rate_limit_fallbacks_total (\d+)$/m.exec(text)?.[1];
  const fallbacksBefore = (await Promise.all(instances.map(({ url }) => metricsText(url)))).map(fallbacks);
  for (let n = 0; n < RESETS; n += 100)
    await Promise.all(Array.from({ length: 100 }, (_, i) => reset(n + i)));

  let answered = 0;
  for (let i = 0; i < LIMIT; i++)
    for (const { url } of instances) {
      const answer = await fetch(`${url}/api/v2/countries/JP`, {
        headers: { 'x-forwarded-for': '192.0.2.1' },
      });
      expect([200, 429]).toContain(answer.status);
      if (answer.status === 200) answered++;
    }
  expect(answered).toBe(LIMIT);
  const metrics = await Promise.all(instances.map(({ url }) => metricsText(url)));
  for (const text of metrics) {
    expect(text).not.toMatch(/status="500"/);
    expect(text).toMatch(/^unknown_faults_total 0$/m);
  }
  expect(metrics.map(fallbacks)).toEqual(fallbacksBefore);
  expect(printed().slice(before)).toBe('');
  const gone = metrics.map((text) => Number(/^reset_connections_total (\d+)$/m.exec(text)?.[1]));
  process.stdout.write(`reset before their address was read: ${gone.join(' and ')}\n`);
});
