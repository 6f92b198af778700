import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { notFound } from '../store/errors.ts';
import { disconnectAccount } from '../store/external-accounts.ts';
import { replaceEmail, replacePhone } from '../store/identifications.ts';
import { identificationStatus } from '../store/user-parameters.ts';
import { pageOf, pageQuery } from './query.ts';
import { userPath } from './user-routes.ts';

const accountPath = userPath.extend({ external_account_id: z.string() });
const providerPath = userPath.extend({ provider: z.string() });

const emailParameters = z.strictObject({
  email_address: z.string(),
  identification_status: identificationStatus.nullish(),
  notify_primary_email_address_changed: z.boolean().nullish(),
});

const phoneParameters = z.strictObject({
  phone_number: z.string(),
  identification_status: identificationStatus.nullish(),
});

/** What a user signs in by, and the accounts at providers. */
export function userIdentificationRoutes(api: Server): void {
  api.put(
    '/users/:user_id/email_address',
    { schema: { params: userPath, body: emailParameters } },
    (request) => {
      const { email_address: address, identification_status: status } = request.body;
      const { store } = instanceOf(request);
      return replaceEmail(store, request.params.user_id, address, status ?? 'verified');
    },
  );

  api.put(
    '/users/:user_id/phone_number',
    { schema: { params: userPath, body: phoneParameters } },
    (request) => {
      const { phone_number: number, identification_status: status } = request.body;
      const { store } = instanceOf(request);
      return replacePhone(store, request.params.user_id, number, status ?? 'verified');
    },
  );

  api.delete(
    '/users/:user_id/external_accounts/:external_account_id',
    { schema: { params: accountPath } },
    (request) => {
      const { store } = instanceOf(request);
      const { user_id: userId, external_account_id: id } = request.params;
      store.users.get(userId);
      if (store.externalAccounts.find(id)?.user_id !== userId) throw notFound('external account', id);
      return disconnectAccount(store, id);
    },
  );

  // The consent page is the provider: its tokens open nothing, and don't expire.
  api.get(
    '/users/:user_id/oauth_access_tokens/:provider',
    { schema: { params: providerPath, querystring: pageQuery } },
    (request) => {
      const { store } = instanceOf(request);
      const { user_id: userId, provider } = request.params;
      store.users.get(userId);
      const accounts = store.externalAccounts
        .where('user_id', userId)
        .filter((account) => account.provider === provider && account.verification?.status === 'verified');
      const tokens = accounts.map((account) => ({
        object: 'oauth_access_token',
        external_account_id: account.id,
        provider_user_id: account.provider_user_id,
        token: `local_access_token_of_${account.id}`,
        expires_at: null,
        provider,
        public_metadata: account.public_metadata,
        label: account.label,
        scopes: account.approved_scopes.split(' '),
      }));
      return pageOf(tokens, request.query);
    },
  );
}
