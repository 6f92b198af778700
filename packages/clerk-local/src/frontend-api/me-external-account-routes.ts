import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { notFound } from '../store/errors.ts';
import { disconnectAccount, newAccount } from '../store/external-accounts.ts';
import { withoutUser } from '../store/find-users.ts';
import type { OAuthProvider } from '../store/oauth-records.ts';
import type { OfUser, Store } from '../store/store.ts';
import type { ExternalAccount } from '../store/user-json.ts';
import { answer } from './answers.ts';
import { signedIn } from './signed-in.ts';
import { requireClient } from './client.ts';
import { alreadyConnected } from './oauth-accounts.ts';
import { oauthParameters, requireProvider, startOAuth } from './oauth-start.ts';

const accountPath = z.object({ external_account_id: z.string() });

const createParameters = z.object({ ...oauthParameters.shape, strategy: z.string() });

/** The accounts that the signed-in user has connected at providers. */
export function meExternalAccountRoutes(api: Server): void {
  api.post('/v1/me/external_accounts', { schema: { body: createParameters } }, (request) => {
    const { store, user } = signedIn(request);
    const provider = requireProvider(store, request.body.strategy);
    for (const account of store.externalAccounts.where('user_id', user.id)) {
      if (account.provider !== provider) continue;
      if (account.verification?.status === 'verified') throw alreadyConnected(provider);
      // The user did not finish an earlier one.
      store.externalAccounts.delete(account.id);
    }
    const account = newAccount(store, user.id, provider);
    return answer(request, askProvider(request, account, provider, request.body));
  });

  api.patch(
    '/v1/me/external_accounts/:external_account_id/reauthorize',
    { schema: { params: accountPath, body: oauthParameters } },
    (request) => {
      const { store, user } = signedIn(request);
      const account = ownAccount(store, user.id, request.params.external_account_id);
      const provider = requireProvider(store, account.provider);
      return answer(request, askProvider(request, account, provider, request.body));
    },
  );

  api.delete(
    '/v1/me/external_accounts/:external_account_id',
    { schema: { params: accountPath } },
    (request) => {
      const { store, user } = signedIn(request);
      const { id } = ownAccount(store, user.id, request.params.external_account_id);
      return answer(request, disconnectAccount(store, id));
    },
  );
}

/** The account, with the verification that waits for the consent page. */
function askProvider(
  request: FastifyRequest,
  account: OfUser<ExternalAccount>,
  provider: OAuthProvider,
  urls: z.output<typeof oauthParameters>,
) {
  const { store } = instanceOf(request);
  const waiting = {
    kind: 'external_account',
    resource_id: account.id,
    client_id: requireClient(request).id,
  } as const;
  const verification = startOAuth(request, provider, waiting, urls);
  // One that is connected stays so until there is an answer.
  const status = account.verification?.status === 'verified' ? 'verified' : verification.status;
  return withoutUser(store.externalAccounts.put({ ...account, verification: { ...verification, status } }));
}

/** @throws Clerk's 404, also for an account of another user */
function ownAccount(store: Store, userId: string, id: string): OfUser<ExternalAccount> {
  const account = store.externalAccounts.find(id);
  if (account?.user_id !== userId) throw notFound('external account', id);
  return account;
}
