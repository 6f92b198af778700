import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../common/principal.js';
import type { User } from './user.schema.js';
import type { SyncedUser } from './user-sync.service.js';

declare module '../common/observability/request-context.js' {
  interface RequestContext {
    /** Set by `UserSyncInterceptor`; absent on public routes. */
    synced?: SyncedUser;
  }
}

export const IS_ADMIN = 'roavelo:admin';
export const OPEN_TO_SUSPENDED = 'roavelo:open-to-suspended';
export const OPEN_TO_DELETED = 'roavelo:open-to-deleted';
export const SHOWS_COUNTS = 'roavelo:shows-counts';

/** Only for users with the role `admin`, not for impersonators of one. */
export const Admin = () => SetMetadata(IS_ADMIN, true);

/** Suspended and banned users may use this route: their data and its deletion stay theirs. */
export const OpenToSuspended = () => SetMetadata(OPEN_TO_SUSPENDED, true);

/** Subjects without a user may use this route, deleted ones too. No user is created, so there may be none. */
export const OpenToDeleted = () => SetMetadata(OPEN_TO_DELETED, true);

/**
 * The handler shows the user's `SyncedUser.counts`: they are read together with the user, in one command.
 */
export const ShowsCounts = () => SetMetadata(SHOWS_COUNTS, true);

/** The identity that the token proves. */
export const CurrentPrincipal = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Principal => {
    const { principal } = context.switchToHttp().getRequest<FastifyRequest>().context;
    if (principal === undefined) throw new Error('No principal here: the route is public');
    return principal;
  },
);

/** The caller's user, read for this request. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext): User => {
  return syncedUser(context).user;
});

/** The caller's user, whether this request created it, and its counts if they were read with it. */
export const Synced = createParamDecorator((_data: unknown, context: ExecutionContext): SyncedUser => {
  return syncedUser(context);
});

function syncedUser(context: ExecutionContext): SyncedUser {
  const { synced } = context.switchToHttp().getRequest<FastifyRequest>().context;
  if (synced === undefined) throw new Error('No user here: the route is public');
  return synced;
}
