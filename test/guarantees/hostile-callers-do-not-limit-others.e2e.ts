import { generateKeyPairSync } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { TokenVerifier } from '../../src/auth/token-verifier.js';
import { ApiClient, type ApiResponse } from '../support/api-client.js';
import { killChildren } from '../support/child.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

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

/** The statuses of so many requests, one after the other; a 429 with the budget that was used up. */
async function ask(times: number, once: Once): Promise<(number | string)[]> {
  const answers = [];
  for (let n = 0; n < times; n++) answers.push(tell(await once()));
  return answers;
}

function tell({ status, headers }: ApiResponse): number | string {
  if (status !== 429) return status;
  const [, budget = ''] = /^"(\w+)";q=5;w=60$/.exec(headers.get('ratelimit-policy') ?? '') ?? [];
  expect(headers.get('ratelimit')).toBe(`"${budget}";r=0;t=${headers.get('retry-after')}`);
  return `429 ${budget}`;
}

const times = (n: number, answer: number | string) => Array<number | string>(n).fill(answer);
const anonymous: Once = () => api.anonymous.request('GET', '/countries/JP');
const forged: Once = () => api.withToken('e30.e30.e30').request('GET', '/users/me');
/** Of somebody whose token was never seen here. */
const newcomer: Once = async () => (await api.signUp()).request('GET', '/users/me');

/** A token of the right issuer and key id, signed by another key: it costs a signature check. */
async function signedByAnother(): Promise<string> {
  const { token } = await api.signUp();
  const { kid = '' } = decodeProtectedHeader(token);
  return new SignJWT(decodeJwt(token)).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(foreignKey);
}

