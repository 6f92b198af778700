import { hash } from 'node:crypto';
import { clerkError } from './errors.ts';
import { randomLetters } from './ids.ts';
import type { Store } from './store.ts';

export type OAuthProvider = 'oauth_google' | 'oauth_apple';

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

/** What a provider knows about a person. The same e-mail address is always the same person. */
export interface ProviderPerson {
  provider_user_id: string;
  email_address: string;
  first_name: string;
  last_name: string;
}

/** A question to the consent page. It is answered once, and its answer is used once. */
export interface OAuthRequest {
  /** Also the OAuth `state`. */
  id: string;
  provider: OAuthProvider;
  client_id: string;
  /** What waits for the answer. */
  kind: 'sign_in' | 'sign_up' | 'external_account';
  resource_id: string;
  redirect_url: string;
  /** Where a finished sign-in goes instead. */
  action_complete_redirect_url: string | null;
  /** An app's: the callback hands over a `rotating_token_nonce`. */
  native: boolean;
  expire_at: number;
  /** OAuth's `code`; null until the page has an answer. */
  code: string | null;
  /** Null: cancelled. */
  person: ProviderPerson | null;
}

export function askForConsent(
  store: Store,
  request: Omit<OAuthRequest, 'id' | 'expire_at' | 'code' | 'person'>,
): OAuthRequest {
  const id = randomLetters(32);
  const expireAt = store.now() + LIFETIME_MS;
  return store.oauthRequests.put({ ...request, id, expire_at: expireAt, code: null, person: null });
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

/** Takes the answer out of the store. @throws Clerk's 400 for a forged or used `state` or `code` */
export function takeAnswer(store: Store, state: string, code: string | undefined): OAuthRequest {
  const request = store.oauthRequests.find(state);
  const isAnswered = request?.person ? request.code === code : typeof request?.code === 'string';
  if (!request || !isAnswered || request.expire_at <= store.now()) throw invalidCallback();
  store.oauthRequests.delete(state);
  return request;
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
