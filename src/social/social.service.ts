import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import { objectIdOf } from '../common/object-id.js';
import { Cursors, type Page, type PageQuery } from '../common/page.js';
import { ProblemError } from '../common/problem.js';
import type { User } from '../users/user.schema.js';
import { type CardUser, UsersService } from '../users/users.service.js';
import type { Block } from './block.schema.js';
import { BlocksService } from './blocks.service.js';
import { type Direction, FollowsService } from './follows.service.js';
import type { Relationship, UserCard, UserSearch } from './social.dto.js';

/** Requests that wait for the caller, or that the caller waits for. */
export type RequestDirection = 'received' | 'sent';

/** How the viewer and somebody stand to each other; a caller is never told of `isBlocked`. */
interface Standing {
  relationship: Relationship;
  /** By that user: to the viewer, they don't exist. */
  isBlocked: boolean;
}
type Standings = (id: Types.ObjectId) => Standing;

/** What the viewer may see of others. A page costs at most three queries, whatever the sizes; reading the viewer is the fourth. */
@Injectable()
export class SocialService {
  constructor(
    private readonly users: UsersService,
    private readonly follows: FollowsService,
    private readonly blocks: BlocksService,
    private readonly cursors: Cursors,
  ) {}

  /** The card of a user as the viewer sees it. @throws ProblemError `user_not_found` */
  async card(viewer: User, userId: string): Promise<UserCard> {
    const user = await this.requireUser(userId);
    const [card] = await this.cards(viewer, [user]);
    if (card === undefined) throw new ProblemError('user_not_found');
    return card;
  }

  /** The cards of these users, without those that block the viewer. */
  async cards(viewer: User, users: readonly CardUser[]): Promise<UserCard[]> {
    return toCards(users, await this.standings(viewer, users));
  }

  /** The user of exactly this name, or a page of those whose names begin so, by name. @throws ProblemError `invalid_cursor` */
  async search(viewer: User, { username, q, limit, cursor }: UserSearch): Promise<Page<UserCard>> {
    const scope = ['search', username ?? '', q ?? '', String(viewer._id)];
    const after = cursor === undefined ? undefined : this.cursors.decode(scope, cursor);
    if (username !== undefined) {
      const user = await this.users.findByUsername(username.toLowerCase());
      return { items: user === null ? [] : await this.cards(viewer, [user]), nextCursor: null };
    }
    const found = await this.users.findByUsernamePrefix((q ?? '').toLowerCase(), after, limit + 1);
    const { items, nextCursor } = this.cursors.page(scope, found, limit, (user) => user.username);
    return { items: await this.cards(viewer, items), nextCursor };
  }

  /** How the viewer stands to each of these users, in their order; those that don't exist for the viewer are left out. */
  async relationships(
    viewer: User,
    userIds: readonly string[],
  ): Promise<{ items: Relationship[]; nextCursor: null }> {
    const ids = [...new Set(userIds)].flatMap((id) => objectIdOf(id) ?? []);
    const [existing, standingTo] = await Promise.all([
      this.users.existing(ids),
      this.standings(
        viewer,
        ids.map((_id) => ({ _id })),
      ),
    ]);
    const items = ids
      .filter((id) => existing.has(String(id)))
      .map(standingTo)
      .filter(({ isBlocked }) => !isBlocked);
    return { items: items.map(({ relationship }) => relationship), nextCursor: null };
  }

  /**
   * A page of the accepted followers of a user, or of those the user follows; newest first.
   * @throws ProblemError `user_not_found`, `network_private`, `invalid_cursor`
   */
  async network(
    viewer: User,
    userId: string,
    direction: Direction,
    query: PageQuery,
  ): Promise<Page<UserCard>> {
    const scope = [direction, userId, String(viewer._id)];
    // Before the owner is looked at: what is wrong with a cursor must not tell who exists.
    const behind = this.cursors.idsBehind(scope, query.cursor);
    const owner = await this.requireUser(userId);
    const edges = await this.follows.list(owner._id, direction, 'following', behind, query.limit + 1);
    const { items, nextCursor } = this.cursors.page(scope, edges, query.limit, ({ _id }) => String(_id));
    const users = items.flatMap(({ user }) => user);
    // The owner's standing comes with the others', and after the page: a block since then hides it.
    const standingTo = await this.standings(viewer, [owner, ...users]);
    requireAccess(viewer, owner, standingTo, 'network_private');
    return { items: toCards(users, standingTo), nextCursor };
  }

