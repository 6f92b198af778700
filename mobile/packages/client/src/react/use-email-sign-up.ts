import { useAuth, useClerk, useSignUp } from '@clerk/react';
import { finish, requireSignedOut, sendCode, settle, tryCode } from './attempt.ts';
import { FormError } from './form-error.ts';
import { useResendWait } from './resend-wait.ts';
import { useSteps } from './use-steps.ts';

/**
 * Where the sign-up is. It lives in Clerk's client, so that another screen, or the app after a restart, goes
 * on with the code.
 */
export type EmailSignUpState =
  | { readonly status: 'loading' }
  | { readonly status: 'idle' }
  | { readonly status: 'needs-verification'; readonly emailAddress: string }
  | {
      readonly status: 'missing-requirements';
      readonly emailAddress: string;
      readonly missing: readonly string[];
    }
  | { readonly status: 'signed-in' };

/** What an account may need besides e-mail address and password. */
export interface SignUpDetails {
  firstName?: string;
  lastName?: string;
  username?: string;
  legalAccepted?: boolean;
}

/** A step that answers yes or no never rejects: `error` says why it was no. Others reject with `error`. */
export interface EmailSignUp {
  state: EmailSignUpState;
  /** Why the last step failed. */
  error: FormError | null;
  /** A step is running. */
  isBusy: boolean;
  /** When `resendCode` will work again; null when it does now. */
  canResendAt: Date | null;
  /**
   * Begins a sign-up, also in place of an unfinished one, and sends the code.
   * @returns needsVerification is false when the instance asks for no code: the person is signed in
   */
  startSignUp: (
    email: string,
    password: string,
    details?: SignUpDetails,
  ) => Promise<{ needsVerification: boolean }>;
  /** True when the code is right and the person is signed in. */
  verifyEmail: (code: string) => Promise<boolean>;
  /** Sends another code; the one before is worth nothing then. At most one a minute. */
  resendCode: () => Promise<void>;
  /** For the state `missing-requirements`. True when nothing is missing now and the person is signed in. */
  addDetails: (details: SignUpDetails) => Promise<boolean>;
  /** Forgets the unfinished sign-up, e.g. to change the address. */
  reset: () => Promise<void>;
}

/** Sign-ups that the person gave up; Clerk's server still reports the last one. */
const abandoned = new Set<string>();

/** Signs a person up by e-mail address, password and a code. Needs Clerk's provider. */
export function useEmailSignUp(): EmailSignUp {
  const { isLoaded, isSignedIn } = useAuth();
  const clerk = useClerk();
  const { signUp } = useSignUp();
  const { run, isBusy, error } = useSteps();
  const state = isLoaded ? stateOf(signUp, isSignedIn) : ({ status: 'loading' } as const);

  const send = () =>
    sendCode(
      signUp,
      () => signUp.verifications.emailAddress,
      () => signUp.verifications.sendEmailCode(),
    );

  /** Signs in when nothing is missing. @throws FormError `missing_requirements` */
  const complete = async (): Promise<void> => {
    if (signUp.status !== 'complete') {
      throw new FormError('missing_requirements', { missing: signUp.missingFields });
    }
    const { createdSessionId } = signUp;
    await settle(signUp.finalize(), () => clerk.session?.id === createdSessionId);
  };

  return {
    state,
    error,
    isBusy,
    canResendAt: useResendWait(state.status === 'needs-verification' ? signUp.id : undefined),

    startSignUp: (email, password, details = {}) =>
      run(['start', email, password], async () => {
        requireSignedOut(clerk);
        const before = signUp.id;
        // Not `password()`: it would change an unfinished sign-up, which Clerk refuses once it has expired.
        await settle(
          signUp.create({ emailAddress: email.trim(), password, ...details }),
          () => signUp.id !== before,
        );
        if (signUp.unverifiedFields.includes('email_address')) {
          await send();
          return { needsVerification: true };
        }
        await complete();
        return { needsVerification: false };
      }),

    verifyEmail: (code) =>
      run(['verify', code], () =>
        finish(clerk, async () => {
          if (!isVerified(signUp)) {
            const answer = signUp.verifications.verifyEmailCode({ code: code.trim() });
            await tryCode(signUp.id, answer, () => isVerified(signUp));
          }
          await complete();
        }),
      ).catch(() => false),

    resendCode: () => run(['resend'], send),

    addDetails: (details) =>
      run(['details', JSON.stringify(details)], () =>
        finish(clerk, async () => {
          const { error: refused } = await signUp.update(details);
          if (refused) throw refused;
          await complete();
        }),
      ).catch(() => false),

    reset: () =>
      run(['reset'], async () => {
        if (signUp.id !== undefined) abandoned.add(signUp.id);
        await signUp.reset();
      }),
  };
}

type SignUp = ReturnType<typeof useSignUp>['signUp'];

function isVerified({ status, verifications }: SignUp): boolean {
  return status === 'complete' || verifications.emailAddress.status === 'verified';
}

function stateOf(signUp: SignUp, isSignedIn: boolean | undefined): EmailSignUpState {
  if (isSignedIn === true) return { status: 'signed-in' };
  const { id, emailAddress, hasPassword, unverifiedFields, missingFields, abandonAt } = signUp;
  const isOpen = signUp.status === 'missing_requirements' && (abandonAt === null || abandonAt > Date.now());
  // A sign-up by Google has no password; it isn't this hook's.
  if (id === undefined || abandoned.has(id) || emailAddress === null || !hasPassword || !isOpen) {
    return { status: 'idle' };
  }
  if (unverifiedFields.includes('email_address')) return { status: 'needs-verification', emailAddress };
  return { status: 'missing-requirements', emailAddress, missing: missingFields };
}
