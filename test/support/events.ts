import type { WebhookEvent } from 'clerk-local';

/** A type of event that Clerk sends and the API has no handler for: it only gets a row in the ledger. */
export const UNHANDLED_EVENT_TYPE = 'organization.created';

/** An event of a type that the API does not handle. */
export function unhandledEvent(data: object = {}): WebhookEvent {
  return { type: UNHANDLED_EVENT_TYPE, data };
}

/** The event that Clerk sends when a user was deleted: it has nothing but the id. */
export function userDeletedEvent({ clerkId }: { clerkId: string }): WebhookEvent {
  return { type: 'user.deleted', data: { object: 'user', id: clerkId, deleted: true } };
}
