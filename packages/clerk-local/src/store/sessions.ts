import { createClient } from './clients.ts';
import { clerkError } from './errors.ts';
import { findUser } from './find-users.ts';
import type { Actor, Session } from './session-json.ts';
import type { EventOptions, Store } from './store.ts';

const DAY_MS = 24 * 3600 * 1000;
const SEVEN_DAYS_MS = 7 * DAY_MS;
const THIRTY_DAYS_MS = 30 * DAY_MS;

/** Oldest first. */
export function allSessions(store: Store): Session[] {
  return store.sessions.all().map((session) => expiredIfDue(store, session));
}

/** @throws Clerk's 404 */
export function getSession(store: Store, id: string): Session {
  return expiredIfDue(store, store.sessions.get(id));
}

/** Oldest first. */
export function activeSessions(store: Store, userId: string): Session[] {
  return store.sessions
    .where('user_id', userId)
    .map((session) => expiredIfDue(store, session))
    .filter(({ status }) => status === 'active');
}

/** Oldest first. */
export function sessionsOfClient(store: Store, clientId: string): Session[] {
  return store.sessions.where('client_id', clientId).map((session) => expiredIfDue(store, session));
}

export interface SessionOptions extends EventOptions {
  /** Default: a new client, which becomes the session's. */
  clientId?: string;
  /** Who acts as the user. */
  actor?: Actor;
  /** Default: 7 days. */
  durationMs?: number;
}

/** @throws Clerk's 403 */
export function refuseBanned({ banned }: { banned: boolean }): void {
  if (!banned) return;
  const text = 'You have been banned. If you think this was by mistake, please contact support.';
  throw clerkError(403, 'user_banned', 'User banned', text);
}

/** A sign-in. @throws 404 for an unknown user, 403 for a banned one */
export function createSession(store: Store, userId: string, options: SessionOptions = {}): Session {
  refuseBanned(store.users.get(userId));
  const now = store.now();
  const { clientId = createClient(store).id, actor = null, durationMs = SEVEN_DAYS_MS } = options;
  const session = store.sessions.put({
    object: 'session',
    id: store.newId('sess'),
    client_id: clientId,
    user_id: userId,
    actor,
    status: 'active',
    last_active_organization_id: null,
    last_active_at: now,
    latest_activity: { object: 'session_activity', id: store.newId('sess_activity'), is_mobile: false },
    expire_at: now + durationMs,
    abandon_at: now + THIRTY_DAYS_MS,
    created_at: now,
    updated_at: now,
  });
  store.clients.change(clientId, (client) => {
    client.last_active_session_id = session.id;
    client.updated_at = now;
  });
  store.users.change(userId, (draft) => {
    draft.last_sign_in_at = now;
    draft.last_active_at = now - (now % DAY_MS);
    draft.failed_attempts = 0;
  });
  emitSession(store, 'session.created', session, options);
  return session;
}

/** Somebody uses the session. @throws Clerk's 404 */
export function touchSession(store: Store, id: string): Session {
  const now = store.now();
  const session = store.sessions.change(id, (draft) => {
    draft.last_active_at = now;
    draft.updated_at = Math.max(now, draft.updated_at + 1);
  });
  store.users.change(session.user_id, (user) => {
    user.last_active_at = now - (now % DAY_MS);
  });
  return session;
}

/** `ended` stays in its client, the others are removed from it. */
export type EndStatus = 'revoked' | 'ended' | 'removed';

/** Ending a session twice is one event. @throws Clerk's 404 */
export function endSession(store: Store, id: string, status: EndStatus, options?: EventOptions): Session {
  const session = getSession(store, id);
  if (session.status !== 'active') return session;
  const ended = store.sessions.change(id, (draft) => {
    draft.status = status;
    draft.updated_at = Math.max(store.now(), draft.updated_at + 1);
  });
  emitSession(store, `session.${status}`, ended, options);
  return ended;
}

export function endSessions(store: Store, userId: string, status: EndStatus, options?: EventOptions): void {
  for (const { id } of activeSessions(store, userId)) endSession(store, id, status, options);
}

function emitSession(store: Store, type: string, session: Session, options?: EventOptions): void {
  store.emit(type, { ...session, user: findUser(store, session.user_id) ?? null }, options);
}

function expiredIfDue(store: Store, session: Session): Session {
  if (session.status !== 'active' || session.expire_at > store.now()) return session;
  return { ...session, status: 'expired', updated_at: session.expire_at };
}
