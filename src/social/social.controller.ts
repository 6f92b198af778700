import { Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../common/operation.decorator.js';
import { type Page, type PageQuery, pageQuerySchema } from '../common/page.js';
import { CurrentUser } from '../users/current-user.decorator.js';
import type { User } from '../users/user.schema.js';
import type { FollowState } from './follow.schema.js';
import {
  followResultSchema,
  type UserCard,
  userCardPageSchema,
  userCardSchema,
  userIdParam,
} from './social.dto.js';
import { SocialService } from './social.service.js';

@ApiTags('Social')
@Controller('users')
export class SocialController {
  constructor(private readonly social: SocialService) {}

  @Get(':userId')
  @Operation({
    id: 'getUser',
    summary: 'A user',
    description: 'The public card, with how the caller and the user stand to each other.',
    success: { 200: { description: 'The card.', schema: userCardSchema } },
    problems: ['user_not_found'],
  })
  get(
    @CurrentUser() viewer: User,
    @Param('userId', { schema: userIdParam }) userId: string,
  ): Promise<UserCard> {
    return this.social.card(viewer, userId);
  }

  @Put('me/following/:userId')
  @Operation({
    id: 'follow',
    summary: 'Follow a user',
    description: 'A private account is asked first. Repeating it is harmless.',
    success: { 200: { description: 'Followed, or asked.', schema: followResultSchema } },
    problems: ['user_not_found', 'cannot_follow_self', 'follow_limit_reached'],
  })
  async follow(
    @CurrentUser() viewer: User,
    @Param('userId', { schema: userIdParam }) userId: string,
  ): Promise<{ state: FollowState }> {
    return { state: await this.social.follow(viewer, userId) };
  }

  @Delete('me/following/:userId')
  @Operation({
    id: 'unfollow',
    summary: 'Stop following a user',
    description: 'Takes a request back as well. Repeating it is harmless.',
    success: { 204: { description: 'The caller does not follow the user (any more).' } },
    problems: ['user_not_found'],
  })
  unfollow(
    @CurrentUser() viewer: User,
    @Param('userId', { schema: userIdParam }) userId: string,
  ): Promise<void> {
    return this.social.unfollow(viewer, userId);
  }

  @Get(':userId/followers')
  @Operation({
    id: 'listFollowers',
    summary: 'Who follows a user, newest first',
    success: { 200: { description: 'A page of cards.', schema: userCardPageSchema } },
    problems: ['validation_failed', 'invalid_cursor', 'user_not_found', 'network_private'],
  })
  followers(
    @CurrentUser() viewer: User,
    @Param('userId', { schema: userIdParam }) userId: string,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<Page<UserCard>> {
    return this.social.list(viewer, userId, 'followers', query);
  }

  @Get(':userId/following')
  @Operation({
    id: 'listFollowing',
    summary: 'Whom a user follows, newest first',
    success: { 200: { description: 'A page of cards.', schema: userCardPageSchema } },
    problems: ['validation_failed', 'invalid_cursor', 'user_not_found', 'network_private'],
  })
  following(
    @CurrentUser() viewer: User,
    @Param('userId', { schema: userIdParam }) userId: string,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<Page<UserCard>> {
    return this.social.list(viewer, userId, 'following', query);
  }
}
