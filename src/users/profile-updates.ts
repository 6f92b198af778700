import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { isAhead } from '../common/clock.js';
import { ProblemError } from '../common/problem.js';
import { ClerkDirectory } from '../clerk/clerk-directory.js';
import { agrees, type ClerkProfile, type ClerkUser } from '../clerk/clerk-user.js';
import type { User } from './user.schema.js';
import { UsersService } from './users.service.js';

/** After these fetches something changes the user faster than Clerk answers. */
const MAX_FETCHES = 4;
/** Repeats while Clerk's answer is older than the stored state: its API lags behind its webhooks. */
const MAX_REPEATS = 2;
const FIRST_REPEAT_MS = 200;

/**
 * Applies a state from Clerk once. Resolves to false when there is no such user here. Throws when times
 * can't tell which state is newer: the transaction around it must not commit then.
 * @param stored the user, if the same transaction has read or created it
 */
export type ApplyState = (session: ClientSession | null, stored?: User) => Promise<boolean>;

/** Times can't tell whether the received state is newer than the stored one. */
class UndecidedError extends Error {
  override readonly name = 'UndecidedError';

  constructor(readonly stored: User) {
    super('Only Clerk can tell which of two states is newer');
  }
}

/**
 * Applies states of Clerk's fields: the newest state wins, in whatever order the states arrive. When
 * times can't decide (two changes in one millisecond, a time in the future) the state is fetched from
 * Clerk, and replaces exactly the stored state that was undecided (docs/decisions/0023).
 */
@Injectable()
export class ProfileUpdates {
  constructor(
    private readonly users: UsersService,
    private readonly clerk: ClerkDirectory,
  ) {}

  /**
   * Applies a state from Clerk to a user who exists here, unless a newer one is stored.
   * @param attempt calls `apply` once, in a transaction or without; repeated after each fetch
   * @returns false when the fetch finds no such user in Clerk: nothing is changed then
   * @throws ProblemError `dependency_unavailable`
   */
  async settle(received: ClerkUser, attempt: (apply: ApplyState) => Promise<unknown>): Promise<boolean> {
    const { clerkId } = received;
    let current: ClerkUser | undefined = received;
    let instead: User | undefined;
    for (let fetches = 0; current !== undefined; fetches++) {
      const { profile } = current;
      try {
        await attempt((session, stored) => this.apply(clerkId, profile, { instead, stored }, session));
        return true;
      } catch (error) {
        if (!(error instanceof UndecidedError)) throw error;
        if (fetches === MAX_FETCHES)
          throw new ProblemError('dependency_unavailable', undefined, { cause: error });
        if (isAhead(profile.clerkUpdatedAt)) {
          // The stored state may be the newest one.
          current = await this.clerk.getUser(clerkId);
        } else {
          instead = error.stored;
          current = await this.fetchAgain(clerkId, instead);
        }
      }
    }
    return false;
  }

  /** Whether a state from Clerk is newer than the stored one, or times can't tell. */
  isNewer(stored: User, profile: ClerkProfile): boolean {
    return stored.clerkUpdatedAt < profile.clerkUpdatedAt || isUndecided(stored, profile);
  }

  private async apply(
    clerkId: string,
    profile: ClerkProfile,
    { instead, stored }: { instead: User | undefined; stored: User | undefined },
    session: ClientSession | null,
  ): Promise<boolean> {
    const isFuture = isAhead(profile.clerkUpdatedAt);
    if (!isFuture) {
      if (instead === undefined && stored !== undefined && !this.isNewer(stored, profile)) return true;
      if (instead !== undefined && (await this.users.applyClerkProfile(clerkId, profile, session, instead)))
        return true;
      if (await this.users.applyClerkProfile(clerkId, profile, session)) return true;
    }
    const current = await this.users.findBySubjectInTransaction(clerkId, session);
    if (current === null) return false;
    if (isFuture || isUndecided(current, profile)) throw new UndecidedError(current);
    return true;
  }

  /** A new fetch, never a shared one: a fetch that began earlier may have an older answer. */
  private async fetchAgain(clerkId: string, stored: User): Promise<ClerkUser | undefined> {
    for (let repeats = 0; ; repeats++) {
      const answer = await this.clerk.getUser(clerkId);
      const isOlder = answer !== undefined && answer.profile.clerkUpdatedAt < stored.clerkUpdatedAt;
      if (!isOlder || isAhead(stored.clerkUpdatedAt) || repeats === MAX_REPEATS) return answer;
      await sleep(FIRST_REPEAT_MS * 2 ** repeats);
    }
  }
}

function isUndecided(stored: User, profile: ClerkProfile): boolean {
  if (isAhead(stored.clerkUpdatedAt)) return true;
  return stored.clerkUpdatedAt === profile.clerkUpdatedAt && !agrees(stored, profile);
}
