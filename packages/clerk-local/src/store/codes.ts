import { randomInt } from 'node:crypto';
import type { AttemptVerification } from './client-records.ts';
import { ClerkError, clerkError, parameterError } from './errors.ts';
import { sendEmail, sendSms } from './send-message.ts';
import type { Store } from './store.ts';

export interface CodeRecipient {
  strategy: 'email_code' | 'phone_code' | 'reset_password_email_code' | 'reset_password_phone_code';
  /** An e-mail address or a phone number, by the strategy. */
  to: string;
  /** Null during a sign-up. */
  user_id: string | null;
  /** The `idn_…` id of the address or number, when it is stored. */
  identification_id: string | null;
}

/**
 * Sends a code. An older code is worth nothing then.
 * @param previous the verification that the new one replaces. @throws 429 when that was sent just now
 */
export function sendCode(
  store: Store,
  recipient: CodeRecipient,
  previous: AttemptVerification | null = null,
): AttemptVerification {
  const { verification: settings, application_name: name } = store.settings;
  const now = store.now();
  const { strategy } = recipient;
  const waitMs = settings.resend_wait_in_seconds * 1000;
  if (previous?.strategy === strategy && previous.sent_at !== undefined && now < previous.sent_at + waitMs) {
    throw sentJustNow(settings.resend_wait_in_seconds, previous.sent_at + waitMs - now);
  }
  const code = settings.code === 'random' ? String(randomInt(1_000_000)).padStart(6, '0') : settings.code;
  const isReset = strategy.startsWith('reset_password');
  const message = {
    ...recipient,
    slug: isReset ? 'reset_password_code' : 'verification_code',
    code,
    body: `${code} is your ${isReset ? 'password reset' : 'verification'} code for ${name}.\n\nDo not share it with anyone.`,
  };
  if (strategy === 'phone_code' || strategy === 'reset_password_phone_code') sendSms(store, message);
  else {
    const subject = `${code} is your ${isReset ? 'reset password' : 'verification'} code`;
    sendEmail(store, { ...message, subject });
  }
  return {
    object: 'verification_otp',
    status: 'unverified',
    strategy,
    attempts: 0,
    expire_at: now + settings.lifetime_in_seconds * 1000,
    code,
    sent_at: now,
  };
}

/**
 * Compares a code with the one that was sent.
 * @param save stores the verification, of wrong tries, too
 * @returns the verified one. @throws Clerk's errors for a wrong, expired, used, missing or locked code
 */
export function checkCode(
  store: Store,
  verification: AttemptVerification | null | undefined,
  code: string | undefined,
  save: (verification: AttemptVerification) => void,
): AttemptVerification {
  if (!verification?.code) {
    const text = 'You need to send a verification code before attempting to verify.';
    throw clerkError(400, 'verification_not_sent', 'not sent', text);
  }
  const { status, expire_at: expireAt, attempts } = verification;
  refuseVerified(verification);
  if (status === 'failed') {
    const text = 'Too many failed attempts. You have to try again with the same or another method.';
    throw clerkError(429, 'too_many_requests', 'Too many requests', text);
  }
  if (expireAt !== null && expireAt <= store.now()) {
    const text = 'This verification has expired. You must create a new one.';
    throw clerkError(400, 'verification_expired', 'expired', text);
  }
  if (code === undefined || code === '') {
    throw parameterError('form_param_nil', 'code', 'Enter code.', 'Enter code.');
  }
  const tried = { ...verification, attempts: (attempts ?? 0) + 1 };
  if (code !== verification.code) {
    const isLast = tried.attempts >= store.settings.verification.max_attempts;
    save({ ...tried, status: isLast ? 'failed' : 'unverified' });
    throw parameterError('form_code_incorrect', 'code', 'is incorrect', 'Incorrect code');
  }
  const verified = { ...tried, status: 'verified' };
  save(verified);
  return verified;
}

/** @throws Clerk's 400 */
export function refuseVerified(verification: Pick<AttemptVerification, 'status'> | null): void {
  if (verification?.status !== 'verified') return;
  const text = 'This verification has already been verified.';
  throw clerkError(400, 'verification_already_verified', 'already verified', text);
}

/** A verification without what is not shown. */
export function withoutCode({ code: _, sent_at: __, ...shown }: AttemptVerification) {
  return shown;
}

function sentJustNow(waitSeconds: number, leftMs: number): ClerkError {
  const text = `Too many verification code requests. Please wait at least ${waitSeconds} seconds to receive your code before trying again.`;
  const message = 'Too many verification code requests';
  const item = { code: 'verification_code_too_many_requests', message, long_message: text };
  return new ClerkError(429, [item], Math.ceil(leftMs / 1000));
}
