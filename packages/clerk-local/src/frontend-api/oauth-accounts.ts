import type { FastifyRequest } from 'fastify';
import { instanceOf } from '../server/server.ts';
import type { AttemptVerification, SignInRecord } from '../store/client-records.ts';
import { clerkError } from '../store/errors.ts';
import { connectAccount, findAccount } from '../store/external-accounts.ts';
import { PROVIDERS } from '../store/oauth.ts';
import type { OAuthProvider, ProviderPerson } from '../store/oauth-records.ts';
import type { Store } from '../store/store.ts';
import { refuseSecondSession } from './client-sessions.ts';
import { requireClient } from './client.ts';
import { completeSignIn, requireAdmitted } from './sign-ins.ts';

/** Signs the person's user in, and connects the account when the user was found by the e-mail address. */
export function signInByAccount(
  request: FastifyRequest,
  signInId: string,
  provider: OAuthProvider,
  person: ProviderPerson,
  userId: string,
): SignInRecord {
  const { store } = instanceOf(request);
  requireAdmitted(store, userId);
  refuseSecondSession(store, requireClient(request), userId);
  if (!findAccount(store, provider, person)) connectAccount(store, userId, provider, person);
  const signIn = store.signIns.change(signInId, (draft) => {
    draft.user_id = userId;
    draft.identifier = person.email_address;
  });
  return completeSignIn(request, signIn, provider);
}

/** Fills a sign-up with what the provider knows; the address needs no code. */
export function addAccount(
  store: Store,
  signUpId: string,
  provider: OAuthProvider,
  person: ProviderPerson,
): void {
  const { attributes } = store.settings;
  store.signUps.change(signUpId, (draft) => {
    draft.verifications['external_account'] = verifiedAtProvider(store, provider);
    if (attributes.email_address !== 'off') {
      draft.email_address = person.email_address;
      draft.verifications['email_address'] = {
        ...verifiedAtProvider(store, provider),
        object: 'verification_from_oauth',
        strategy: `from_${provider}`,
      };
    }
    for (const field of ['first_name', 'last_name'] as const) {
      if (attributes[field] !== 'off') draft[field] ??= person[field] === '' ? null : person[field];
    }
  });
}

export function verifiedAtProvider(store: Store, provider: OAuthProvider): AttemptVerification {
  return {
    object: 'verification_oauth',
    status: 'verified',
    strategy: provider,
    attempts: null,
    expire_at: store.now(),
  };
}

export function alreadyConnected(provider: OAuthProvider): Error {
  const text = `Another account is already connected for this particular provider (${PROVIDERS[provider].name})`;
  return clerkError(400, 'oauth_account_already_connected', 'Already connected', text);
}
