import {
  CREATE_PARAMETERS,
  REPLACE_EMAIL_PARAMETERS,
  UPDATE_PARAMETERS,
  checkParameters,
  notFound,
  parameterError,
} from '../store/errors.ts';
import { type Call, type Route, ok, route } from '../server/http.ts';
import type { Instance } from '../server/instance.ts';
import { METADATA_FIELDS } from '../store/metadata.ts';
import type { Session } from '../store/sessions.ts';
import { listUsers, matchingUsers } from './user-query.ts';

const STATUSES = ['verified', 'reserved', 'unverified'] as const;

/** The routes of Clerk's Backend API that the local Clerk supports. Each handler may throw a `ClerkError`. */
export const backendRoutes: Route[] = [
  route('GET', '/v1/jwks', (_call, instance) => ok(instance.tokens.jwks)),
  route('GET', '/.well-known/jwks.json', (_call, instance) => ok(instance.tokens.jwks)),

  route('GET', '/v1/instance', (_call, instance) => ok(instance.description)),

  route('GET', '/v1/users', ({ query }, instance) =>
    ok(listUsers(instance.users.all(), query).map((user) => instance.present(user))),
  ),
  route('GET', '/v1/users/count', ({ query }, instance) =>
    ok({ object: 'total_count', total_count: matchingUsers(instance.users.all(), query).length }),
  ),
  route('POST', '/v1/users', async ({ body }, instance) => {
    checkParameters(body, CREATE_PARAMETERS);
    return ok(await instance.createUser(body));
  }),
  route('GET', '/v1/users/:id', ({ params }, instance) =>
    ok(instance.present(instance.users.get(id(params)))),
  ),
  route('PATCH', '/v1/users/:id', async ({ params, body, headers }, instance) => {
    checkParameters(body, UPDATE_PARAMETERS);
    refuseMetadata(body, headers);
    return ok(instance.present(await instance.updateUser(id(params), body)));
  }),
  route('DELETE', '/v1/users/:id', async ({ params }, instance) => ok(await instance.deleteUser(id(params)))),
  route('PATCH', '/v1/users/:id/metadata', async ({ params, body }, instance) =>
    ok(await instance.setMetadata(id(params), body, 'merge')),
  ),
  route('PUT', '/v1/users/:id/metadata', async ({ params, body }, instance) =>
    ok(await instance.setMetadata(id(params), body, 'replace')),
  ),
  route('PUT', '/v1/users/:id/email_address', async ({ params, body }, instance) => {
    checkParameters(body, REPLACE_EMAIL_PARAMETERS, ['email_address']);
    const status = STATUSES.find((name) => name === (body['identification_status'] ?? 'verified'));
    if (!status) {
      const text = 'identification_status must be verified, reserved or unverified.';
      throw parameterError('form_param_value_invalid', 'identification_status', 'is invalid', text);
    }
    return ok(await instance.replaceEmail(id(params), String(body['email_address']), status));
  }),
  route('POST', '/v1/users/:id/ban', async ({ params }, instance) =>
    ok(await instance.setBanned(id(params), true)),
  ),
  route('POST', '/v1/users/:id/unban', async ({ params }, instance) =>
    ok(await instance.setBanned(id(params), false)),
  ),
  route('POST', '/v1/users/:id/lock', async ({ params }, instance) =>
    ok(await instance.setLocked(id(params), true)),
  ),
  route('POST', '/v1/users/:id/unlock', async ({ params }, instance) =>
    ok(await instance.setLocked(id(params), false)),
  ),

  route('GET', '/v1/sessions', ({ query }, instance) => ok(sessionList(instance, query))),
  route('POST', '/v1/sessions', async ({ body }, instance) => {
    checkParameters(body, { user_id: 'string', active_organization_id: 'string' }, ['user_id']);
    return ok(await instance.createSession(String(body['user_id'])));
  }),
  route('GET', '/v1/sessions/:id', ({ params }, instance) => ok(instance.sessions.get(id(params)))),
  route('POST', '/v1/sessions/:id/revoke', async ({ params }, instance) =>
    ok(await instance.revokeSession(id(params))),
  ),
  route('POST', '/v1/sessions/:id/tokens', ({ params, body }, instance) => {
    checkParameters(body, { expires_in_seconds: 'integer' });
    const session = instance.sessions.get(id(params));
    if (session.status !== 'active') throw notFound('session', session.id);
    const expiresInSeconds = Number(body['expires_in_seconds'] ?? 60);
    if (expiresInSeconds < 30 || expiresInSeconds > 315_360_000) {
      const text = 'expires_in_seconds must be between 30 and 315360000.';
      throw parameterError('form_param_value_invalid', 'expires_in_seconds', 'is invalid', text);
    }
    const jwt = instance.mintToken(session.user_id, { sessionId: session.id, expiresInSeconds });
    return ok({ object: 'token', jwt });
  }),
];

function id(params: Record<string, string>): string {
  return params['id'] ?? '';
}

// From this API version on, which the SDK sends, metadata has its own endpoints.
function refuseMetadata(body: Record<string, unknown>, headers: Call['headers']): void {
  if (String(headers['clerk-api-version'] ?? '') < '2026-05-12') return;
  const field = METADATA_FIELDS.find((name) => name in body);
  if (field === undefined) return;
  const text = `${field} is deprecated. Use PATCH or PUT /v1/users/{user_id}/metadata.`;
  throw parameterError('form_param_deprecated', field, 'is deprecated', text);
}

// Newest first; `paginated` wraps the list, as in Clerk's other endpoints with this parameter.
function sessionList(instance: Instance, query: URLSearchParams): unknown {
  const wanted = (session: Session, field: 'user_id' | 'client_id' | 'status'): boolean =>
    query.get(field) === null || session[field] === query.get(field);
  const sessions = instance.sessions
    .all()
    .filter((session) =>
      (['user_id', 'client_id', 'status'] as const).every((field) => wanted(session, field)),
    )
    .reverse();
  const offset = Number(query.get('offset') ?? 0);
  const page = sessions.slice(offset, offset + Number(query.get('limit') ?? 10));
  return query.get('paginated') === 'true' ? { data: page, total_count: sessions.length } : page;
}
