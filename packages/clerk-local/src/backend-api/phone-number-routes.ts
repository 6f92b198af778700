import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { refuseParameters } from '../server/operations.ts';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { withoutUser } from '../store/find-users.ts';
import { addPhone, removePhone, updatePhone } from '../store/identifications.ts';

const phonePath = z.object({ phone_number_id: z.string() });

const changes = {
  verified: z.boolean().nullish(),
  primary: z.boolean().nullish(),
  reserved_for_second_factor: z.boolean().nullish(),
};
const updateParameters = z.strictObject(changes);
const createParameters = z.strictObject({ user_id: z.string(), phone_number: z.string(), ...changes });

export function phoneNumberRoutes(api: Server): void {
  api.post('/phone_numbers', { schema: { body: createParameters } }, (request) => {
    refuseSecondFactor(request);
    const { user_id: userId, phone_number: number, verified, primary } = request.body;
    const status = verified === true ? 'verified' : 'unverified';
    const { store } = instanceOf(request);
    const isFirst = store.phoneNumbers.where('user_id', userId).length === 0;
    return withoutUser(addPhone(store, userId, number, { status, primary: primary ?? isFirst }));
  });

  api.get('/phone_numbers/:phone_number_id', { schema: { params: phonePath } }, (request) =>
    withoutUser(instanceOf(request).store.phoneNumbers.get(request.params.phone_number_id)),
  );

  api.patch(
    '/phone_numbers/:phone_number_id',
    { schema: { params: phonePath, body: updateParameters } },
    (request) => {
      refuseSecondFactor(request);
      const { store } = instanceOf(request);
      return withoutUser(updatePhone(store, request.params.phone_number_id, request.body));
    },
  );

  api.delete('/phone_numbers/:phone_number_id', { schema: { params: phonePath } }, (request) =>
    removePhone(instanceOf(request).store, request.params.phone_number_id),
  );
}

function refuseSecondFactor(request: FastifyRequest): void {
  const { reserved_for_second_factor: isSecondFactor } = request.body as Record<string, unknown>;
  if (isSecondFactor === true) refuseParameters(request, ['reserved_for_second_factor']);
}
