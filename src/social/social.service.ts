import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import { withDefaults } from '../common/mongodb/defaults.js';
import { objectIdOf } from '../common/mongodb/object-id.js';
import { Cursors, type Page, type PageQuery } from '../common/http/page.js';
import { ProblemError } from '../common/problem.js';
import { type StoredCard, UserCardsService, type UserRow } from '../users/user-cards.service.js';
import { type CallingUser, isShutOut, USER_DEFAULTS } from '../users/user.schema.js';
import { BlocksService } from './blocks.service.js';
import { type Direction, FollowsService } from './follows.service.js';
import type { Relationship, UserCard, UserSearch } from './social.dto.js';
import { isHidden, RelationsService, type ViewedUser } from './relations.service.js';

export type RequestDirection = 'received' | 'sent';
type WhenPrivate = 'network_private' | 'wishlist_private';

/** Reads at most `count` rows of a list of users, after a position; without one from the start. */
type ReadUsers = (position: string | undefined, count: number) => Promise<readonly UserRow[]>;

/**
 * Reads of the social graph, as one viewer may see it (`GraphService` writes it, `FollowsService` and
 * `BlocksService` own the collections). Users who are shut out or block the viewer are as if deleted. A
 * page costs two queries, whatever the sizes; the caller's own user is the third. Replacing hidden rows
 * takes two or four more.
 */
@Injectable()
export class SocialService {
  constructor(
    private readonly userCards: UserCardsService,
    private readonly relations: RelationsService,
    private readonly follows: FollowsService,
    private readonly blocks: BlocksService,
    private readonly cursors: Cursors,
  ) {}

  /** The card of a user as the viewer sees it. @throws ProblemError `user_not_found` */
  async card(viewer: CallingUser, userId: Types.ObjectId): Promise<UserCard> {
    const card = cardOf(await this.viewOne(viewer, userId));
    if (card === undefined) throw new ProblemError('user_not_found');
    return card;
  }

  /**
   * The user of this username, or a page of users by the prefix of their usernames.
   * @throws ProblemError `invalid_cursor`
   */
  async search(viewer: CallingUser, { username, q, limit, cursor }: UserSearch): Promise<Page<UserCard>> {
    const scope = ['search', username ?? '', q ?? '', String(viewer._id)];
    const position = this.cursors.position(scope, cursor);
    if (username !== undefined) {
      const user = await this.userCards.findByUsername(username.toLowerCase());
      const cards = await this.cardsOf(viewer, user === null ? [] : [user]);
      return { items: cards.filter((card) => card !== undefined), nextCursor: null };
    }
    const prefix = (q ?? '').toLowerCase();
    return this.cursors.visiblePage(
      scope,
      { position, limit },
      {
        read: (after, count) => this.userCards.findByUsernamePrefix(prefix, after, count),
        show: (users) => this.cardsOf(viewer, users),
        positionOf: ({ username }) => username,
      },
    );
  }

  /**
   * The relationship of the viewer to each of these users, in their order, without users who don't exist
   * for the viewer.
   */
  async relationships(
    viewer: CallingUser,
    userIds: readonly string[],
  ): Promise<{ items: Relationship[]; nextCursor: null }> {
    const ids = [...new Set(userIds)].flatMap((id) => objectIdOf(id) ?? []);
    if (ids.length === 0) return { items: [], nextCursor: null };
    const viewOf = await this.relations.view(viewer._id, ids);
    const items = ids.map(viewOf).filter((viewed) => !isHidden(viewed));
    return { items: items.map(({ relationship }) => relationship), nextCursor: null };
  }

  /**
   * A page of a user's accepted followers, or of the users that the user follows; newest first.
   * @param userId as it is in the path: a malformed id gets the same answers as an unknown one
   * @throws ProblemError `user_not_found`, `network_private`, `invalid_cursor`
   */
  async network(
    viewer: CallingUser,
    userId: string,
    direction: Direction,
    query: PageQuery,
  ): Promise<Page<UserCard>> {
    const scope = [direction, userId, String(viewer._id)];
    // Before the owner is read: an invalid cursor must not reveal which users exist.
    const position = this.cursors.position(scope, query.cursor);
    const ownerId = objectIdOf(userId);
    if (ownerId === undefined) throw new ProblemError('user_not_found');
    const read: ReadUsers = (after, count) =>
      this.follows.list(ownerId, direction, 'following', after, count);
    return this.readPage(viewer, scope, { position, limit: query.limit }, read, ownerId);
  }

  /** A page of the follow requests of the viewer, newest first. @throws ProblemError `invalid_cursor` */
  requests(viewer: CallingUser, direction: RequestDirection, query: PageQuery): Promise<Page<UserCard>> {
    const through = direction === 'received' ? 'followers' : 'following';
    return this.page(viewer, ['requests', direction], query, (position, count) =>
      this.follows.list(viewer._id, through, 'requested', position, count),
    );
  }

