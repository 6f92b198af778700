import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { ClientSession, Connection, Types } from 'mongoose';
import type { Batch } from '../common/mongodb/batches.js';
import { ProblemError } from '../common/problem.js';
import { isWriteCollision } from '../common/mongodb/mongo-errors.js';
import { Metrics } from '../common/observability/metrics.js';
import { tryTransaction } from '../common/mongodb/transaction.js';
import { isShutOut } from '../users/user.schema.js';
import { type GraphUser, UserCountersService } from '../users/user-counters.service.js';
import { BlocksService } from './blocks.service.js';
import { decide, type EdgeAction, isByFollower, problem } from './edge-decision.js';
import type { FollowState } from './follow.schema.js';
import { FollowsService } from './follows.service.js';
import { ConflictError, MAX_QUEUED, type Outcome, type Write, WriteScheduler } from './write-scheduler.js';

/** Seconds; a queue is empty long before, unless MongoDB is slow. */
const RETRY_AFTER = 1;

interface Change {
  action: EdgeAction;
  followerId: Types.ObjectId;
}

/** A user whose document the transaction has locked; null: there is no such user. */
type LockedUser = GraphUser | null;

/**
 * Writes of the social graph: follows, follow requests and blocks (`SocialService` reads it). Each write
 * is queued in a `WriteScheduler`, then committed in a transaction that begins by locking its users. A
 * caller may have 20 changes and 20 blocks queued; more are `rate_limited`.
 */
@Injectable()
export class GraphService {
  private readonly scheduler = new WriteScheduler();

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly userCounters: UserCountersService,
    private readonly follows: FollowsService,
    private readonly blocks: BlocksService,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Follows a user; a private account gets a follow request. Idempotent.
   * @throws ProblemError `cannot_follow_self`, `user_not_found`, `forbidden` (the caller blocks that user),
   * `follow_limit_reached`, `account_deleted`, `rate_limited`
   */
  async follow(followerId: Types.ObjectId, followeeId: Types.ObjectId): Promise<FollowState> {
    if (followerId.equals(followeeId)) throw new ProblemError('cannot_follow_self');
    const state = await this.changeEdge('follow', followerId, followeeId);
    if (state === undefined) throw new Error('The scheduler returned no state for a follow');
    return state;
  }

  /**
   * Unfollows a user or withdraws the request, even when that user is shut out. Idempotent.
   * @throws as `follow`
   */
  async unfollow(followerId: Types.ObjectId, followeeId: Types.ObjectId): Promise<void> {
    await this.changeEdge('unfollow', followerId, followeeId);
  }

  /**
   * Accepts a request to follow the followee. Nothing changes when the other user follows already.
   * @throws ProblemError `user_not_found`, `rate_limited`; `not_found` when there is no request
   */
  async accept(followeeId: Types.ObjectId, followerId: Types.ObjectId): Promise<void> {
    const state = await this.changeEdge('accept', followerId, followeeId);
    if (state === undefined) throw new ProblemError('not_found', 'There is no such follow request.');
  }

  /** Declines a follow request. Idempotent. @throws ProblemError `user_not_found`, `rate_limited` */
  async decline(followeeId: Types.ObjectId, followerId: Types.ObjectId): Promise<void> {
    await this.changeEdge('decline', followerId, followeeId);
  }

  /**
   * Removes a follower; a follow request stays. Idempotent.
   * @throws ProblemError `user_not_found`, `rate_limited`
   */
  async removeFollower(followeeId: Types.ObjectId, followerId: Types.ObjectId): Promise<void> {
    await this.changeEdge('removeFollower', followerId, followeeId);
  }

  /**
   * Blocks a user and removes the edges between the two, before all other queued changes. Idempotent.
   * @throws ProblemError `cannot_block_self`, `user_not_found`, `account_deleted`, `rate_limited`
   */
  async block(blockerId: Types.ObjectId, blockedId: Types.ObjectId): Promise<void> {
    if (blockerId.equals(blockedId)) throw new ProblemError('cannot_block_self');
    await this.submit({
      userId: String(blockerId),
      otherId: String(blockedId),
      isUrgent: true,
      change: undefined,
      commit: async () => {
        await this.commitBlock(blockerId, blockedId);
        return [{ result: undefined }];
      },
    });
  }

  /**
   * Accepts a batch of the requests to a public user, starting after `after`; accepts none once the user
   * is private.
   */
  acceptBatch(followeeId: Types.ObjectId, after: Types.ObjectId | undefined): Promise<Batch> {
    return this.scheduler.submit({
      userId: String(followeeId),
      isUrgent: false,
      change: undefined,
      commit: async (_changes, sizeFactor) => [
        { result: await this.commitAcceptance(followeeId, after, sizeFactor) },
      ],
    });
  }

  private changeEdge(
    action: EdgeAction,
    followerId: Types.ObjectId,
    followeeId: Types.ObjectId,
  ): Promise<FollowState | undefined> {
    const ids = [String(followerId), String(followeeId)] as const;
    const [userId, otherId] = isByFollower(action) ? ids : (ids.toReversed() as [string, string]);
    return this.submit({
      userId,
      otherId,
      isUrgent: false,
      batch: String(followeeId),
      change: { action, followerId },
      commit: (changes) => this.commit(followeeId, changes),
    });
  }

