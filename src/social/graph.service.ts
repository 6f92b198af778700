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
import type { FollowState } from './follow.schema.js';
import { FOLLOW_LIMIT, FollowsService } from './follows.service.js';
import { Collision, MAX_WAITING, type Outcome, Turns, type Write } from './turns.js';

/** Seconds. A line of writes is done long before, unless MongoDB is slow. */
const RETRY_AFTER = 1;

/** What the follower can do to an edge, and what the followee can. */
const BY_FOLLOWER = ['follow', 'unfollow'] as const;
type Kind = (typeof BY_FOLLOWER)[number] | 'accept' | 'decline' | 'removeFollower';

interface Change {
  kind: Kind;
  followerId: Types.ObjectId;
}

/** What a change of an edge depends on besides the edge itself. */
interface Standing {
  isPrivate: boolean;
  /** How many the follower follows or has asked, as the batch goes on. */
  following: number;
  /** The user that the caller names is shut out, or blocks the caller: to the caller, there is no such user. */
  isHidden: boolean;
  isBlockedByFollower: boolean;
}

/** What a claim tells of a user; null: there is none. */
type Claimed = GraphUser | null;

/**
 * Everything that changes the graph of follows and blocks. Each change waits for its turn, then it is one transaction that claims
 * the users it is about. Its caller may have 20 changes waiting, and 20 blocks: `rate_limited` beyond.
 */
@Injectable()
export class GraphService {
  private readonly turns = new Turns();

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly userCounters: UserCountersService,
    private readonly follows: FollowsService,
    private readonly blocks: BlocksService,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Follows a user, or asks to when the account is private. Repeating it changes nothing.
   * @throws ProblemError `cannot_follow_self`, `user_not_found`, `forbidden` (the caller blocks that user),
   * `follow_limit_reached`, `account_deleted`, `rate_limited`
   */
  async follow(followerId: Types.ObjectId, followeeId: Types.ObjectId): Promise<FollowState> {
    if (followerId.equals(followeeId)) throw new ProblemError('cannot_follow_self');
    const state = await this.changeEdge('follow', followerId, followeeId);
    if (state === undefined) throw new Error('A follow made no edge');
    return state;
  }

  /**
   * Ends following, or takes the request back, also of a user who is shut out. Nothing happens where there is no edge.
   * @throws as `follow`
   */
  async unfollow(followerId: Types.ObjectId, followeeId: Types.ObjectId): Promise<void> {
    await this.changeEdge('unfollow', followerId, followeeId);
  }

  /**
   * Accepts a request to follow the followee; whoever follows already goes on following.
   * @throws ProblemError `user_not_found`, `rate_limited`; `not_found` when there is no request
   */
  async accept(followeeId: Types.ObjectId, followerId: Types.ObjectId): Promise<void> {
    const state = await this.changeEdge('accept', followerId, followeeId);
    if (state === undefined) throw new ProblemError('not_found', 'There is no such follow request.');
  }

  /** Turns a request down. Nothing happens where there is none. @throws ProblemError `user_not_found`, `rate_limited` */
  async decline(followeeId: Types.ObjectId, followerId: Types.ObjectId): Promise<void> {
    await this.changeEdge('decline', followerId, followeeId);
  }

  /** Ends being followed. A request isn't touched. @throws ProblemError `user_not_found`, `rate_limited` */
  async removeFollower(followeeId: Types.ObjectId, followerId: Types.ObjectId): Promise<void> {
    await this.changeEdge('removeFollower', followerId, followeeId);
  }

  /**
   * Blocks a user and cuts the edges between the two, ahead of all other changes that wait. Repeating it changes nothing.
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

  /** Accepts a batch of what waits for a user, from behind `after` on; none when the user isn't public (any more). */
  acceptBatch(followeeId: Types.ObjectId, after: Types.ObjectId | undefined): Promise<Batch> {
    return this.turns.submit({
      userId: String(followeeId),
      isUrgent: false,
      change: undefined,
      commit: async (_changes, share) => [{ result: await this.commitAcceptance(followeeId, after, share) }],
    });
  }

  private changeEdge(
    kind: Kind,
    followerId: Types.ObjectId,
    followeeId: Types.ObjectId,
  ): Promise<FollowState | undefined> {
    const ids = [String(followerId), String(followeeId)] as const;
    const [userId, otherId] = isByFollower(kind) ? ids : (ids.toReversed() as [string, string]);
    return this.submit({
      userId,
      otherId,
      isUrgent: false,
      batch: String(followeeId),
      change: { kind, followerId },
      commit: (changes) => this.commit(followeeId, changes),
    });
  }

