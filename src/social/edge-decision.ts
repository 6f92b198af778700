import { ProblemError } from '../common/problem.js';
import type { FollowState } from './follow.schema.js';
import { FOLLOW_LIMIT } from './follows.service.js';
import type { Outcome } from './write-scheduler.js';

/** What a follower can do to an edge, and what a followee can. */
const BY_FOLLOWER = ['follow', 'unfollow'] as const;
export type EdgeAction = (typeof BY_FOLLOWER)[number] | 'accept' | 'decline' | 'removeFollower';

export interface EdgeContext {
  isPrivate: boolean;
  /** How many users the follower follows and has asked to follow, with the earlier changes of the batch. */
  followingCount: number;
  /** The user named by the caller is shut out or blocks the caller: the caller gets `user_not_found`. */
  isHidden: boolean;
  isBlockedByFollower: boolean;
}

/** Whether the follower is the caller; otherwise the followee is. */
export function isByFollower(action: EdgeAction): boolean {
  return (BY_FOLLOWER as readonly EdgeAction[]).includes(action);
}

/** The state of an edge after one action, or the problem that its caller gets. Undefined states: no edge. */
export function decide(
  action: EdgeAction,
  state: FollowState | undefined,
  context: EdgeContext,
): Outcome<FollowState | undefined> {
  const isOwnEdge = action === 'unfollow' && state !== undefined;
  if (context.isHidden && !isOwnEdge) return problem('user_not_found');
  switch (action) {
    case 'follow':
      if (state !== undefined) return { result: state };
      if (context.isBlockedByFollower)
        return problem('forbidden', 'You block this user. Unblock them first.');
      if (context.followingCount >= FOLLOW_LIMIT) return problem('follow_limit_reached');
      return { result: context.isPrivate ? 'requested' : 'following' };
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

export function problem(...[code, detail]: ConstructorParameters<typeof ProblemError>): {
  problem: ProblemError;
} {
  return { problem: new ProblemError(code, detail) };
}
