import { z } from 'zod';
import { sessionTokenVersion } from '../server/api-version.ts';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { notFound } from '../store/errors.ts';
import type { Session } from '../store/session-json.ts';
import { allSessions, createSession, endSession, getSession } from '../store/sessions.ts';
import { integer, text } from './query.ts';

const sessionPath = z.object({ session_id: z.string() });

const sessionQuery = z.object({
  user_id: text,
  client_id: text,
  status: text,
  limit: integer(1, 500).default(10),
  offset: integer(0).default(0),
  paginated: text,
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
    const { limit, offset, paginated, ...filter } = request.query;
    const sessions = matching(allSessions(instanceOf(request).store), filter).reverse();
    const page = sessions.slice(offset, offset + limit);
    return paginated === 'true' ? { data: page, total_count: sessions.length } : page;
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
      const session = getSession(instance.store, request.params.session_id);
      if (session.status !== 'active') throw notFound('session', session.id);
      const expiresInSeconds = request.body.expires_in_seconds ?? 60;
      const version = sessionTokenVersion(request);
      const jwt = instance.mintToken(session.user_id, { sessionId: session.id, expiresInSeconds, version });
      return { object: 'token', jwt };
    },
  );
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
