import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { killChildren } from '../support/child.js';
import { ApiClient } from '../support/api-client.js';
import { operations } from '../support/document.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Every operation, at an address of its shape: limits come before anything is looked at. */
const all = operations().map(({ method, path, operation }) => ({
  method: method.toUpperCase(),
  path: path.replaceAll(/\{\w+\}/g, 'x'),
  statuses: Object.keys(operation.responses),
}));
const WEBHOOKS = '/api/v2/webhooks/clerk';
const PROBE_ROUTES = ['/health/live', '/health/ready', '/metrics'];

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

  it('leave out what machines ask, and webhooks but refused ones: one address delivers for everybody', async () => {
    const unlimited = all.filter(({ statuses }) => !statuses.includes('429')).map(({ path }) => path);
    expect(unlimited.sort()).toEqual(PROBE_ROUTES);
    for (const path of PROBE_ROUTES) {
      expect((await api.anonymous.request('GET', `/${path}`)).status).toBe(200);
    }
    expect(await api.anonymous.problem('POST', '/webhooks/clerk')).toBe('400 missing_svix_headers');
  });

  it('tell when to go on, in headers that a browser may read', async () => {
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

  it('count each signed-in caller alone, whoever shares the address, until the window is over', async () => {
    const [ann, ben] = [await api.signUp(), await api.signUp()];
    const first = await Promise.all(Array.from({ length: 9 }, () => ann.request('GET', '/users/me')));
    await ben.get('/users/me');
    const over = await Promise.all(Array.from({ length: 9 }, () => ann.request('GET', '/users/me')));
    expect(first.map(({ status }) => status)).toEqual(Array(9).fill(200));
    expect(over.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = over.find(({ status }) => status === 429)?.headers;
    expect(refused?.get('ratelimit-policy')).toBe('"subject";q=10;w=5');
    await ben.get('/users/me');
    await sleep(Number(refused?.get('retry-after')) * 1000);
    await ann.get('/users/me');
  });

  it('are a tenth for expensive calls', async () => {
    const ann = await api.join();
    await ann.get('/users/me/export');
    const { status, headers } = await ann.request('GET', '/users/me/export');
    expect([status, headers.get('ratelimit-policy')]).toEqual([429, '"expensive";q=1;w=5']);
    await ann.get('/users/me');
  });
});

describe('whom a request counts for', () => {
  let api: TestApp;
  beforeEach(async () => {
    api = await startTestApp({ RATE_LIMIT_MAX: '10', TRUST_PROXY: '127.0.0.1' });
  });
  afterEach(() => api.close());

  /** The statuses of so many requests, one after the other, and what the last one was counted by. */
  async function ask(times: number, once: () => ReturnType<ApiClient['request']>) {
    const answers = [];
    for (let n = 0; n < times; n++) answers.push(await once());
    const policy = answers.at(-1)?.headers.get('ratelimit-policy') ?? '';
    return { statuses: answers.map(({ status }) => status), by: /^"(\w+)"/.exec(policy)?.[1] };
  }

  it.each([
    ['a public route', (of: ApiClient) => of.request('GET', '/countries/JP'), 200],
    ['an address that is none', (of: ApiClient) => of.request('GET', '/nothing'), 404],
    ['a body that is broken', (of: ApiClient) => of.request('PATCH', '/users/me', { body: '{' }), 400],
    ['their own profile', (of: ApiClient) => of.request('GET', '/users/me'), 200],
  ])('somebody signed in: for them, at %s as well', async (_where, once, status) => {
    const [ann, ben] = [await api.signUp(), await api.signUp()];
    const { statuses, by } = await ask(11, () => once(ann));
    expect([statuses.at(0), statuses.at(9), statuses.at(10), by]).toEqual([status, status, 429, 'subject']);
    expect((await once(ben)).status).toBe(status);
  });

  it('new good tokens: not for the address, however many people are behind it', async () => {
    const { statuses } = await ask(25, async () => (await api.signUp()).request('GET', '/countries/JP'));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it('forged tokens: for the refused ones of the address; good tokens still get in from there', async () => {
    const known = await api.signUp();
    await known.request('GET', '/countries/JP');
    const { statuses, by } = await ask(11, () => api.withToken('e30.e30.e30').request('GET', '/users/me'));
    expect([statuses.at(0), statuses.at(9), statuses.at(10), by]).toEqual([401, 401, 429, 'refused']);
    expect((await (await api.signUp()).request('GET', '/countries/JP')).status).toBe(200);
    expect((await known.request('GET', '/countries/JP')).status).toBe(200);
  });

  it('a forged token: its signature is checked once, although limits and guard both ask for it', async () => {
    expect((await api.withToken('e30.e30.e30').request('GET', '/users/me')).status).toBe(401);
    const { body } = await api.anonymous.request('GET', '//metrics');
    expect(body).toMatch(/^token_cache_lookups_total\{result="miss"\} 1$/m);
  });

  it('as many addresses as there may be: none is forgotten for another', async () => {
    const from = (address: string) =>
      fetch(`${api.anonymous.url}/api/v2/countries/JP`, { headers: { 'x-forwarded-for': address } });
    let status = 0;
    while (status !== 429) ({ status } = await from('192.0.2.1'));
    for (let n = 0; n < 6000; n += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, i) => from(`10.0.${Math.floor((n + i) / 250)}.${(n + i) % 250}`)),
      );
    }
    ({ status } = await from('192.0.2.1'));
    expect(status).toBe(429);
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

  /** How many of twelve requests to each instance were answered. */
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

  it('are shared by all instances, and counted by each alone while Redis is away', async () => {
    expect(await answered()).toBe(10);
    await redis.kill();
    expect(await answered()).toBe(20);
    expect(await (await fetch(`${api.anonymous.url}/metrics`)).text()).toMatch(
      /^rate_limit_fallbacks_total [1-9]/m,
    );
    await redis.restart();
    // Both have used up what they count alone, so what is answered now is counted in Redis. Its clients pause between attempts.
    const answeredBy = async (client: ApiClient) =>
      (await client.request('GET', '/countries')).status === 200;
    while (!(await answeredBy(api.anonymous))) await sleep(50);
    while (!(await answeredBy(other))) await sleep(50);
    let more = 2;
    while (await answeredBy(other)) more++;
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

  it('turns everything away but health and metrics with 503 overloaded, and recovers', async () => {
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
    let answers: string[] = [];
    let statuses: number[] = [];
    // A turn of the loop that lasts longer than a sample; the sample after it decides for a second, in which all must be asked.
    while (!answers.every((answer) => answer === '503 2 overloaded') || answers.length === 0) {
      const end = Date.now() + 1500;
      while (Date.now() < end);
      await api.anonymous.request('GET', '/countries');
      [answers, statuses] = await Promise.all([shed(), spared()]);
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
    let status = 503;
    while (status !== 200) {
      await sleep(100);
      ({ status } = await api.anonymous.request('GET', '/countries'));
    }
  });
});
