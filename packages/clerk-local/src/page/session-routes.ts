import { z } from 'zod';
import { newTicket } from '../server/new-ticket.ts';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { clerkError } from '../store/errors.ts';
import { findUser } from '../store/find-users.ts';
import { allSessions, createSession, endSession, getSession } from '../store/sessions.ts';
import { createTicket } from '../store/tickets.ts';
import type { SignInToken } from '../store/token-records.ts';
import { describePerson } from './person-routes.ts';

const SESSIONS_SHOWN = 500;
const TOKEN_SECONDS = 60;
const TICKET_SECONDS = 3600;

const schema = { params: z.object({ session_id: z.string() }) };
const userParameters = z.strictObject({ user_id: z.string() });

export function sessionRoutes(api: Server): void {
  /** Newest first, each with its user. */
  api.get('/sessions', (request) => {
    const { store } = instanceOf(request);
    const sessions = allSessions(store).reverse();
    const items = sessions.slice(0, SESSIONS_SHOWN).map((session) => {
      const user = findUser(store, session.user_id);
      return { ...session, person: user ? describePerson(user) : null };
    });
    return { items, total: sessions.length };
  });

  api.post('/sessions', { schema: { body: userParameters } }, (request) =>
    createSession(instanceOf(request).store, request.body.user_id),
  );

  /** A ticket for one sign-in: an app takes it as `?__clerk_ticket=`. */
  api.post('/tickets', { schema: { body: userParameters } }, (request) => {
    const instance = instanceOf(request);
    const { id: userId } = instance.store.users.get(request.body.user_id);
    const ticket = newTicket(instance, 'sign_in_token', TICKET_SECONDS);
    createTicket<SignInToken>(instance.store, { ...ticket, kind: 'sign_in_token', user_id: userId });
    return { ticket: ticket.token, expiresAt: new Date(ticket.expires_at).toISOString() };
  });

  api.post('/sessions/:session_id/token', { schema }, (request) => {
    const instance = instanceOf(request);
    const { id, status, user_id: userId } = getSession(instance.store, request.params.session_id);
    if (status !== 'active') {
      throw clerkError(404, 'resource_not_found', 'Session not found', `The session is ${status}.`);
    }
    const token = instance.mintToken(userId, { sessionId: id, expiresInSeconds: TOKEN_SECONDS });
    return { token, expiresAt: new Date(instance.store.now() + TOKEN_SECONDS * 1000).toISOString() };
  });

  api.post('/sessions/:session_id/revoke', { schema }, (request) =>
    endSession(instanceOf(request).store, request.params.session_id, 'revoked'),
  );
}
