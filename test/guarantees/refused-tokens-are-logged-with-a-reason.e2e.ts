import { generateKeyPairSync } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt, SignJWT } from 'jose';
import { captureLogs } from '../support/logs.js';
import { metricOf } from '../support/metrics.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { encodePart, keyIdOf, sessionIdOf } from '../support/tokens.js';

const REASONS = ['issuer', 'party', 'signature', 'expired', 'not_yet_valid', 'malformed', 'revoked'];
const METRICS_TOKEN = 'metrics-token-of-the-tests';
const foreignKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

let api: TestApp;
const logs = captureLogs();
beforeAll(async () => {
  api = await startTestApp(
    { LOG_LEVEL: 'info', CLERK_AUTHORIZED_PARTIES: 'https://app.example', METRICS_TOKEN },
    logs.sink,
  );
});
beforeEach(() => {
  logs.clear();
});
afterAll(() => api.close());

/** How many tokens were refused, by reason. */
async function refused(): Promise<Record<string, number>> {
  const { body } = await api.withToken(METRICS_TOKEN).request('GET', '//metrics');
  const counted = String(body).matchAll(/^tokens_refused_total\{reason="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...counted].map(([, reason = '', count]) => [reason, Number(count)]));
}

/** Sends one request with this header: the counted reasons, the answer, and its line in the log. */
async function refusalOf(authorization: string) {
  const before = await refused();
  const headers = { authorization, 'x-request-id': `test-${Math.random().toString(36).slice(2)}` };
  const answer = await api.anonymous.request('GET', '/users/me', { headers });
  const after = await refused();
  const line = logs
    .lines()
    .find(({ requestId, msg }) => requestId === headers['x-request-id'] && msg === 'request');
  return {
    counted: REASONS.filter((reason) => after[reason] !== before[reason]),
    answer: answer.body as { status: number; code: string; detail: string },
    line,
  };
}

const seconds = () => Math.floor(Date.now() / 1000);

it('the counter of every reason starts at zero', async () => {
  const fresh = await startTestApp();
  for (const reason of REASONS)
    expect(await metricOf(fresh.anonymous.url, `tokens_refused_total{reason="${reason}"}`)).toBe(0);
  await fresh.close();
});

describe('a refused token: its reason is counted and logged, and not in the answer', () => {
  type Mint = Parameters<TestApp['clerk']['mintToken']>[1];
  const minted = (options: Mint) => async () => {
    const { clerkId } = await api.signUp();
    return `Bearer ${await api.clerk.mintToken(clerkId, options)}`;
  };
  const signedBy = async (iss: string, key = foreignKey) => {
    const { token, clerkId } = await api.signUp();
    const jwt = new SignJWT({ ...decodeJwt(token), sub: clerkId, iss });
    const header = { alg: 'RS256', kid: keyIdOf(token), typ: 'JWT' };
    return `Bearer ${await jwt.setProtectedHeader(header).sign(key)}`;
  };
  const revoked = async () => {
    const ann = await api.join();
    const data = { id: sessionIdOf(ann.token), user_id: ann.clerkId };
    await api.clerk.deliverWebhook({ type: 'session.revoked', data });
    return `Bearer ${ann.token}`;
  };
  /** A user with so many ended sessions that all earlier tokens are refused. */
  const ended = async () => {
    const ann = await api.join();
    await api.db
      .collection('users')
      .updateOne({ clerkId: ann.clerkId }, { $set: { tokensFrom: new Date() } });
    return `Bearer ${ann.token}`;
  };

  it.each<[string, () => Promise<string> | string, string, Record<string, unknown>]>([
    [
      'of another issuer',
      minted({ claims: { iss: 'https://other.clerk.example' } }),
      'issuer',
      { part: 'claims.iss', issuer: 'https://other.clerk.example', kid: expect.stringMatching(/^ins_/) },
    ],
    ['of another Clerk instance', () => signedBy('https://other.example/__clerk'), 'issuer', {}],
    [
      'of our issuer with a slash after it',
      async () => minted({ claims: { iss: `${api.clerk.issuer}/` } })(),
      'issuer',
      { part: 'claims.iss' },
    ],
    ['of a foreign app', minted({ azp: 'https://evil.example' }), 'party', { part: 'claims.azp' }],
    ['signed by another key', () => signedBy(api.clerk.issuer), 'signature', { part: 'signature' }],
    [
      'by an unknown key',
      minted({ header: { kid: 'ins_unknown' } }),
      'signature',
      { part: 'header.kid', kid: 'ins_unknown' },
    ],
    [
      'that has expired',
      minted({ claims: { iat: seconds() - 120, nbf: seconds() - 120, exp: seconds() - 60 } }),
      'expired',
      { part: 'claims.exp', code: 'token_expired' },
    ],
    [
      'that is not valid yet',
      minted({ claims: { nbf: seconds() + 600 } }),
      'not_yet_valid',
      { part: 'claims.nbf' },
    ],
    [
      'that was issued in the future',
      minted({ claims: { iat: seconds() + 600, exp: seconds() + 660 } }),
      'not_yet_valid',
      { part: 'claims.iat' },
    ],
    ['with another algorithm', minted({ header: { alg: 'RS512' } }), 'malformed', { part: 'header.alg' }],
    [
      'without a signature',
      () => `Bearer ${encodePart({ alg: 'none' })}.e30.`,
      'malformed',
      { part: 'token' },
    ],
    ['of a template', minted({ header: { cat: 'cl_B7d4PD222AAA' } }), 'malformed', { part: 'header.cat' }],
    ['with a key of its own', minted({ header: { jwk: {} } }), 'malformed', { part: 'header' }],
    ['of a machine', minted({ claims: { sub: 'mch_2abc' } }), 'malformed', { part: 'claims.sub' }],
    ['of a pending session', minted({ claims: { sts: 'pending' } }), 'malformed', { part: 'claims.sts' }],
    [
      'that lives for two days',
      minted({ claims: { exp: seconds() + 172_800 } }),
      'malformed',
      { part: 'claims.exp' },
    ],
    [
      'of a malformed actor',
      minted({ claims: { act: { sub: 7 } } }),
      'malformed',
      { part: 'claims.act.sub' },
    ],
    [
      'whose claims are not JSON',
      () => `Bearer ${encodePart({ alg: 'RS256', kid: 'k' })}.e30A.e30`,
      'malformed',
      { part: 'claims' },
    ],
    ['in base64 with padding', () => 'Bearer e30.e30.e30=', 'malformed', { part: 'token' }],
    ['of four segments', () => 'Bearer a.b.c.d', 'malformed', { part: 'token' }],
    ['of a revoked session', revoked, 'revoked', { part: 'session', code: 'session_revoked' }],
    [
      'issued before too many sessions ended',
      ended,
      'revoked',
      { part: 'claims.iat', code: 'token_expired' },
    ],
  ])('%s', async (_what, make, reason, logged) => {
    const authorization = await make();
    const { counted, answer, line } = await refusalOf(authorization);
    expect(counted).toEqual([reason]);
    expect(line).toMatchObject({ status: 401, code: 'invalid_token', reason, ...logged });
    expect(answer).toMatchObject({ status: 401, code: logged['code'] ?? 'invalid_token' });
    expect(JSON.stringify(answer)).not.toMatch(/reason|issuer|part|kid|claims/);
  });

  it('neither the token nor text of the caller is logged', async () => {
    const { clerkId } = await api.signUp();
    const secret = 'eyJhbGciOiJSUzI1NiJ9eyJzdWIiOiJ1c2VyXzEifQc2lnbmF0dXJlLW9mLWEtdG9rZW4';
    for (const options of [
      { claims: { iss: `https://ada@marker.example` } },
      { claims: { iss: `https://marker.example/?email=ada@marker.example` } },
      { claims: { iss: `https://marker.example/${secret}` } },
      { claims: { iss: 'marker\n{"level":"fatal"}' } },
      { header: { kid: 'ada@marker.example' } },
      { header: { kid: `ins_${secret}` } },
      { header: { marker: 1, crit: ['marker'] } },
      { claims: { marker: 1, sub: 'marker' } },
    ]) {
      const token = await api.clerk.mintToken(clerkId, options);
      const { line } = await refusalOf(`Bearer ${token}`);
      expect(line).toMatchObject({ code: 'invalid_token' });
      expect(JSON.stringify(line)).not.toMatch(new RegExp(`marker|${secret}|${token.slice(-40)}|${clerkId}`));
    }
  });
});

describe('an Authorization header without a bearer token: the answer says what is expected', () => {
  const EXPECTED = 'Expected: Bearer, one space, the token';

  it.each([
    ['no space, as in the article', (token: string) => `Bearer${token}`],
    ['no scheme', (token: string) => token],
    ['two spaces', (token: string) => `Bearer  ${token}`],
    ['another scheme', (token: string) => `Token ${token}`],
    ['the scheme alone', () => 'Bearer'],
    ['quotes', (token: string) => `Bearer "${token}"`],
  ])('%s', async (_what, write) => {
    const { token } = await api.signUp();
    const { counted, answer, line } = await refusalOf(write(token));
    expect(answer).toMatchObject({ status: 401, code: 'invalid_token', detail: EXPECTED });
    expect(counted).toEqual(['malformed']);
    expect(line).toMatchObject({ reason: 'malformed', part: 'authorization' });
    expect(JSON.stringify(line)).not.toContain(token);
  });

  it('two headers', async () => {
    const { token } = await api.signUp();
    const status = await new Promise((resolve) => {
      const headers = ['host', 'x', 'authorization', `Bearer ${token}`, 'authorization', `Bearer ${token}`];
      request(`${api.anonymous.url}/api/v2/users/me`, { headers } as never, ({ statusCode }) => {
        resolve(statusCode);
      }).end();
    });
    expect(status).toBe(401);
  });

  it('not for a malformed token', async () => {
    const { answer } = await refusalOf('Bearer e30.e30.e30');
    expect(answer.detail).not.toBe(EXPECTED);
  });

  it('also at /metrics, whose scheme is case-insensitive', async () => {
    const at = (authorization: string) =>
      api.anonymous.request('GET', '//metrics', { headers: { authorization } });
    for (const authorization of [`Bearer${METRICS_TOKEN}`, METRICS_TOKEN, `Basic ${METRICS_TOKEN}`])
      expect((await at(authorization)).body).toMatchObject({ code: 'invalid_token', detail: EXPECTED });
    expect((await at(`bearer ${METRICS_TOKEN}`)).status).toBe(200);
    expect((await at(`Bearer ${METRICS_TOKEN}x`)).body).toMatchObject({
      detail: expect.not.stringMatching(EXPECTED),
    });
  });
});

it('a missing token, a suspended user, a deleted account and a missing role do not count as refused tokens', async () => {
  const [ann, ben, cora] = [await api.join(), await api.join(), await api.join()];
  await api.db.collection('users').updateOne({ clerkId: ann.clerkId }, { $set: { suspendedAt: new Date() } });
  await ben.request('DELETE', '/users/me');
  await api.deletionOf(ben);
  const before = await refused();
  expect(await api.anonymous.problem('GET', '/users/me')).toBe('401 unauthenticated');
  expect(await ann.problem('GET', '/users/me')).toBe('403 account_suspended');
  expect(await ben.problem('GET', '/users/me')).toBe('401 account_deleted');
  expect(await cora.problem('GET', '/admin/audit-events')).toBe('403 forbidden');
  expect(await refused()).toEqual(before);
  expect(logs.text()).not.toContain('"reason"');
});