  /** @throws ProblemError `rate_limited` when too many of the caller's wait already */
  private async submit<C, R>(write: Write<C, R>): Promise<R> {
    if (this.turns.hasRoom(write.userId, write.isUrgent)) return this.turns.submit(write);
    this.metrics.rateLimited.inc({ scope: 'writes' });
    throw new ProblemError('rate_limited', `${MAX_WAITING} changes of yours are waiting.`, {
      retryAfterSeconds: RETRY_AFTER,
      // draft-ietf-httpapi-ratelimit-headers-10: not so many per time, but at a time.
      headers: {
        'ratelimit-policy': `"writes";q=${MAX_WAITING};qu="concurrent-requests"`,
        ratelimit: `"writes";r=0;t=${RETRY_AFTER}`,
      },
    });
  }

  /** One transaction, tried once, that begins with claims of these users. @throws Collision */
  private async attempt<T>(
    ids: readonly Types.ObjectId[],
    work: (users: readonly Claimed[], session: ClientSession) => Promise<T>,
  ): Promise<T> {
    let isClaimed = false;
    try {
      return await tryTransaction(this.connection, async (session) => {
        const users: Claimed[] = [];
        for (const id of ids) users.push(await this.userCounters.lockForUpdate(id, session));
        isClaimed = true;
        return work(users, session);
      });
    } catch (error) {
      throw isWriteCollision(error) ? new Collision(isClaimed, error) : error;
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
      const cut = await this.follows.cut(blockerId, blockedId, session);
      if (isKnown && cut === 0) await session.abortTransaction();
    });
  }

  private commitAcceptance(
    followeeId: Types.ObjectId,
    after: Types.ObjectId | undefined,
    share: number,
  ): Promise<Batch> {
    return this.attempt([followeeId], async ([followee], session) => {
      const batch =
        followee?.visibility === 'public'
          ? await this.follows.acceptBatch(followeeId, after, share, session)
          : { count: 0 };
      if (batch.count === 0) await session.abortTransaction();
      return batch;
    });
  }

  /** All changes of a batch, in their order, on what one snapshot says; each with its own outcome. */
  private commit(
    followeeId: Types.ObjectId,
    changes: readonly Change[],
  ): Promise<Outcome<FollowState | undefined>[]> {
    return this.attempt([followeeId], async ([followee], session) => {
      if (!followee) {
        await session.abortTransaction();
        return changes.map(({ kind }) => problem(isByFollower(kind) ? 'user_not_found' : 'account_deleted'));
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
    const outcomes = changes.map(({ kind, followerId }): Outcome<FollowState | undefined> => {
      const id = String(followerId);
      const follower = followers.get(id);
      if (follower === undefined) return problem(isByFollower(kind) ? 'account_deleted' : 'user_not_found');
      const before = states.has(id) ? states.get(id) : edges.get(id)?.state;
      const initial = edges.get(id) === undefined ? 0 : 1;
      const [caller, named] = isByFollower(kind) ? [follower, followee] : [followee, follower];
      const outcome = decide(kind, before, {
        isPrivate: followee.visibility === 'private',
        following:
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

/** What becomes of an edge by one change. */
function decide(
  kind: Kind,
  state: FollowState | undefined,
  standing: Standing,
): Outcome<FollowState | undefined> {
  // The caller's own edge can still be removed.
  const isOwnEdge = kind === 'unfollow' && state !== undefined;
  if (standing.isHidden && !isOwnEdge) return problem('user_not_found');
  switch (kind) {
    case 'follow':
      if (state !== undefined) return { result: state };
      if (standing.isBlockedByFollower)
        return problem('forbidden', 'You block this user. Unblock them first.');
      if (standing.following >= FOLLOW_LIMIT) return problem('follow_limit_reached');
      return { result: standing.isPrivate ? 'requested' : 'following' };
    case 'unfollow':
      return { result: undefined };
    case 'accept':
      return { result: state && 'following' };
    case 'decline':
      return { result: state === 'requested' ? undefined : state };
    case 'removeFollower':
      return { result: state === 'following' ? undefined : state };
  }
}

function isByFollower(kind: Kind): boolean {
  return (BY_FOLLOWER as readonly Kind[]).includes(kind);
}

function problem(...[code, detail]: ConstructorParameters<typeof ProblemError>): { problem: ProblemError } {
  return { problem: new ProblemError(code, detail) };
}

function pair(blockerId: Types.ObjectId, blockedId: Types.ObjectId): string {
  return `${String(blockerId)}>${String(blockedId)}`;
}

function byId<T>(items: readonly T[], idOf: (item: T) => Types.ObjectId): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [String(idOf(item)), item]));
}
