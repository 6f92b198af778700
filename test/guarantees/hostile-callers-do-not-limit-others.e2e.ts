import { generateKeyPairSync } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { decodeJwt, SignJWT } from 'jose';
import { TokenVerifier } from '../../src/auth/token-verifier.js';
import { ApiClient, type ApiResponse } from '../support/api-client.js';
import { killChildren } from '../support/child.js';
import { eventually } from '../support/eventually.js';
import { metricOf, metricsText } from '../support/metrics.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { keyIdOf, sessionIdOf } from '../support/tokens.js';

const MAX = 5;
const foreignKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

let api: TestApp;
beforeEach(async () => {
  api = await startTestApp({ RATE_LIMIT_MAX: String(MAX) });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await api.close();
});

type Once = () => Promise<ApiResponse>;

/** Sends requests one after the other. A 429 comes with the budget that it names. */
async function ask(times: number, once: Once): Promise<(number | string)[]> {
  const answers = [];
  for (let n = 0; n < times; n++) answers.push(outcomeOf(await once()));
  return answers;
}

function outcomeOf({ status, headers }: ApiResponse): number | string {
  if (status !== 429) return status;
  const [, budget = ''] = /^"(\w+)";q=5;w=60$/.exec(headers.get('ratelimit-policy') ?? '') ?? [];
  expect(headers.get('ratelimit')).toBe(`"${budget}";r=0;t=${headers.get('retry-after')}`);
  return `429 ${budget}`;
}

const times = (n: number, answer: number | string) => Array<number | string>(n).fill(answer);
const anonymous: Once = () => api.anonymous.request('GET', '/countries/JP');
const forged: Once = () => api.withToken('e30.e30.e30').request('GET', '/users/me');
/** A first request, with a token that no instance has verified. */
const newcomer: Once = async () => (await api.signUp()).request('GET', '/users/me');

/** A token with the right issuer and key id, signed by another key: it costs a signature check. */
async function signedByAnother(): Promise<string> {
  const { token } = await api.signUp();
  return new SignJWT(decodeJwt(token))
    .setProtectedHeader({ alg: 'RS256', kid: keyIdOf(token), typ: 'JWT' })
    .sign(foreignKey);
}

describe('an address has three budgets', () => {
  it('`address` counts requests without a token, and no others', async () => {
    expect(await ask(7, anonymous)).toEqual([...times(MAX, 200), ...times(2, '429 address')]);
    expect(await ask(2, newcomer)).toEqual([200, 200]);
    expect(await ask(MAX + 1, forged)).toEqual([...times(MAX, 401), '429 refused']);
  });

  it('`refused` counts bad tokens, and nothing else', async () => {
    expect(await ask(7, forged)).toEqual([...times(MAX, 401), ...times(2, '429 refused')]);
    expect(await ask(2, newcomer)).toEqual([200, 200]);
    expect(await ask(MAX + 1, anonymous)).toEqual([...times(MAX, 200), '429 address']);
    const body = await metricsText(api.anonymous.url);
    expect(body).toMatch(/^rate_limited_total\{scope="refused"\} 2$/m);
    expect(body).toMatch(/^rate_limited_total\{scope="address"\} 1$/m);
    expect(body).toMatch(/^tokens_refused_total\{reason="malformed"\} 5$/m);
  });

  it('`subject` counts good tokens, which use up no budget of the address', async () => {
    const ann = await api.join();
    expect(await ask(MAX, () => ann.request('GET', '/users/me'))).toEqual([
      ...times(MAX - 1, 200),
      '429 subject',
    ]);
    const fresh = await api.clerk.mintToken(ann.clerkId, { expiresInSeconds: 120 });
    expect(await ask(1, () => api.withToken(fresh).request('GET', '/countries'))).toEqual(['429 subject']);
    expect(await ask(MAX + 1, anonymous)).toEqual([...times(MAX, 200), '429 address']);
    expect(await ask(MAX + 1, forged)).toEqual([...times(MAX, 401), '429 refused']);
    expect(await ask(1, newcomer)).toEqual([200]);
  });

  it('with `address` and `refused` used up, a known token and a new one of the same subject are served', async () => {
    const ann = await api.join();
    await ask(MAX + 1, anonymous);
    await ask(MAX + 1, forged);
    const fresh = await api.clerk.mintToken(ann.clerkId, { expiresInSeconds: 120 });
    expect((await ann.request('GET', '/users/me')).status).toBe(200);
    expect((await api.withToken(fresh).request('GET', '/users/me')).status).toBe(200);
  });
});

