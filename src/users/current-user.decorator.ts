import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../common/principal.js';
import type { CallingUser } from './user.schema.js';
import type { SyncedUser } from './user-sync.service.js';

declare module '../common/observability/request-context.js' {
  interface RequestContext {
    /** Set by `UserSyncInterceptor`; absent on public routes. */
    user?: CallingUser;
    /** The same user, read whole: only for handlers with `@Synced()`. */
    synced?: SyncedUser | undefined;
  }
}

export const IS_ADMIN = 'roavelo:admin';
export const OPEN_TO_SUSPENDED = 'roavelo:open-to-suspended';
export const OPEN_TO_DELETED = 'roavelo:open-to-deleted';
export const READS_WHOLE_USER = 'roavelo:reads-whole-user';

/** Only for users with the role `admin`, not for impersonators of one. */
export const Admin = () => SetMetadata(IS_ADMIN, true);

/** Suspended and banned users may use this route: their data and its deletion stay theirs. */
export const OpenToSuspended = () => SetMetadata(OPEN_TO_SUSPENDED, true);

/** Subjects without a user may use this route, deleted ones too. No user is created, so there may be none. */
export const OpenToDeleted = () => SetMetadata(OPEN_TO_DELETED, true);

/** The identity that the token proves. */
export const CurrentPrincipal = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Principal => {
    const { principal } = context.switchToHttp().getRequest<FastifyRequest>().context;
    if (principal === undefined) throw new Error('No principal here: the route is public');
    return principal;
  },
);

/** The caller's user, read for this request: only the fields that every request needs. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext): CallingUser => {
  return required(context.switchToHttp().getRequest<FastifyRequest>().context.user);
});

/** The caller's whole user, and its counts if they were read with it. It marks the route. */
export const Synced =
  (): ParameterDecorator =>
  (target, name = '', index) => {
    const handler = Object.getOwnPropertyDescriptor(target, name) ?? {};
    SetMetadata(READS_WHOLE_USER, true)(target, name, handler);
    WholeUser()(target, name, index);
  };

const WholeUser = createParamDecorator((_data: unknown, context: ExecutionContext): SyncedUser => {
  return required(context.switchToHttp().getRequest<FastifyRequest>().context.synced);
});

function required<T>(user: T | undefined): T {
  if (user === undefined) throw new Error('No user here: the route is public');
  return user;
}
