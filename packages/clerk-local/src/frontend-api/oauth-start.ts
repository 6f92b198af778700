import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { AttemptVerification } from '../store/client-records.ts';
import { clerkError, parameterError } from '../store/errors.ts';
import { PROVIDERS, askForConsent } from '../store/oauth.ts';
import type { OAuthProvider, OAuthRequest } from '../store/oauth-records.ts';
import { checkRedirectUrl } from '../store/redirect-url.ts';
import type { Store } from '../store/store.ts';
import { isNative } from './client.ts';

/** What starts a sign-in at a provider, besides the strategy. */
export const oauthParameters = z.object({
  redirect_url: z.string().optional(),
  action_complete_redirect_url: z.string().optional(),
});

/** @throws Clerk's errors for a strategy of no provider, an unsupported one, or one that is switched off */
export function requireProvider(store: Store, strategy: string): OAuthProvider {
  if (!isProvider(strategy)) {
    const text = `${strategy} does not match one of the allowed values for parameter strategy`;
    throw parameterError('form_param_value_invalid', 'strategy', 'is invalid', text);
  }
  if (!store.settings.social.includes(strategy)) {
    const { name } = PROVIDERS[strategy];
    const text = `Single-sign on with ${name} OAuth provider is not enabled in the instance settings.`;
    throw clerkError(400, 'oauth_provider_not_enabled', text);
  }
  return strategy;
}

/** Asks for consent. @returns the verification that waits for it; the browser opens its URL */
export function startOAuth(
  request: FastifyRequest,
  provider: OAuthProvider,
  waiting: Pick<OAuthRequest, 'client_id' | 'kind' | 'resource_id'>,
  urls: z.output<typeof oauthParameters>,
): AttemptVerification {
  const { store, proxyUrl } = instanceOf(request);
  if (urls.redirect_url === undefined) {
    const text = 'redirect_url must be included.';
    throw parameterError('form_param_missing', 'redirect_url', 'is missing', text);
  }
  const { id, expire_at: expireAt } = askForConsent(store, {
    ...waiting,
    provider,
    native: isNative(request),
    redirect_url: checkRedirectUrl(urls.redirect_url),
    action_complete_redirect_url:
      urls.action_complete_redirect_url === undefined
        ? null
        : checkRedirectUrl(urls.action_complete_redirect_url),
  });
  return {
    object: 'verification_oauth',
    status: 'unverified',
    strategy: provider,
    external_verification_redirect_url: `${proxyUrl}/oauth_consent?state=${id}`,
    attempts: null,
    expire_at: expireAt,
  };
}

function isProvider(strategy: string): strategy is OAuthProvider {
  return Object.hasOwn(PROVIDERS, strategy);
}
