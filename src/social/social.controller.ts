import { Controller, Get, Param, Query } from '@nestjs/common';
import type { Types } from 'mongoose';
import { ApiTags } from '../common/http/document-decorators.js';
import { Operation } from '../common/http/operation.decorator.js';
import { type Page, type PageQuery, pageQuerySchema } from '../common/http/page.js';
import { CurrentUser } from '../users/current-user.decorator.js';
import type { CallingUser } from '../users/user.schema.js';
import {
  type Relationship,
  relationshipListSchema,
  type RelationshipsQuery,
  relationshipsQuerySchema,
  type UserCard,
  userCardPageSchema,
  userCardSchema,
  UserId,
  userIdParam,
  type UserSearch,
  userSearchSchema,
} from './social.dto.js';
import { SocialService } from './social.service.js';

@ApiTags('Social')
@Controller('users')
export class SocialController {
  constructor(private readonly social: SocialService) {}

  @Get()
  @Operation({
    id: 'searchUsers',
    expensive: true,
    summary: 'Find users by username',
    description:
      'With `username`: the user of exactly this username, or an empty page. With `q`: users whose usernames begin with it, in alphabetical order. A user whose username changes between two pages may appear twice or not at all.',
    success: { 200: { description: 'A page of cards.', schema: userCardPageSchema } },
  })
  search(
    @CurrentUser() viewer: CallingUser,
    @Query({ schema: userSearchSchema }) query: UserSearch,
  ): Promise<Page<UserCard>> {
    return this.social.search(viewer, query);
  }

  @Get('me/relationships')
  @Operation({
    id: 'listRelationships',
    summary: 'List my relationships to users',
    description:
      'Up to 100 users per request. Answers in the order of the request, each user once, without users that are not found.',
    success: { 200: { description: 'The relationships.', schema: relationshipListSchema } },
  })
  relationships(
    @CurrentUser() viewer: CallingUser,
    @Query({ schema: relationshipsQuerySchema }) { userId }: RelationshipsQuery,
  ): Promise<{ items: Relationship[]; nextCursor: null }> {
    return this.social.relationships(viewer, userId);
  }

  @Get(':userId')
  @Operation({
    id: 'getUser',
    summary: 'Get a user',
    description:
      'The public card, with the relationship to the caller. Users who are unknown, deleted, suspended or banned, and users who block the caller, get the same 404.',
    success: { 200: { description: 'The card.', schema: userCardSchema } },
  })
  get(@CurrentUser() viewer: CallingUser, @UserId() userId: Types.ObjectId): Promise<UserCard> {
    return this.social.card(viewer, userId);
  }

  @Get(':userId/followers')
  @Operation({
    id: 'listFollowers',
    summary: 'List the followers of a user, newest first',
    description:
      'Without pending follow requests. Only accepted followers see the network of a private account.',
    success: { 200: { description: 'A page of cards.', schema: userCardPageSchema } },
    problems: ['user_not_found', 'network_private'],
  })
  followers(
    @CurrentUser() viewer: CallingUser,
    @Param('userId', { schema: userIdParam }) userId: string,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<Page<UserCard>> {
    return this.social.network(viewer, userId, 'followers', query);
  }

  @Get(':userId/following')
  @Operation({
    id: 'listFollowing',
    summary: 'List the users that a user follows, newest first',
    description:
      'Without pending follow requests. Only accepted followers see the network of a private account.',
    success: { 200: { description: 'A page of cards.', schema: userCardPageSchema } },
    problems: ['user_not_found', 'network_private'],
  })
  following(
    @CurrentUser() viewer: CallingUser,
    @Param('userId', { schema: userIdParam }) userId: string,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<Page<UserCard>> {
    return this.social.network(viewer, userId, 'following', query);
  }
}
