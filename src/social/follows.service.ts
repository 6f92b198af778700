import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type ClientSession, type Model, type PipelineStage, Types } from 'mongoose';
import type { Batch } from '../common/mongodb/batches.js';
import { hinted } from '../common/mongodb/hinted.js';
import { SERVER_DEADLINE_MS } from '../common/mongodb/transaction.js';
import { idsAfter } from '../common/http/page.js';
import { EXPORT_BATCH, PersonalDataRegistry } from '../users/personal-data.js';
import type { UserRow } from '../users/user-cards.service.js';
import { type CounterSteps, type EdgeCounter, UserCountersService } from '../users/user-counters.service.js';
import { EDGE_INDEX, Follow, FOLLOWERS_INDEX, FOLLOWING_INDEX, type FollowState } from './follow.schema.js';

/** Follows and pending follow requests of one user, together. */
export const FOLLOW_LIMIT = 5000;
/** Edges removed or accepted in one transaction, which must stay short. */
const BATCH = 100;

const COUNTERS: Record<FollowState, { follower: EdgeCounter; followee: EdgeCounter }> = {
  following: { follower: 'followingCount', followee: 'followersCount' },
  requested: { follower: 'sentRequestsCount', followee: 'receivedRequestsCount' },
};

const DIRECTIONS = {
  followers: { through: 'followeeId', shows: 'followerId', index: FOLLOWERS_INDEX },
  following: { through: 'followerId', shows: 'followeeId', index: FOLLOWING_INDEX },
} as const;
export type Direction = keyof typeof DIRECTIONS;

/** An edge without its place in lists. */
export type Edge = Omit<Follow, '_id'>;

/** A user, and others whose edges with the user are read. */
export interface Pairs {
  userId: Types.ObjectId;
  others: readonly Types.ObjectId[];
}

const EDGE_FIELDS = { _id: 0, followerId: 1, followeeId: 1, state: 1 };
/** More rows than any query returns: without it MongoDB sends the rows beyond 101 in a second batch. */
const ONE_BATCH = 1_000_000;

/** A change of an edge from one state to another. Undefined: no edge. */
export interface EdgeChange {
  followerId: Types.ObjectId;
  followeeId: Types.ObjectId;
  from: FollowState | undefined;
  to: FollowState | undefined;
}

/**
 * Owns `follows`. Every change of edges changes the counters of both users in the same transaction.
 */
@Injectable()
export class FollowsService implements OnModuleInit {
  constructor(
    @InjectModel(Follow.name) private readonly model: Model<Follow>,
    private readonly userCounters: UserCountersService,
    private readonly registry: PersonalDataRegistry,
  ) {}

  onModuleInit(): void {
    this.registry.register({
      collection: 'follows',
      erase: {
        step: 'graph',
        batch: ({ userId }, session, after) => this.eraseBatch(userId, session, after),
      },
      isLeft: async ({ userId }) => (await this.model.exists(edgesOf(userId))) !== null,
      exports: {
        following: ({ userId }) => this.export(userId, 'following', 'following'),
        followers: ({ userId }) => this.export(userId, 'followers', 'following'),
        sentFollowRequests: ({ userId }) => this.export(userId, 'following', 'requested'),
        receivedFollowRequests: ({ userId }) => this.export(userId, 'followers', 'requested'),
      },
    });
  }

  /** The counters of a user, counted from its edges. */
  async countEdges(userId: Types.ObjectId, session: ClientSession): Promise<Record<EdgeCounter, number>> {
    const count = (edge: Partial<Follow>) => this.model.countDocuments(edge).session(session);
    return {
      followersCount: await count({ followeeId: userId, state: 'following' }),
      followingCount: await count({ followerId: userId, state: 'following' }),
      sentRequestsCount: await count({ followerId: userId, state: 'requested' }),
      receivedRequestsCount: await count({ followeeId: userId, state: 'requested' }),
    };
  }

