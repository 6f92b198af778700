import { Controller, Delete, Get, Put, Query } from '@nestjs/common';
import type { Types } from 'mongoose';
import { ApiTags } from '../common/http/document-decorators.js';
import { Operation } from '../common/http/operation.decorator.js';
import type { Page } from '../common/http/page.js';
import { CurrentUser } from '../users/current-user.decorator.js';
import type { CallingUser } from '../users/user.schema.js';
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
      'A private account gets a follow request. Idempotent. 403 `forbidden` for a user that the caller blocks.',
    success: {
      200: { description: 'The user is followed or has a follow request.', schema: followResultSchema },
    },
    problems: ['forbidden', 'cannot_follow_self', 'follow_limit_reached'],
  })
  async follow(
    @CurrentUser() viewer: CallingUser,
    @UserId() userId: Types.ObjectId,
  ): Promise<{ state: FollowState }> {
    return { state: await this.graph.follow(viewer._id, userId) };
  }

  @Delete('following/:userId')
  @Operation({
    id: 'unfollow',
    queued: true,
    summary: 'Unfollow a user',
    description:
      'Withdraws a follow request as well. Idempotent. It also works for a suspended or banned user that the caller follows or has asked to follow; repeated, it is then 404 `user_not_found`.',
    success: { 204: { description: 'The caller does not follow the user.' } },
  })
  unfollow(@CurrentUser() viewer: CallingUser, @UserId() userId: Types.ObjectId): Promise<void> {
    return this.graph.unfollow(viewer._id, userId);
  }

  @Delete('followers/:userId')
  @Operation({
    id: 'removeFollower',
    queued: true,
    summary: 'Remove a follower',
    description:
      'The follower is not notified and may follow or ask again; block the user to prevent that. Idempotent.',
    success: { 204: { description: 'The user does not follow the caller.' } },
  })
  removeFollower(@CurrentUser() viewer: CallingUser, @UserId() userId: Types.ObjectId): Promise<void> {
    return this.graph.removeFollower(viewer._id, userId);
  }

  @Get('follow-requests')
  @Operation({
    id: 'listFollowRequests',
    summary: 'List follow requests, newest first',
    description:
      'Pending requests to me, or pending requests that I have sent. Making my account public accepts all requests to me.',
    success: { 200: { description: 'A page of cards.', schema: userCardPageSchema } },
  })
  requests(
    @CurrentUser() viewer: CallingUser,
    @Query({ schema: requestsQuerySchema }) { direction, ...query }: RequestsQuery,
  ): Promise<Page<UserCard>> {
    return this.social.requests(viewer, direction, query);
  }

  @Put('follow-requests/:userId')
  @Operation({
    id: 'acceptFollowRequest',
    queued: true,
    summary: 'Accept a follow request',
    description: 'Idempotent.',
    success: { 200: { description: 'The user follows me.', schema: relationshipSchema } },
    problems: ['not_found'],
  })
  async accept(@CurrentUser() viewer: CallingUser, @UserId() userId: Types.ObjectId): Promise<Relationship> {
    await this.graph.accept(viewer._id, userId);
    return (await this.social.card(viewer, userId)).relationship;
  }

  @Delete('follow-requests/:userId')
  @Operation({
    id: 'declineFollowRequest',
    queued: true,
    summary: 'Decline a follow request',
    description:
      'The user is not notified and may ask again. Idempotent. It does not remove an accepted follower.',
    success: { 204: { description: 'This user has no pending request.' } },
  })
  decline(@CurrentUser() viewer: CallingUser, @UserId() userId: Types.ObjectId): Promise<void> {
    return this.graph.decline(viewer._id, userId);
  }
}
