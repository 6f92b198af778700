import { Injectable } from '@nestjs/common';
import { type ClerkUser, readClerkUser } from '../clerk/clerk-user.js';
import { ProfileUpdates } from '../users/profile-updates.js';
import { RollbackService } from '../users/rollback.service.js';
import { UnsaveableUserError, UserSyncService } from '../users/user-sync.service.js';
import {
  type Commit,
  deadLetter,
  HandlesWebhook,
  ignore,
  NoUserError,
  only,
  subjectOrUndefined,
  type WebhookHandler,
} from './webhook-handler.js';

type Fetch = () => Promise<ClerkUser | undefined>;

/** Events of both types have the whole state of a user. They arrive in any order, or never. */
@Injectable()
@HandlesWebhook('user.created', 'user.updated')
export class UserChangedHandler implements WebhookHandler {
  constructor(
    private readonly sync: UserSyncService,
    private readonly updates: ProfileUpdates,
    private readonly rollback: RollbackService,
  ) {}

  subjectOf({ id }: Record<string, unknown>): string | undefined {
    return subjectOrUndefined(id);
  }

  async handle(data: Record<string, unknown>, commit: Commit): Promise<void> {
    const news = readClerkUser(data);
    if (news === undefined) {
      await commit(deadLetter);
      return;
    }
    const { clerkId } = news;
    await this.sync.withClerkUser(clerkId, async (fetch) => {
      const isSettled = await this.update(news, commit).catch((error: unknown) => {
        if (!(error instanceof NoUserError)) throw error;
        return this.create(news, fetch, commit);
      });
      if (!isSettled) await commit(ignore);
    });
  }

  /**
   * @returns false when Clerk doesn't know the user; nothing is recorded then
   * @throws NoUserError
   */
  private update(news: ClerkUser, commit: Commit): Promise<boolean> {
    return this.updates.settle(news, (take) =>
      commit(async (session) => {
        if (!(await take(session))) throw new NoUserError();
        return 'applied';
      }),
    );
  }

  /**
   * As `update`. The event alone doesn't create a user: it may be an example from the dashboard, or
   * older than the account's deletion.
   */
  private async create(news: ClerkUser, fetch: Fetch, commit: Commit): Promise<boolean> {
    const confirmed = await fetch();
    if (confirmed === undefined) return false;
    try {
      // The fetched user can be older than the event: the fetch is shared with earlier callers.
      return await this.updates.settle(news, (take) => {
        const create = this.sync.creation(confirmed);
        return commit(async (session) => {
          const synced = await create(session);
          if (synced === undefined) return 'ignored';
          return (await take(session, synced.user)) ? 'applied' : 'ignored';
        });
      });
    } catch (error) {
      if (!(error instanceof UnsaveableUserError)) throw error;
      const rolledBack = (await this.rollback.rollBack(confirmed)) === 'rolled_back';
      await commit(rolledBack ? only('rolled_back') : deadLetter);
      return true;
    }
  }
}