  edgesTo(
    followeeId: Types.ObjectId,
    followerIds: readonly Types.ObjectId[],
    session: ClientSession,
  ): Promise<Follow[]> {
    return this.model
      .find({ followerId: { $in: followerIds }, followeeId })
      .session(session)
      .lean<Follow[]>();
  }

  /**
   * Inserts, changes and removes edges, and changes the counters of both users. The same transaction
   * must have read the edges, so that `from` is right.
   * @throws when an end doesn't exist: the transaction must not commit
   */
  async change(changes: readonly EdgeChange[], session: ClientSession): Promise<void> {
    const operations = changes.map(({ followerId, followeeId, from, to }) => {
      if (from === undefined) return { insertOne: { document: { followerId, followeeId, state: to } } };
      const filter = { followerId, followeeId };
      return to === undefined
        ? { deleteOne: { filter } }
        : { updateOne: { filter, update: { $set: { state: to } } } };
    });
    await this.model.bulkWrite(operations as never, { session });
    const moves = counterSteps(changes);
    const matched = await this.userCounters.incrementMany(moves, session);
    if (matched !== moves.size) throw new Error('An edge has an end without a user');
  }

  /**
   * Removes the edges between two users, in both directions.
   * @returns how many were removed
   */
  async removeEdgesBetween(a: Types.ObjectId, b: Types.ObjectId, session: ClientSession): Promise<number> {
    const edges = await this.model
      .find(edgesBetween(a, [b]))
      .session(session)
      .lean<Follow[]>();
    if (edges.length > 0) await this.change(edges.map(removal), session);
    return edges.length;
  }

  /**
   * Accepts a batch of the requests to a user, oldest first, starting after `after`.
   * @param sizeFactor of a whole batch; at least one request
   */
  async acceptBatch(
    followeeId: Types.ObjectId,
    after: Types.ObjectId | undefined,
    sizeFactor: number,
    session: ClientSession,
  ): Promise<Batch> {
    const limit = Math.max(1, Math.floor(BATCH * sizeFactor));
    const edges = await this.oldest({ followeeId, state: 'requested' }, after, session, limit);
    if (edges.length === 0) return { count: 0 };
    // One command for all, where `change` would send one update each.
    await this.model.updateMany(idsOf(edges), { $set: { state: 'following' } }, { session });
    await this.userCounters.incrementMany(counterSteps(edges.map(acceptance)), session);
    return { count: edges.length, last: edges.at(-1)?._id };
  }

  /** The other users of a user's edges in one direction and state, newest edge first, after a position. */
  async list(
    userId: Types.ObjectId,
    direction: Direction,
    state: FollowState,
    position: string | undefined,
    limit: number,
  ): Promise<UserRow[]> {
    const { through, shows, index } = DIRECTIONS[direction];
    const projection = { [shows]: 1 };
    const edges = await hinted(this.model, index, (hint) =>
      this.model.collection
        .find<Follow>(
          { [through]: userId, state, ...idsAfter(position) },
          { ...hint, projection, maxTimeMS: SERVER_DEADLINE_MS },
        )
        .sort({ _id: -1 })
        .limit(limit)
        .toArray(),
    );
    return edges.map((edge) => ({ _id: edge._id, userId: edge[shows] }));
  }

  /** The edges of these pairs in both directions, with the rows that `more` adds: one query. */
  between<T extends object>(
    pairs: readonly Pairs[],
    more: readonly PipelineStage.UnionWith[],
  ): Promise<(Edge | T)[]> {
    const $or = pairs.flatMap(({ userId, others }) => edgesBetween(userId, others).$or);
    const pipeline = [{ $match: { $or } }, { $project: EDGE_FIELDS }, ...more];
    const options = { batchSize: ONE_BATCH, maxTimeMS: SERVER_DEADLINE_MS };
    // Other indexes begin with the same fields. A plan by one of them, chosen for users with few edges, would
    // be remembered for those with a million.
    return hinted(this.model, EDGE_INDEX, (hint) =>
      this.model.collection.aggregate<Edge | T>(pipeline, { ...options, ...hint }).toArray(),
    );
  }

