import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { type MarksOf, routeMarks } from '../common/http/route-marks.js';
import type { Principal } from '../common/principal.js';
import { ProblemError } from '../common/problem.js';
import { RefusedToken } from '../common/refused-token.js';
import { ActivityService } from './activity.service.js';
import { IS_ADMIN, OPEN_TO_DELETED, OPEN_TO_SUSPENDED, READS_WHOLE_USER } from './current-user.decorator.js';
import { isActiveToday, isShutOut } from './user.schema.js';
import { type SyncedUser, UserSyncService } from './user-sync.service.js';
import { UsersService } from './users.service.js';

/**
 * Gives every authenticated handler its user, created if this is the first request, and decides what
 * depends on the user: suspension, ban and role. A guard would run too early for that. The answer to the
 * request that created the user has `X-User-Created: true`, whatever its status.
 */
@Injectable()
export class UserSyncInterceptor implements NestInterceptor {
  private readonly marksOf: MarksOf<
    'isForAdmins' | 'isOpenToDeleted' | 'isOpenToSuspended' | 'readsWholeUser'
  >;

  constructor(
    reflector: Reflector,
    private readonly users: UsersService,
    private readonly sync: UserSyncService,
    private readonly activity: ActivityService,
  ) {
    this.marksOf = routeMarks(reflector, {
      isForAdmins: IS_ADMIN,
      isOpenToDeleted: OPEN_TO_DELETED,
      isOpenToSuspended: OPEN_TO_SUSPENDED,
      readsWholeUser: READS_WHOLE_USER,
    });
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { principal } = request.context;
    if (principal === undefined) return next.handle();

    const { isForAdmins, isOpenToDeleted, isOpenToSuspended, readsWholeUser } = this.marksOf(context);
    let synced = readsWholeUser ? await this.findWhole(principal) : undefined;
    let user = readsWholeUser ? synced?.user : await this.users.findCaller(principal.subject);
    if (user === undefined) {
      if (isOpenToDeleted) return next.handle();
      synced = await this.sync.createUser(principal.subject, principal.issuedAt);
      user = synced.user;
      if (synced.isNew)
        void context.switchToHttp().getResponse<FastifyReply>().header('x-user-created', 'true');
    }
    request.context.user = user;
    request.context.synced = synced;
    request.context.userId = user._id;
    principal.userId = user._id;
    if (user.revokedSessions?.some(({ sid }) => sid === principal.sessionId) === true)
      throw new RefusedToken('revoked', 'session', { code: 'session_revoked' });
    // `iat` has whole seconds: a token of the same second may be the last one of an ended session. One that
    // was issued later belongs to a session that still lives.
    if (user.tokensFrom !== undefined && principal.issuedAt <= user.tokensFrom.getTime())
      throw new RefusedToken('revoked', 'claims.iat', { code: 'token_expired' });
    if (isShutOut(user) && !isOpenToSuspended) throw new ProblemError('account_suspended');
    if (isForAdmins && (user.role !== 'admin' || principal.actor !== undefined))
      throw new ProblemError('forbidden');
    if (!isActiveToday(user)) this.activity.recordActivity(user);
    return next.handle();
  }

  /** With its counts when an earlier request of this token has found the user. */
  private async findWhole({ subject, userId }: Principal): Promise<SyncedUser | undefined> {
    if (userId === undefined) {
      const user = await this.users.findBySubject(subject);
      return user && { user, isNew: false };
    }
    const found = await this.users.findWithCounts(userId);
    return found && { ...found, isNew: false };
  }
}
