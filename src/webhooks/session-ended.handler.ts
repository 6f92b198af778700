import { Inject, Injectable } from '@nestjs/common';
import { MAX_TOKEN_SECONDS } from '../common/principal.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { UserSyncService } from '../users/user-sync.service.js';
import { UsersService } from '../users/users.service.js';
import {
  type Commit,
  commitWithUser,
  deadLetter,
  HandlesWebhook,
  idOrUndefined,
  subjectOrUndefined,
  type WebhookHandler,
} from './webhook-handler.js';

/** Tokens can outlive their session. From this event's commit on they are refused on all instances. */
@Injectable()
@HandlesWebhook('session.ended', 'session.removed', 'session.revoked')
export class SessionEndedHandler implements WebhookHandler {
  /**
   * The longest time after the event in which a token of the session could be accepted, ms: the last
   * token may have been issued just before, by a clock that is ahead, and its expiry is checked with the
   * same tolerance.
   */
  private readonly longestTokenMs: number;

  constructor(
    @Inject(CONFIG) { clockSkewMs }: Config,
    private readonly users: UsersService,
    private readonly sync: UserSyncService,
  ) {
    this.longestTokenMs = MAX_TOKEN_SECONDS * 1000 + 2 * clockSkewMs;
  }

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
    await commitWithUser(
      commit,
      (session) => this.users.revokeSession(subject, sid, this.longestTokenMs, session),
      // A token of the session could be the subject's first request.
      () => this.sync.tryEnsureUser(subject),
    );
  }
}
