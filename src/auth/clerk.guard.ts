import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { IS_EXPENSIVE } from '../common/http/operation.decorator.js';
import { IS_PUBLIC } from '../common/http/public.decorator.js';
import { RateLimits } from '../common/http/rate-limits.js';
import { Authentication } from './authentication.js';

/** Closes every route that isn't marked `@Public()`: no valid session token, no entry. */
@Injectable()
export class ClerkGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authentication: Authentication,
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
    const result = await this.authentication.authenticate(request);
    if ('error' in result) throw result.error;
    request.context.principal = result.principal;
    if (has(IS_EXPENSIVE)) await this.limits.check('expensive', request);
    return true;
  }
}
