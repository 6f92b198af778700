import { Controller, Delete, Get, Put, Query } from '@nestjs/common';
import type { Types } from 'mongoose';
import { ApiTags } from '../common/http/document-decorators.js';
import { Operation } from '../common/http/operation.decorator.js';
import { type Page, type PageQuery, pageQuerySchema } from '../common/http/page.js';
import { CurrentUser } from '../users/current-user.decorator.js';
import type { CallingUser } from '../users/user.schema.js';
import { GraphService } from './graph.service.js';
import { type UserCard, userCardPageSchema, UserId } from './social.dto.js';
import { SocialService } from './social.service.js';

@ApiTags('Social')
@Controller('users/me/blocks')
export class BlocksController {
  constructor(
    private readonly graph: GraphService,
    private readonly social: SocialService,
  ) {}

  @Get()
  @Operation({
    id: 'listBlocks',
    summary: 'List the users I block, newest first',
    description:
      'Without users who are suspended or banned; they return when the suspension or ban is lifted.',
    success: { 200: { description: 'A page of cards.', schema: userCardPageSchema } },
  })
  list(
    @CurrentUser() viewer: CallingUser,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<Page<UserCard>> {
    return this.social.blocked(viewer, query);
  }

  @Put(':userId')
  @Operation({
    id: 'block',
    queued: true,
    summary: 'Block a user',
    description:
      'Removes follows and follow requests in both directions. For the blocked user, my account no longer exists. I still see theirs, so that I can unblock it. Idempotent.',
    success: { 204: { description: 'The user is blocked.' } },
    problems: ['cannot_block_self'],
  })
  block(@CurrentUser() viewer: CallingUser, @UserId() userId: Types.ObjectId): Promise<void> {
    return this.graph.block(viewer._id, userId);
  }

  @Delete(':userId')
  @Operation({
    id: 'unblock',
    summary: 'Unblock a user',
    description:
      'Removed follows are not restored. Idempotent. It also works for a suspended or banned user that the caller blocks; repeated, it is then 404 `user_not_found`.',
    success: { 204: { description: 'The caller does not block the user.' } },
  })
  unblock(@CurrentUser() viewer: CallingUser, @UserId() userId: Types.ObjectId): Promise<void> {
    return this.social.unblock(viewer, userId);
  }
}
