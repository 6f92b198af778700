import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { killChildren } from '../support/child.js';
import { operations } from '../support/document.js';
import { eventually } from '../support/eventually.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Every operation, with any parameters: limits come first. */
const all = operations().map(({ method, path, operation }) => ({
  method: method.toUpperCase(),
  path: path.replaceAll(/\{\w+\}/g, 'x'),
  statuses: Object.keys(operation.responses),
}));
const WEBHOOKS = '/api/v2/webhooks/clerk';
const PROBE_ROUTES = ['/health/live', '/health/ready', '/metrics'];

/** Runs `work` while the monotonic clock, by which windows are measured, is ahead. */
async function inFuture<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const now = performance.now.bind(performance);
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + ms);
  try {
    return await work();
  } finally {
    clock.mockRestore();
  }
}

describe('rate limits', () => {
  let api: TestApp;
  beforeAll(async () => {
    api = await startTestApp({ RATE_LIMIT_MAX: '1', CORS_ORIGINS: 'https://app.example' });
    await api.anonymous.get('/countries');
  });
  afterAll(() => api.close());

  it.each(all.filter(({ path, statuses }) => path !== WEBHOOKS && statuses.includes('429')))(
    '429 rate_limited: $method $path',
    async ({ method, path }) => {
      expect(await api.anonymous.problem(method, `/${path}`)).toBe('429 rate_limited');
    },
  );

  it('exempt probes, and webhooks unless they are refused: one address delivers for all users', async () => {
    const unlimited = all.filter(({ statuses }) => !statuses.includes('429')).map(({ path }) => path);
    expect(unlimited.sort()).toEqual(PROBE_ROUTES);
    for (const path of PROBE_ROUTES) {
      expect((await api.anonymous.request('GET', `/${path}`)).status).toBe(200);
    }
    expect(await api.anonymous.problem('POST', '/webhooks/clerk')).toBe('400 missing_svix_headers');
  });

  it('name the time of the next window, in headers that a browser may read', async () => {
    const { status, headers } = await api.anonymous.request('GET', '/countries', {
      headers: { origin: 'https://app.example' },
    });
    expect(status).toBe(429);
    expect(headers.get('ratelimit-policy')).toBe('"address";q=1;w=60');
    const [, seconds = ''] = /^"address";r=0;t=(\d+)$/.exec(headers.get('ratelimit') ?? '') ?? [];
    expect(headers.get('retry-after')).toBe(seconds);
    expect(Number(seconds)).toBeGreaterThan(0);
    expect(Number(seconds)).toBeLessThanOrEqual(60);
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(headers.get('access-control-expose-headers')).toMatch('retry-after');
  });
});