describe('what counts as a bad token', () => {
  const second = () => Math.floor(Date.now() / 1000);
  type Mint = Parameters<TestApp['clerk']['mintToken']>[1];
  const minted = (options: Mint) => async () =>
    `Bearer ${await api.clerk.mintToken((await api.signUp()).clerkId, options)}`;
  const cases: [string, () => Promise<string>][] = [
    ['a malformed token', () => Promise.resolve('Bearer a.b.c')],
    ['a header without a space', async () => `Bearer${(await api.signUp()).token}`],
    ['another scheme', () => Promise.resolve('Basic YTpi')],
    ['another issuer', minted({ claims: { iss: 'https://other.example' } })],
    [
      'an expired token',
      minted({ claims: { exp: second() - 60, nbf: second() - 120, iat: second() - 120 } }),
    ],
    ['a wrong signature', async () => `Bearer ${await signedByAnother()}`],
    ['an unknown key', minted({ header: { kid: 'ins_unknown' } })],
  ];

  it.each(cases)('%s: 401, and 429 once the budget is used up', async (_what, make) => {
    const headers = { authorization: await make() };
    const once: Once = () => api.anonymous.request('GET', '/users/me', { headers });
    expect(await ask(MAX + 1, once)).toEqual([...times(MAX, 401), '429 refused']);
    expect(await ask(2, newcomer)).toEqual([200, 200]);
  });

  it('also on a public route, which answers it until then, and on a path that does not exist', async () => {
    const bad = api.withToken('e30.e30.e30');
    expect(await ask(MAX - 1, () => bad.request('GET', '/countries/JP'))).toEqual(times(MAX - 1, 200));
    expect(await ask(1, () => bad.request('GET', '/nothing'))).toEqual([404]);
    expect(await ask(1, () => bad.request('GET', '/countries/JP'))).toEqual(['429 refused']);
    expect(await ask(1, anonymous)).toEqual([200]);
  });

  it.each<[string, (ann: Awaited<ReturnType<TestApp['join']>>) => Promise<unknown>, number]>([
    [
      'suspended',
      ({ clerkId }) =>
        api.db.collection('users').updateOne({ clerkId }, { $set: { suspendedAt: new Date() } }),
      403,
    ],
    ['signed out', (ann) => revoke(ann), 401],
    ['deleted', (ann) => ann.request('DELETE', '/users/me').then(() => api.deletionOf(ann)), 401],
  ])('not the token of a user who is %s: it counts for its subject', async (_what, end, status) => {
    const ann = await api.join();
    await end(ann);
    const answers = await ask(MAX, () => ann.request('GET', '/users/me'));
    expect([answers[0], answers.at(-1)]).toEqual([status, '429 subject']);
    expect(await ask(MAX + 1, forged)).toEqual([...times(MAX, 401), '429 refused']);
    expect(await ask(MAX + 1, anonymous)).toEqual([...times(MAX, 200), '429 address']);
  });

  const revoke = ({ clerkId, token }: { clerkId: string; token: string }) =>
    api.clerk.deliverWebhook({
      type: 'session.revoked',
      data: { id: sessionIdOf(token), user_id: clerkId },
    });

  it('not a token that cannot be verified while Clerk is away: 503, and no budget is used', async () => {
    const undo = api.clerk.fail({ path: /jwks/, mode: 'refuse' });
    const ann = await api.signUp();
    const away = await Promise.all(times(MAX + 2, 0).map(() => ann.request('GET', '/users/me')));
    expect(away.map(outcomeOf)).toEqual(times(MAX + 2, 503));
    undo();
    expect(await ask(MAX + 1, forged)).toEqual([...times(MAX, 401), '429 refused']);
  });
});

