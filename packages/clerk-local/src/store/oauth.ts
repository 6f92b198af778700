import { hash } from 'node:crypto';
import { clerkError } from './errors.ts';
import { randomLetters } from './ids.ts';
import type { OAuthProvider, OAuthRequest, ProviderPerson } from './oauth-records.ts';
import type { Store } from './store.ts';

/** The providers that the consent page stands for, with the scopes that Clerk asks for. */
export const PROVIDERS: Readonly<Record<OAuthProvider, { name: string; scopes: string }>> = {
  oauth_google: {
    name: 'Google',
    scopes: 'email https://www.googleapis.com/auth/userinfo.email profile openid',
  },
  oauth_apple: { name: 'Apple', scopes: 'email name' },
};

/** Ten minutes, as a sign-in at a provider has at Clerk. */
const LIFETIME_MS = 10 * 60 * 1000;

export function askForConsent(
  store: Store,
  request: Pick<
    OAuthRequest,
    | 'provider'
    | 'client_id'
    | 'kind'
    | 'resource_id'
    | 'redirect_url'
    | 'action_complete_redirect_url'
    | 'native'
  >,
): OAuthRequest {
  const id = randomLetters(32);
  const expireAt = store.now() + LIFETIME_MS;
  return store.oauthRequests.put({
    ...request,
    id,
    expire_at: expireAt,
    code: null,
    person: null,
    used: false,
    rotating_token_nonce: null,
  });
}

/** @throws Clerk's 400 for an unknown, answered or expired `state` */
export function openConsent(store: Store, state: string): OAuthRequest {
  const request = store.oauthRequests.find(state);
  if (request?.code !== null || request.expire_at <= store.now()) throw invalidCallback();
  return request;
}

/** Stores the person's answer; null is "cancel". */
export function answerConsent(store: Store, state: string, person: ProviderPerson | null): OAuthRequest {
  openConsent(store, state);
  return store.oauthRequests.change(state, (request) => {
    request.code = randomLetters(32);
    request.person = person;
  });
}

/** The answer, which can be used once. @throws Clerk's 400 for a forged or used `state` or `code` */
export function takeAnswer(store: Store, state: string, code: string | undefined): OAuthRequest {
  const request = store.oauthRequests.find(state);
  const isAnswered = request?.person ? request.code === code : typeof request?.code === 'string';
  if (!request || !isAnswered || request.used || request.expire_at <= store.now()) throw invalidCallback();
  return store.oauthRequests.change(state, (draft) => {
    draft.used = true;
    if (draft.native) draft.rotating_token_nonce = randomLetters(32);
  });
}

/** The person of the provider whose account a sign-in or sign-up has, or that it can transfer. */
export function answeredRequest(
  store: Store,
  resourceId: string,
): (OAuthRequest & { person: ProviderPerson }) | undefined {
  const requests = store.oauthRequests.where('resource_id', resourceId);
  const { person, ...request } = requests.findLast((one) => one.used && one.person) ?? { person: null };
  return person && 'id' in request ? { ...request, person } : undefined;
}

/** A sign-in becomes a sign-up, or the other way round. */
export function transferRequest(
  store: Store,
  id: string,
  to: Pick<OAuthRequest, 'kind' | 'resource_id'>,
): OAuthRequest {
  return store.oauthRequests.change(id, (draft) => Object.assign(draft, to));
}

/** @throws Clerk's 400 for a nonce that is not the one of this client's sign-in, or was used before */
export function spendNonce(store: Store, clientId: string, resourceId: string, nonce: string): void {
  const request = store.oauthRequests
    .where('resource_id', resourceId)
    .find((one) => one.client_id === clientId && one.rotating_token_nonce === nonce);
  if (!request) {
    const text = `${nonce} does not match one of the allowed values for parameter rotating_token_nonce`;
    throw clerkError(400, 'invalid_query_parameter_value', 'is invalid', text);
  }
  store.oauthRequests.change(request.id, (draft) => {
    draft.rotating_token_nonce = null;
  });
}

export function providerPerson(
  provider: OAuthProvider,
  email: string,
  firstName: string,
  lastName: string,
): ProviderPerson {
  const address = email.trim().toLowerCase();
  const digest = hash('sha256', `${provider} ${address}`);
  const digits = BigInt(`0x${digest}`).toString().slice(0, 21);
  const id = provider === 'oauth_apple' ? `${digits.slice(0, 6)}.${digest.slice(0, 32)}.0001` : digits;
  return { provider_user_id: id, email_address: address, first_name: firstName, last_name: lastName };
}

function invalidCallback(): Error {
  const text = 'This sign-in at the provider is unknown, expired or already finished.';
  return clerkError(400, 'oauth_callback_invalid', 'Invalid OAuth callback', text);
}
