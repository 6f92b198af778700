import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { eventually } from '../support/eventually.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { encodePart, keyIdOf, partsOf } from '../support/tokens.js';

const foreignKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp({ CLERK_AUTHORIZED_PARTIES: 'https://app.example' });
});
afterAll(() => api.close());

const me = async (token: string) => {
  const { status, body } = await api.withToken(token).request('GET', '/users/me');
  return status === 200 ? 200 : `${status} ${String((body as { code?: unknown }).code)}`;
};
const seconds = () => Math.floor(Date.now() / 1000);

describe('tokens that are accepted', () => {
  it('without azp, with an accepted azp, and without the session category', async () => {
    const { clerkId } = await api.signUp();
    expect(await me(await api.clerk.mintToken(clerkId))).toBe(200);
    expect(await me(await api.clerk.mintToken(clerkId, { azp: 'https://app.example' }))).toBe(200);
    expect(await me(await api.clerk.mintToken(clerkId, { header: { cat: undefined } }))).toBe(200);
  });

  it('a remembered token; the same token with other claims is refused', async () => {
    const { clerkId, token } = await api.signUp();
    expect(await me(token)).toBe(200);
    const { header, signature } = partsOf(token);
    const claims = encodePart({ sub: 'user_other' });
    expect(await me([header, claims, signature].join('.'))).toBe('401 invalid_token');
    expect(await me(await api.clerk.mintToken(clerkId))).toBe(200);
  });
});

describe('correctly signed tokens that are not session tokens of this application', () => {
  const cases: [
    string,
    { claims?: Record<string, unknown>; header?: Record<string, unknown>; azp?: string },
  ][] = [
    ['a machine', { claims: { sub: 'mch_2abc' } }],
    ['no subject', { claims: { sub: undefined } }],
    ['an empty subject', { claims: { sub: '' } }],
    ['a subject that is an object', { claims: { sub: { $ne: '' } } }],
    ['no session', { claims: { sid: undefined } }],
    ['a pending session', { claims: { sts: 'pending' } }],
    ['a JWT template', { header: { cat: 'cl_B7d4PD222AAA' } }],
    ['another issuer', { claims: { iss: 'https://evil.example' } }],
    ['no issuer', { claims: { iss: undefined } }],
    ['an azp that is not accepted', { azp: 'https://evil.example' }],
    ['an infinite exp', { claims: { exp: 1e300 } }],
    ['no exp', { claims: { exp: undefined } }],
    ['a lifetime of two days', { claims: { exp: seconds() + 172_800 } }],
    ['an exp that is a string', { claims: { exp: String(seconds() + 60) } }],
    ['an nbf in the future', { claims: { nbf: seconds() + 600 } }],
    ['an iat in the future', { claims: { iat: seconds() + 600, exp: seconds() + 660 } }],
    ['crit', { header: { crit: ['exp'] } }],
    ['b64', { header: { b64: false } }],
    ['a key of its own', { header: { jwk: {} } }],
    ['a key address', { header: { jku: 'https://evil.example' } }],
    ['a certificate', { header: { x5c: [] } }],
    ['another type', { header: { typ: 'at+jwt' } }],
    ['another algorithm', { header: { alg: 'RS512' } }],
    ['no algorithm', { header: { alg: 'none' } }],
    ['an unknown key', { header: { kid: 'ins_unknown' } }],
    ['no key', { header: { kid: undefined } }],
  ];

  it.each(cases)('401 invalid_token: %s', async (_what, options) => {
    const { clerkId } = await api.signUp();
    expect(await me(await api.clerk.mintToken(clerkId, options))).toBe('401 invalid_token');
  });
});

describe('tokens that are not signed by Clerk', () => {
  it('401 invalid_token: another key with the right kid', async () => {
    const { clerkId, token } = await api.signUp();
    const claims = { sub: clerkId, sid: 'sess_1', iss: api.clerk.issuer, nbf: seconds() - 10 };
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: keyIdOf(token), typ: 'JWT' })
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(foreignKey);
    expect(await me(forged)).toBe('401 invalid_token');
  });

  it('401 invalid_token: other spellings of a valid token', async () => {
    const { token } = await api.signUp();
    const { header, claims, signature } = partsOf(token);
    const twice = encodePart(`{"sub":"user_x",${Buffer.from(claims, 'base64url').toString().slice(1)}`);
    const spellings = [
      `${header}.${claims}`,
      `${header}.${claims}.`,
      `${token}.x`,
      `${token}=`,
      `${header}.${twice}.${signature}`,
      `bnVsbA.${claims}.${signature}`,
      `${header}.bnVsbA.${signature}`,
      `W10.${claims}.${signature}`,
      `${encodePart(Buffer.from([0xff, 0xfe]))}.${claims}.${signature}`,
      'x'.repeat(9000),
      '.',
      '..',
      'a.b.c',
    ];
    for (const spelling of spellings) expect(await me(spelling)).toBe('401 invalid_token');
  });
});

describe("Clerk's keys", () => {
  it('1,000 tokens with unknown kids cause at most one fetch every 5 s; known keys still work', async () => {
    const before = performance.now();
    const fresh = await startTestApp();
    const person = await fresh.join();
    const tokens = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        fresh.clerk.mintToken(person.clerkId, { header: { kid: `ins_forged${index}` } }),
      ),
    );
    const answers = Promise.all(tokens.map((token) => fresh.withToken(token).problem('GET', '/users/me')));
    await fresh.withToken(await fresh.clerk.mintToken(person.clerkId)).get('/users/me');
    expect([...new Set(await answers)]).toEqual(['401 invalid_token']);
    // As many fetches as start 5 s apart in the time since before the first one.
    const possible = Math.floor((performance.now() - before) / 5000) + 1;
    const fetches = fresh.clerk.requestCount('GET', '/v1/jwks');
    expect(fetches).toBeGreaterThan(1);
    expect(fetches).toBeLessThanOrEqual(possible);
    await fresh.close();
  });

  it('while Clerk is away: tokens of known keys are accepted, others are 503, never 401', async () => {
    const fresh = await startTestApp();
    const person = await fresh.signUp();
    const undo = fresh.clerk.fail({ path: /jwks/, mode: 'refuse' });
    expect(await person.problem('GET', '/users/me')).toBe('503 dependency_unavailable');
    undo();
    // The next fetch comes after a pause.
    await eventually('the keys are fetched', async () => {
      const { status } = await person.request('GET', '/users/me');
      return status === 200;
    });
    fresh.clerk.fail({ path: /jwks/, mode: 'refuse' });
    await fresh.withToken(await fresh.clerk.mintToken(person.clerkId)).get('/users/me');
    await fresh.close();
  });

  it('CLERK_JWT_KEY needs no fetch', async () => {
    const networkless = await startTestApp({
      CLERK_JWT_KEY: api.clerk.jwtKey,
      CLERK_ISSUER: api.clerk.issuer,
    });
    const user = await networkless.clerk.createUser({}, { webhook: false });
    const token = await api.clerk.mintToken(user.id);
    await networkless.withToken(token).get('/users/me');
    expect(networkless.clerk.requestCount('GET', '/v1/jwks')).toBe(0);
    await networkless.close();
  });
});
