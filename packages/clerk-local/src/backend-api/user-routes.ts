import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { apiVersionOf } from '../server/api-version.ts';
import { instanceOf } from '../server/server.ts';
import { refuseParameters } from '../server/operations.ts';
import type { Server } from '../server/zod-types.ts';
import { parameterError } from '../store/errors.ts';
import { allUsers, getUser } from '../store/find-users.ts';
import { METADATA_FIELDS } from '../store/metadata.ts';
import { checkPasswordRules } from '../store/password-rules.ts';
import { endSessions } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { createUserParameters, metadataParameters, updateUserParameters } from '../store/user-parameters.ts';
import { createUser, deleteUser, setMetadata, updateUser } from '../store/users.ts';
import { listUsers, matchingUsers, userFilter, userQuery } from './user-query.ts';

export const userPath = z.object({ user_id: z.string() });

/** Parameters of Clerk's that change what this program doesn't have. */
const UNSUPPORTED = [
  'backup_codes',
  'password_digest',
  'primary_web3_wallet_id',
  'profile_image_id',
  'totp_secret',
  'web3_wallet',
];

export function userRoutes(api: Server): void {
  api.get('/users', { schema: { querystring: userQuery } }, (request) => {
    const instance = instanceOf(request);
    return listUsers(allUsers(instance.store), request.query).map((user) => instance.present(user));
  });

  api.get('/users/count', { schema: { querystring: userFilter } }, (request) => ({
    object: 'total_count',
    total_count: matchingUsers(allUsers(instanceOf(request).store), request.query).length,
  }));

  api.post('/users', { schema: { body: createUserParameters } }, (request) => {
    refuseParameters(request, UNSUPPORTED);
    const { store } = instanceOf(request);
    checkPassword(store, request.body);
    return createUser(store, request.body);
  });

  api.get('/users/:user_id', { schema: { params: userPath } }, (request) => {
    const instance = instanceOf(request);
    return instance.present(getUser(instance.store, request.params.user_id));
  });

  api.patch('/users/:user_id', { schema: { params: userPath, body: updateUserParameters } }, (request) => {
    refuseMetadata(request);
    refuseParameters(request, UNSUPPORTED);
    const instance = instanceOf(request);
    const { store } = instance;
    checkPassword(store, request.body);
    const user = updateUser(store, request.params.user_id, request.body);
    if (request.body.password && request.body.sign_out_of_other_sessions === true) {
      endSessions(store, user.id, 'revoked');
    }
    return instance.present(user);
  });

  api.delete('/users/:user_id', { schema: { params: userPath } }, (request) =>
    deleteUser(instanceOf(request).store, request.params.user_id),
  );

  const withMetadata = { schema: { params: userPath, body: metadataParameters } };
  api.patch('/users/:user_id/metadata', withMetadata, (request) =>
    setMetadata(instanceOf(request).store, request.params.user_id, request.body, 'merge'),
  );
  api.put('/users/:user_id/metadata', withMetadata, (request) =>
    setMetadata(instanceOf(request).store, request.params.user_id, request.body, 'replace'),
  );
}

function checkPassword(
  store: Store,
  {
    password,
    skip_password_checks: isAny,
  }: Pick<z.output<typeof updateUserParameters>, 'password' | 'skip_password_checks'>,
): void {
  if (password && isAny !== true) checkPasswordRules(store, password);
}

// From this API version on, which the SDK sends, metadata has its own endpoints.
function refuseMetadata(request: FastifyRequest): void {
  if (apiVersionOf(request) < '2026-05-12') return;
  const field = METADATA_FIELDS.find((name) => name in (request.body as object));
  if (field === undefined) return;
  const text = `${field} is deprecated. Use PATCH or PUT /v1/users/{user_id}/metadata.`;
  throw parameterError('form_param_deprecated', field, 'is deprecated', text);
}