  /** The ids of the users that a user follows, at most `FOLLOW_LIMIT`. */
  async followingIds(followerId: Types.ObjectId): Promise<Types.ObjectId[]> {
    const edges = await hinted(this.model, FOLLOWING_INDEX, (hint) =>
      this.model
        .find({ followerId, state: 'following' }, { followeeId: 1, _id: 0 }, hint)
        .batchSize(FOLLOW_LIMIT)
        .lean<Follow[]>(),
    );
    return edges.map(({ followeeId }) => followeeId);
  }

  /**
   * Removes a batch of the edges of a deleted user and corrects the counters of the others: first the
   * users it follows, a few thousand at most, then its followers, starting after `after`.
   */
  private async eraseBatch(
    userId: Types.ObjectId,
    session: ClientSession,
    after: Types.ObjectId | undefined,
  ): Promise<Batch> {
    const following = await this.oldest({ followerId: userId, state: ANY_STATE }, undefined, session);
    const isFollowing = following.length > 0;
    const edges = isFollowing
      ? following
      : await this.oldest({ followeeId: userId, state: ANY_STATE }, after, session);
    if (edges.length === 0) return { count: 0 };
    await this.model.deleteMany(idsOf(edges), { session });
    const moves = counterSteps(edges.map(removal));
    moves.delete(String(userId));
    await this.userCounters.incrementMany(moves, session);
    return { count: edges.length, last: isFollowing ? undefined : edges.at(-1)?._id };
  }

  /** Sorted by `_id`, like the index: removed edges are never scanned again. */
  private oldest(
    filter: Record<string, unknown>,
    after: Types.ObjectId | undefined,
    session: ClientSession,
    limit = BATCH,
  ): Promise<Follow[]> {
    return this.model
      .find({ ...filter, ...(after === undefined ? {} : { _id: { $gt: after } }) })
      .sort({ _id: 1 })
      .limit(limit)
      .session(session)
      .lean<Follow[]>();
  }

  private async *export(userId: Types.ObjectId, direction: Direction, state: FollowState): AsyncGenerator {
    const { through, shows } = DIRECTIONS[direction];
    const edges = this.model
      .find({ [through]: userId, state })
      .sort({ _id: -1 })
      .lean<Follow>()
      .cursor({ batchSize: EXPORT_BATCH });
    for await (const edge of edges) {
      yield { userId: String(edge[shows]), since: edge._id.getTimestamp().toISOString() };
    }
  }
}

const ANY_STATE = { $in: ['following', 'requested'] };

function edgesOf(userId: Types.ObjectId) {
  return { $or: [{ followerId: userId }, { followeeId: userId }] };
}

function edgesBetween(userId: Types.ObjectId, others: readonly Types.ObjectId[]) {
  return {
    $or: [
      { followerId: userId, followeeId: { $in: [...others] } },
      { followerId: { $in: [...others] }, followeeId: userId },
    ],
  };
}

function idsOf(edges: readonly Follow[]) {
  return { _id: { $in: edges.map(({ _id }) => _id) } };
}

const removal = ({ followerId, followeeId, state }: Follow): EdgeChange => ({
  followerId,
  followeeId,
  from: state,
  to: undefined,
});

const acceptance = ({ followerId, followeeId }: Follow): EdgeChange => ({
  followerId,
  followeeId,
  from: 'requested',
  to: 'following',
});

function counterSteps(changes: readonly EdgeChange[]): Map<string, CounterSteps> {
  const moves = new Map<string, CounterSteps>();
  const move = (id: Types.ObjectId, counter: EdgeCounter, step: number) => {
    const steps = moves.get(String(id)) ?? {};
    moves.set(String(id), { ...steps, [counter]: (steps[counter] ?? 0) + step });
  };
  for (const { followerId, followeeId, from, to } of changes) {
    for (const [state, step] of [
      [from, -1],
      [to, 1],
    ] as const) {
      if (state === undefined) continue;
      move(followerId, COUNTERS[state].follower, step);
      move(followeeId, COUNTERS[state].followee, step);
    }
  }
  return moves;
}
