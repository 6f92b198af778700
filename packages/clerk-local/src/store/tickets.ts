import { clerkError } from './errors.ts';
import { requireUnlocked } from './lockout.ts';
import { type SessionOptions, refuseBanned } from './sessions.ts';
import type { Store } from './store.ts';
import type { TicketKind, TicketRecord } from './token-records.ts';

const NAMES: Record<TicketKind, string> = {
  sign_in_token: 'Sign in token',
  actor_token: 'Actor token',
  agent_task: 'Agent task',
};

export interface RedeemedTicket {
  userId: string;
  /** For `createSession`. */
  session: Pick<SessionOptions, 'actor' | 'durationMs'>;
  /** Where an agent task leads; null for a token. */
  redirectUrl: string | null;
}

export function createTicket<T extends TicketRecord>(
  store: Store,
  ticket: Omit<T, 'status' | 'created_at' | 'updated_at'>,
): T {
  const now = store.now();
  const record = { ...ticket, status: 'pending', created_at: now, updated_at: now } as T;
  store.tickets.put(record);
  return record;
}

/** @throws Clerk's 404, and 400 unless it is pending */
export function revokeTicket<T extends TicketRecord>(store: Store, kind: T['kind'], id: string): T {
  const { status } = getTicket<T>(store, kind, id);
  if (status !== 'pending') {
    const text = `${NAMES[kind]} cannot be revoked because its status is ${status}. Only pending tokens can be revoked.`;
    throw clerkError(400, `${kind}_cannot_be_revoked_code`, 'cannot revoke', text);
  }
  return setStatus(store, id, 'revoked') as T;
}

/**
 * The one use of a ticket: it signs its user in without a factor.
 * @throws 400 when it is unknown, expired, used or revoked; 404 when its user is gone; 403 for a banned or
 * locked one
 */
export function redeemTicket(
  store: Store,
  token: string,
  kinds: readonly TicketKind[] = ['sign_in_token', 'actor_token'],
): RedeemedTicket {
  const ticket = store.tickets.where('token', token)[0];
  if (!ticket || !kinds.includes(ticket.kind)) {
    throw clerkError(400, 'ticket_invalid_code', 'ticket is invalid', 'The ticket is invalid.');
  }
  const name = NAMES[ticket.kind].toLowerCase();
  if (ticket.status === 'accepted') {
    const text = `This ${name} has already been used. Each token can only be used once.`;
    throw clerkError(400, `${ticket.kind}_already_used_code`, `${name} has already been used`, text);
  }
  if (ticket.status === 'revoked') {
    const text = `This ${name} has been revoked and cannot be used anymore.`;
    throw clerkError(400, `${ticket.kind}_revoked_code`, `${name} has been revoked`, text);
  }
  if (ticket.expires_at <= store.now()) {
    const text = 'This ticket has expired. Please request a new one.';
    throw clerkError(400, 'ticket_expired_code', 'ticket is expired', text);
  }
  const user = store.users.find(ticket.user_id);
  if (!user) {
    const text = `The user of the ${name} no longer exists. Please request a new one.`;
    throw clerkError(404, `${ticket.kind}_subject_not_found_code`, 'user not found', text);
  }
  refuseBanned(user);
  requireUnlocked(store, user);
  setStatus(store, ticket.id, 'accepted');
  const { kind } = ticket;
  return {
    userId: ticket.user_id,
    session: {
      ...(kind === 'actor_token' ? { actor: ticket.actor } : {}),
      ...(kind === 'sign_in_token' ? {} : { durationMs: ticket.session_max_duration_in_seconds * 1000 }),
    },
    redirectUrl: kind === 'agent_task' ? ticket.redirect_url : null,
  };
}

function getTicket<T extends TicketRecord>(store: Store, kind: T['kind'], id: string): T {
  const ticket = store.tickets.find(id);
  if (ticket?.kind === kind) return ticket as T;
  const what = NAMES[kind].toLowerCase();
  throw clerkError(404, 'resource_not_found', 'not found', `No ${what} was found with id ${id}`);
}

function setStatus(store: Store, id: string, status: TicketRecord['status']): TicketRecord {
  return store.tickets.change(id, (ticket) => {
    ticket.status = status;
    ticket.updated_at = store.now();
  });
}
