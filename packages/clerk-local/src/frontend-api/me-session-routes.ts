import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { notFound } from '../store/errors.ts';
import { activeSessions, endSession } from '../store/sessions.ts';
import { answerSession } from './answers.ts';
import { signedIn } from './signed-in.ts';
import { sessionJson } from './session-json.ts';

const sessionPath = z.object({ session_id: z.string() });

/** The sessions of the user on all devices. */
export function meSessionRoutes(api: Server): void {
  api.get('/v1/me/sessions', (request) => sessionsOf(request));
  api.get('/v1/me/sessions/active', (request) =>
    sessionsOf(request).map((session) => ({ ...session, user: null })),
  );

  api.post('/v1/me/sessions/:session_id/revoke', { schema: { params: sessionPath } }, (request) => {
    const { store, user } = signedIn(request);
    const { session_id: id } = request.params;
    if (store.sessions.find(id)?.user_id !== user.id) throw notFound('session', id);
    return answerSession(request, endSession(store, id, 'revoked'));
  });
}

/** Their tokens are for their own devices. */
function sessionsOf(request: FastifyRequest) {
  const { store, user } = signedIn(request);
  return activeSessions(store, user.id).map((session) => ({
    ...sessionJson(instanceOf(request), session, undefined),
    last_active_token: null,
    latest_activity: session.latest_activity,
  }));
}
