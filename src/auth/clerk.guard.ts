import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../common/problem.js';
import { IS_PUBLIC } from '../common/public.decorator.js';
import { IS_EXPENSIVE } from '../common/operation.decorator.js';
import { RateLimits } from '../common/rate-limits.js';
import { tokenIn, TokenVerifier } from './token-verifier.js';

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
    request.principal = await this.verifier.verify(bearerToken(request));
    await this.limits.check('subject', request);
    if (has(IS_EXPENSIVE)) await this.limits.check('expensive', request);
    return true;
  }
}

/** The token of the one `Authorization` header. Node keeps the first of several; `rawHeaders` shows them all. */
function bearerToken(request: FastifyRequest): string {
  const { authorization } = request.headers;
  if (authorization === undefined || authorization === '') throw new ProblemError('unauthenticated');
  const headers = request.raw.rawHeaders.filter(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization',
  );
  const token = tokenIn(authorization);
  if (token === undefined || headers.length !== 1) throw new ProblemError('invalid_token');
  return token;
}
