import { Injectable, Logger } from '@nestjs/common';
import type { Types } from 'mongoose';
import { AccountDeletionService } from '../account/account-deletion.service.js';
import { DeadLettersService } from './dead-letters.service.js';
import {
  type Commit,
  deadLetter,
  HandlesWebhook,
  idOrUndefined,
  type WebhookHandler,
} from './webhook-handler.js';

@Injectable()
@HandlesWebhook('user.deleted')
export class UserDeletedHandler implements WebhookHandler {
  private readonly logger = new Logger(UserDeletedHandler.name);

  constructor(
    private readonly deletions: AccountDeletionService,
    private readonly deadLetters: DeadLettersService,
  ) {}

  subjectOf({ id }: Record<string, unknown>): string | undefined {
    return idOrUndefined(id);
  }

  async handle(data: Record<string, unknown>, commit: Commit): Promise<void> {
    const subject = this.subjectOf(data);
    // Optional in Clerk's own schema; a filter with `undefined` would match everyone.
    if (subject === undefined) {
      await commit(deadLetter);
      return;
    }
    let userId: Types.ObjectId | undefined;
    await commit(async (session) => {
      userId = await this.deletions.fenceAndArchive(subject, 'user_requested', session);
      await this.deadLetters.removeOf(subject, session);
      return 'applied';
    });
    if (userId === undefined) this.logger.log({ msg: 'user.deleted: no user to delete' });
    else await this.deletions.finish(userId);
  }
}
