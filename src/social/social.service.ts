import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import { withDefaults } from '../common/mongodb/defaults.js';
import { objectIdOf } from '../common/mongodb/object-id.js';
import { Cursors, type Page, type PageQuery } from '../common/http/page.js';
import { ProblemError } from '../common/problem.js';
import { type CardUser, UserCardsService, type CardRow } from '../users/user-cards.service.js';
import { isShutOut, type User, USER_DEFAULTS } from '../users/user.schema.js';
import { UsersService } from '../users/users.service.js';
import type { Block } from './block.schema.js';
import { BlocksService } from './blocks.service.js';
import { type Direction, FollowsService } from './follows.service.js';
import type { Relationship, UserCard, UserSearch } from './social.dto.js';

export type RequestDirection = 'received' | 'sent';

interface ViewerRelation {
  relationship: Relationship;
  /** The other user blocks the viewer, and so doesn't exist for the viewer. Never shown. */
  isBlocked: boolean;
}
type RelationTo = (id: Types.ObjectId) => ViewerRelation;

/** Reads at most `count` rows of a list of users, after a position; without one from the start. */
type ReadUsers = (position: string | undefined, count: number) => Promise<readonly CardRow[]>;

/**
 * Reads of the social graph, as one viewer may see it (`GraphService` writes it, `FollowsService` and
 * `BlocksService` own the collections). Users who are shut out or block the viewer are as if deleted. A
 * page costs at most three queries, whatever the sizes; the caller's own user is the fourth. Replacing
 * hidden rows takes two or four more.
 */
@Injectable()
export class SocialService {
  constructor(
    private readonly users: UsersService,
    private readonly userCards: UserCardsService,
    private readonly follows: FollowsService,
    private readonly blocks: BlocksService,
    private readonly cursors: Cursors,
  ) {}

  /** The card of a user as the viewer sees it. @throws ProblemError `user_not_found` */
  async card(viewer: User, userId: Types.ObjectId): Promise<UserCard> {
    const user = await this.requireUser(userId);
    const card = cardOf(user, await this.relationsTo(viewer, [user]));
    if (card === undefined) throw new ProblemError('user_not_found');
    return card;
  }

  /**
   * The user of this username, or a page of users by the prefix of their usernames.
   * @throws ProblemError `invalid_cursor`
   */
  async search(viewer: User, { username, q, limit, cursor }: UserSearch): Promise<Page<UserCard>> {
    const scope = ['search', username ?? '', q ?? '', String(viewer._id)];
    const position = this.cursors.position(scope, cursor);
    if (username !== undefined) {
      const user = await this.userCards.findByUsername(username.toLowerCase());
      const card = user === null ? undefined : cardOf(user, await this.relationsTo(viewer, [user]));
      return { items: card === undefined ? [] : [card], nextCursor: null };
    }
    const prefix = (q ?? '').toLowerCase();
    return this.cursors.visiblePage(
      scope,
      { position, limit },
      {
        read: (after, count) => this.userCards.findByUsernamePrefix(prefix, after, count),
        show: (rows) => this.cards(viewer, rows),
        positionOf: (row) => row.username,
      },
    );
  }

  /**
   * The relationship of the viewer to each of these users, in their order, without users who don't exist
   * for the viewer.
   */
  async relationships(
    viewer: User,
    userIds: readonly string[],
  ): Promise<{ items: Relationship[]; nextCursor: null }> {
    const ids = [...new Set(userIds)].flatMap((id) => objectIdOf(id) ?? []);
    const [visible, relationTo] = await Promise.all([
      this.userCards.findVisibleIds(ids),
      this.relationsTo(
        viewer,
        ids.map((_id) => ({ _id })),
      ),
    ]);
    const items = ids
      .filter((id) => visible.has(String(id)))
      .map(relationTo)
      .filter(({ isBlocked }) => !isBlocked);
    return { items: items.map(({ relationship }) => relationship), nextCursor: null };
  }

  /**
   * A page of a user's accepted followers, or of the users that the user follows; newest first.
   * @param userId as it is in the path: a malformed id gets the same answers as an unknown one
   * @throws ProblemError `user_not_found`, `network_private`, `invalid_cursor`
   */
  async network(
    viewer: User,
    userId: string,
    direction: Direction,
    query: PageQuery,
  ): Promise<Page<UserCard>> {
    const scope = [direction, userId, String(viewer._id)];
    // Before the owner is read: an invalid cursor must not reveal which users exist.
    const position = this.cursors.position(scope, query.cursor);
    const ownerId = objectIdOf(userId);
    if (ownerId === undefined) throw new ProblemError('user_not_found');
    const owner = await this.requireUser(ownerId);
    const read: ReadUsers = (after, count) =>
      this.follows.list(owner._id, direction, 'following', after, count);
    return this.readPage(viewer, scope, { position, limit: query.limit }, read, owner);
  }

  /** A page of the follow requests of the viewer, newest first. @throws ProblemError `invalid_cursor` */
  requests(viewer: User, direction: RequestDirection, query: PageQuery): Promise<Page<UserCard>> {
    const through = direction === 'received' ? 'followers' : 'following';
    return this.page(viewer, ['requests', direction], query, (position, count) =>
      this.follows.list(viewer._id, through, 'requested', position, count),
    );
  }

