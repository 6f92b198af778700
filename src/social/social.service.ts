import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { type ClientSession, type Connection, type Model, Types } from 'mongoose';
import { Cursors, type Page, type PageQuery } from '../common/page.js';
import { PersonalDataRegistry } from '../common/personal-data.js';
import { ProblemError } from '../common/problem.js';
import { inTransaction } from '../common/transaction.js';
import type { Counter, User } from '../users/user.schema.js';
import { UsersService } from '../users/users.service.js';
import { Follow, type FollowState } from './follow.schema.js';
import type { Relationship, UserCard } from './social.dto.js';

const FOLLOW_LIMIT = 5000;
/** Edges removed in one transaction: short enough not to hold anybody up. */
const ERASE_BATCH = 100;

/** The counters an edge of a state moves: of the one who follows, and of the one followed. */
const COUNTERS: Record<FollowState, { follower: Counter; followee: Counter }> = {
  following: { follower: 'followingCount', followee: 'followersCount' },
  requested: { follower: 'sentRequestsCount', followee: 'receivedRequestsCount' },
};

/** Which end of an edge a list goes through, and which end it shows. */
const DIRECTIONS = {
  followers: { through: 'followeeId', shows: 'followerId' },
  following: { through: 'followerId', shows: 'followeeId' },
} as const;
export type Direction = keyof typeof DIRECTIONS;

/** Owns `follows`: who follows whom, and what of a user others may see. */
@Injectable()
export class SocialService implements OnModuleInit {
  constructor(
    @InjectModel(Follow.name) private readonly model: Model<Follow>,
    @InjectConnection() private readonly connection: Connection,
    private readonly users: UsersService,
    private readonly cursors: Cursors,
    private readonly registry: PersonalDataRegistry,
  ) {}

  onModuleInit(): void {
    this.registry.register({
      collection: 'follows',
      erase: { step: 'graph', batch: ({ userId }, session) => this.eraseBatch(userId, session) },
      isLeft: async ({ userId }) => (await this.model.exists(edgesOf(userId))) !== null,
      exports: {
        following: ({ userId }) => this.export(userId, 'following', 'following'),
        followers: ({ userId }) => this.export(userId, 'followers', 'following'),
        sentFollowRequests: ({ userId }) => this.export(userId, 'following', 'requested'),
        receivedFollowRequests: ({ userId }) => this.export(userId, 'followers', 'requested'),
      },
    });
  }

  /** The card of a user as the viewer sees it. @throws ProblemError `user_not_found` */
  async card(viewer: User, userId: string): Promise<UserCard> {
    const user = await this.requireUser(userId);
    const relationshipTo = await this.relationships(viewer._id, [user._id]);
    return toCard(user, relationshipTo(user._id));
  }

  /**
   * Follows a user, or asks to when the account is private. Repeating it changes nothing.
   * @throws ProblemError `cannot_follow_self`, `user_not_found`, `follow_limit_reached`, `account_deleted`
   */
  async follow(viewer: User, userId: string): Promise<FollowState> {
    const target = await this.requireUser(userId);
    if (target._id.equals(viewer._id)) throw new ProblemError('cannot_follow_self');
    const edge = { followerId: viewer._id, followeeId: target._id };

    return inTransaction(this.connection, async (session) => {
      const existing = await this.model.findOne(edge).session(session).lean<Follow>();
      if (existing !== null) return existing.state;
      // Both ends are read and written in this transaction: neither can be deleted, nor change its privacy, unseen.
      const follower = await this.users.findInTransaction(edge.followerId, session);
      if (follower === null) throw new ProblemError('account_deleted');
      const followee = await this.users.findInTransaction(edge.followeeId, session);
      if (followee === null) throw new ProblemError('user_not_found');
      if (follower.followingCount + follower.sentRequestsCount >= FOLLOW_LIMIT) {
        throw new ProblemError('follow_limit_reached');
      }
      const state: FollowState = followee.visibility === 'private' ? 'requested' : 'following';
      await this.model.create([{ ...edge, state }], { session });
      await this.countEdge(edge, state, 1, session);
      return state;
    });
  }

  /** Ends following a user, or takes the request back. Nothing happens where there is no edge. */
  async unfollow(viewer: User, userId: string): Promise<void> {
    const target = await this.requireUser(userId);
    const edge = { followerId: viewer._id, followeeId: target._id };
    await inTransaction(this.connection, async (session) => {
      const removed = await this.model.findOneAndDelete(edge).session(session).lean<Follow>();
      if (removed !== null) await this.countEdge(edge, removed.state, -1, session);
    });
  }

