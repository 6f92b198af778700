import { instanceOf } from '../server/server.ts';
import type { AttemptVerification } from '../store/client-records.ts';
import { clerkError } from '../store/errors.ts';
import { findUserOf } from '../store/external-accounts.ts';
import { answeredRequest, transferRequest } from '../store/oauth.ts';
import type { OAuthRequest, ProviderPerson } from '../store/oauth-records.ts';
import type { Store } from '../store/store.ts';
import { changeClient, requireClient } from './client.ts';
import { addAccount, signInByAccount, verifiedAtProvider } from './oauth-accounts.ts';
import { requireProvider, startOAuth } from './oauth-start.ts';
import type { SignInStrategy } from './sign-in-parameters.ts';
import { setFirstFactor } from './sign-ins.ts';
import type { SignUpStrategy } from './sign-up-fields.ts';

/** Asks the provider; the sign-in goes on with its answer. */
export const signInByProvider: SignInStrategy = (request, { id, client_id: clientId }, parameters) => {
  const { store } = instanceOf(request);
  const provider = requireProvider(store, parameters.strategy ?? '');
  const waiting = { kind: 'sign_in', resource_id: id, client_id: clientId } as const;
  return setFirstFactor(store, id, startOAuth(request, provider, waiting, parameters));
};

/** The same for a sign-up. */
export const signUpByProvider: SignUpStrategy = (request, { id, client_id: clientId }, parameters) => {
  const { store } = instanceOf(request);
  const provider = requireProvider(store, parameters.strategy ?? '');
  const waiting = { kind: 'sign_up', resource_id: id, client_id: clientId } as const;
  const verification = startOAuth(request, provider, waiting, parameters);
  store.signUps.change(id, ({ verifications }) => {
    verifications['external_account'] = verification;
  });
};

/** The client's sign-up met an account that a user has: signs that user in. @throws 400 */
export const transferToSignIn: SignInStrategy = (request, { id }) => {
  const { store } = instanceOf(request);
  const { sign_up_id: signUpId } = requireClient(request);
  const signUp = signUpId === null ? undefined : store.signUps.find(signUpId);
  const oauth = transferableRequest(store, signUp?.id, signUp?.verifications['external_account']);
  const { provider, person } = oauth;
  const userId = findUserOf(store, provider, person);
  if (userId === undefined) throw nothingToTransfer();
  transferRequest(store, oauth.id, { kind: 'sign_in', resource_id: id });
  changeClient(request, (client) => {
    client.sign_up_id = null;
  });
  setFirstFactor(store, id, verifiedAtProvider(store, provider));
  return signInByAccount(request, id, provider, person, userId);
};

/** The client's sign-in met an account that no user has: it becomes a sign-up's. @throws 400 */
export const transferToSignUp: SignUpStrategy = (request, { id }) => {
  const { store } = instanceOf(request);
  const { sign_in_id: signInId } = requireClient(request);
  const signIn = signInId === null ? undefined : store.signIns.find(signInId);
  const oauth = transferableRequest(store, signIn?.id, signIn?.first_factor_verification);
  const { provider, person } = oauth;
  if (findUserOf(store, provider, person) !== undefined) throw nothingToTransfer();
  transferRequest(store, oauth.id, { kind: 'sign_up', resource_id: id });
  changeClient(request, (client) => {
    client.sign_in_id = null;
  });
  addAccount(store, id, provider, person);
};

function transferableRequest(
  store: Store,
  id: string | undefined,
  verification: AttemptVerification | null | undefined,
): OAuthRequest & { person: ProviderPerson } {
  const oauth =
    id !== undefined && verification?.status === 'transferable' ? answeredRequest(store, id) : undefined;
  if (!oauth) throw nothingToTransfer();
  return oauth;
}

function nothingToTransfer(): Error {
  const text = 'There is no account to transfer';
  return clerkError(400, 'account_transfer_invalid', 'Invalid account transfer', text);
}