  /** A page of the follow requests of the viewer, newest first. @throws ProblemError `invalid_cursor` */
  async requests(viewer: User, direction: RequestDirection, query: PageQuery): Promise<Page<UserCard>> {
    const scope = ['requests', direction, String(viewer._id)];
    const behind = this.cursors.idsBehind(scope, query.cursor);
    const through = direction === 'received' ? 'followers' : 'following';
    const edges = await this.follows.list(viewer._id, through, 'requested', behind, query.limit + 1);
    return this.pageOfCards(viewer, scope, edges, query);
  }

  /** A page of those whom the viewer blocks, newest first. @throws ProblemError `invalid_cursor` */
  async blocked(viewer: User, query: PageQuery): Promise<Page<UserCard>> {
    const scope = ['blocks', String(viewer._id)];
    const behind = this.cursors.idsBehind(scope, query.cursor);
    const blocks = await this.blocks.list(viewer._id, behind, query.limit + 1);
    return this.pageOfCards(viewer, scope, blocks, query);
  }

  /** Takes a block back; nothing happens where there is none. @throws ProblemError `user_not_found` */
  async unblock(viewer: User, userId: string): Promise<void> {
    const user = await this.requireUser(userId);
    const standingTo = await this.standings(viewer, [user]);
    if (standingTo(user._id).isBlocked) throw new ProblemError('user_not_found');
    await this.blocks.remove(viewer._id, user._id);
  }

  /**
   * The user of an id, if the viewer may see what the user shares: everybody for public accounts, accepted followers for
   * private ones.
   * @throws ProblemError `user_not_found`; `whenPrivate`
   */
  async requireVisible(
    viewer: User,
    userId: string,
    whenPrivate: 'network_private' | 'wishlist_private',
  ): Promise<User> {
    const owner = await this.requireUser(userId);
    requireAccess(viewer, owner, await this.standings(viewer, [owner]), whenPrivate);
    return owner;
  }

  private async requireUser(userId: string): Promise<User> {
    const user = await this.users.findById(userId);
    if (user === undefined) throw new ProblemError('user_not_found');
    return user;
  }

  private async pageOfCards(
    viewer: User,
    scope: readonly string[],
    rows: readonly { _id: Types.ObjectId; user: CardUser[] }[],
    { limit }: PageQuery,
  ): Promise<Page<UserCard>> {
    const { items, nextCursor } = this.cursors.page(scope, rows, limit, ({ _id }) => String(_id));
    // Rows of an account under deletion have no user any more: the page is short by one.
    const users = items.flatMap(({ user }) => user);
    return { items: await this.cards(viewer, users), nextCursor };
  }

  /** How the viewer stands to each of these users: one query, however many they are. */
  private async standings(viewer: User, others: readonly { _id: Types.ObjectId }[]): Promise<Standings> {
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
  standingTo: Standings,
  whenPrivate: 'network_private' | 'wishlist_private',
): void {
  const { isBlocked, relationship } = standingTo(owner._id);
  if (isBlocked) throw new ProblemError('user_not_found');
  const isOpen = owner.visibility === 'public' || owner._id.equals(viewer._id) || relationship.following;
  if (!isOpen) throw new ProblemError(whenPrivate);
}

function toCards(users: readonly CardUser[], standingTo: Standings): UserCard[] {
  return users.flatMap((user) => {
    const { relationship, isBlocked } = standingTo(user._id);
    return isBlocked ? [] : [toCard(user, relationship)];
  });
}

function toCard(user: CardUser, relationship: Relationship): UserCard {
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
