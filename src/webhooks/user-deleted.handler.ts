import { Injectable, Logger } from '@nestjs/common';
import { AccountDeletionService, type Fenced } from '../deletion/account-deletion.service.js';
import { DeadLettersService } from './dead-letters.service.js';
import {
  type Commit,
  deadLetter,
  HandlesWebhook,
  subjectOrUndefined,
  type WebhookHandler,
} from './webhook-handler.js';

const MESSAGES = {
  tombstone: 'user.deleted: already deleted',
  nothing: 'user.deleted: no user here',
} as const;

@Injectable()
@HandlesWebhook('user.deleted')
export class UserDeletedHandler implements WebhookHandler {
  private readonly logger = new Logger(UserDeletedHandler.name);

  constructor(
    private readonly deletions: AccountDeletionService,
    private readonly deadLetters: DeadLettersService,
  ) {}

  subjectOf({ id }: Record<string, unknown>): string | undefined {
    return subjectOrUndefined(id);
  }

  async handle(data: Record<string, unknown>, commit: Commit): Promise<void> {
    const subject = this.subjectOf(data);
    // `id` is optional in Clerk's schema; a filter with `undefined` would match every user.
    if (subject === undefined) {
      await commit(deadLetter);
      return;
    }
    let fenced: Fenced | undefined;
    const isCommitted = await commit(async (session) => {
      const request = { reason: 'user_requested', isGoneInClerk: true } as const;
      fenced = await this.deletions.fenceAndArchive(subject, request, session);
      // The step `traces` is not enough: there may be letters about a subject that never had a user.
      await this.deadLetters.removeLettersAbout(subject, session);
      return 'applied';
    });
    if (!isCommitted || fenced === undefined) return;
    const { found, deletion } = fenced;
    if (found !== 'user') this.logger.log({ msg: MESSAGES[found] });
    if (deletion !== undefined) this.deletions.enqueueRemainingSteps(deletion);
  }
}
