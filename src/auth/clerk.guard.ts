import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { IS_EXPENSIVE } from '../common/http/operation.decorator.js';
import type { Principal } from '../common/principal.js';
import { ProblemError } from '../common/problem.js';
import { IS_PUBLIC } from '../common/http/public.decorator.js';
import { RateLimits } from '../common/http/rate-limits.js';
import { EXPECTED_BEARER, RefusedToken } from '../common/refused-token.js';
import { bearerOf, hasCredentials } from './bearer.js';
import { TokenVerifier } from './token-verifier.js';

/** In front of every route but those marked `@Public()`: no valid session token, no entry. */
@Injectable()
export class ClerkGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const has = (mark: string) =>
      this.reflector.getAllAndOverride<boolean | undefined>(mark, [
        context.getHandler(),
        context.getClass(),
      ]) === true;
    if (has(IS_PUBLIC)) return true;

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    // Known already where callers are counted.
    request.context.principal = request.context.caller ?? (await this.identify(request));
    if (has(IS_EXPENSIVE)) await this.limits.check('expensive', request);
    return true;
  }

  private async identify(request: FastifyRequest): Promise<Principal> {
    if (request.context.callerError !== undefined) throw request.context.callerError;
    if (!hasCredentials(request)) throw new ProblemError('unauthenticated');
    const token = bearerOf(request);
    if (token === undefined)
      throw new RefusedToken('malformed', 'authorization', { detail: EXPECTED_BEARER });
    return this.verifier.verify(token);
  }
}
