import { Injectable } from '@nestjs/common';
import { CLOCK_SKEW_MS } from '../common/clock.js';
import { LONGEST_TOKEN_SECONDS } from '../common/principal.js';
import { UserSyncService } from '../users/user-sync.service.js';
import { UsersService } from '../users/users.service.js';
import {
  type Commit,
  deadLetter,
  HandlesWebhook,
  idOrUndefined,
  ignore,
  subjectOrUndefined,
  type WebhookHandler,
} from './webhook-handler.js';

/**
 * From the event on, the longest that a token of its session can be accepted: the last one may have been issued the moment
 * before, by a clock that is ahead, and its end is read with the same tolerance. Clerk names no shorter life.
 */
const LONGEST_TOKEN_MS = LONGEST_TOKEN_SECONDS * 1000 + 2 * CLOCK_SKEW_MS;

/** Tokens outlive their session by up to their own life. From this event's commit on they are refused, everywhere. */
@Injectable()
@HandlesWebhook('session.ended', 'session.removed', 'session.revoked')
export class SessionEndedHandler implements WebhookHandler {
  constructor(
    private readonly users: UsersService,
    private readonly sync: UserSyncService,
  ) {}

  subjectOf({ user_id: userId }: Record<string, unknown>): string | undefined {
    return subjectOrUndefined(userId);
  }

  async handle(data: Record<string, unknown>, commit: Commit): Promise<void> {
    const subject = this.subjectOf(data);
    const sid = idOrUndefined(data['id']);
    if (subject === undefined || sid === undefined) {
      await commit(deadLetter);
      return;
    }
    // Made now if need be: the session's token could be the first request of the subject.
    if ((await this.sync.ensureUserIfAny(subject)) === undefined) {
      await commit(ignore);
      return;
    }
    await commit(async (session) => {
      return (await this.users.revokeSession(subject, sid, LONGEST_TOKEN_MS, session))
        ? 'applied'
        : 'ignored';
    });
  }
}
