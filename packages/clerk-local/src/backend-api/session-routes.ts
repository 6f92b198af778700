import { z } from 'zod';
import { sessionTokenVersion } from '../server/api-version.ts';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { notFound } from '../store/errors.ts';
import { mintByTemplate } from '../store/jwt-templates.ts';
import type { Session } from '../store/session-json.ts';
import { allSessions, createSession, endSession, getSession } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { pageOf, pageQuery, text } from './query.ts';

const sessionPath = z.object({ session_id: z.string() });
const templatePath = sessionPath.extend({ template_name: z.string() });

const sessionQuery = pageQuery.extend({
  user_id: text,
  client_id: text,
  status: z
    .enum(['abandoned', 'active', 'ended', 'expired', 'pending', 'removed', 'replaced', 'revoked'])
    .optional(),
});

const createParameters = z.strictObject({
  user_id: z.string(),
  active_organization_id: z.string().nullish(),
});

const tokenParameters = z.strictObject({
  expires_in_seconds: z
    .int()
    .nullish()
    .refine((seconds) => seconds == null || (seconds >= 30 && seconds <= 315_360_000), {
      error: 'must be between 30 and 315360000.',
    }),
});

export function sessionRoutes(api: Server): void {
  api.get('/sessions', { schema: { querystring: sessionQuery } }, (request) => {
    const sessions = matching(allSessions(instanceOf(request).store), request.query);
    return pageOf(sessions.reverse(), request.query);
  });

  api.post('/sessions', { schema: { body: createParameters } }, (request) =>
    createSession(instanceOf(request).store, request.body.user_id),
  );

  api.get('/sessions/:session_id', { schema: { params: sessionPath } }, (request) =>
    getSession(instanceOf(request).store, request.params.session_id),
  );

  api.post('/sessions/:session_id/revoke', { schema: { params: sessionPath } }, (request) =>
    endSession(instanceOf(request).store, request.params.session_id, 'revoked'),
  );

  api.post(
    '/sessions/:session_id/tokens',
    { schema: { params: sessionPath, body: tokenParameters } },
    (request) => {
      const instance = instanceOf(request);
      const { id, user_id: userId } = activeSession(instance.store, request.params.session_id);
      const jwt = instance.mintToken(userId, {
        sessionId: id,
        expiresInSeconds: request.body.expires_in_seconds ?? 60,
        version: sessionTokenVersion(request),
      });
      return { object: 'token', jwt };
    },
  );

  api.post(
    '/sessions/:session_id/tokens/:template_name',
    { schema: { params: templatePath, body: tokenParameters } },
    (request) => {
      const { store, tokens } = instanceOf(request);
      const { session_id: id, template_name: name } = request.params;
      const session = activeSession(store, id);
      return {
        object: 'token',
        jwt: mintByTemplate(store, tokens, session, name, request.body.expires_in_seconds),
      };
    },
  );
}

function activeSession(store: Store, id: string): Session {
  const session = getSession(store, id);
  if (session.status !== 'active') throw notFound('session', id);
  return session;
}

function matching(
  sessions: Session[],
  filter: Partial<Record<'user_id' | 'client_id' | 'status', string | undefined>>,
): Session[] {
  return sessions.filter((session) =>
    (['user_id', 'client_id', 'status'] as const).every(
      (field) => filter[field] === undefined || session[field] === filter[field],
    ),
  );
}