describe('with the refused budget of the address used up', () => {
  it('200 new users are served while bad requests from their address continue', async () => {
    const tokens = await Promise.all(times(20, 0).map(signedByAnother));
    const people = await Promise.all(times(200, 0).map(() => api.signUp()));
    await ask(MAX + 1, anonymous);
    await ask(MAX + 1, forged);
    let isOver = false;
    const flood = tokens.map(async (token, n) => {
      const statuses = new Set<number>();
      const hostile = n % 2 === 0 ? api.withToken(token) : api.anonymous;
      while (!isOver) {
        const { status } = await hostile.request('GET', '/countries/JP');
        statuses.add(status);
      }
      return [...statuses];
    });
    const answers = await Promise.all(people.map((person) => person.request('GET', '/users/me'))).finally(
      () => {
        isOver = true;
      },
    );
    expect(new Set(answers.map(outcomeOf))).toEqual(new Set([200]));
    expect(new Set((await Promise.all(flood)).flat())).toEqual(new Set([429]));
  });

  it('Clerk is not asked for unknown keys', async () => {
    const ann = await api.join();
    await ask(MAX + 1, forged);
    const fetched = api.clerk.requestCount('GET', '/v1/jwks');
    const tokens = await Promise.all(
      times(50, 0).map((_, n) => api.clerk.mintToken(ann.clerkId, { header: { kid: `ins_forged${n}` } })),
    );
    const answers = await Promise.all(
      tokens.map((token) => api.withToken(token).request('GET', '/users/me')),
    );
    expect(new Set(answers.map(outcomeOf))).toEqual(new Set(['429 refused']));
    expect(api.clerk.requestCount('GET', '/v1/jwks')).toBe(fetched);
    expect(await ask(1, newcomer)).toEqual([200]);
  });

  it('tokens are verified one at a time, and at most 1,000 wait', async () => {
    const MAX_WAITING = 1000;
    await ask(MAX + 1, forged);
    const verifier = api.app.get(TokenVerifier);
    const verify = verifier.verify.bind(verifier);
    const gate = Promise.withResolvers<undefined>();
    const full = Promise.withResolvers<undefined>();
    let running = 0;
    let maxRunning = 0;
    jest.spyOn(verifier, 'verify').mockImplementation(async (...args) => {
      maxRunning = Math.max(maxRunning, ++running);
      await gate.promise;
      return verify(...args).finally(() => running--);
    });
    const sent = times(MAX_WAITING + 1, 0).map(async () => {
      const answer = await send();
      // The first one holds all others.
      full.resolve(undefined);
      return answer;
    });
    await full.promise;
    expect(running).toBe(1);
    const ann = await api.signUp();
    gate.resolve(undefined);
    const policies = await Promise.all(sent);
    expect(
      policies.filter((policy) => policy === '429 "refused";q=1000;qu="concurrent-requests"'),
    ).toHaveLength(1);
    expect(policies.filter((policy) => policy === '429 "refused";q=5;w=60')).toHaveLength(MAX_WAITING);
    expect(maxRunning).toBe(1);
    await ann.get('/users/me');
  });

  /** `ApiClient` is too slow for so many requests. */
  const send = () =>
    new Promise<string>((resolve, reject) => {
      const headers = { authorization: 'Bearer e30.e30.e30', connection: 'close' };
      httpRequest(`${api.anonymous.url}/api/v2/users/me`, { headers, agent: false }, (answer) => {
        answer.resume();
        resolve(`${answer.statusCode} ${String(answer.headers['ratelimit-policy'])}`);
      })
        .on('error', reject)
        .end();
    });
});

describe('two instances with Redis', () => {
  let redis: RedisServer;
  let shared: TestApp;
  let first: string;
  let second: string;
  beforeEach(async () => {
    redis = await startRedis();
    shared = await startTestApp({ REDIS_URL: redis.url, RATE_LIMIT_MAX: String(MAX) });
    first = shared.anonymous.url;
    second = await shared.secondInstance();
    for (const url of [first, second]) await untilCountedByRedis(url);
  });
  afterEach(async () => {
    await shared.close();
  });
  afterAll(() => killChildren());

  /** Sends requests of a subject of its own until the instance has connected to Redis. */
  async function untilCountedByRedis(url: string): Promise<void> {
    const { token } = await shared.signUp();
    const fallbacks = () => metricOf(url, 'rate_limit_fallbacks_total');
    await eventually(`Redis counts requests to ${url}`, async () => {
      const before = await fallbacks();
      await at(url, token).request('GET', '/users/me');
      return (await fallbacks()) === before;
    });
  }

  const at = (url: string, token: string) => new ApiClient(url, `Bearer ${token}`);

  it('count bad tokens together, exactly; an instance that has no keys yet still serves good ones', async () => {
    const third = await shared.secondInstance();
    const both = times(20, 0).map((_, n) =>
      at(n % 2 === 0 ? first : second, `e30.e30.${'A'.repeat(4 * (n + 1))}`),
    );
    const answers = await Promise.all(both.map((client) => client.request('GET', '/users/me')));
    expect(answers.map(outcomeOf).sort()).toEqual([...times(MAX, 401), ...times(15, '429 refused')]);
    for (const url of [first, second, third]) {
      await at(url, (await shared.signUp()).token).get('/users/me');
      expect((await new ApiClient(url).request('GET', '/countries/JP')).status).toBe(200);
    }
  });

  it('count each alone while Redis is away, and serve good tokens', async () => {
    await redis.kill();
    for (const url of [first, second]) {
      const bad = at(url, 'e30.e30.e30');
      expect(await ask(MAX + 1, () => bad.request('GET', '/users/me'))).toEqual([
        ...times(MAX, 401),
        '429 refused',
      ]);
      await at(url, (await shared.signUp()).token).get('/users/me');
    }
  });
});