describe('rate limits of subjects', () => {
  let api: TestApp;
  beforeAll(async () => {
    api = await startTestApp({ RATE_LIMIT_MAX: '10', RATE_LIMIT_WINDOW_MS: '5000' });
  });
  afterAll(() => api.close());

  it('count each signed-in caller separately from others at its address, until the window ends', async () => {
    const [ann, ben] = [await api.signUp(), await api.signUp()];
    const first = await Promise.all(Array.from({ length: 9 }, () => ann.request('GET', '/users/me')));
    await ben.get('/users/me');
    const over = await Promise.all(Array.from({ length: 9 }, () => ann.request('GET', '/users/me')));
    expect(first.map(({ status }) => status)).toEqual(Array(9).fill(200));
    expect(over.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = over.find(({ status }) => status === 429)?.headers;
    expect(refused?.get('ratelimit-policy')).toBe('"subject";q=10;w=5');
    await ben.get('/users/me');
    const seconds = Number(refused?.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    await inFuture(seconds * 1000, () => ann.get('/users/me'));
  });

  it('are a tenth for expensive operations', async () => {
    const ann = await api.join();
    await ann.get('/users/me/export');
    const { status, headers } = await ann.request('GET', '/users/me/export');
    expect([status, headers.get('ratelimit-policy')]).toEqual([429, '"expensive";q=1;w=5']);
    const batch = { body: { items: [] } };
    expect(await ann.problem('POST', '/users/me/wishlist/batch', batch)).toBe('429 rate_limited');
    await ann.get('/users/me');
  });
});

describe('the budget of a request', () => {
  let api: TestApp;
  beforeEach(async () => {
    api = await startTestApp({ RATE_LIMIT_MAX: '10', TRUST_PROXY: '127.0.0.1' });
  });
  afterEach(() => api.close());

  /** The statuses of some requests in sequence, and the budget of the last one. */
  async function ask(times: number, once: () => ReturnType<ApiClient['request']>) {
    const answers = [];
    for (let n = 0; n < times; n++) answers.push(await once());
    const policy = answers.at(-1)?.headers.get('ratelimit-policy') ?? '';
    return { statuses: answers.map(({ status }) => status), by: /^"(\w+)"/.exec(policy)?.[1] };
  }

  it.each([
    ['a public route', (of: ApiClient) => of.request('GET', '/countries/JP'), 200],
    ['an unknown path', (of: ApiClient) => of.request('GET', '/nothing'), 404],
    ['a malformed body', (of: ApiClient) => of.request('PATCH', '/users/me', { body: '{' }), 400],
    ['their own profile', (of: ApiClient) => of.request('GET', '/users/me'), 200],
  ])('with a good token: the subject’s, also for %s', async (_where, once, status) => {
    const [ann, ben] = [await api.signUp(), await api.signUp()];
    const { statuses, by } = await ask(11, () => once(ann));
    expect([statuses.at(0), statuses.at(9), statuses.at(10), by]).toEqual([status, status, 429, 'subject']);
    expect((await once(ben)).status).toBe(status);
  });

  it('with new good tokens: never the address’s, for any number of users', async () => {
    const { statuses } = await ask(25, async () => (await api.signUp()).request('GET', '/countries/JP'));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it('with forged tokens: the refused budget of the address; good tokens are still accepted', async () => {
    const known = await api.signUp();
    await known.request('GET', '/countries/JP');
    const { statuses, by } = await ask(11, () => api.withToken('e30.e30.e30').request('GET', '/users/me'));
    expect([statuses.at(0), statuses.at(9), statuses.at(10), by]).toEqual([401, 401, 429, 'refused']);
    expect((await (await api.signUp()).request('GET', '/countries/JP')).status).toBe(200);
    expect((await known.request('GET', '/countries/JP')).status).toBe(200);
  });

  it('a forged token is verified once, although limits and guard both need the result', async () => {
    expect((await api.withToken('e30.e30.e30').request('GET', '/users/me')).status).toBe(401);
    const { body } = await api.anonymous.request('GET', '//metrics');
    expect(body).toMatch(/^token_cache_lookups_total\{result="miss"\} 1$/m);
  });

  it('no address is forgotten for another, however many there are', async () => {
    const from = (address: string) =>
      fetch(`${api.anonymous.url}/api/v2/countries/JP`, { headers: { 'x-forwarded-for': address } });
    for (let n = 0; n < 11; n++) await from('192.0.2.1');
    expect((await from('192.0.2.1')).status).toBe(429);
    for (let n = 0; n < 6000; n += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, i) => from(`10.0.${Math.floor((n + i) / 250)}.${(n + i) % 250}`)),
      );
    }
    expect((await from('192.0.2.1')).status).toBe(429);
  });
});

describe('rate limits with Redis', () => {
  let redis: RedisServer;
  let api: TestApp;
  let other: ApiClient;
  beforeAll(async () => {
    redis = await startRedis();
    api = await startTestApp({ REDIS_URL: redis.url, RATE_LIMIT_MAX: '10' });
    other = new ApiClient(await api.secondInstance());
  });
  afterAll(async () => {
    await api.close();
    await killChildren();
  });

  /** How many of twelve requests to each instance are answered with 200. */
  const answered = async () => {
    const statuses = [];
    for (let i = 0; i < 12; i++) {
      for (const client of [api.anonymous, other]) {
        statuses.push((await client.request('GET', '/countries')).status);
      }
    }
    expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
    return statuses.filter((status) => status === 200).length;
  };

  it('are shared by all instances, and counted by each while Redis is away', async () => {
    expect(await answered()).toBe(10);
    await redis.kill();
    expect(await answered()).toBe(20);
    expect(await (await fetch(`${api.anonymous.url}/metrics`)).text()).toMatch(
      /^rate_limit_fallbacks_total [1-9]/m,
    );
    await redis.restart();
    // Both have used up their own budgets: what is answered now is counted in Redis.
    const answeredBy = async (client: ApiClient) =>
      (await client.request('GET', '/countries')).status === 200;
    await eventually('the first instance has Redis', () => answeredBy(api.anonymous));
    await eventually('the second instance has Redis', () => answeredBy(other));
    let more = 2;
    for (let n = 0; n < 12; n++) if (await answeredBy(other)) more++;
    expect(more).toBe(10);
    expect(await answeredBy(api.anonymous)).toBe(false);
  });
});

describe('an overloaded instance', () => {
  let api: TestApp;
  beforeAll(async () => {
    api = await startTestApp({ OVERLOAD_EVENT_LOOP_DELAY_MS: '100' });
  });
  afterAll(() => api.close());

  it('answers everything but health and metrics with 503 overloaded, and recovers', async () => {
    const shed = () =>
      Promise.all(
        all
          .filter(({ path }) => !PROBE_ROUTES.includes(path))
          .map(async ({ method, path }) => {
            const { status, headers, body } = await api.anonymous.request(method, `/${path}`);
            return [status, headers.get('retry-after'), (body as { code?: string }).code].join(' ');
          }),
      );
    const spared = () =>
      Promise.all(PROBE_ROUTES.map(async (path) => (await api.anonymous.request('GET', `/${path}`)).status));
    // A turn of the event loop longer than a sample; the next sample decides for a second.
    const statuses = await eventually('every operation is refused', async () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
      await api.anonymous.request('GET', '/countries');
      const [answers, ofProbes] = await Promise.all([shed(), spared()]);
      expect(new Set(answers)).toEqual(new Set(['503 2 overloaded']));
      return ofProbes;
    });
    expect(new Set(statuses)).toEqual(new Set([200]));
    await eventually('requests are accepted again', async () => {
      const { status } = await api.anonymous.request('GET', '/countries');
      return status === 200;
    });
  });
});
