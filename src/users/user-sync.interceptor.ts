import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { ProblemError } from '../common/problem.js';
import { RefusedToken } from '../common/refused-token.js';
import { ActivityService } from './activity.service.js';
import { IS_ADMIN, OPEN_TO_DELETED, OPEN_TO_SUSPENDED } from './current-user.decorator.js';
import { isActiveToday, isShutOut } from './user.schema.js';
import { UserSyncService } from './user-sync.service.js';
import { UsersService } from './users.service.js';

/**
 * Gives every authenticated handler its user, created if this is the first request, and decides what
 * depends on the user: suspension, ban and role. A guard would run too early for that.
 */
@Injectable()
export class UserSyncInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly users: UsersService,
    private readonly sync: UserSyncService,
    private readonly activity: ActivityService,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { principal } = request.context;
    if (principal === undefined) return next.handle();

    const has = (mark: string) =>
      this.reflector.getAllAndOverride<boolean | undefined>(mark, [
        context.getHandler(),
        context.getClass(),
      ]) === true;
    const { subject, issuedAt } = principal;
    const found = await this.users.findBySubject(subject);
    if (found === undefined && has(OPEN_TO_DELETED)) return next.handle();
    const synced =
      found === undefined ? await this.sync.createUser(subject, issuedAt) : { user: found, isNew: false };
    const { user } = synced;
    request.context.synced = synced;
    request.context.userId = user._id;
    if (user.revokedSessions?.some(({ sid }) => sid === principal.sessionId) === true)
      throw new RefusedToken('revoked', 'session', { code: 'session_revoked' });
    // `iat` has whole seconds: a token of the same second may be the last one of an ended session. One that
    // was issued later belongs to a session that still lives.
    if (user.tokensFrom !== undefined && principal.issuedAt <= user.tokensFrom.getTime())
      throw new RefusedToken('revoked', 'claims.iat', { code: 'token_expired' });
    if (isShutOut(user) && !has(OPEN_TO_SUSPENDED)) throw new ProblemError('account_suspended');
    if (has(IS_ADMIN) && (user.role !== 'admin' || principal.actor !== undefined))
      throw new ProblemError('forbidden');
    if (!isActiveToday(user)) this.activity.recordActivity(user);
    return next.handle();
  }
}
