import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { withoutUser } from '../store/find-users.ts';
import { addEmail, removeEmail, updateEmail } from '../store/identifications.ts';

const emailPath = z.object({ email_address_id: z.string() });

const changes = {
  verified: z.boolean().nullish(),
  primary: z.boolean().nullish(),
  notify_primary_email_address_changed: z.boolean().nullish(),
};
const updateParameters = z.strictObject(changes);
const createParameters = z.strictObject({ user_id: z.string(), email_address: z.string(), ...changes });

export function emailAddressRoutes(api: Server): void {
  api.post('/email_addresses', { schema: { body: createParameters } }, (request) => {
    const { user_id: userId, email_address: address, verified, primary } = request.body;
    const status = verified === true ? 'verified' : 'unverified';
    const { store } = instanceOf(request);
    const isFirst = store.emailAddresses.where('user_id', userId).length === 0;
    return withoutUser(addEmail(store, userId, address, { status, primary: primary ?? isFirst }));
  });

  api.get('/email_addresses/:email_address_id', { schema: { params: emailPath } }, (request) =>
    withoutUser(instanceOf(request).store.emailAddresses.get(request.params.email_address_id)),
  );

  api.patch(
    '/email_addresses/:email_address_id',
    { schema: { params: emailPath, body: updateParameters } },
    (request) => {
      const { store } = instanceOf(request);
      return withoutUser(updateEmail(store, request.params.email_address_id, request.body));
    },
  );

  api.delete('/email_addresses/:email_address_id', { schema: { params: emailPath } }, (request) =>
    removeEmail(instanceOf(request).store, request.params.email_address_id),
  );
}
