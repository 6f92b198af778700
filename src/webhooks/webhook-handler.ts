import { SetMetadata } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import type { Outcome } from './webhook-event.schema.js';

/** What a delivery changes. Runs inside the transaction that records the delivery; may run several times. */
export type Effect = (session: ClientSession) => Promise<Outcome>;

/** Records the delivery together with its effect, in one transaction; a delivery recorded before has no effect. */
export type Commit = (effect: Effect) => Promise<void>;

/**
 * Handles a family of events. Network calls come before `commit`, which is called exactly once. An error that escapes
 * means "not now": nothing is recorded, Svix tries again.
 */
export interface WebhookHandler {
  handle(data: Record<string, unknown>, commit: Commit): Promise<void>;
}

export const HANDLED_TYPES = 'roavelo:webhook-types';

/** Registers a provider of the webhooks module as the handler of these event types. */
export const HandlesWebhook = (...types: string[]) => SetMetadata(HANDLED_TYPES, types);
