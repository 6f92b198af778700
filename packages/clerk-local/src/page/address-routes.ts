import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { connectAccount, disconnectAccount } from '../store/external-accounts.ts';
import {
  addEmail,
  addPhone,
  removeEmail,
  removePhone,
  verifyEmail,
  verifyPhone,
} from '../store/identifications.ts';
import { providerPerson } from '../store/oauth.ts';

const userPath = z.object({ user_id: z.string() });
const idPath = { params: z.object({ id: z.string() }) };
const status = z.enum(['verified', 'unverified']).default('verified');
const newEmail = z.strictObject({ email_address: z.string(), status });
const newPhone = z.strictObject({ phone_number: z.string(), status });
const newAccount = z.strictObject({
  provider: z.enum(['oauth_google', 'oauth_apple']),
  email_address: z.email(),
  first_name: z.string().default(''),
  last_name: z.string().default(''),
});

const BY_ADMIN = {
  object: 'verification_admin',
  status: 'verified',
  strategy: 'admin',
  attempts: null,
  expire_at: null,
};

/** Addresses, numbers and provider accounts of users, without the codes and consent that an app needs. */
export function addressRoutes(api: Server): void {
  api.post('/users/:user_id/email_addresses', { schema: { params: userPath, body: newEmail } }, (request) => {
    const { email_address: address, ...options } = request.body;
    return addEmail(instanceOf(request).store, request.params.user_id, address, options);
  });
  api.post('/email_addresses/:id/verify', { schema: idPath }, (request) =>
    verifyEmail(instanceOf(request).store, request.params.id, BY_ADMIN),
  );
  api.delete('/email_addresses/:id', { schema: idPath }, (request) =>
    removeEmail(instanceOf(request).store, request.params.id),
  );

  api.post('/users/:user_id/phone_numbers', { schema: { params: userPath, body: newPhone } }, (request) => {
    const { phone_number: number, ...options } = request.body;
    return addPhone(instanceOf(request).store, request.params.user_id, number, options);
  });
  api.post('/phone_numbers/:id/verify', { schema: idPath }, (request) =>
    verifyPhone(instanceOf(request).store, request.params.id, BY_ADMIN),
  );
  api.delete('/phone_numbers/:id', { schema: idPath }, (request) =>
    removePhone(instanceOf(request).store, request.params.id),
  );

  api.post(
    '/users/:user_id/external_accounts',
    { schema: { params: userPath, body: newAccount } },
    (request) => {
      const { store } = instanceOf(request);
      const { provider, email_address: email, first_name: first, last_name: last } = request.body;
      const user = store.users.get(request.params.user_id);
      return connectAccount(store, user.id, provider, providerPerson(provider, email, first, last));
    },
  );
  api.delete('/external_accounts/:id', { schema: idPath }, (request) =>
    disconnectAccount(instanceOf(request).store, request.params.id),
  );
}
