import { useAuth, useClerk, useSignIn } from '@clerk/react';
import { finish, requireSignedOut, sendCode, settle, tryCode, wasDoneBefore } from './attempt.ts';
import { FormError } from './form-error.ts';
import { useResendWait } from './resend-wait.ts';
import { useSteps } from './use-steps.ts';

/** Where the reset is. It lives in Clerk's client: another screen goes on with the next step. */
export type PasswordResetState =
  | { readonly status: 'loading' }
  | { readonly status: 'idle' }
  | { readonly status: 'needs-code'; readonly emailAddress: string }
  | { readonly status: 'needs-password'; readonly emailAddress: string }
  | { readonly status: 'signed-in' };

/** A step that answers yes or no never rejects: `error` says why it was no. Others reject with `error`. */
export interface PasswordReset {
  state: PasswordResetState;
  /** Why the last step failed. */
  error: FormError | null;
  /** A step is running. */
  isBusy: boolean;
  /** When `resendCode` will work again; null when it does now. */
  canResendAt: Date | null;
  /** Sends a code to the address of an account. */
  startReset: (email: string) => Promise<void>;
  /** True when the code is right: the next step is `setPassword`. */
  verifyCode: (code: string) => Promise<boolean>;
  /** Sends another code; the one before is worth nothing then. At most one a minute. */
  resendCode: () => Promise<void>;
  /**
   * True when the password is set and the person is signed in. Sessions on other devices end, unless
   * `signOutOfOtherSessions` is false.
   */
  setPassword: (password: string, options?: { signOutOfOtherSessions?: boolean }) => Promise<boolean>;
  /** Forgets the unfinished reset. */
  reset: () => Promise<void>;
}

/** Resets that the person gave up; Clerk's server still reports the last one. */
const abandoned = new Set<string>();

/** Sets a new password by a code for a person who forgot theirs. Needs Clerk's provider. */
export function usePasswordReset(): PasswordReset {
  const { isLoaded, isSignedIn } = useAuth();
  const clerk = useClerk();
  const { signIn } = useSignIn();
  const { run, isBusy, error } = useSteps();
  const state = isLoaded ? stateOf(signIn, isSignedIn) : ({ status: 'loading' } as const);

  const send = () =>
    sendCode(
      signIn,
      () => signIn.firstFactorVerification,
      () => signIn.resetPasswordEmailCode.sendCode(),
    );

  return {
    state,
    error,
    isBusy,
    canResendAt: useResendWait(state.status === 'needs-code' ? signIn.id : undefined),

    startReset: (email) =>
      run(['start', email], async () => {
        requireSignedOut(clerk);
        const before = signIn.id;
        await settle(signIn.create({ identifier: email.trim() }), () => signIn.id !== before);
        await send();
      }),

    verifyCode: (code) =>
      run(['verify', code], async () => {
        if (signIn.status === 'needs_new_password') return true;
        try {
          const answer = signIn.resetPasswordEmailCode.verifyCode({ code: code.trim() });
          await tryCode(signIn.id, answer, () => signIn.status === 'needs_new_password');
        } catch (cause) {
          // The answer to the same step got lost before.
          const now = wasDoneBefore(cause) ? await clerk.client.signIn.reload() : undefined;
          if (now?.status !== 'needs_new_password') throw cause;
        }
        return true;
      }).catch(() => false),

    resendCode: () => run(['resend'], send),

    setPassword: (password, { signOutOfOtherSessions = true } = {}) =>
      run(['password', password], () =>
        finish(clerk, async () => {
          if (signIn.status !== 'complete') {
            const answer = signIn.resetPasswordEmailCode.submitPassword({ password, signOutOfOtherSessions });
            await settle(answer, () => signIn.status !== 'needs_new_password');
          }
          if (signIn.status !== 'complete') throw new FormError('second_factor_required');
          const { createdSessionId } = signIn;
          await settle(signIn.finalize(), () => clerk.session?.id === createdSessionId);
        }),
      ).catch(() => false),

    reset: () =>
      run(['reset'], async () => {
        if (signIn.id !== undefined) abandoned.add(signIn.id);
        await signIn.reset();
      }),
  };
}

type SignIn = ReturnType<typeof useSignIn>['signIn'];

function stateOf(signIn: SignIn, isSignedIn: boolean | undefined): PasswordResetState {
  if (isSignedIn === true) return { status: 'signed-in' };
  const { id, identifier, status, firstFactorVerification } = signIn;
  if (id === undefined || abandoned.has(id) || identifier === null) return { status: 'idle' };
  if (firstFactorVerification.strategy !== 'reset_password_email_code') return { status: 'idle' };
  if (status === 'needs_first_factor') return { status: 'needs-code', emailAddress: identifier };
  if (status === 'needs_new_password') return { status: 'needs-password', emailAddress: identifier };
  return { status: 'idle' };
}