  /** A page of the users that the viewer blocks, newest first. @throws ProblemError `invalid_cursor` */
  blocked(viewer: User, query: PageQuery): Promise<Page<UserCard>> {
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
    viewer: User,
    list: readonly string[],
    { cursor, limit }: PageQuery,
    read: ReadUsers,
  ): Promise<Page<UserCard>> {
    const scope = [...list, String(viewer._id)];
    return this.readPage(viewer, scope, { position: this.cursors.position(scope, cursor), limit }, read);
  }

  /** Removes a block, even of a user who is shut out. Idempotent. @throws ProblemError `user_not_found` */
  async unblock(viewer: User, userId: Types.ObjectId): Promise<void> {
    const user = await this.users.findById(userId);
    if (user === undefined) throw new ProblemError('user_not_found');
    const { isBlocked, relationship } = (await this.relationsTo(viewer, [user]))(user._id);
    if (isBlocked || (isShutOut(user) && !relationship.blocking)) throw new ProblemError('user_not_found');
    await this.blocks.remove(viewer._id, user._id);
  }

  /**
   * The user of an id, if the viewer may see what the user shares. Private accounts share with accepted
   * followers only.
   * @throws ProblemError `user_not_found`; `whenPrivate`
   */
  async requireVisible(
    viewer: User,
    userId: Types.ObjectId,
    whenPrivate: 'network_private' | 'wishlist_private',
  ): Promise<User> {
    const owner = await this.requireUser(userId);
    requireAccess(viewer, owner, await this.relationsTo(viewer, [owner]), whenPrivate);
    return owner;
  }

  private async requireUser(userId: Types.ObjectId): Promise<User> {
    const user = await this.users.findById(userId);
    if (user === undefined || isShutOut(user)) throw new ProblemError('user_not_found');
    return user;
  }

  private readPage(
    viewer: User,
    scope: readonly string[],
    page: { position: string | undefined; limit: number },
    read: ReadUsers,
    owner?: User,
  ): Promise<Page<UserCard>> {
    return this.cursors.visiblePage(scope, page, {
      read,
      show: (rows) => this.cards(viewer, rows, owner),
      positionOf: ({ _id }) => String(_id),
    });
  }

  /**
   * The card of each row; undefined where the user is hidden from the viewer.
   * @param owner of the list. Access to it is checked together with the rows, after they were read: a
   * newer block hides them
   * @throws ProblemError `user_not_found`, `network_private` of the owner
   */
  private async cards(
    viewer: User,
    rows: readonly CardRow[],
    owner?: User,
  ): Promise<(UserCard | undefined)[]> {
    const users = rows.flatMap(({ user }) => user);
    const relationTo = await this.relationsTo(viewer, owner === undefined ? users : [owner, ...users]);
    if (owner !== undefined) requireAccess(viewer, owner, relationTo, 'network_private');
    return rows.map(({ user: [user] }) => user && cardOf(user, relationTo));
  }

  /** The relations between the viewer and each of these users, by one query. */
  private async relationsTo(viewer: User, others: readonly { _id: Types.ObjectId }[]): Promise<RelationTo> {
    const ids = others.map(({ _id }) => _id).filter((id) => !id.equals(viewer._id));
    const rows =
      ids.length === 0
        ? []
        : await this.follows.between<Block>(viewer._id, ids, this.blocks.betweenStage(viewer._id, ids));
    const states = new Map<string, string>();
    const [followers, blocked, blockers] = [new Set<string>(), new Set<string>(), new Set<string>()];
    for (const row of rows) {
      if ('blockerId' in row) {
        if (row.blockerId.equals(viewer._id)) blocked.add(String(row.blockedId));
        else blockers.add(String(row.blockerId));
      } else if (row.followerId.equals(viewer._id)) states.set(String(row.followeeId), row.state);
      else if (row.state === 'following') followers.add(String(row.followerId));
    }
    return (id) => {
      const userId = String(id);
      const relationship = {
        userId,
        following: states.get(userId) === 'following',
        requested: states.get(userId) === 'requested',
        followedBy: followers.has(userId),
        blocking: blocked.has(userId),
      };
      return { relationship, isBlocked: blockers.has(userId) };
    };
  }
}

/** @throws ProblemError `user_not_found`; `whenPrivate` */
function requireAccess(
  viewer: User,
  owner: User,
  relationTo: RelationTo,
  whenPrivate: 'network_private' | 'wishlist_private',
): void {
  const { isBlocked, relationship } = relationTo(owner._id);
  if (isBlocked) throw new ProblemError('user_not_found');
  const isOpen = owner.visibility === 'public' || owner._id.equals(viewer._id) || relationship.following;
  if (!isOpen) throw new ProblemError(whenPrivate);
}

/** Undefined when the user blocks the viewer. */
function cardOf(user: CardUser, relationTo: RelationTo): UserCard | undefined {
  const { relationship, isBlocked } = relationTo(user._id);
  return isBlocked ? undefined : toCard(user, relationship);
}

function toCard(stored: CardUser, relationship: Relationship): UserCard {
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
