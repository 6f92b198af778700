import { Injectable, Logger } from '@nestjs/common';
import type { Types } from 'mongoose';
import { AccountDeletionService } from '../account/account-deletion.service.js';
import { type Commit, HandlesWebhook, type WebhookHandler } from './webhook-handler.js';

@Injectable()
@HandlesWebhook('user.deleted')
export class UserDeletedHandler implements WebhookHandler {
  private readonly logger = new Logger(UserDeletedHandler.name);

  constructor(private readonly deletions: AccountDeletionService) {}

  async handle({ id }: Record<string, unknown>, commit: Commit): Promise<void> {
    // Optional in Clerk's own schema; a filter with `undefined` would match everyone.
    if (typeof id !== 'string' || id === '') {
      await commit(() => Promise.resolve('dead_letter'));
      return;
    }
    let userId: Types.ObjectId | undefined;
    await commit(async (session) => {
      userId = await this.deletions.fenceAndArchive(id, 'user_requested', session);
      return 'applied';
    });
    if (userId === undefined) this.logger.log({ msg: 'user.deleted: no user to delete' });
    else await this.deletions.finish(userId);
  }
}
