import { describe, expect, it } from '@jest/globals';
import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { FastifyRequest } from 'fastify';
import { Authentication } from '../../src/auth/authentication.js';
import { ClerkGuard } from '../../src/auth/clerk.guard.js';
import { TokenVerifier } from '../../src/auth/token-verifier.js';
import { SigningKeys } from '../../src/clerk/signing-keys.js';
import { IS_EXPENSIVE } from '../../src/common/http/operation.decorator.js';
import { IS_PUBLIC } from '../../src/common/http/public.decorator.js';
import { RateLimits } from '../../src/common/http/rate-limits.js';
import { RequestContext } from '../../src/common/observability/request-context.js';
import { Metrics } from '../../src/common/observability/metrics.js';
import type { Principal } from '../../src/common/principal.js';
import { ProblemError } from '../../src/common/problem.js';
import { RefusedToken } from '../../src/common/refused-token.js';
import { CONFIG } from '../../src/config/config.module.js';
import { stub } from '../support/stub.js';

const PRINCIPAL = { subject: 'user_ann', expiresAt: Date.now() + 60_000 } as Principal;

class Closed {}
@SetMetadata(IS_PUBLIC, true)
class Open {}
const plain = () => undefined;
const open = () => undefined;
SetMetadata(IS_PUBLIC, true)(open);
const closed = () => undefined;
SetMetadata(IS_PUBLIC, false)(closed);
const expensive = () => undefined;
SetMetadata(IS_EXPENSIVE, true)(expensive);

interface Given {
  handler?: () => void;
  in?: object;
  /** Values of `Authorization` headers. */
  authorization?: string[];
  /** Why the verifier refuses the token. */
  refusal?: Error;
  /** The address has used up its budget of bad tokens. */
  isSuspect?: boolean;
  /** `RATE_LIMIT_MAX` is not 0. */
  isLimited?: boolean;
  /** The rate limit's hook runs before the guard. */
  isAdmitted?: boolean;
}

