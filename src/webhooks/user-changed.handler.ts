import { Injectable } from '@nestjs/common';
import { type ClerkUser, readClerkUser } from '../users/clerk-user.js';
import { RollbackService } from '../users/rollback.service.js';
import type { User } from '../users/user.schema.js';
import { UnsaveableUserError, UserSyncService } from '../users/user-sync.service.js';
import { UsersService } from '../users/users.service.js';
import {
  type Commit,
  deadLetter,
  HandlesWebhook,
  idOrUndefined,
  ignore,
  type WebhookHandler,
} from './webhook-handler.js';

type Fetch = () => Promise<ClerkUser | undefined>;

/** Creations and updates are the same news: "this is how the user is". They arrive in any order, or never. */
@Injectable()
@HandlesWebhook('user.created', 'user.updated')
export class UserChangedHandler implements WebhookHandler {
  constructor(
    private readonly users: UsersService,
    private readonly sync: UserSyncService,
    private readonly rollback: RollbackService,
  ) {}

  subjectOf({ id }: Record<string, unknown>): string | undefined {
    return idOrUndefined(id);
  }

  async handle(data: Record<string, unknown>, commit: Commit): Promise<void> {
    const news = readClerkUser(data);
    if (news === undefined) {
      await commit(deadLetter);
      return;
    }
    await this.sync.withClerkUser(news.clerkId, async (fetch) => {
      const known = await this.users.findBySubject(news.clerkId);
      await (known === undefined
        ? this.create(news, fetch, commit)
        : this.update(known, news, fetch, commit));
    });
  }

  /** Two changes can share a millisecond; then only Clerk knows which one was the later. */
  private async update(known: User, news: ClerkUser, fetch: Fetch, commit: Commit): Promise<void> {
    const isTie = known.clerkUpdatedAt === news.profile.clerkUpdatedAt && differs(known, news);
    const current = isTie ? await fetch() : news;
    await commit(async (session) => {
      if (current === undefined) return 'ignored';
      await this.users.applyClerkProfile(current.clerkId, current.profile, session, isTie);
      return 'applied';
    });
  }

  /** The event alone creates nobody: it may be an example from the dashboard, or older than the account's deletion. */
  private async create(news: ClerkUser, fetch: Fetch, commit: Commit): Promise<void> {
    const confirmed = await fetch();
    if (confirmed === undefined) {
      await commit(ignore);
      return;
    }
    const create = this.sync.creation(confirmed);
    try {
      await commit(async (session) => {
        const synced = await create(session);
        if (synced === undefined) return 'ignored';
        // What was fetched can be older than the news: the fetch is shared with whoever asked first.
        for (const { clerkId, profile } of [confirmed, news]) {
          await this.users.applyClerkProfile(clerkId, profile, session);
        }
        return 'applied';
      });
    } catch (error) {
      if (!(error instanceof UnsaveableUserError)) throw error;
      const rolledBack = (await this.rollback.rollBack(confirmed)) === 'rolled_back';
      await commit(rolledBack ? () => Promise.resolve('rolled_back') : deadLetter);
    }
  }
}

function differs(user: User, { profile }: ClerkUser): boolean {
  return Object.entries(profile).some(([key, value]) => user[key as keyof User] !== value);
}
