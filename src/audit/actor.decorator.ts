import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Types } from 'mongoose';

/** The admin who does something that is recorded, and the request. */
export interface Actor {
  readonly userId: Types.ObjectId;
  readonly requestId: string;
}

/** The caller of an admin route, for the audit log. */
export const CurrentActor = createParamDecorator((_data: unknown, context: ExecutionContext): Actor => {
  const {
    context: { userId },
    id,
  } = context.switchToHttp().getRequest<FastifyRequest>();
  if (userId === undefined) throw new Error('No user here: the route is public');
  return { userId, requestId: id };
});