/** Passes a request to the guard, and records the calls of the verifier and the limits. */
async function enter({
  handler = plain,
  in: controller = Closed,
  authorization = [],
  isLimited = true,
  refusal,
  isSuspect = false,
  isAdmitted = false,
}: Given) {
  const calls: unknown[][] = [];
  const verifier = {
    verify: (token: string, { mayAskClerk }: { mayAskClerk: boolean }) => {
      calls.push([mayAskClerk ? 'verify' : 'verify without Clerk', token]);
      if (refusal !== undefined) return Promise.reject(refusal);
      return Promise.resolve({ principal: PRINCIPAL, kid: 'ins_1', key: 'key' });
    },
  };
  const limits = {
    isUsedUp: () => Promise.resolve(isSuspect),
    check: (scope: string, { context: { caller } }: FastifyRequest) => {
      calls.push(['check', scope, caller]);
      return Promise.resolve();
    },
  };
  const module = await Test.createTestingModule({
    providers: [
      ClerkGuard,
      Authentication,
      { provide: CONFIG, useValue: { rateLimit: { max: isLimited ? 300 : 0 }, clockSkewMs: 0 } },
      stub(TokenVerifier, verifier),
      stub(RateLimits, limits),
      stub(SigningKeys, {}),
      Metrics,
    ],
  }).compile();
  const request = {
    raw: { rawHeaders: authorization.flatMap((value) => ['Authorization', value]) },
    // As Node does: it keeps the first one.
    headers: authorization.length === 0 ? {} : { authorization: authorization[0] },
    ip: '192.0.2.1',
    context: new RequestContext('request-1'),
  } as unknown as FastifyRequest;
  const context = {
    getHandler: () => handler,
    getClass: () => controller,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  if (isAdmitted) await module.get(Authentication).admit(request);
  const answer = await module
    .get(ClerkGuard)
    .canActivate(context)
    .catch((error: unknown) => {
      if (error instanceof RefusedToken)
        return `${error.code}: ${error.message} (${error.refusal.reason} ${error.refusal.part})`;
      if (error instanceof ProblemError) return `${error.code}: ${error.message}`;
      throw error;
    });
  return { answer, calls, principal: request.context.principal };
}

const BEARER = ['Bearer abc'];

describe('a route', () => {
  it.each([
    ['whose handler is public', { handler: open }],
    ['whose controller is public', { in: Open }],
  ])('%s is open, and the guard reads no token', async (_which, route) => {
    expect(await enter({ ...route, authorization: BEARER })).toEqual({
      answer: true,
      calls: [],
      principal: undefined,
    });
  });

  it.each([
    ['without a mark', {}],
    ['that is closed in a public controller', { handler: closed, in: Open }],
  ])('%s requires a token', async (_which, route) => {
    expect(await enter(route)).toMatchObject({
      answer: expect.stringMatching(/^unauthenticated: /),
      calls: [],
    });
    expect(await enter({ ...route, authorization: [''] })).toMatchObject({
      answer: expect.stringMatching(/^unauthenticated: /),
    });
    expect(await enter({ ...route, authorization: BEARER })).toEqual({
      answer: true,
      calls: [['verify', 'abc']],
      principal: PRINCIPAL,
    });
  });

  it('that is expensive counts its caller once more', async () => {
    expect(await enter({ handler: expensive, authorization: BEARER })).toMatchObject({
      answer: true,
      calls: [
        ['verify', 'abc'],
        ['check', 'expensive', PRINCIPAL],
      ],
    });
  });
});

it('a header that is not one bearer token is refused with a hint', async () => {
  for (const authorization of [['Bearer'], ['Basic abc'], ['Bearer abc', 'Bearer abc']])
    expect(await enter({ authorization })).toMatchObject({
      answer: 'invalid_token: Expected: Bearer, one space, the token (malformed authorization)',
      calls: [],
    });
});

describe('a token is verified once', () => {
  it('also when the rate limit asked first', async () => {
    expect(await enter({ authorization: BEARER, isAdmitted: true })).toEqual({
      answer: true,
      calls: [
        ['verify', 'abc'],
        ['check', 'subject', PRINCIPAL],
      ],
      principal: PRINCIPAL,
    });
  });

  it('and its refusal is shared as well, counted for the address', async () => {
    const refusal = new RefusedToken('expired', 'claims.exp', { code: 'token_expired' });
    expect(await enter({ authorization: BEARER, isAdmitted: true, refusal })).toEqual({
      answer: expect.stringMatching(/^token_expired: /),
      calls: [
        ['verify', 'abc'],
        ['check', 'refused', undefined],
      ],
      principal: undefined,
    });
  });

  it('by the guard, when limits are off', async () => {
    expect(await enter({ authorization: BEARER, isAdmitted: true, isLimited: false })).toEqual({
      answer: true,
      calls: [['verify', 'abc']],
      principal: PRINCIPAL,
    });
    const refusal = new RefusedToken('expired', 'claims.exp', { code: 'token_expired' });
    expect(await enter({ authorization: BEARER, isAdmitted: true, isLimited: false, refusal })).toMatchObject(
      {
        answer: expect.stringMatching(/^token_expired: /),
      },
    );
  });
});

it('while Clerk is away, a token is counted in no budget', async () => {
  const refusal = new ProblemError('dependency_unavailable');
  expect(await enter({ authorization: BEARER, isAdmitted: true, refusal })).toMatchObject({
    answer: expect.stringMatching(/^dependency_unavailable: /),
    calls: [['verify', 'abc']],
  });
});

it('a new token from an address with many bad ones is verified without a call of Clerk', async () => {
  expect(await enter({ authorization: BEARER, isSuspect: true })).toMatchObject({
    answer: true,
    calls: [['verify without Clerk', 'abc']],
  });
});

it('without a token the address is counted', async () => {
  expect(await enter({ isAdmitted: true })).toMatchObject({
    answer: expect.stringMatching(/^unauthenticated: /),
    calls: [['check', 'address', undefined]],
  });
});
