import type { FastifyRequest } from 'fastify';
import { instanceOf } from '../server/server.ts';
import type { ClientRecord } from '../store/client-records.ts';
import { ClerkError, clerkError, notFound } from '../store/errors.ts';
import type { Session } from '../store/session-json.ts';
import { type SessionOptions, createSession, sessionsOfClient } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { changeClient, requireClient } from './client.ts';

/** Signs the user in at this client. @throws 400 when that may not be, 403 for a banned user */
export function startSession(
  request: FastifyRequest,
  userId: string,
  strategy: string,
  options?: Omit<SessionOptions, 'clientId'>,
): Session {
  const { store } = instanceOf(request);
  const client = requireClient(request);
  refuseSecondSession(store, client, userId);
  const session = createSession(store, userId, { ...options, clientId: client.id });
  changeClient(request, (draft) => {
    draft.last_authentication_strategy = strategy;
  });
  return session;
}

/**
 * @param userId who wants to sign in, if that is known
 * @throws 400 when the client has a session; with several sessions allowed, one of the same user
 */
export function refuseSecondSession(store: Store, client: ClientRecord, userId?: string): void {
  const sessions = activeSessionsOf(store, client);
  if (store.settings.single_session_mode && sessions.length > 0) {
    throw clerkError(400, 'session_exists', 'Session already exists', "You're already signed in.");
  }
  const own = sessions.find((session) => session.user_id === userId);
  if (!own) return;
  const text = "You're already signed in";
  const meta = { session_id: own.id };
  throw new ClerkError(400, [
    { code: 'identifier_already_signed_in', message: text, long_message: text, meta },
  ]);
}

/** A session of this client. @throws 401 when the client has no session, 404 for another client's session */
export function clientSession(request: FastifyRequest, id: string): Session {
  const { store } = instanceOf(request);
  const client = requireClient(request);
  const session = sessionsOfClient(store, client.id).find((one) => one.id === id);
  if (session) return session;
  if (activeSessionsOf(store, client).length > 0) throw notFound('session', id);
  throw clerkError(401, 'signed_out', 'Signed out', 'You are signed out');
}

/** @throws 401 when the session is over, 404 for a session from elsewhere */
export function activeClientSession(request: FastifyRequest, id: string): Session {
  const session = clientSession(request, id);
  if (session.status === 'active') return session;
  const text = 'Unable to authenticate the request, you need to supply an active session';
  throw clerkError(401, 'authentication_invalid', 'Invalid authentication', text);
}

function activeSessionsOf(store: Store, client: ClientRecord): Session[] {
  return sessionsOfClient(store, client.id).filter(({ status }) => status === 'active');
}
