import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { callerAddress } from '../common/http/client-address.js';
import type { Principal } from '../common/principal.js';
import { RateLimits } from '../common/http/rate-limits.js';
import { RefusedToken } from '../common/refused-token.js';
import { bearerOf, hasCredentials } from './bearer.js';
import { Lanes } from './lanes.js';
import { TokenVerifier } from './token-verifier.js';

/** Of an address that has used up its budget of bad tokens, new tokens that may wait to be verified. */
const MAX_WAITING = 1000;

/**
 * Counts each request once, before anything is done for it, whatever the route: a good token for its subject, no token and a bad one for
 * the address, each apart. So a good token is verified and served whatever its neighbours do (docs/decisions/0030).
 */
@Injectable()
export class CallerLimits {
  private readonly suspects = new Lanes(MAX_WAITING);

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly limits: RateLimits,
  ) {}

  /** Also finds out who asks, for the guard. @throws ProblemError `rate_limited` */
  async admit(request: FastifyRequest): Promise<void> {
    if (!hasCredentials(request)) {
      await this.limits.check('address', request);
      return;
    }
    const token = bearerOf(request);
    if (token === undefined) {
      // What is wrong is said by the guard.
      await this.limits.check('refused', request);
      return;
    }
    request.context.caller = this.verifier.recall(token) ?? (await this.identify(token, request));
    if (request.context.caller !== undefined) await this.limits.check('subject', request);
    // What can't be judged while Clerk is away counts for neither.
    else if (request.context.callerError instanceof RefusedToken) await this.limits.check('refused', request);
  }

  /** Of a token that isn't remembered; undefined when it isn't accepted, and then the request knows why. */
  private async identify(token: string, request: FastifyRequest): Promise<Principal | undefined> {
    const address = callerAddress(request);
    const isSuspect = await this.limits.isUsedUp('refused', request);
    if (isSuspect && !this.suspects.hasRoom(address)) throw this.limits.tooManyAtOnce('refused', MAX_WAITING);
    try {
      if (!isSuspect) return await this.verifier.verify(token);
      // Most are forged: each costs a signature check, one at a time, and Clerk no question.
      return await this.suspects.run(address, () => this.verifier.verify(token, { mayAskClerk: false }));
    } catch (error) {
      request.context.callerError = error as Error;
      return undefined;
    }
  }
}
