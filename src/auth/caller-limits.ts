import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RateLimits } from '../common/rate-limits.js';
import { bearerOf } from './bearer.js';
import { TokenVerifier } from './token-verifier.js';

/**
 * Counts each request once, before anything is done for it: whoever has a good token by its subject, whatever the route, everybody else by
 * their address (docs/decisions/0015).
 */
@Injectable()
export class CallerLimits {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly limits: RateLimits,
  ) {}

  /** Also finds out who asks, for the guard. @throws ProblemError `rate_limited` */
  async admit(request: FastifyRequest): Promise<void> {
    const token = bearerOf(request);
    if (token === undefined) {
      await this.limits.check('address', request);
      return;
    }
    request.caller = this.verifier.recall(token);
    if (request.caller === undefined) {
      // Tokens live for a minute: a new one costs the address nothing when it is good, and no signature check when too many were bad.
      await this.limits.check('address', request, { isCounted: false });
      try {
        request.caller = await this.verifier.verify(token);
      } catch (error) {
        request.callerError = error as Error;
        await this.limits.check('address', request);
        return;
      }
    }
    await this.limits.check('subject', request);
  }
}
