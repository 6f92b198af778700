import type { AttemptVerification, SignInRecord } from '../store/client-records.ts';
import { checkCode, sendCode } from '../store/codes.ts';
import { clerkError, parameterError } from '../store/errors.ts';
import { isPassword } from '../store/passwords.ts';
import type { Store } from '../store/store.ts';
import type { EmailAddress, User } from '../store/user-json.ts';
import { countFailedAttempt } from '../store/users.ts';

/** A way to pass a factor, as a sign-in offers it. */
export interface SignInFactor {
  strategy: string;
  safe_identifier?: string;
  email_address_id?: string;
  phone_number_id?: string;
  primary?: boolean;
}

/** A sign-in whose user is known, or a reverification. */
export interface FactorAttempt {
  store: Store;
  signIn: Pick<SignInRecord, 'identifier' | 'first_factor_verification'>;
  user: User;
}

/** A sign-in whose user is known. */
export interface IdentifiedSignIn extends FactorAttempt {
  signIn: SignInRecord;
}

/** The form of `prepare_first_factor` and `attempt_first_factor`. */
export interface FactorParameters {
  email_address_id?: string | undefined;
  code?: string | undefined;
  password?: string | undefined;
}

/** Each function is absent when the strategy has no such step. */
export interface FirstFactor {
  offers(store: Store, user: User): SignInFactor[];
  prepare?(attempt: FactorAttempt, parameters: FactorParameters): AttemptVerification;
  /** Verified. `save` stores a failed try. @throws Clerk's errors for a failed one */
  attempt(
    attempt: FactorAttempt,
    parameters: FactorParameters,
    save: (verification: AttemptVerification) => void,
  ): AttemptVerification;
}

const password: FirstFactor = {
  offers: ({ settings }, user) =>
    user.password_enabled && settings.attributes.password !== 'off' ? [{ strategy: 'password' }] : [],
  attempt: ({ store, user }, { password: given = '' }) => {
    if (given === '')
      throw parameterError('form_param_nil', 'password', 'Enter password.', 'Enter password.');
    const { password_hash: passwordHash } = store.users.get(user.id);
    if (passwordHash === null || !isPassword(given, passwordHash)) {
      countFailedAttempt(store, user.id);
      const text = 'Password is incorrect. Try again, or use another method.';
      throw parameterError('form_password_incorrect', 'password', text, text);
    }
    return {
      object: 'verification_password',
      status: 'verified',
      strategy: 'password',
      attempts: null,
      expire_at: null,
    };
  },
};

const emailCode: FirstFactor = {
  offers: ({ settings }, user) =>
    settings.email_code ? usableEmails(user).map((email) => emailFactor('email_code', user, email)) : [],
  prepare: (attempt, parameters) => sendEmailCode('email_code', attempt, parameters),
  attempt: tryCode,
};

/** Resets a forgotten password: after the code, the sign-in needs a new password. */
const resetPasswordEmailCode: FirstFactor = {
  offers: (store, user) =>
    password.offers(store, user).length === 0
      ? []
      : usableEmails(user).map((email) => emailFactor('reset_password_email_code', user, email)),
  prepare: (attempt, parameters) => sendEmailCode('reset_password_email_code', attempt, parameters),
  attempt: tryCode,
};

/** By strategy. */
export const FIRST_FACTORS: Readonly<Record<string, FirstFactor>> = {
  password,
  email_code: emailCode,
  reset_password_email_code: resetPasswordEmailCode,
};

export function supportedFirstFactors(store: Store, user: User): SignInFactor[] {
  const accounts = user.external_accounts.filter(
    ({ provider, verification }) =>
      verification?.status === 'verified' && store.settings.social.some((strategy) => strategy === provider),
  );
  return [
    ...Object.values(FIRST_FACTORS).flatMap((factor) => factor.offers(store, user)),
    ...accounts.map(({ provider }) => ({ strategy: provider })),
  ];
}

/** @throws 400 when this user cannot sign in so */
export function firstFactor(store: Store, user: User, strategy: string): FirstFactor {
  const factor = Object.hasOwn(FIRST_FACTORS, strategy) ? FIRST_FACTORS[strategy] : undefined;
  if (factor && factor.offers(store, user).length > 0) return factor;
  const text = 'The verification strategy is not valid for this account';
  throw clerkError(400, 'strategy_for_user_invalid', 'Invalid verification strategy', text);
}

/** Clerk lets people sign in by verified and by reserved addresses. */
export function usableEmails(user: User): EmailAddress[] {
  return user.email_addresses.filter(
    ({ reserved, verification }) => reserved || verification?.status === 'verified',
  );
}

export function emailFactor(strategy: string, user: User, { id, email_address: address }: EmailAddress) {
  return {
    strategy,
    safe_identifier: address,
    email_address_id: id,
    primary: id === user.primary_email_address_id,
  };
}

/** To the address that is asked for, the one of the sign-in, or the primary one. @throws 404 */
export function sendEmailCode(
  strategy: 'email_code' | 'reset_password_email_code',
  { store, signIn, user }: FactorAttempt,
  { email_address_id: wanted }: FactorParameters,
  previous = signIn.first_factor_verification,
): AttemptVerification {
  const emails = usableEmails(user);
  const email =
    wanted === undefined
      ? (emails.find(({ email_address: address }) => address === signIn.identifier) ??
        emails.find(({ id }) => id === user.primary_email_address_id) ??
        emails[0])
      : emails.find(({ id }) => id === wanted);
  if (!email) throw clerkError(404, 'resource_not_found', 'Resource not found');
  const { id, email_address: to } = email;
  const recipient = { strategy, to, user_id: user.id, identification_id: id };
  return sendCode(store, recipient, previous);
}

/** A wrong code counts for the lockout of the user, as a wrong password does. */
export function tryCode(
  { store, signIn, user }: FactorAttempt,
  { code }: FactorParameters,
  save: (verification: AttemptVerification) => void,
): AttemptVerification {
  return checkCode(store, signIn.first_factor_verification, code, (verification) => {
    save(verification);
    if (verification.status !== 'verified') countFailedAttempt(store, user.id);
  });
}
