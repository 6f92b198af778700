import { SetMetadata } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { SUBJECT } from '../common/principal.js';
import type { Outcome } from './webhook-event.schema.js';

/** The changes by a delivery, in the transaction that records it. May run several times. */
export type Effect = (session: ClientSession) => Promise<Outcome>;

/**
 * Commits the delivery's row and its effect in one transaction. A delivery that was recorded before has
 * no effect. If the effect throws, nothing is recorded.
 */
export type Commit = (effect: Effect) => Promise<void>;

/**
 * Handles a family of events. Network calls come before `commit`, which succeeds exactly once. After an
 * error nothing is recorded, and Svix retries.
 */
export interface WebhookHandler {
  handle(data: Record<string, unknown>, commit: Commit, type: string): Promise<void>;

  /** The Clerk id of the event's user; undefined without one. */
  subjectOf(data: Record<string, unknown>): string | undefined;
}

/** The effect of a delivery that can't be handled. */
export const deadLetter: Effect = () => Promise.resolve('dead_letter');

/** The effect of a delivery that concerns nothing here. */
export const ignore: Effect = () => Promise.resolve('ignored');

export const HANDLED_TYPES = 'roavelo:webhook-types';

/** Registers a provider of the webhooks module as the handler of these event types. */
export const HandlesWebhook = (...types: string[]) => SetMetadata(HANDLED_TYPES, types);

/** `value` if it has the form of a Clerk user's id. */
export function subjectOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' && SUBJECT.test(value) ? value : undefined;
}

/** `value` if it has the form of another id of Clerk, for example of a session. */
export function idOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value) ? value : undefined;
}
