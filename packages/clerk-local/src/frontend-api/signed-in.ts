import type { FastifyRequest } from 'fastify';
import { instanceOf } from '../server/server.ts';
import { clerkError } from '../store/errors.ts';
import type { Session } from '../store/session-json.ts';
import { sessionsOfClient } from '../store/sessions.ts';
import type { Store, UserRecord } from '../store/store.ts';
import { requireClient } from './client.ts';

/**
 * Whom a request acts for: the user of the session that `_clerk_session_id` names, or of the client's last
 * active one. @throws Clerk's 401 when this client has no such active session
 */
export function signedIn(request: FastifyRequest): { store: Store; user: UserRecord; session: Session } {
  const { store } = instanceOf(request);
  const client = requireClient(request);
  const { _clerk_session_id: asked } = request.query as { _clerk_session_id?: string };
  const id = asked ?? client.last_active_session_id;
  const session = sessionsOfClient(store, client.id).find((one) => one.id === id && one.status === 'active');
  if (session) return { store, session, user: store.users.get(session.user_id) };
  const text = 'Unable to authenticate the request, you need to supply an active session';
  throw clerkError(401, 'authentication_invalid', 'Invalid authentication', text);
}
