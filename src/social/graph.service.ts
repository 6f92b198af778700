import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { ClientSession, Connection, Types } from 'mongoose';
import type { Batch } from '../common/batches.js';
import { objectIdOf } from '../common/object-id.js';
import { ProblemError } from '../common/problem.js';
import { inTransaction, MONGO_DEADLINE_MS } from '../common/transaction.js';
import { UsersService } from '../users/users.service.js';
import { BlocksService } from './blocks.service.js';
import { FollowQueue, type Outcome } from './follow-queue.js';
import type { FollowState } from './follow.schema.js';
import { FOLLOW_LIMIT, FollowsService } from './follows.service.js';
import { Lanes } from './lanes.js';

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
  isBlockedByFollowee: boolean;
  isBlockedByFollower: boolean;
}

/** Everything that changes the graph of follows and blocks. Each change is one transaction that claims whom it is about. */
@Injectable()
export class GraphService {
  private readonly lanes = new Lanes();
  private readonly queue = new FollowQueue<Change, FollowState | undefined>(
    this.lanes,
    (followeeId, changes) =>
      inTransaction(this.connection, (session) => this.commit(followeeId, changes, session)),
  );

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly users: UsersService,
    private readonly follows: FollowsService,
    private readonly blocks: BlocksService,
  ) {}

  /**
   * Follows a user, or asks to when the account is private. Repeating it changes nothing.
   * @throws ProblemError `cannot_follow_self`, `user_not_found`, `forbidden` (the caller blocks that user),
   * `follow_limit_reached`, `account_deleted`
   */
  async follow(followerId: Types.ObjectId, userId: string): Promise<FollowState> {
    const followeeId = requireId(userId);
    if (followerId.equals(followeeId)) throw new ProblemError('cannot_follow_self');
    const state = await this.queue.submit(followeeId, { kind: 'follow', followerId });
    if (state === undefined) throw new Error('A follow made no edge');
    return state;
  }

  /** Ends following, or takes the request back. Nothing happens where there is no edge. @throws as `follow` */
  async unfollow(followerId: Types.ObjectId, userId: string): Promise<void> {
    await this.queue.submit(requireId(userId), { kind: 'unfollow', followerId });
  }

  /**
   * Accepts a request to follow the followee; whoever follows already goes on following.
   * @throws ProblemError `user_not_found`; `not_found` when there is no request
   */
  async accept(followeeId: Types.ObjectId, userId: string): Promise<void> {
    const state = await this.queue.submit(followeeId, { kind: 'accept', followerId: requireId(userId) });
    if (state === undefined) throw new ProblemError('not_found', 'There is no such follow request.');
  }

  /** Turns a request down. Nothing happens where there is none. @throws ProblemError `user_not_found` */
  async decline(followeeId: Types.ObjectId, userId: string): Promise<void> {
    await this.queue.submit(followeeId, { kind: 'decline', followerId: requireId(userId) });
  }

  /** Ends being followed. A request isn't touched. @throws ProblemError `user_not_found` */
  async removeFollower(followeeId: Types.ObjectId, userId: string): Promise<void> {
    await this.queue.submit(followeeId, { kind: 'removeFollower', followerId: requireId(userId) });
  }

  /**
   * Blocks a user and cuts the edges between the two. Repeating it changes nothing.
   * @throws ProblemError `cannot_block_self`, `user_not_found`, `account_deleted`
   */
  async block(blockerId: Types.ObjectId, userId: string): Promise<void> {
    const blockedId = requireId(userId);
    if (blockerId.equals(blockedId)) throw new ProblemError('cannot_block_self');
    const keys = [String(blockerId), String(blockedId)];
    const since = Date.now();
    await this.lanes.run(keys, () => {
      // Its caller has been told by now that it didn't happen.
      if (Date.now() - since > MONGO_DEADLINE_MS) throw new ProblemError('dependency_unavailable');
      return inTransaction(this.connection, async (session) => {
        if ((await this.users.claim(blockerId, session)) === null) throw new ProblemError('account_deleted');
        if ((await this.users.claim(blockedId, session)) === null) throw new ProblemError('user_not_found');
        const existing = await this.blocks.between(blockerId, [blockedId], session);
        if (existing.some((block) => block.blockerId.equals(blockedId)))
          throw new ProblemError('user_not_found');
        const isKnown = existing.length > 0;
        if (!isKnown) await this.blocks.insert(blockerId, blockedId, session);
        const cut = await this.follows.cut(blockerId, blockedId, session);
        if (isKnown && cut === 0) await session.abortTransaction();
      });
    });
  }

  /** Accepts a batch of what waits for a user, from behind `after` on; none when the user isn't public (any more). */
  acceptBatch(followeeId: Types.ObjectId, after: Types.ObjectId | undefined): Promise<Batch> {
    return this.lanes.run([String(followeeId)], () =>
      inTransaction(this.connection, async (session) => {
        const followee = await this.users.claim(followeeId, session);
        const batch =
          followee?.visibility === 'public'
            ? await this.follows.acceptBatch(followeeId, after, session)
            : { count: 0 };
        if (batch.count === 0) await session.abortTransaction();
        return batch;
      }),
    );
  }

  /** All changes of a batch, in their order, on what one snapshot says; each with its own outcome. */
  private async commit(
    followeeId: Types.ObjectId,
    changes: readonly Change[],
    session: ClientSession,
  ): Promise<Outcome<FollowState | undefined>[]> {
    const followee = await this.users.claim(followeeId, session);
    if (followee === null) {
      await session.abortTransaction();
      return changes.map(({ kind }) => problem(isByFollower(kind) ? 'user_not_found' : 'account_deleted'));
    }
    const ids = [...new Map(changes.map(({ followerId }) => [String(followerId), followerId])).values()];
    const followers = byId(await this.users.followingOf(ids, session), ({ _id }) => _id);
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
      const outcome = decide(kind, before, {
        isPrivate: followee.visibility === 'private',
        following:
          follower.followingCount + follower.sentRequestsCount - initial + (before === undefined ? 0 : 1),
        isBlockedByFollowee: blocks.has(pair(followeeId, followerId)),
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
  // Whoever blocks the caller doesn't exist for them.
  const isHidden = isByFollower(kind) ? standing.isBlockedByFollowee : standing.isBlockedByFollower;
  if (isHidden) return problem('user_not_found');
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

function requireId(userId: string): Types.ObjectId {
  const id = objectIdOf(userId);
  if (id === undefined) throw new ProblemError('user_not_found');
  return id;
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
