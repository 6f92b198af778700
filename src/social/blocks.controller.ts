import { Controller, Delete, Get, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Types } from 'mongoose';
import { Operation } from '../common/http/operation.decorator.js';
import { type Page, type PageQuery, pageQuerySchema } from '../common/http/page.js';
import { CurrentUser } from '../users/current-user.decorator.js';
import type { User } from '../users/user.schema.js';
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
    summary: 'Whom I block, newest first',
    description:
      'To be unblocked. Without those who are suspended or banned: they are back when that is lifted.',
    success: { 200: { description: 'A page of cards.', schema: userCardPageSchema } },
  })
  list(
    @CurrentUser() viewer: User,
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
      'Neither follows the other any more, requests included; to them, my account does not exist from now on. I still see theirs, to unblock it. Repeating it is harmless.',
    success: { 204: { description: 'The user is blocked.' } },
    problems: ['cannot_block_self'],
  })
  block(@CurrentUser() viewer: User, @UserId() userId: Types.ObjectId): Promise<void> {
    return this.graph.block(viewer._id, userId);
  }

  @Delete(':userId')
  @Operation({
    id: 'unblock',
    summary: 'Unblock a user',
    description:
      'What the block cut stays cut. Repeating it is harmless. It works for a suspended or banned user whom the caller blocks, too; repeated, that is 404 `user_not_found`.',
    success: { 204: { description: 'The user is not blocked (any more).' } },
  })
  unblock(@CurrentUser() viewer: User, @UserId() userId: Types.ObjectId): Promise<void> {
    return this.social.unblock(viewer, userId);
  }
}
