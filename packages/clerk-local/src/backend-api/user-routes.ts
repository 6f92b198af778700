import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { apiVersionOf } from '../server/api-version.ts';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { parameterError } from '../store/errors.ts';
import { allUsers, getUser } from '../store/find-users.ts';
import { METADATA_FIELDS } from '../store/metadata.ts';
import {
  createUserParameters,
  identificationStatus,
  metadataParameters,
  updateUserParameters,
} from '../store/user-parameters.ts';
import {
  createUser,
  deleteUser,
  replaceEmail,
  setBanned,
  setLocked,
  setMetadata,
  updateUser,
} from '../store/users.ts';
import { listUsers, matchingUsers, userFilter, userQuery } from './user-query.ts';

const userPath = z.object({ user_id: z.string() });

const replaceEmailParameters = z.strictObject({
  email_address: z.string(),
  identification_status: identificationStatus.nullish(),
  notify_primary_email_address_changed: z.boolean().nullish(),
});

export function userRoutes(api: Server): void {
  api.get('/users', { schema: { querystring: userQuery } }, (request) => {
    const instance = instanceOf(request);
    return listUsers(allUsers(instance.store), request.query).map((user) => instance.present(user));
  });

  api.get('/users/count', { schema: { querystring: userFilter } }, (request) => ({
    object: 'total_count',
    total_count: matchingUsers(allUsers(instanceOf(request).store), request.query).length,
  }));

  api.post('/users', { schema: { body: createUserParameters } }, (request) =>
    createUser(instanceOf(request).store, request.body),
  );

  api.get('/users/:user_id', { schema: { params: userPath } }, (request) => {
    const instance = instanceOf(request);
    return instance.present(getUser(instance.store, request.params.user_id));
  });

  api.patch('/users/:user_id', { schema: { params: userPath, body: updateUserParameters } }, (request) => {
    refuseMetadata(request);
    const instance = instanceOf(request);
    return instance.present(updateUser(instance.store, request.params.user_id, request.body));
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

  api.put(
    '/users/:user_id/email_address',
    { schema: { params: userPath, body: replaceEmailParameters } },
    (request) => {
      const { email_address: address, identification_status: status } = request.body;
      const { store } = instanceOf(request);
      return replaceEmail(store, request.params.user_id, address, status ?? 'verified');
    },
  );

  api.post('/users/:user_id/ban', { schema: { params: userPath } }, (request) =>
    setBanned(instanceOf(request).store, request.params.user_id, true),
  );
  api.post('/users/:user_id/unban', { schema: { params: userPath } }, (request) =>
    setBanned(instanceOf(request).store, request.params.user_id, false),
  );
  api.post('/users/:user_id/lock', { schema: { params: userPath } }, (request) =>
    setLocked(instanceOf(request).store, request.params.user_id, true),
  );
  api.post('/users/:user_id/unlock', { schema: { params: userPath } }, (request) =>
    setLocked(instanceOf(request).store, request.params.user_id, false),
  );
}

// From this API version on, which the SDK sends, metadata has its own endpoints.
function refuseMetadata(request: FastifyRequest): void {
  if (apiVersionOf(request) < '2026-05-12') return;
  const field = METADATA_FIELDS.find((name) => name in (request.body as object));
  if (field === undefined) return;
  const text = `${field} is deprecated. Use PATCH or PUT /v1/users/{user_id}/metadata.`;
  throw parameterError('form_param_deprecated', field, 'is deprecated', text);
}
