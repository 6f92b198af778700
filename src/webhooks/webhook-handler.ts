import { SetMetadata } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { SUBJECT } from '../common/principal.js';
import type { Outcome } from './webhook-event.schema.js';

/** What a delivery changes. Runs inside the transaction that records the delivery; may run several times. */
export type Effect = (session: ClientSession) => Promise<Outcome>;

/**
 * Records the delivery together with its effect, in one transaction; a delivery recorded before has no effect. When the
 * effect throws, nothing is recorded.
 */
export type Commit = (effect: Effect) => Promise<void>;

/**
 * Handles a family of events. Network calls come before `commit`, which succeeds exactly once. An error that escapes
 * means "not now": nothing is recorded, Svix tries again.
 */
export interface WebhookHandler {
  handle(data: Record<string, unknown>, commit: Commit, type: string): Promise<void>;

  /** The Clerk id of the user that an event's data is about; undefined when it names none. */
  subjectOf(data: Record<string, unknown>): string | undefined;
}

/** The effect of a delivery that can't be handled: kept as a dead letter. */
export const deadLetter: Effect = () => Promise.resolve('dead_letter');

/** The effect of a delivery that concerns nothing here. */
export const ignore: Effect = () => Promise.resolve('ignored');

export const HANDLED_TYPES = 'roavelo:webhook-types';

/** Registers a provider of the webhooks module as the handler of these event types. */
export const HandlesWebhook = (...types: string[]) => SetMetadata(HANDLED_TYPES, types);

/** `value` when it could be the id of a Clerk user. */
export function subjectOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' && SUBJECT.test(value) ? value : undefined;
}

/** `value` when it could be an id of something else at Clerk's, a session say. */
export function idOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value) ? value : undefined;
}
