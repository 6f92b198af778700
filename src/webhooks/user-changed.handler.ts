import { Injectable } from '@nestjs/common';
import { type ClerkUser, readClerkUser } from '../users/clerk-user.js';
import { UserSyncService } from '../users/user-sync.service.js';
import { UsersService } from '../users/users.service.js';
import { type Commit, HandlesWebhook, type WebhookHandler } from './webhook-handler.js';

/** Creations and updates are the same news: "this is how the user is". They arrive in any order, or never. */
@Injectable()
@HandlesWebhook('user.created', 'user.updated')
export class UserChangedHandler implements WebhookHandler {
  constructor(
    private readonly users: UsersService,
    private readonly sync: UserSyncService,
  ) {}

  async handle(data: Record<string, unknown>, commit: Commit): Promise<void> {
    const news = readClerkUser(data);
    if (news === undefined) {
      await commit(() => Promise.resolve('dead_letter'));
      return;
    }
    await this.sync.withClerkUser(news.clerkId, async (fetchClerkUser) => {
      if ((await this.users.findBySubject(news.clerkId)) === undefined) {
        await this.create(news, fetchClerkUser, commit);
        return;
      }
      await commit(async (session) => {
        await this.users.applyClerkProfile(news.clerkId, news.profile, session);
        return 'applied';
      });
    });
  }

  /** The event alone creates nobody: it may be an example from the dashboard, or older than the account's deletion. */
  private async create(
    news: ClerkUser,
    fetchClerkUser: () => Promise<ClerkUser | undefined>,
    commit: Commit,
  ): Promise<void> {
    const confirmed = await fetchClerkUser();
    if (confirmed === undefined) {
      await commit(() => Promise.resolve('ignored'));
      return;
    }
    const create = this.sync.creation(confirmed);
    await commit(async (session) => {
      const synced = await create(session);
      if (synced === undefined) return 'ignored';
      if (!synced.isNew) await this.users.applyClerkProfile(news.clerkId, news.profile, session);
      return 'applied';
    });
  }
}
