import { SetMetadata } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { SUBJECT } from '../common/principal.js';
import type { Outcome } from './webhook-event.schema.js';

/** The changes by a delivery, in the transaction that records it. May run several times. */
export interface Effect {
  (session: ClientSession): Promise<Outcome>;
  /** The outcome if it is known before; otherwise `applied` is expected. */
  readonly outcome?: Outcome;
}

/**
 * Commits the delivery's row and its effect in one transaction. A delivery that was recorded before has
 * no effect. If the effect throws, nothing is recorded.
 * @returns false when the delivery was recorded before: what the effect returned or set doesn't count
 */
export type Commit = (effect: Effect) => Promise<boolean>;

/**
 * Handles a family of events. `commit` succeeds exactly once. Network calls are made outside of it, and
 * only after a first `commit` whose effect has thrown: it shows that the delivery is no repeat. After an
 * error nothing is recorded, and Svix retries.
 */
export interface WebhookHandler {
  handle(data: Record<string, unknown>, commit: Commit, type: string): Promise<void>;

  /** The Clerk id of the event's user; undefined without one. */
  subjectOf(data: Record<string, unknown>): string | undefined;
}

/** The effect of a delivery that can't be handled. */
export const deadLetter = only('dead_letter');

/** The effect of a delivery that concerns nothing here. */
export const ignore = only('ignored');

/** An effect that changes nothing besides the ledger. */
export function only(outcome: Outcome): Effect {
  return Object.assign(() => Promise.resolve(outcome), { outcome });
}

/** Thrown by an effect whose user isn't here. */
export class NoUserError extends Error {
  override readonly name = 'NoUserError';
}

/**
 * Commits a change of a user. When there is no such user, `createUser` asks Clerk, and the change is tried
 * again. If there is no user even then, the delivery is ignored.
 * @param change returns false when there is no such user
 */
export async function commitWithUser(
  commit: Commit,
  change: (session: ClientSession) => Promise<boolean>,
  createUser: () => Promise<unknown>,
): Promise<void> {
  try {
    await commit(async (session) => {
      if (!(await change(session))) throw new NoUserError();
      return 'applied';
    });
  } catch (error) {
    if (!(error instanceof NoUserError)) throw error;
    await createUser();
    await commit(async (session) => ((await change(session)) ? 'applied' : 'ignored'));
  }
}

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
