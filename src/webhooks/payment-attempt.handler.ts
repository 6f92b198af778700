import { Injectable } from '@nestjs/common';
import { type PaymentAttempt, readPaymentAttempt } from '../purchases/payment-attempt.js';
import { PurchasesService } from '../purchases/purchases.service.js';
import { UserSyncService } from '../users/user-sync.service.js';
import {
  type Commit,
  commitWithUser,
  deadLetter,
  HandlesWebhook,
  ignore,
  subjectOrUndefined,
  type WebhookHandler,
} from './webhook-handler.js';

/** Clerk Billing: events of both types have the whole state of a payment and arrive in any order. */
@Injectable()
@HandlesWebhook('paymentAttempt.created', 'paymentAttempt.updated')
export class PaymentAttemptHandler implements WebhookHandler {
  constructor(
    private readonly purchases: PurchasesService,
    private readonly sync: UserSyncService,
  ) {}

  subjectOf({ payer }: Record<string, unknown>): string | undefined {
    return subjectOrUndefined((payer as { user_id?: unknown } | null | undefined)?.user_id);
  }

  async handle(data: Record<string, unknown>, commit: Commit, type: string): Promise<void> {
    const attempt = readPaymentAttempt(data, type);
    if (attempt === undefined) {
      await commit(deadLetter);
      return;
    }
    // A payment of an organization: users here don't own it.
    if (!isByUser(attempt)) {
      await commit(ignore);
      return;
    }
    await commitWithUser(
      commit,
      (session) => this.purchases.apply(attempt, session),
      // A user can pay before the first request.
      () => this.sync.tryEnsureUser(attempt.subject),
    );
  }
}

function isByUser(attempt: PaymentAttempt): attempt is PaymentAttempt & { subject: string } {
  return attempt.subject !== undefined;
}
