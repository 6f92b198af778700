import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { callerAddress } from '../common/http/client-address.js';
import { RateLimits } from '../common/http/rate-limits.js';
import type { Principal } from '../common/principal.js';
import { ProblemError } from '../common/problem.js';
import { EXPECTED_BEARER, RefusedToken } from '../common/refused-token.js';
import { bearerOf, hasCredentials } from './bearer.js';
import { KeyedQueue } from './keyed-queue.js';
import { TokenVerifier } from './token-verifier.js';

/** New tokens of an address that has used up its budget of bad tokens: so many may wait to be verified. */
const MAX_WAITING = 1000;

/** Who asks, or the reason why that isn't known: 401 for the caller's fault, 503 for ours, 429 for too much. */
export type AuthenticationResult = { principal: Principal } | { error: Error };

declare module '../common/observability/request-context.js' {
  interface RequestContext {
    /** Set by the first call of `authenticate`. */
    authentication?: Promise<AuthenticationResult>;
  }
}

/** Identifies the caller of a request, once. The only caller of the token verifier. */
@Injectable()
export class Authentication {
  private readonly suspects = new KeyedQueue(MAX_WAITING);

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly limits: RateLimits,
  ) {}

  /** Never rejects. Later calls for the same request get the same promise. */
  authenticate(request: FastifyRequest): Promise<AuthenticationResult> {
    return (request.context.authentication ??= this.identify(request));
  }

  /**
   * Counts each request once, before any work is done for it, public routes included: a good token for its subject; no token, and
   * a bad one, for the address, each in a budget of its own. So a good token is served whatever its neighbours do (docs/decisions/0030).
   * @throws ProblemError `rate_limited`
   */
  async admit(request: FastifyRequest): Promise<void> {
    if (!hasCredentials(request)) {
      await this.limits.check('address', request);
      return;
    }
    const result = await this.authenticate(request);
    if ('principal' in result) await this.limits.check('subject', request);
    else if (result.error instanceof RefusedToken) await this.limits.check('refused', request);
    // A token that can't be judged while Clerk is away counts for no budget.
    else if (isRateLimited(result.error)) throw result.error;
  }

  private async identify(request: FastifyRequest): Promise<AuthenticationResult> {
    try {
      const principal = await this.verify(request);
      request.context.caller = principal;
      return { principal };
    } catch (error) {
      return { error: error as Error };
    }
  }

  private async verify(request: FastifyRequest): Promise<Principal> {
    if (!hasCredentials(request)) throw new ProblemError('unauthenticated');
    const token = bearerOf(request);
    if (token === undefined)
      throw new RefusedToken('malformed', 'authorization', { detail: EXPECTED_BEARER });
    return this.verifier.cached(token) ?? (await this.verifyNew(token, request));
  }

  private async verifyNew(token: string, request: FastifyRequest): Promise<Principal> {
    if (!(await this.limits.isUsedUp('refused', request))) return this.verifier.verify(token);
    // Most tokens of this address are forged: one signature check at a time, and no question to Clerk.
    const address = callerAddress(request);
    if (!this.suspects.hasRoom(address)) throw this.limits.tooManyAtOnce('refused', MAX_WAITING);
    return this.suspects.run(address, () => this.verifier.verify(token, { mayAskClerk: false }));
  }
}

function isRateLimited(error: Error): boolean {
  return error instanceof ProblemError && error.code === 'rate_limited';
}
