import { describe, expect, it } from '@jest/globals';
import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ClerkGuard } from '../../src/auth/clerk.guard.js';
import type { TokenVerifier } from '../../src/auth/token-verifier.js';
import { IS_EXPENSIVE } from '../../src/common/http/operation.decorator.js';
import type { Principal } from '../../src/common/principal.js';
import { ProblemError } from '../../src/common/problem.js';
import { IS_PUBLIC } from '../../src/common/http/public.decorator.js';
import type { RateLimits } from '../../src/common/http/rate-limits.js';
import { RefusedToken } from '../../src/common/refused-token.js';

const PRINCIPAL = { subject: 'user_ann' } as Principal;

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

/** A request with these headers `Authorization`, at a handler. */
async function enter({
  handler = plain,
  in: controller = Closed,
  authorization = [] as string[],
  ...known
}: {
  handler?: () => void;
  in?: object;
  authorization?: string[];
  caller?: Principal;
  callerError?: Error;
}) {
  const calls: unknown[][] = [];
  const request = {
    raw: { headersDistinct: authorization.length === 0 ? {} : { authorization } },
    headers: authorization.length === 0 ? {} : { authorization: authorization.join(', ') },
    context: { ...known },
  } as unknown as FastifyRequest;
  const context = {
    getHandler: () => handler,
    getClass: () => controller,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  const verifier = {
    verify: (token: string) => {
      calls.push(['verify', token]);
      return Promise.resolve(PRINCIPAL);
    },
  } as unknown as TokenVerifier;
  const limits = {
    check: (scope: string, { context: { principal } }: FastifyRequest) => {
      calls.push(['check', scope, principal]);
      return Promise.resolve();
    },
  } as unknown as RateLimits;
  const guard = new ClerkGuard(new Reflector(), verifier, limits);
  const answer = await guard.canActivate(context).catch((error: unknown) => {
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
  ])('%s is open, and no token is looked at', async (_which, route) => {
    expect(await enter({ ...route, authorization: BEARER })).toEqual({
      answer: true,
      calls: [],
      principal: undefined,
    });
  });

  it.each([
    ['without a mark', {}],
    ['that is closed in a public controller', { handler: closed, in: Open }],
  ])('%s needs a token', async (_which, route) => {
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

it('another header than a bearer token is told what is expected', async () => {
  for (const authorization of [['Bearer'], ['Basic abc'], ['Bearer abc', 'Bearer abc']])
    expect(await enter({ authorization })).toMatchObject({
      answer: 'invalid_token: Expected: Bearer, one space, the token (malformed authorization)',
      calls: [],
    });
});

it('what is known of the caller already is not found out again', async () => {
  const caller = { subject: 'user_bob' } as Principal;
  expect(await enter({ authorization: BEARER, caller })).toEqual({
    answer: true,
    calls: [],
    principal: caller,
  });
  const callerError = new ProblemError('token_expired', 'known already');
  expect(await enter({ authorization: BEARER, callerError })).toEqual({
    answer: 'token_expired: known already',
    calls: [],
    principal: undefined,
  });
});
