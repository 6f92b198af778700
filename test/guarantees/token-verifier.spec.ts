import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { FastifyRequest } from 'fastify';
import { SignJWT } from 'jose';
import { Authentication } from '../../src/auth/authentication.js';
import { SigningKeys } from '../../src/clerk/signing-keys.js';
import { TokenVerifier } from '../../src/auth/token-verifier.js';
import { RateLimits } from '../../src/common/http/rate-limits.js';
import { RequestContext } from '../../src/common/observability/request-context.js';
import { Metrics } from '../../src/common/observability/metrics.js';
import { ProblemError } from '../../src/common/problem.js';
import { RefusedToken } from '../../src/common/refused-token.js';
import { CONFIG } from '../../src/config/config.module.js';
import { ClerkInstance } from '../../src/clerk/clerk-instance.js';
import { skewClock, stopClock } from '../support/clock.js';
import { stub } from '../support/stub.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const NOW = 1_700_000_000;
const SKEW = 5;
const ISSUER = 'https://clerk.example';
const CLAIMS = { sub: 'user_ann', sid: 'sess_1', iss: ISSUER, iat: NOW, nbf: NOW - 10, exp: NOW + 60 };

beforeEach(() => {
  stopClock(NOW * 1000);
});
afterEach(() => {
  skewClock(0);
  jest.spyOn(performance, 'now').mockRestore();
});

function tokenWith(claims: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT({ ...CLAIMS, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'ins_1', typ: 'JWT' })
    .sign(privateKey);
}

/** Authentication and its verifier, with stubs of the keys and of the Clerk instance. */
async function start(authorizedParties: string[] = []) {
  const world = {
    key: KEY,
    isHeld: true,
    asked: [] as string[],
    mayAskClerk: undefined as boolean | undefined,
    held: [] as string[][],
    noted: [] as string[],
    onNote: (): void => undefined,
  };
  const keys = {
    find: (kid: string, options: { mayAskClerk: boolean }) => {
      world.asked.push(kid);
      world.mayAskClerk = options.mayAskClerk;
      return Promise.resolve(world.key);
    },
    holds: (...all: string[]) => {
      world.held.push(all);
      return world.isHeld;
    },
  };
  const instance = {
    noteTokenKey: (key: string) => {
      world.noted.push(key);
      world.onNote();
    },
  };
  const config: object = {
    rateLimit: { max: 0 },
    clockSkewMs: SKEW * 1000,
    clerk: { issuers: [ISSUER, `${ISSUER}/__clerk`], authorizedParties },
  };
  const metrics = new Metrics();
  const module = await Test.createTestingModule({
    providers: [
      Authentication,
      TokenVerifier,
      { provide: CONFIG, useValue: config },
      stub(SigningKeys, keys),
      stub(ClerkInstance, instance),
      stub(RateLimits, { isUsedUp: () => Promise.resolve(false) }),
      { provide: Metrics, useValue: metrics },
    ],
  }).compile();
  /** The principal of a token, as the guard gets it. */
  const verify = async (token: string) => {
    const authorization = [`Bearer ${token}`];
    const result = await module.get(Authentication).authenticate({
      headers: { authorization: authorization[0] },
      raw: { rawHeaders: authorization.flatMap((value) => ['authorization', value]) },
      context: new RequestContext('request-1'),
    } as unknown as FastifyRequest);
    if ('error' in result) throw result.error;
    return result.principal;
  };
  /** Whether a token is accepted without another lookup of its key. */
  const isCached = async (token: string) => {
    const questions = world.asked.length;
    await verify(token).catch(() => undefined);
    return world.asked.length === questions;
  };
  const lookups = async () =>
    (await metrics.text()).split('\n').filter((line) => line.startsWith('token_cache_lookups_total{'));
  return { verify, isCached, verifier: module.get(TokenVerifier), world, lookups };
}

/** The code of a refusal, and its fields for the log. */
async function refusalOf(verified: Promise<unknown>) {
  try {
    await verified;
    return 'accepted';
  } catch (error) {
    if (error instanceof RefusedToken) {
      // Without undefined fields.
      const refusal = JSON.parse(JSON.stringify(error.refusal)) as object;
      return { code: error.code, ...refusal, hasCause: error.cause !== undefined };
    }
    if (error instanceof ProblemError) return { code: error.code, hasCause: error.cause !== undefined };
    throw error;
  }
}

