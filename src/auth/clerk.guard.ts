import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { IS_EXPENSIVE } from '../common/http/operation.decorator.js';
import { IS_PUBLIC } from '../common/http/public.decorator.js';
import { RateLimits } from '../common/http/rate-limits.js';
import { type MarksOf, routeMarks } from '../common/http/route-marks.js';
import { Authentication } from './authentication.js';

/** Closes every route that isn't marked `@Public()`: no valid session token, no entry. */
@Injectable()
export class ClerkGuard implements CanActivate {
  private readonly marksOf: MarksOf<'isPublic' | 'isExpensive'>;

  constructor(
    reflector: Reflector,
    private readonly authentication: Authentication,
    private readonly limits: RateLimits,
  ) {
    this.marksOf = routeMarks(reflector, { isPublic: IS_PUBLIC, isExpensive: IS_EXPENSIVE });
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { isPublic, isExpensive } = this.marksOf(context);
    if (isPublic) return true;

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const result = await this.authentication.authenticate(request);
    if ('error' in result) throw result.error;
    request.context.principal = result.principal;
    if (isExpensive) await this.limits.check('expensive', request);
    return true;
  }
}
