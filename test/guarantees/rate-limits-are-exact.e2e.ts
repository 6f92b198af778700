import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { freePort } from '../../scripts/port.ts';
import { RateLimits } from '../../src/common/http/rate-limits.js';
import { ApiClient } from '../support/api-client.js';
import { killChildren } from '../support/child.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const HOUR_MS = 3_600_000;

/** How many of so many requests were answered; the others were 429. */
async function answered(times: number, ...clients: ApiClient[]): Promise<number> {
  const statuses = [];
  for (let n = 0; n < times; n++)
    for (const client of clients) statuses.push((await client.request('GET', '/countries')).status);
  expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
  return statuses.filter((status) => status === 200).length;
}

/** The name under which clients know Redis: connections go to whichever member it points at when they are made. */
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

  it('limits are counted by the new primary, although the demoted one keeps its connections', async () => {
    expect(await answered(12, api.anonymous)).toBe(10);
    const admin = new Redis(old.url);
    await admin.call('REPLICAOF', '127.0.0.1', new URL(next.url).port);
    name.pointAt(next);
    // What this instance counts alone is used up, so whatever is answered then is counted by the new primary.
    const inNext = new Redis(next.url);
    while ((await inNext.keys('roavelo:limit:*')).length === 0) {
      await api.anonymous.request('GET', '/countries');
      await sleep(20);
    }
    admin.disconnect();
    inNext.disconnect();
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

  /** An hour, at once. */
  const setBack = () => {
    const { now } = Date;
    jest.spyOn(Date, 'now').mockImplementation(() => now() - HOUR_MS);
  };

  it('of an instance: locks no caller out for longer than a window, and Redis is asked again', async () => {
    await redis.kill();
    let status = 200;
    while (status === 200) ({ status } = await api.anonymous.request('GET', '/countries'));
    setBack();
    while ((await answered(1, api.anonymous)) === 0) await sleep(50);
    await redis.restart();
    const counting = new Redis(redis.url);
    while ((await counting.keys('roavelo:limit:*')).length === 0) {
      await answered(1, api.anonymous);
      await sleep(20);
    }
    counting.disconnect();
  });

  it('of Redis: a key that lives longer than its window is cut to a window', async () => {
    const counting = new Redis(redis.url);
    let status = 200;
    while (status === 200) ({ status } = await api.anonymous.request('GET', '/countries'));
    // What an hour back leaves: Redis keeps the time at which a key ends.
    const [key = ''] = await counting.keys('roavelo:limit:*');
    await counting.pexpire(key, HOUR_MS);
    const refused = await api.anonymous.request('GET', '/countries');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3']);
    expect(await counting.pttl(key)).toBeLessThanOrEqual(3000);
    counting.disconnect();
  });
});

it('an instance that is late itself does not take Redis for away', async () => {
  const redis = await startRedis();
  const api = await startTestApp({ REDIS_URL: redis.url, RATE_LIMIT_MAX: '1000' });
  const fallbacks = async () =>
    /^rate_limit_fallbacks_total (\d+)$/m.exec(
      String((await api.anonymous.request('GET', '//metrics')).body),
    )?.[1];
  const counting = new Redis(redis.url);
  while ((await counting.keys('roavelo:limit:*')).length === 0) {
    await api.anonymous.request('GET', '/countries');
    await sleep(20);
  }
  counting.disconnect();
  const before = await fallbacks();
  interface Counting {
    redis: { countInWindow(...args: unknown[]): unknown };
  }
  const { redis: client } = api.app.get<unknown, Counting>(RateLimits);
  const count: (...args: unknown[]) => unknown = client.countInWindow.bind(client);
  jest.spyOn(client, 'countInWindow').mockImplementationOnce((...args) => {
    const answer = count(...args);
    // Sent, and answered while this process does something else for longer than Redis may take.
    setImmediate(() => {
      const end = performance.now() + 600;
      while (performance.now() < end);
    });
    return answer;
  });
  await api.anonymous.request('GET', '/countries');
  expect(await fallbacks()).toBe(before);
  await api.close();
  await killChildren();
});
