import type { FastifyRequest } from 'fastify';
import { instanceOf } from '../server/server.ts';
import { ClerkError, type ClerkErrorItem, clerkError } from '../store/errors.ts';
import { connectAccount, findUserOf } from '../store/external-accounts.ts';
import { PROVIDERS } from '../store/oauth.ts';
import type { OAuthRequest, ProviderPerson } from '../store/oauth-records.ts';
import { addAccount, alreadyConnected, signInByAccount } from './oauth-accounts.ts';
import { openSignIn } from './sign-ins.ts';
import { completeSignUp, openSignUp } from './sign-ups.ts';

interface Outcome {
  status: 'verified' | 'transferable' | 'failed';
  error: ClerkErrorItem | null;
}

const VERIFIED: Outcome = { status: 'verified', error: null };

/**
 * Applies the answer of the consent page to the sign-in, sign-up or account that waits for it.
 * @returns where the browser goes
 */
export function finishOAuth(request: FastifyRequest, oauth: OAuthRequest): URL {
  // The browser that consents may be another one than the app.
  request.setDecorator('client_id', oauth.client_id);
  const { error } = apply(request, oauth);
  const { redirect_url: url, action_complete_redirect_url: completeUrl } = oauth;
  const target = new URL(isComplete(request, oauth) ? (completeUrl ?? url) : url);
  if (error) {
    target.searchParams.set('__clerk_status', 'failed');
    target.searchParams.set('__clerk_error_code', error.code);
  }
  if (oauth.rotating_token_nonce !== null) {
    target.searchParams.set('rotating_token_nonce', oauth.rotating_token_nonce);
  }
  return target;
}

function apply(request: FastifyRequest, oauth: OAuthRequest): Outcome {
  const { store } = instanceOf(request);
  const { kind, resource_id: id, provider } = oauth;
  const verification = (outcome: Outcome) => ({
    object: 'verification_oauth',
    strategy: provider,
    attempts: null,
    expire_at: oauth.expire_at,
    ...outcome,
  });
  switch (kind) {
    case 'sign_in': {
      const outcome = outcomeOf(oauth, (person) => signIn(request, oauth, person));
      store.signIns.change(id, (draft) => {
        draft.first_factor_verification = verification(outcome);
      });
      return outcome;
    }
    case 'sign_up': {
      const outcome = outcomeOf(oauth, (person) => signUp(request, oauth, person));
      store.signUps.change(id, ({ verifications }) => {
        verifications['external_account'] = verification(outcome);
      });
      return outcome;
    }
    case 'external_account': {
      const outcome = outcomeOf(oauth, (person) => connect(request, oauth, person));
      store.externalAccounts.change(id, (account) => {
        // One that was connected before stays so.
        const status = account.verification?.status === 'verified' ? 'verified' : outcome.status;
        account.verification = verification({ ...outcome, status });
      });
      return outcome;
    }
  }
}

function signIn(request: FastifyRequest, oauth: OAuthRequest, person: ProviderPerson): Outcome {
  const { store } = instanceOf(request);
  const { id } = openSignIn(request, oauth.resource_id);
  const userId = findUserOf(store, oauth.provider, person);
  if (userId === undefined) {
    const text = 'The External Account was not found.';
    return transferable('external_account_not_found', 'Invalid external account', text);
  }
  signInByAccount(request, id, oauth.provider, person, userId);
  return VERIFIED;
}

function signUp(request: FastifyRequest, oauth: OAuthRequest, person: ProviderPerson): Outcome {
  const { store } = instanceOf(request);
  const { id } = openSignUp(request, oauth.resource_id);
  if (findUserOf(store, oauth.provider, person) !== undefined) {
    const text = 'This external account already exists.';
    return transferable('external_account_exists', 'External account exists', text);
  }
  addAccount(store, id, oauth.provider, person);
  completeSignUp(request, id);
  return VERIFIED;
}

function connect(request: FastifyRequest, oauth: OAuthRequest, person: ProviderPerson): Outcome {
  const { store } = instanceOf(request);
  const account = store.externalAccounts.get(oauth.resource_id);
  const isOther = account.provider_user_id !== '' && account.provider_user_id !== person.provider_user_id;
  if (isOther) throw alreadyConnected(oauth.provider);
  connectAccount(store, account.user_id, oauth.provider, person, { id: account.id });
  return VERIFIED;
}

/** A sign-up with the account of a user can become a sign-in, and a sign-in without one a sign-up. */
function transferable(code: string, message: string, text: string): Outcome {
  return { status: 'transferable', error: { code, message, long_message: text } };
}

function outcomeOf({ provider, person }: OAuthRequest, decide: (person: ProviderPerson) => Outcome): Outcome {
  try {
    if (person) return decide(person);
    const text = `You did not grant access to your ${PROVIDERS[provider].name} account`;
    throw clerkError(403, 'oauth_access_denied', 'Access denied', text);
  } catch (error) {
    const item = error instanceof ClerkError ? error.errors[0] : undefined;
    if (!item) throw error;
    return { status: 'failed', error: item };
  }
}

function isComplete(request: FastifyRequest, { kind, resource_id: id }: OAuthRequest): boolean {
  const { store } = instanceOf(request);
  switch (kind) {
    case 'sign_in':
      return store.signIns.get(id).status === 'complete';
    case 'sign_up':
      return store.signUps.get(id).status === 'complete';
    case 'external_account':
      return store.externalAccounts.get(id).verification?.status === 'verified';
  }
}
