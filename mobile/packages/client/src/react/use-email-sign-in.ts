import { useAuth, useClerk, useSignIn } from '@clerk/react';
import { finish, requireSignedOut, sendCode, settle, signedInBefore, tryCode } from './attempt.ts';
import { FormError } from './form-error.ts';
import { useResendWait } from './resend-wait.ts';
import { useSteps } from './use-steps.ts';

/** Where the sign-in is. It lives in Clerk's client: another screen goes on with the code. */
export type EmailSignInState =
  | { readonly status: 'loading' }
  | { readonly status: 'idle' }
  | { readonly status: 'needs-verification'; readonly emailAddress: string }
  | { readonly status: 'signed-in' };

/** A step that answers yes or no never rejects: `error` says why it was no. Others reject with `error`. */
export interface EmailSignIn {
  state: EmailSignInState;
  /** Why the last step failed. */
  error: FormError | null;
  /** A step is running. */
  isBusy: boolean;
  /** When `resendCode` will work again; null when it does now. */
  canResendAt: Date | null;
  /**
   * Signs in. @returns needsVerification is true on a device that is new to the account: a code was sent,
   * which `verifyDevice` takes; false: the person is signed in
   */
  signIn: (email: string, password: string) => Promise<{ needsVerification: boolean }>;
  /** True when the code is right and the person is signed in. */
  verifyDevice: (code: string) => Promise<boolean>;
  /** Sends another code; the one before is worth nothing then. At most one a minute. */
  resendCode: () => Promise<void>;
  /** Forgets the unfinished sign-in. */
  reset: () => Promise<void>;
}

/** Sign-ins that the person gave up; Clerk's server still reports the last one. */
const abandoned = new Set<string>();

/** Signs a person in by e-mail address and password. Needs Clerk's provider. */
export function useEmailSignIn(): EmailSignIn {
  const { isLoaded, isSignedIn } = useAuth();
  const clerk = useClerk();
  const { signIn } = useSignIn();
  const { run, isBusy, error } = useSteps();
  const state = isLoaded ? stateOf(signIn, isSignedIn) : ({ status: 'loading' } as const);

  const send = () =>
    sendCode(
      signIn,
      () => signIn.secondFactorVerification,
      () => signIn.mfa.sendEmailCode(),
    );

  const finalize = async (): Promise<void> => {
    const { createdSessionId } = signIn;
    await settle(signIn.finalize(), () => clerk.session?.id === createdSessionId);
  };

  return {
    state,
    error,
    isBusy,
    canResendAt: useResendWait(state.status === 'needs-verification' ? signIn.id : undefined),

    signIn: (email, password) =>
      run(['sign-in', email, password], async () => {
        requireSignedOut(clerk);
        const before = signIn.id;
        try {
          await settle(signIn.password({ identifier: email.trim(), password }), () => signIn.id !== before);
        } catch (cause) {
          // The answer to the same step got lost before: the device has its session.
          if (await signedInBefore(clerk, cause)) return { needsVerification: false };
          throw cause;
        }
        if (signIn.status === 'complete') {
          await finalize();
          return { needsVerification: false };
        }
        if (!needsEmailCode(signIn)) throw unfinished(signIn);
        await send();
        return { needsVerification: true };
      }),

    verifyDevice: (code) =>
      run(['verify', code], () =>
        finish(clerk, async () => {
          if (signIn.status !== 'complete') {
            const answer = signIn.mfa.verifyEmailCode({ code: code.trim() });
            await tryCode(signIn.id, answer, () => signIn.status === 'complete');
          }
          await finalize();
        }),
      ).catch(() => false),

    resendCode: () => run(['resend'], send),

    reset: () =>
      run(['reset'], async () => {
        if (signIn.id !== undefined) abandoned.add(signIn.id);
        await signIn.reset();
      }),
  };
}

type SignIn = ReturnType<typeof useSignIn>['signIn'];

/** A new device (`needs_client_trust`), or an account whose second factor is its e-mail address. */
function needsEmailCode({ status, supportedSecondFactors }: SignIn): boolean {
  if (status !== 'needs_client_trust' && status !== 'needs_second_factor') return false;
  return supportedSecondFactors.some(({ strategy }) => strategy === 'email_code');
}

function unfinished({ status }: SignIn): FormError {
  if (status === 'needs_new_password') return new FormError('password_reset_required');
  return new FormError(status === 'needs_first_factor' ? 'not_available' : 'second_factor_required');
}

function stateOf(signIn: SignIn, isSignedIn: boolean | undefined): EmailSignInState {
  if (isSignedIn === true) return { status: 'signed-in' };
  const { id, identifier } = signIn;
  if (id === undefined || abandoned.has(id) || identifier === null || !needsEmailCode(signIn)) {
    return { status: 'idle' };
  }
  return { status: 'needs-verification', emailAddress: identifier };
}
