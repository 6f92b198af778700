import { Controller, Delete, Get, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Types } from 'mongoose';
import { Operation } from '../common/http/operation.decorator.js';
import type { Page } from '../common/http/page.js';
import { CurrentUser } from '../users/current-user.decorator.js';
import type { User } from '../users/user.schema.js';
import type { FollowState } from './follow.schema.js';
import { GraphService } from './graph.service.js';
import {
  followResultSchema,
  type Relationship,
  relationshipSchema,
  type RequestsQuery,
  requestsQuerySchema,
  type UserCard,
  userCardPageSchema,
  UserId,
} from './social.dto.js';
import { SocialService } from './social.service.js';

@ApiTags('Social')
@Controller('users/me')
export class FollowsController {
  constructor(
    private readonly graph: GraphService,
    private readonly social: SocialService,
  ) {}

  @Put('following/:userId')
  @Operation({
    id: 'follow',
    queued: true,
    summary: 'Follow a user',
    description:
      'A private account is asked first. Repeating it is harmless. Whom the caller blocks: 403 `forbidden`.',
    success: { 200: { description: 'Followed, or asked.', schema: followResultSchema } },
    problems: ['forbidden', 'cannot_follow_self', 'follow_limit_reached'],
  })
  async follow(
    @CurrentUser() viewer: User,
    @UserId() userId: Types.ObjectId,
  ): Promise<{ state: FollowState }> {
    return { state: await this.graph.follow(viewer._id, userId) };
  }

  @Delete('following/:userId')
  @Operation({
    id: 'unfollow',
    queued: true,
    summary: 'Stop following a user',
    description:
      'Takes a request back as well. Repeating it is harmless. It works for a suspended or banned user whom the caller follows or has asked, too; repeated, that is 404 `user_not_found` like everything else about them.',
    success: { 204: { description: 'The caller does not follow the user (any more).' } },
  })
  unfollow(@CurrentUser() viewer: User, @UserId() userId: Types.ObjectId): Promise<void> {
    return this.graph.unfollow(viewer._id, userId);
  }

  @Delete('followers/:userId')
  @Operation({
    id: 'removeFollower',
    queued: true,
    summary: 'Remove a follower',
    description:
      'They are not told, and may follow or ask again; block them to prevent that. Repeating it is harmless.',
    success: { 204: { description: 'The user does not follow the caller (any more).' } },
  })
  removeFollower(@CurrentUser() viewer: User, @UserId() userId: Types.ObjectId): Promise<void> {
    return this.graph.removeFollower(viewer._id, userId);
  }

  @Get('follow-requests')
  @Operation({
    id: 'listFollowRequests',
    summary: 'Follow requests, newest first',
    description:
      'Those that wait for me, or those that I have sent. Going public accepts all that wait; an answer to one of mine ends it.',
    success: { 200: { description: 'A page of cards.', schema: userCardPageSchema } },
  })
  requests(
    @CurrentUser() viewer: User,
    @Query({ schema: requestsQuerySchema }) { direction, ...query }: RequestsQuery,
  ): Promise<Page<UserCard>> {
    return this.social.requests(viewer, direction, query);
  }

  @Put('follow-requests/:userId')
  @Operation({
    id: 'acceptFollowRequest',
    queued: true,
    summary: 'Accept a follow request',
    description: 'Repeating it is harmless.',
    success: { 200: { description: 'The user follows me now.', schema: relationshipSchema } },
    problems: ['not_found'],
  })
  async accept(@CurrentUser() viewer: User, @UserId() userId: Types.ObjectId): Promise<Relationship> {
    await this.graph.accept(viewer._id, userId);
    return (await this.social.card(viewer, userId)).relationship;
  }

  @Delete('follow-requests/:userId')
  @Operation({
    id: 'declineFollowRequest',
    queued: true,
    summary: 'Decline a follow request',
    description: 'They are not told, and may ask again. Repeating it is harmless; a follower stays one.',
    success: { 204: { description: 'There is no request of this user (any more).' } },
  })
  decline(@CurrentUser() viewer: User, @UserId() userId: Types.ObjectId): Promise<void> {
    return this.graph.decline(viewer._id, userId);
  }
}