  /** A page of the users that the viewer blocks, newest first. @throws ProblemError `invalid_cursor` */
  blocked(viewer: CallingUser, query: PageQuery): Promise<Page<UserCard>> {
    return this.page(viewer, ['blocks'], query, (position, count) =>
      this.blocks.list(viewer._id, position, count),
    );
  }

  /**
   * A page of any list of users that sorts by `_id`, newest first, as the viewer sees it.
   * @param list its name and filters: cursors are bound to them and to the viewer
   * @throws ProblemError `invalid_cursor`
   */
  async page(
    viewer: CallingUser,
    list: readonly string[],
    { cursor, limit }: PageQuery,
    read: ReadUsers,
  ): Promise<Page<UserCard>> {
    const scope = [...list, String(viewer._id)];
    return this.readPage(viewer, scope, { position: this.cursors.position(scope, cursor), limit }, read);
  }

  /** Removes a block, even of a user who is shut out. Idempotent. @throws ProblemError `user_not_found` */
  async unblock(viewer: CallingUser, userId: Types.ObjectId): Promise<void> {
    const { user, isBlocked, relationship } = await this.viewOne(viewer, userId);
    if (user === undefined || isBlocked || (isShutOut(user) && !relationship.blocking))
      throw new ProblemError('user_not_found');
    await this.blocks.remove(viewer._id, userId);
  }

  /**
   * The user of an id, if the viewer may see what the user shares. Private accounts share with accepted
   * followers only.
   * @throws ProblemError `user_not_found`; `whenPrivate`
   */
  async requireVisible(
    viewer: CallingUser,
    userId: Types.ObjectId,
    whenPrivate: WhenPrivate,
  ): Promise<StoredCard> {
    return requireAccess(viewer, await this.viewOne(viewer, userId), whenPrivate);
  }

  private async viewOne(viewer: CallingUser, userId: Types.ObjectId): Promise<ViewedUser> {
    const viewOf = await this.relations.view(viewer._id, [userId]);
    return viewOf(userId);
  }

  private readPage(
    viewer: CallingUser,
    scope: readonly string[],
    page: { position: string | undefined; limit: number },
    read: ReadUsers,
    ownerId?: Types.ObjectId,
  ): Promise<Page<UserCard>> {
    return this.cursors.visiblePage(scope, page, {
      read,
      show: (rows) => this.cards(viewer, rows, ownerId),
      positionOf: ({ _id }) => String(_id),
    });
  }

  /**
   * The card of each row; undefined where the user is hidden from the viewer.
   * @param ownerId of the list. Access to it is checked together with the rows, after they were read: a
   * newer block hides them
   * @throws ProblemError `user_not_found`, `network_private` of the owner
   */
  private async cards(
    viewer: CallingUser,
    rows: readonly UserRow[],
    ownerId?: Types.ObjectId,
  ): Promise<(UserCard | undefined)[]> {
    const userIds = rows.map(({ userId }) => userId);
    const sought = ownerId === undefined ? userIds : [ownerId, ...userIds];
    if (sought.length === 0) return [];
    const viewOf = await this.relations.view(viewer._id, sought);
    if (ownerId !== undefined) requireAccess(viewer, viewOf(ownerId), 'network_private');
    return userIds.map((userId) => cardOf(viewOf(userId)));
  }

  private async cardsOf(
    viewer: CallingUser,
    users: readonly StoredCard[],
  ): Promise<(UserCard | undefined)[]> {
    const viewed = await this.relations.viewCards(viewer._id, users);
    return viewed.map(cardOf);
  }
}

/** @throws ProblemError `user_not_found`; `whenPrivate` */
function requireAccess(viewer: CallingUser, viewed: ViewedUser, whenPrivate: WhenPrivate): StoredCard {
  const { user, relationship } = viewed;
  if (user === undefined || isHidden(viewed)) throw new ProblemError('user_not_found');
  const { visibility } = withDefaults(USER_DEFAULTS, user);
  if (visibility === 'private' && !relationship.following && !user._id.equals(viewer._id))
    throw new ProblemError(whenPrivate);
  return user;
}

/** Undefined when the user is hidden from the viewer. */
function cardOf(viewed: ViewedUser): UserCard | undefined {
  const { user, relationship } = viewed;
  return user === undefined || isHidden(viewed) ? undefined : toCard(user, relationship);
}

function toCard(stored: StoredCard, relationship: Relationship): UserCard {
  const user = withDefaults(USER_DEFAULTS, stored);
  const { username, firstName, lastName, profilePicture, bio, homeCountry, visibility } = user;
  return {
    id: String(user._id),
    username,
    firstName,
    lastName,
    profilePicture,
    bio,
    homeCountry,
    visibility,
    followersCount: user.followersCount,
    followingCount: user.followingCount,
    relationship,
  };
}