describe('a good token', () => {
  it('yields its principal, and is verified once', async () => {
    const { verify, isCached, world, lookups } = await start();
    const token = await tokenWith();
    const principal = await verify(token);
    expect(principal).toEqual({
      provider: 'clerk',
      subject: 'user_ann',
      sessionId: 'sess_1',
      issuedAt: NOW * 1000,
      expiresAt: (NOW + 60) * 1000,
    });
    expect(await lookups()).toEqual([
      'token_cache_lookups_total{result="hit"} 0',
      'token_cache_lookups_total{result="miss"} 1',
    ]);
    expect(await verify(token)).toBe(principal);
    expect(await verify(token)).toBe(principal);
    expect(await lookups()).toEqual([
      'token_cache_lookups_total{result="hit"} 2',
      'token_cache_lookups_total{result="miss"} 1',
    ]);
    expect(world).toMatchObject({
      asked: ['ins_1'],
      noted: [KEY],
      held: [
        ['ins_1', KEY],
        ['ins_1', KEY],
      ],
    });
    expect(await isCached(await tokenWith({ sid: 'sess_2' }))).toBe(false);
  });

  it('may cause a fetch of its key, unless `mayAskClerk` is false', async () => {
    const { verify, verifier, world } = await start();
    await verify(await tokenWith());
    expect(world.mayAskClerk).toBe(true);
    await verifier.verify(await tokenWith({ sid: 'sess_2' }), { mayAskClerk: false });
    expect(world.mayAskClerk).toBe(false);
  });

  it('yields the impersonator', async () => {
    const { verify } = await start();
    const token = await tokenWith({ act: { sub: 'user_support' } });
    expect(await verify(token)).toMatchObject({ subject: 'user_ann', actor: 'user_support' });
  });

  it('is cached while it is accepted', async () => {
    const { verify, isCached } = await start();
    const token = await tokenWith();
    await verify(token);
    const end = (NOW + 60 + SKEW) * 1000;
    stopClock(end - 1);
    expect(await isCached(token)).toBe(true);
    stopClock(end);
    expect(await isCached(token)).toBe(false);
  });

  it('is not cached for longer when the wall clock is set back', async () => {
    const { verify, isCached } = await start();
    const token = await tokenWith();
    await verify(token);
    const later = performance.now() + (60 + SKEW) * 1000 + 1;
    // The cache reads the clock once a millisecond, by a real timer.
    await sleep(5);
    jest.spyOn(performance, 'now').mockImplementation(() => later);
    expect(await isCached(token)).toBe(false);
  });

  it('that expires during its verification is not cached', async () => {
    const { verify, isCached, world } = await start();
    const token = await tokenWith();
    world.onNote = () => {
      stopClock((NOW + 60 + SKEW) * 1000);
    };
    await verify(token);
    stopClock(NOW * 1000);
    expect(await isCached(token)).toBe(false);
  });

  it('is verified again once its key no longer holds', async () => {
    const { verify, isCached, world } = await start();
    const token = await tokenWith();
    await verify(token);
    world.isHeld = false;
    expect(await isCached(token)).toBe(false);
    expect(world.asked).toEqual(['ins_1', 'ins_1']);
  });

  it.each([
    ['at its end, within the tolerance', { exp: NOW - SKEW + 1, iat: NOW - 60 }],
    ['of a clock that is ahead, within the tolerance', { nbf: NOW + SKEW, iat: NOW + SKEW, exp: NOW + 60 }],
    ['of another accepted issuer, with a path', { iss: `${ISSUER}/__clerk` }],
    ['with a party, where any is allowed', { azp: 'https://any.example' }],
  ])('is accepted %s', async (_what, claims) => {
    expect(await refusalOf((await start()).verify(await tokenWith(claims)))).toBe('accepted');
  });

  it('is accepted without a party, or with an allowed one', async () => {
    const { verify } = await start(['https://app.example', 'https://www.example']);
    for (const azp of [undefined, 'https://app.example', 'https://www.example'])
      expect(await refusalOf(verify(await tokenWith({ azp })))).toBe('accepted');
  });
});

describe('a token is refused', () => {
  it.each([
    [
      'another issuer',
      { iss: 'https://evil.example' },
      { reason: 'issuer', part: 'claims.iss', kid: 'ins_1', issuer: 'https://evil.example' },
    ],
    [
      'another path of an issuer',
      { iss: `${ISSUER}/other` },
      { reason: 'issuer', part: 'claims.iss', kid: 'ins_1', issuer: `${ISSUER}/other` },
    ],
    ['another party', { azp: 'https://evil.example' }, { reason: 'party', part: 'claims.azp' }],
  ])('for %s, before its key is looked up', async (_what, claims, refusal) => {
    const { verify, world } = await start(['https://app.example']);
    const refused = { code: 'invalid_token', ...refusal, hasCause: false };
    expect(await refusalOf(verify(await tokenWith(claims)))).toEqual(refused);
    expect(world.asked).toEqual([]);
  });

  it.each([
    ['its exp', { exp: NOW - SKEW, iat: NOW - 60 }, 'token_expired', 'expired', 'claims.exp'],
    ['an nbf in the future', { nbf: NOW + SKEW + 1 }, 'invalid_token', 'not_yet_valid', 'claims.nbf'],
    ['an iat in the future', { iat: NOW + SKEW + 1 }, 'invalid_token', 'not_yet_valid', 'claims.iat'],
  ])('for %s', async (_what, claims, code, reason, part) => {
    const { verify, world } = await start();
    const token = await tokenWith(claims);
    expect(await refusalOf(verify(token))).toEqual({ code, reason, part, hasCause: true });
    expect(world.noted).toEqual([]);
  });

  it('for its signature', async () => {
    const { verify, isCached, world } = await start();
    const token = await tokenWith();
    const forged = `${token.slice(0, token.lastIndexOf('.'))}.${'A'.repeat(342)}`;
    const refused = {
      code: 'invalid_token',
      reason: 'signature',
      part: 'signature',
      kid: 'ins_1',
      hasCause: true,
    };
    expect(await refusalOf(verify(forged))).toEqual(refused);
    expect(world.noted).toEqual([]);
    expect(await isCached(forged)).toBe(false);
  });

  it('for its form, before anything else', async () => {
    const { verify, world } = await start();
    expect(await refusalOf(verify('a.b.c'))).toMatchObject({ reason: 'malformed' });
    expect(world.asked).toEqual([]);
  });

  it('never for a missing key, which is an outage', async () => {
    const { verify, world } = await start();
    world.key = '';
    expect(await refusalOf(verify(await tokenWith()))).toEqual({
      code: 'dependency_unavailable',
      hasCause: true,
    });
  });
});