  /**
   * A page of the accepted followers of a user, or of those the user follows; newest first.
   * @throws ProblemError `user_not_found`, `network_private`, `invalid_cursor`
   */
  async list(viewer: User, userId: string, direction: Direction, query: PageQuery): Promise<Page<UserCard>> {
    const owner = await this.requireVisible(viewer, userId, 'network_private');
    const { through, shows } = DIRECTIONS[direction];
    const scope = [direction, String(owner._id), String(viewer._id)];
    const edges = await this.model
      .find({ [through]: owner._id, state: 'following', ...this.cursors.idsBehind(scope, query.cursor) })
      .sort({ _id: -1 })
      .limit(query.limit + 1)
      .lean<Follow[]>();

    const { items, nextCursor } = this.cursors.page(scope, edges, query.limit, ({ _id }) => String(_id));
    const users = await this.users.findByIds(items.map((edge) => edge[shows]));
    const byId = new Map(users.map((user) => [String(user._id), user]));
    // An edge of an account under deletion has no user any more: the page is short by one.
    const shown = items.flatMap((edge) => byId.get(String(edge[shows])) ?? []);
    return { items: await this.cards(viewer, shown), nextCursor };
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
    if (owner.visibility === 'public' || owner._id.equals(viewer._id)) return owner;
    const edge = { followerId: viewer._id, followeeId: owner._id, state: 'following' as const };
    if ((await this.model.exists(edge)) === null) throw new ProblemError(whenPrivate);
    return owner;
  }

  /**
   * Removes a batch of the edges of a user that is already fenced, both ways, and the counts of the others with them.
   * @returns how many it removed
   */
  private async eraseBatch(userId: Types.ObjectId, session: ClientSession): Promise<number> {
    const edges = await this.model.find(edgesOf(userId)).limit(ERASE_BATCH).session(session).lean<Follow[]>();
    if (edges.length === 0) return 0;
    await this.model.deleteMany({ _id: { $in: edges.map(({ _id }) => _id) } }, { session });
    await this.users.moveCountersOfMany(countsLost(edges, userId), session);
    return edges.length;
  }

  private async *export(userId: Types.ObjectId, direction: Direction, state: FollowState): AsyncGenerator {
    const { through, shows } = DIRECTIONS[direction];
    const edges = this.model
      .find({ [through]: userId, state })
      .sort({ _id: -1 })
      .lean<Follow>()
      .cursor();
    for await (const edge of edges) {
      yield { userId: String(edge[shows]), since: edge._id.getTimestamp().toISOString() };
    }
  }

  private async requireUser(userId: string): Promise<User> {
    const user = await this.users.findById(userId);
    if (user === undefined) throw new ProblemError('user_not_found');
    return user;
  }

  private async countEdge(
    edge: Pick<Follow, 'followerId' | 'followeeId'>,
    state: FollowState,
    step: 1 | -1,
    session: ClientSession,
  ): Promise<void> {
    const { follower, followee } = COUNTERS[state];
    if (!(await this.users.moveCounters(edge.followerId, { [follower]: step }, session))) {
      throw new ProblemError('account_deleted');
    }
    if (!(await this.users.moveCounters(edge.followeeId, { [followee]: step }, session))) {
      throw new ProblemError('user_not_found');
    }
  }

  private async cards(viewer: User, users: readonly User[]): Promise<UserCard[]> {
    const relationshipTo = await this.relationships(
      viewer._id,
      users.map(({ _id }) => _id),
    );
    return users.map((user) => toCard(user, relationshipTo(user._id)));
  }

  /** How the viewer stands to each of these users: two queries, however many they are. */
  private async relationships(
    viewerId: Types.ObjectId,
    ids: readonly Types.ObjectId[],
  ): Promise<(id: Types.ObjectId) => Relationship> {
    const [outgoing, incoming] = await Promise.all([
      this.model.find({ followerId: viewerId, followeeId: { $in: ids } }).lean<Follow[]>(),
      this.model
        .find({ followerId: { $in: ids }, followeeId: viewerId, state: 'following' })
        .lean<Follow[]>(),
    ]);
    const states = new Map(outgoing.map(({ followeeId, state }) => [String(followeeId), state]));
    const followers = new Set(incoming.map(({ followerId }) => String(followerId)));
    return (id) => {
      const userId = String(id);
      const state = states.get(userId);
      return {
        userId,
        following: state === 'following',
        requested: state === 'requested',
        followedBy: followers.has(userId),
        blocking: false,
      };
    };
  }
}

function edgesOf(userId: Types.ObjectId) {
  return { $or: [{ followerId: userId }, { followeeId: userId }] };
}

function countsLost(edges: readonly Follow[], userId: Types.ObjectId) {
  const moves = new Map<string, Partial<Record<Counter, number>>>();
  for (const { followerId, followeeId, state } of edges) {
    const [other, counter] = followerId.equals(userId)
      ? [followeeId, COUNTERS[state].followee]
      : [followerId, COUNTERS[state].follower];
    const steps = moves.get(String(other)) ?? {};
    moves.set(String(other), { ...steps, [counter]: (steps[counter] ?? 0) - 1 });
  }
  return moves;
}

function toCard(user: User, relationship: Relationship): UserCard {
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
