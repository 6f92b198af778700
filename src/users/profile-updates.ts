import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { isAhead } from '../common/clock.js';
import { ProblemError } from '../common/problem.js';
import { ClerkDirectory } from '../clerk/clerk-directory.js';
import { agrees, type ClerkProfile, type ClerkUser } from '../clerk/clerk-user.js';
import type { User } from './user.schema.js';
import { UsersService } from './users.service.js';

/** More, and something changes the user faster than Clerk answers. */
const MAX_FETCHES = 4;
/** While Clerk's answer is older than what is stored: its API lags behind its webhooks. */
const MAX_REPEATS = 2;
const FIRST_REPEAT_MS = 200;

/**
 * Takes the news over, once; resolves to false when there is no such user here. Throws when times can't tell which state is
 * the newest: whatever it runs in must not commit then.
 */
export type Take = (session: ClientSession | null) => Promise<boolean>;

/** Times can't tell whether the news are newer than what is stored. */
class UndecidedError extends Error {
  override readonly name = 'UndecidedError';

  constructor(readonly stored: User) {
    super("Only Clerk can tell which of two states is the user's");
  }
}

/**
 * The newest state of Clerk's part of a user wins, whatever the order in which states become known. Two changes can share a
 * millisecond, and a time in the future orders nothing: then Clerk is asked, and its answer replaces exactly the state that
 * raised the question (docs/decisions/0023).
 */
@Injectable()
export class ProfileUpdates {
  constructor(
    private readonly users: UsersService,
    private readonly clerk: ClerkDirectory,
  ) {}

  /**
   * Takes over what Clerk said of a user who exists here, unless a newer state is stored.
   * @param attempt calls `take`, once, in a transaction or outside; repeated after each question
   * @returns false when Clerk was asked and has no such user: nothing is changed then
   * @throws ProblemError `dependency_unavailable`
   */
  async settle(news: ClerkUser, attempt: (take: Take) => Promise<unknown>): Promise<boolean> {
    const { clerkId } = news;
    let current = isAhead(news.profile.clerkUpdatedAt) ? await this.clerk.getUser(clerkId) : news;
    let instead: User | undefined;
    for (let questions = 0; current !== undefined; questions++) {
      const { profile } = current;
      try {
        await attempt((session) => this.take(clerkId, profile, instead, session));
        return true;
      } catch (error) {
        if (!(error instanceof UndecidedError)) throw error;
        if (questions === MAX_FETCHES)
          throw new ProblemError('dependency_unavailable', undefined, { cause: error });
        instead = error.stored;
        current = await this.ask(clerkId, instead);
      }
    }
    return false;
  }

  /** Whether a state that Clerk told would change what is stored, or leaves it open. */
  isNews(stored: User, profile: ClerkProfile): boolean {
    return stored.clerkUpdatedAt < profile.clerkUpdatedAt || isUndecided(stored, profile);
  }

  private async take(
    clerkId: string,
    profile: ClerkProfile,
    instead: User | undefined,
    session: ClientSession | null,
  ): Promise<boolean> {
    if (instead !== undefined && (await this.users.applyClerkProfile(clerkId, profile, session, instead)))
      return true;
    if (await this.users.applyClerkProfile(clerkId, profile, session)) return true;
    const stored = await this.users.findBySubjectInTransaction(clerkId, session);
    if (stored === null) return false;
    if (isUndecided(stored, profile)) throw new UndecidedError(stored);
    return true;
  }

  /** Never an answer that was under way before: it may be older than the question. */
  private async ask(clerkId: string, stored: User): Promise<ClerkUser | undefined> {
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
