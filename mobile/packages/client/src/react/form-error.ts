import { isClerkAPIResponseError } from '@clerk/react/errors';

/**
 * Why a step of a form failed:
 * `code_wrong`, `code_expired`; `locked` too many wrong tries (`until` when, if known);
 * `email_taken` sign in instead; `email_invalid`; `account_not_found`; `password_wrong`; `password_too_weak`;
 * `password_reset_required` the password is known to be stolen;
 * `missing_requirements` the account needs more (`missing`);
 * `second_factor_required` one that no hook asks for;
 * `too_many_requests` (`until` when, if known); `attempt_expired` begin again;
 * `already_signed_in`; `account_suspended`; `access_denied` by the person, at the provider;
 * `not_available` not switched on; `network`; `unknown` (its `cause` is Clerk's error).
 */
export type FormErrorCode =
  | 'code_wrong'
  | 'code_expired'
  | 'locked'
  | 'email_taken'
  | 'email_invalid'
  | 'account_not_found'
  | 'password_wrong'
  | 'password_too_weak'
  | 'password_reset_required'
  | 'missing_requirements'
  | 'second_factor_required'
  | 'too_many_requests'
  | 'attempt_expired'
  | 'already_signed_in'
  | 'account_suspended'
  | 'access_denied'
  | 'not_available'
  | 'network'
  | 'unknown';

export type FormField = 'email' | 'password' | 'code';

interface FormErrorOptions extends ErrorOptions {
  message?: string | undefined;
  field?: FormField | undefined;
  until?: Date | undefined;
  missing?: readonly string[] | undefined;
}

/** A failed step of a form. Translate by `code`; `message` is an English sentence to show otherwise. */
export class FormError extends Error {
  override readonly name = 'FormError';
  /** The field to mark. */
  readonly field: FormField | undefined;
  /** When to try again. */
  readonly until: Date | undefined;
  /** The fields that the account still needs, in Clerk's names: `first_name`, `username` … */
  readonly missing: readonly string[];

  constructor(
    readonly code: FormErrorCode,
    { message = SENTENCES[code], field, until, missing = [], cause }: FormErrorOptions = {},
  ) {
    super(message, { cause });
    this.field = field ?? FIELDS[code];
    this.until = until;
    this.missing = missing;
  }
}

/** The form's error of anything that a step throws. */
export function formErrorOf(cause: unknown): FormError {
  if (cause instanceof FormError) return cause;
  if (cause instanceof Error && isClerkAPIResponseError(cause)) {
    const [item] = cause.errors;
    const sentence = item?.longMessage ?? item?.message;
    const field = fieldOf((item?.meta as { paramName?: string } | undefined)?.paramName);
    const code = codeOf(item?.code ?? '', field, cause.status);
    const until = cause.retryAfter === undefined ? lockoutEnd(sentence) : inSeconds(cause.retryAfter);
    return new FormError(code, { message: sentence, field, until, cause });
  }
  const code = clerkCode(cause);
  if (code === 'factor_not_found') return new FormError('not_available', { cause });
  // fetch rejects with a TypeError when there is no connection; Clerk wraps it in various ways.
  if (isNetworkFailure(cause, code)) return new FormError('network', { cause });
  return new FormError('unknown', { cause });
}

/** Clerk's code of an error, e.g. `session_exists`. */
export function clerkCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (isClerkAPIResponseError(error)) return error.errors[0]?.code;
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const CODES: Readonly<Record<string, FormErrorCode>> = {
  form_code_incorrect: 'code_wrong',
  verification_expired: 'code_expired',
  verification_failed: 'locked',
  user_locked: 'locked',
  form_identifier_exists: 'email_taken',
  form_identifier_not_found: 'account_not_found',
  form_password_incorrect: 'password_wrong',
  form_password_or_identifier_incorrect: 'password_wrong',
  form_password_compromised: 'password_reset_required',
  verification_code_too_many_requests: 'too_many_requests',
  too_many_requests: 'too_many_requests',
  resource_forbidden: 'attempt_expired',
  resource_not_found: 'attempt_expired',
  client_state_invalid: 'attempt_expired',
  verification_not_sent: 'attempt_expired',
  verification_already_verified: 'attempt_expired',
  sign_in_identification_or_user_deleted: 'attempt_expired',
  session_exists: 'already_signed_in',
  identifier_already_signed_in: 'already_signed_in',
  user_banned: 'account_suspended',
  oauth_access_denied: 'access_denied',
  sign_up_mode_restricted: 'not_available',
  oauth_provider_not_enabled: 'not_available',
  strategy_for_user_invalid: 'not_available',
};

function codeOf(code: string, field: FormField | undefined, status: number): FormErrorCode {
  const known = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  if (known) return known;
  if (code.startsWith('form_password_')) return 'password_too_weak';
  if (status === 429) return 'too_many_requests';
  switch (field) {
    case 'email':
      return 'email_invalid';
    case 'password':
      return 'password_too_weak';
    case 'code':
      return 'code_wrong';
    case undefined:
      return 'unknown';
  }
}

const FIELDS: Partial<Record<FormErrorCode, FormField>> = {
  code_wrong: 'code',
  code_expired: 'code',
  email_taken: 'email',
  email_invalid: 'email',
  account_not_found: 'email',
  password_wrong: 'password',
  password_too_weak: 'password',
  password_reset_required: 'password',
};

function fieldOf(parameter: string | undefined): FormField | undefined {
  switch (parameter) {
    case 'email_address':
    case 'identifier':
      return 'email';
    case 'password':
    case 'code':
      return parameter;
    default:
      return undefined;
  }
}

const SENTENCES: Readonly<Record<FormErrorCode, string>> = {
  code_wrong: 'This code is wrong.',
  code_expired: 'This code has expired. Ask for a new one.',
  locked: 'Too many wrong tries.',
  email_taken: 'There is an account with this address. Sign in instead.',
  email_invalid: 'This is not an e-mail address.',
  account_not_found: 'There is no account with this address.',
  password_wrong: 'This password is wrong.',
  password_too_weak: 'This password is too weak.',
  password_reset_required: 'This password is no longer safe. Choose a new one.',
  missing_requirements: 'The account needs more than this form asks for.',
  second_factor_required: 'This account needs a second factor that this app does not ask for.',
  too_many_requests: 'Too many tries. Wait a moment.',
  attempt_expired: 'This took too long. Begin again.',
  already_signed_in: 'You are already signed in.',
  account_suspended: 'This account is suspended.',
  access_denied: 'You did not allow the sign-in.',
  not_available: 'This way to sign in is not available.',
  network: 'There is no connection. Try again.',
  unknown: 'Something went wrong. Try again.',
};

const UNIT_SECONDS = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const;

/** Clerk's SDK drops `lockout_expires_in_seconds`; its sentence says "in 30 minutes", "in 1 hour". */
function lockoutEnd(sentence = ''): Date | undefined {
  const [, count, unit] = /\bin (\d+) (second|minute|hour|day)s?\b/.exec(sentence) ?? [];
  if (count === undefined) return undefined;
  return inSeconds(Number(count) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS]);
}

function inSeconds(seconds: number): Date {
  return new Date(Date.now() + seconds * 1000);
}

function isNetworkFailure(error: unknown, code: string | undefined): boolean {
  if (code === 'network_error' || code === 'clerk_offline') return true;
  // Offline, clerk-js answers nothing, and what comes next fails otherwise. React Native has no `onLine`.
  if ((globalThis as { navigator?: { onLine?: boolean } }).navigator?.onLine === false) return true;
  return error instanceof Error && /network|failed to fetch|fetch failed/i.test(error.message);
}
