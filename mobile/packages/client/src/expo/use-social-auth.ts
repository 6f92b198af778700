import { useSSO } from '@clerk/expo';
import { useClerk } from '@clerk/react';
import { FormError } from '../react/form-error.ts';
import { useSteps } from '../react/use-steps.ts';

export type SocialStrategy = 'oauth_google' | 'oauth_apple';

/** `isNew`: the account was created by this sign-in. `cancelled`: the person closed the browser; no error. */
export type SocialAuthResult =
  { readonly status: 'signed-in'; readonly isNew: boolean } | { readonly status: 'cancelled' };

export interface SocialAuth {
  /** Why the last sign-in failed. */
  error: FormError | null;
  /** The browser is open, or its answer is on the way. */
  isBusy: boolean;
  /**
   * Opens the provider in the browser, then signs in, or signs up who has no account yet. When it resolves,
   * the session is the current one. Rejects with `error`: `access_denied`, `missing_requirements` …
   */
  handleSocialAuth: (strategy: SocialStrategy) => Promise<SocialAuthResult>;
}

/**
 * Signs in by Google or Apple. Needs Clerk's provider of `@clerk/expo`, expo-auth-session, expo-web-browser.
 * On the web, that provider also completes the return from the browser (`maybeCompleteAuthSession`).
 */
export function useSocialAuth(): SocialAuth {
  const clerk = useClerk();
  const { startSSOFlow } = useSSO();
  const { run, isBusy, error } = useSteps();

  return {
    error,
    isBusy,
    // One browser at a time, whichever button is tapped meanwhile.
    handleSocialAuth: (strategy) =>
      run(['social'], async () => {
        if (clerk.session) throw new FormError('already_signed_in');
        const flow = await startSSOFlow({ strategy });
        const { authSessionResult, createdSessionId, signIn, signUp, setActive } = flow;
        if (authSessionResult?.type !== 'success') {
          if (authSessionResult) return { status: 'cancelled' };
          throw new FormError('unknown', { message: 'Clerk is not loaded yet.' });
        }
        const verification = signIn?.firstFactorVerification;
        const isNew = verification?.status === 'transferable';
        if (isNew && signUp?.status === 'missing_requirements') {
          throw new FormError('missing_requirements', { missing: signUp.missingFields });
        }
        if (createdSessionId === null || !setActive)
          throw refusal(verification?.error, authSessionResult.url);
        await setActive({ session: createdSessionId });
        return { status: 'signed-in', isNew };
      }),
  };
}

/** Clerk says why in the verification, and in the address with which the browser returns. */
function refusal(error: { code: string; longMessage?: string } | null | undefined, url: string): FormError {
  const code = error?.code ?? new URL(url).searchParams.get('__clerk_error_code');
  return new FormError(code === 'oauth_access_denied' ? 'access_denied' : 'unknown', {
    message: error?.longMessage,
    cause: error,
  });
}
