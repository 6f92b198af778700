import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../common/problem.js';
import { IS_PUBLIC } from '../common/public.decorator.js';
import { TokenVerifier } from './token-verifier.js';

/** RFC 6750 §2.1: one scheme in any case, one space, one b64token. */
const BEARER = /^bearer ([A-Za-z0-9\-._~+/]+=*)$/i;

/** In front of every route but those marked `@Public()`: no valid session token, no entry. */
@Injectable()
export class ClerkGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride(IS_PUBLIC, [context.getHandler(), context.getClass()])) return true;

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.principal = await this.verifier.verify(bearerToken(request));
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
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined || headers.length !== 1) throw new ProblemError('invalid_token');
  return token;
}
