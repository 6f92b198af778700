import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { freePort } from '../../scripts/port.ts';
import { RateLimits } from '../../src/common/http/rate-limits.js';
import { ApiClient } from '../support/api-client.js';
import { killChildren } from '../support/child.js';
import { eventually } from '../support/eventually.js';
import { metricOf } from '../support/metrics.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const HOUR_MS = 3_600_000;

/** How many requests were answered with 200; the others were 429. */
async function answered(times: number, ...clients: ApiClient[]): Promise<number> {
  const statuses = [];
  for (let n = 0; n < times; n++)
    for (const client of clients) statuses.push((await client.request('GET', '/countries')).status);
  expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
  return statuses.filter((status) => status === 200).length;
}

/** A host name of Redis: each new connection goes to the server that it points at. */
async function redisName(
  first: RedisServer,
): Promise<{ url: string; pointAt(redis: RedisServer): void; close(): void }> {
  let port = Number(new URL(first.url).port);
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const member = connect(port, '127.0.0.1');
    for (const each of [socket, member]) {
      sockets.add(each);
      each
        .on('error', () => undefined)
        .on('close', () => {
          socket.destroy();
          member.destroy();
        });
    }
    socket.pipe(member).pipe(socket);
  });
  const own = await freePort();
  await new Promise<void>((resolve) => server.listen(own, '127.0.0.1', resolve));
  return {
    url: `redis://127.0.0.1:${own}`,
    pointAt: ({ url }) => {
      port = Number(new URL(url).port);
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Sends requests until a Redis counts them. */
async function untilCountedBy(redis: RedisServer, { anonymous }: TestApp): Promise<void> {
  const client = new Redis(redis.url);
  await eventually(`${redis.url} counts requests`, async () => {
    await answered(1, anonymous);
    return (await client.keys('roavelo:limit:*')).length > 0;
  });
  client.disconnect();
}

/** Sends requests until one is refused. */
const untilRefused = ({ anonymous }: TestApp) =>
  eventually('a request is refused', async () => (await answered(1, anonymous)) === 0, { everyMs: 1 });

describe('after a failover of Redis', () => {
  let old: RedisServer;
  let next: RedisServer;
  let name: Awaited<ReturnType<typeof redisName>>;
  let api: TestApp;
  beforeAll(async () => {
    [old, next] = [await startRedis(), await startRedis()];
    name = await redisName(old);
    api = await startTestApp({ REDIS_URL: name.url, RATE_LIMIT_MAX: '10' });
  });
  afterAll(async () => {
    await api.close();
    name.close();
    await killChildren();
  });

  it('the new primary counts, although the old one keeps its connections', async () => {
    expect(await answered(12, api.anonymous)).toBe(10);
    const admin = new Redis(old.url);
    await admin.call('REPLICAOF', '127.0.0.1', new URL(next.url).port);
    name.pointAt(next);
    await untilCountedBy(next, api);
    admin.disconnect();
  });
});

describe('a clock that is set back', () => {
  let redis: RedisServer;
  let api: TestApp;
  beforeAll(async () => {
    redis = await startRedis();
    api = await startTestApp({ RATE_LIMIT_MAX: '5', RATE_LIMIT_WINDOW_MS: '3000', REDIS_URL: redis.url });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await api.close();
    await killChildren();
  });

  /** By an hour, at once. */
  const setBack = () => {
    const { now } = Date;
    jest.spyOn(Date, 'now').mockImplementation(() => now() - HOUR_MS);
  };

  it('of an instance: no caller is locked out for longer than a window, and Redis is used again', async () => {
    await redis.kill();
    await untilRefused(api);
    setBack();
    await eventually('a request is answered', async () => (await answered(1, api.anonymous)) > 0);
    await redis.restart();
    await untilCountedBy(redis, api);
  });

  it('of Redis: a key that would live longer than its window gets the end of a window', async () => {
    const counting = new Redis(redis.url);
    await untilRefused(api);
    // As after a clock set back by an hour: Redis stores the time at which a key ends.
    const [key = ''] = await counting.keys('roavelo:limit:*');
    await counting.pexpire(key, HOUR_MS);
    const refused = await api.anonymous.request('GET', '/countries');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3']);
    expect(await counting.pttl(key)).toBeLessThanOrEqual(3000);
    counting.disconnect();
  });
});

it('an instance whose event loop was blocked does not take Redis for unavailable', async () => {
  const redis = await startRedis();
  const api = await startTestApp({ REDIS_URL: redis.url, RATE_LIMIT_MAX: '1000' });
  const fallbacks = () => metricOf(api.anonymous.url, 'rate_limit_fallbacks_total');
  await untilCountedBy(redis, api);
  const before = await fallbacks();
  interface Counting {
    redis: { countInWindow(...args: unknown[]): unknown };
  }
  const { redis: client } = api.app.get<unknown, Counting>(RateLimits);
  const count: (...args: unknown[]) => unknown = client.countInWindow.bind(client);
  jest.spyOn(client, 'countInWindow').mockImplementationOnce((...args) => {
    const answer = count(...args);
    // Redis answers while the event loop is blocked for longer than Redis may take.
    setImmediate(() => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    });
    return answer;
  });
  await api.anonymous.request('GET', '/countries');
  expect(await fallbacks()).toBe(before);
  await api.close();
  await killChildren();
});
