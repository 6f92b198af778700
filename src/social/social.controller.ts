import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Types } from 'mongoose';
import { Operation } from '../common/http/operation.decorator.js';
import { type Page, type PageQuery, pageQuerySchema } from '../common/http/page.js';
import { CurrentUser } from '../users/current-user.decorator.js';
import type { User } from '../users/user.schema.js';
import {
  type Relationship,
  relationshipListSchema,
  type RelationshipsQuery,
  relationshipsQuerySchema,
  type UserCard,
  userCardPageSchema,
  userCardSchema,
  UserId,
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
    summary: 'Find users by name',
    description:
      'With `username` the one of exactly this name, or nobody; with `q` those whose names begin so, in the order of their names. Whoever changes their name on the way may come twice, or not at all.',
    success: { 200: { description: 'A page of cards.', schema: userCardPageSchema } },
  })
  search(
    @CurrentUser() viewer: User,
    @Query({ schema: userSearchSchema }) query: UserSearch,
  ): Promise<Page<UserCard>> {
    return this.social.search(viewer, query);
  }

  @Get('me/relationships')
  @Operation({
    id: 'listRelationships',
    summary: 'How I and others stand to each other',
    description:
      'For up to 100 users at once, in the order asked for; each once, and without those not found.',
    success: { 200: { description: 'The relationships.', schema: relationshipListSchema } },
  })
  relationships(
    @CurrentUser() viewer: User,
    @Query({ schema: relationshipsQuerySchema }) { userId }: RelationshipsQuery,
  ): Promise<{ items: Relationship[]; nextCursor: null }> {
    return this.social.relationships(viewer, userId);
  }

  @Get(':userId')
  @Operation({
    id: 'getUser',
    summary: 'A user',
    description:
      'The public card, with how the caller and the user stand to each other. Users who are unknown, deleted, suspended, banned or block the caller are one and the same 404.',
    success: { 200: { description: 'The card.', schema: userCardSchema } },
  })
  get(@CurrentUser() viewer: User, @UserId() userId: Types.ObjectId): Promise<UserCard> {
    return this.social.card(viewer, userId);
  }

  @Get(':userId/followers')
  @Operation({
    id: 'listFollowers',
    summary: 'Who follows a user, newest first',
    description:
      'Without those who only asked to. The network of a private account is for its accepted followers.',
    success: { 200: { description: 'A page of cards.', schema: userCardPageSchema } },
    problems: ['network_private'],
  })
  followers(
    @CurrentUser() viewer: User,
    @UserId() userId: Types.ObjectId,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<Page<UserCard>> {
    return this.social.network(viewer, userId, 'followers', query);
  }

  @Get(':userId/following')
  @Operation({
    id: 'listFollowing',
    summary: 'Whom a user follows, newest first',
    description:
      'Without those they only asked to follow. The network of a private account is for its accepted followers.',
    success: { 200: { description: 'A page of cards.', schema: userCardPageSchema } },
    problems: ['network_private'],
  })
  following(
    @CurrentUser() viewer: User,
    @UserId() userId: Types.ObjectId,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<Page<UserCard>> {
    return this.social.network(viewer, userId, 'following', query);
  }
}