  /** @throws ProblemError `rate_limited` when the caller has too many writes queued */
  private async submit<C, R>(write: Write<C, R>): Promise<R> {
    if (this.scheduler.hasRoom(write.userId, write.isUrgent)) return this.scheduler.submit(write);
    this.metrics.rateLimited.inc({ scope: 'writes' });
    throw new ProblemError('rate_limited', `${MAX_QUEUED} of your changes are queued already.`, {
      retryAfterSeconds: RETRY_AFTER,
      // draft-ietf-httpapi-ratelimit-headers-10: a quota of concurrent requests.
      headers: {
        'ratelimit-policy': `"writes";q=${MAX_QUEUED};qu="concurrent-requests"`,
        ratelimit: `"writes";r=0;t=${RETRY_AFTER}`,
      },
    });
  }

  /** Runs one transaction, tried once, that begins by locking these users. @throws ConflictError */
  private async attempt<T>(
    ids: readonly Types.ObjectId[],
    work: (users: readonly LockedUser[], session: ClientSession) => Promise<T>,
  ): Promise<T> {
    let isLocked = false;
    try {
      return await tryTransaction(this.connection, async (session) => {
        const users: LockedUser[] = [];
        for (const id of ids) users.push(await this.userCounters.lockForUpdate(id, session));
        isLocked = true;
        return work(users, session);
      });
    } catch (error) {
      throw isWriteCollision(error) ? new ConflictError(isLocked, error) : error;
    }
  }

  private commitBlock(blockerId: Types.ObjectId, blockedId: Types.ObjectId): Promise<void> {
    return this.attempt([blockerId, blockedId], async ([blocker, blocked], session) => {
      if (!blocker) throw new ProblemError('account_deleted');
      if (!blocked || isShutOut(blocked)) throw new ProblemError('user_not_found');
      const existing = await this.blocks.between(blockerId, [blockedId], session);
      if (existing.some((block) => block.blockerId.equals(blockedId)))
        throw new ProblemError('user_not_found');
      const isKnown = existing.length > 0;
      if (!isKnown) await this.blocks.insert(blockerId, blockedId, session);
      const removed = await this.follows.removeEdgesBetween(blockerId, blockedId, session);
      if (isKnown && removed === 0) await session.abortTransaction();
    });
  }

  private commitAcceptance(
    followeeId: Types.ObjectId,
    after: Types.ObjectId | undefined,
    sizeFactor: number,
  ): Promise<Batch> {
    return this.attempt([followeeId], async ([followee], session) => {
      const batch =
        followee?.visibility === 'public'
          ? await this.follows.acceptBatch(followeeId, after, sizeFactor, session)
          : { count: 0 };
      if (batch.count === 0) await session.abortTransaction();
      return batch;
    });
  }

  /** Decides all changes of a batch in their order, on one snapshot. Each change has its own outcome. */
  private commit(
    followeeId: Types.ObjectId,
    changes: readonly Change[],
  ): Promise<Outcome<FollowState | undefined>[]> {
    return this.attempt([followeeId], async ([followee], session) => {
      if (!followee) {
        await session.abortTransaction();
        return changes.map(({ action }) =>
          problem(isByFollower(action) ? 'user_not_found' : 'account_deleted'),
        );
      }
      return this.changeEdges(followee, changes, session);
    });
  }

  private async changeEdges(
    followee: GraphUser,
    changes: readonly Change[],
    session: ClientSession,
  ): Promise<Outcome<FollowState | undefined>[]> {
    const followeeId = followee._id;
    const ids = [...new Map(changes.map(({ followerId }) => [String(followerId), followerId])).values()];
    const followers = byId(await this.userCounters.findFollowingCounts(ids, session), ({ _id }) => _id);
    const edges = byId(await this.follows.edgesTo(followeeId, ids, session), ({ followerId }) => followerId);
    const between = await this.blocks.between(followeeId, ids, session);
    const blocks = new Set(between.map(({ blockerId, blockedId }) => pair(blockerId, blockedId)));

    const states = new Map<string, FollowState | undefined>();
    const outcomes = changes.map(({ action, followerId }): Outcome<FollowState | undefined> => {
      const id = String(followerId);
      const follower = followers.get(id);
      if (follower === undefined) return problem(isByFollower(action) ? 'account_deleted' : 'user_not_found');
      const before = states.has(id) ? states.get(id) : edges.get(id)?.state;
      const initial = edges.get(id) === undefined ? 0 : 1;
      const [caller, named] = isByFollower(action) ? [follower, followee] : [followee, follower];
      const outcome = decide(action, before, {
        isPrivate: followee.visibility === 'private',
        followingCount:
          follower.followingCount + follower.sentRequestsCount - initial + (before === undefined ? 0 : 1),
        isHidden: isShutOut(named) || blocks.has(pair(named._id, caller._id)),
        isBlockedByFollower: blocks.has(pair(followerId, followeeId)),
      });
      if ('result' in outcome) states.set(id, outcome.result);
      return outcome;
    });
    const changed = ids
      .map((followerId) => ({
        followerId,
        followeeId,
        from: edges.get(String(followerId))?.state,
        to: states.get(String(followerId)),
      }))
      .filter(({ followerId, from, to }) => states.has(String(followerId)) && from !== to);
    if (changed.length === 0) await session.abortTransaction();
    else await this.follows.change(changed, session);
    return outcomes;
  }
}

function pair(blockerId: Types.ObjectId, blockedId: Types.ObjectId): string {
  return `${String(blockerId)}>${String(blockedId)}`;
}

function byId<T>(items: readonly T[], idOf: (item: T) => Types.ObjectId): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [String(idOf(item)), item]));
}