describe('an address has three budgets', () => {
  it('`address`: of requests without a token, which cost the others nothing', async () => {
    expect(await ask(7, anonymous)).toEqual([...times(MAX, 200), ...times(2, '429 address')]);
    expect(await ask(2, newcomer)).toEqual([200, 200]);
    expect(await ask(MAX + 1, forged)).toEqual([...times(MAX, 401), '429 refused']);
  });

  it('`refused`: of bad tokens, which cost the others nothing', async () => {
    expect(await ask(7, forged)).toEqual([...times(MAX, 401), ...times(2, '429 refused')]);
    expect(await ask(2, newcomer)).toEqual([200, 200]);
    expect(await ask(MAX + 1, anonymous)).toEqual([...times(MAX, 200), '429 address']);
    const { body } = await api.anonymous.request('GET', '//metrics');
    expect(body).toMatch(/^rate_limited_total\{scope="refused"\} 2$/m);
    expect(body).toMatch(/^rate_limited_total\{scope="address"\} 1$/m);
    expect(body).toMatch(/^tokens_refused_total\{reason="malformed"\} 5$/m);
  });

  it('`subject`: of good tokens, which cost the address nothing', async () => {
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

  it('with both of the address used up, a remembered token and a new one of the same subject are served', async () => {
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
    ['no token of a form', () => Promise.resolve('Bearer a.b.c')],
    ['a header without a space', async () => `Bearer${(await api.signUp()).token}`],
    ['another scheme', () => Promise.resolve('Basic YTpi')],
    ['another issuer', minted({ claims: { iss: 'https://other.example' } })],
    ['an ended token', minted({ claims: { exp: second() - 60, nbf: second() - 120, iat: second() - 120 } })],
    ['a wrong signature', async () => `Bearer ${await signedByAnother()}`],
    ['an unknown key', minted({ header: { kid: 'ins_unknown' } })],
  ];

  it.each(cases)('%s: 401, and 429 once the budget is used up', async (_what, make) => {
    const headers = { authorization: await make() };
    const once: Once = () => api.anonymous.request('GET', '/users/me', { headers });
    expect(await ask(MAX + 1, once)).toEqual([...times(MAX, 401), '429 refused']);
    expect(await ask(2, newcomer)).toEqual([200, 200]);
  });

  it('also on a public route, which answers it all the same until then, and where there is nothing', async () => {
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
  ])('not that of a user who is %s: it counts for its subject', async (_what, end, status) => {
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
      data: { id: decodeJwt(token)['sid'], user_id: clerkId },
    });

  it('not one that cannot be judged while Clerk is away: 503, and it costs nothing', async () => {
    const undo = api.clerk.fail({ path: /jwks/, mode: 'refuse' });
    const ann = await api.signUp();
    const away = await Promise.all(times(MAX + 2, 0).map(() => ann.request('GET', '/users/me')));
    expect(away.map(tell)).toEqual(times(MAX + 2, 503));
    undo();
    expect(await ask(MAX + 1, forged)).toEqual([...times(MAX, 401), '429 refused']);
  });
});

describe('with the refused budget of the address used up', () => {
  it('200 newcomers get in beside a neighbour who goes on', async () => {
    const tokens = await Promise.all(times(20, 0).map(signedByAnother));
    const people = await Promise.all(times(200, 0).map(() => api.signUp()));
    await ask(MAX + 1, anonymous);
    await ask(MAX + 1, forged);
    let isOver = false;
    const flood = tokens.map(async (token, n) => {
      const statuses = new Set<number>();
      const hostile = n % 2 === 0 ? api.withToken(token) : api.anonymous;
      while (!isOver) statuses.add((await hostile.request('GET', '/countries/JP')).status);
      return [...statuses];
    });
    const answers = await Promise.all(people.map((person) => person.request('GET', '/users/me'))).finally(
      () => {
        isOver = true;
      },
    );
    expect(new Set(answers.map(tell))).toEqual(new Set([200]));
    expect(new Set((await Promise.all(flood)).flat())).toEqual(new Set([429]));
  });

  it('unknown keys are not asked for at Clerk', async () => {
    const ann = await api.join();
    await ask(MAX + 1, forged);
    const fetched = api.clerk.requestCount('GET', '/v1/jwks');
    const tokens = await Promise.all(
      times(50, 0).map((_, n) => api.clerk.mintToken(ann.clerkId, { header: { kid: `ins_forged${n}` } })),
    );
    const answers = await Promise.all(
      tokens.map((token) => api.withToken(token).request('GET', '/users/me')),
    );
    expect(new Set(answers.map(tell))).toEqual(new Set(['429 refused']));
    expect(api.clerk.requestCount('GET', '/v1/jwks')).toBe(fetched);
    expect(await ask(1, newcomer)).toEqual([200]);
  });

  it('tokens are verified one at a time, and 1,000 wait at most', async () => {
    const MAX_WAITING = 1000;
    await ask(MAX + 1, forged);
    const verifier = api.app.get(TokenVerifier);
    const verify = verifier.verify.bind(verifier);
    const gate = Promise.withResolvers<undefined>();
    const full = Promise.withResolvers<undefined>();
    let running = 0;
    let most = 0;
    jest.spyOn(verifier, 'verify').mockImplementation(async (...args) => {
      most = Math.max(most, ++running);
      await gate.promise;
      return verify(...args).finally(() => running--);
    });
    const sent = times(MAX_WAITING + 1, 0).map(async () => {
      const answer = await send();
      // All others are held by the first one.
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
    expect(most).toBe(1);
    await ann.get('/users/me');
  });

  /** Without the client of the other tests, which is slow for so many. */
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
    // Both have connected.
    for (const url of [first, second]) await counted(url);
  });
  afterEach(async () => {
    await shared.close();
  });
  afterAll(() => killChildren());

  /** Asks as its own subject until Redis has counted it. */
  async function counted(url: string): Promise<void> {
    const { token } = await shared.signUp();
    const fallbacks = async () =>
      /^rate_limit_fallbacks_total (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
    let before: string | undefined;
    do {
      before = await fallbacks();
      await (await fetch(`${url}/api/v2/users/me`, { headers: { authorization: `Bearer ${token}` } })).text();
    } while ((await fallbacks()) !== before);
  }

  const at = (url: string, token: string) => new ApiClient(url, `Bearer ${token}`);

  it('count bad tokens together, exactly; one that has no keys yet still serves good ones', async () => {
    const third = await shared.secondInstance();
    const both = times(20, 0).map((_, n) =>
      at(n % 2 === 0 ? first : second, `e30.e30.${'A'.repeat(4 * (n + 1))}`),
    );
    const answers = await Promise.all(both.map((client) => client.request('GET', '/users/me')));
    expect(answers.map(tell).sort()).toEqual([...times(MAX, 401), ...times(15, '429 refused')]);
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
