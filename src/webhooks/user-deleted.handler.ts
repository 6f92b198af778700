import { Injectable, Logger } from '@nestjs/common';
import { AccountDeletionService } from '../account/account-deletion.service.js';
import type { Deletion } from '../account/deletion.schema.js';
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
    let deletion: Deletion | undefined;
    await commit(async (session) => {
      const request = { reason: 'user_requested', isGoneInClerk: true } as const;
      deletion = await this.deletions.fenceAndArchive(subject, request, session);
      // Not only a trace of deleted users: there may be letters about a subject that never had one.
      await this.deadLetters.removeOf(subject, session);
      return 'applied';
    });
    if (deletion === undefined) this.logger.log({ msg: 'user.deleted: no user to delete' });
    else this.deletions.goOn(deletion);
  }
}
