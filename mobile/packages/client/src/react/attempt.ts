import type { useClerk } from '@clerk/react';
import { FormError, clerkCode, formErrorOf } from './form-error.ts';
import { resendWait, startResendWait } from './resend-wait.ts';

type Clerk = ReturnType<typeof useClerk>;

/** What the methods of Clerk's sign-ups and sign-ins answer; they rarely throw. */
type Answer = Promise<{ error: unknown }>;

/** What Clerk shows of a code that was sent. */
interface SentCode {
  expireAt: Date | null;
  strategy: string | null;
}

/**
 * Throws what a method of Clerk answers as an error. Offline, clerk-js may answer none and do nothing, so
 * each step also says how one sees that it `happened`.
 */
export async function settle(answer: Answer, happened: () => boolean): Promise<void> {
  const { error } = await answer;
  if (error) throw error as Error;
  if (!happened()) throw new FormError('network');
}

/** Sends a code. @throws FormError `too_many_requests` while the last one is younger than a minute */
export async function sendCode(
  attempt: { id?: string },
  sent: () => SentCode,
  send: () => Answer,
): Promise<void> {
  const { id } = attempt;
  if (id === undefined) throw new FormError('attempt_expired');
  const until = resendWait(id);
  if (until) throw new FormError('too_many_requests', { until });
  const { expireAt: before, strategy } = sent();
  try {
    await settle(send(), () => {
      const now = sent();
      return now.strategy !== strategy || now.expireAt?.getTime() !== before?.getTime();
    });
  } catch (cause) {
    const error = formErrorOf(cause);
    // Another process, or the app before a restart, has sent one.
    if (error.code === 'too_many_requests' && error.until) startResendWait(id, error.until);
    throw error;
  }
  startResendWait(id);
}

/** Tries a code. @throws FormError `locked` after too many wrong tries, until a new code may be sent */
export async function tryCode(
  attemptId: string | undefined,
  answer: Answer,
  happened: () => boolean,
): Promise<void> {
  try {
    await settle(answer, happened);
  } catch (cause) {
    const error = formErrorOf(cause);
    if (error.code !== 'too_many_requests') throw error;
    throw new FormError('locked', {
      message: error.message,
      until: error.until ?? resendWait(attemptId),
      cause,
    });
  }
}

/** Clerk's refusals of a step that was done before, though its answer got lost. */
const DONE_BEFORE = new Set([
  'verification_already_verified',
  'resource_forbidden',
  'resource_not_found',
  'client_state_invalid',
  'session_exists',
]);

export function wasDoneBefore(error: unknown): boolean {
  const code = clerkCode(error instanceof FormError ? error.cause : error);
  return code !== undefined && DONE_BEFORE.has(code);
}

/**
 * Performs a step that ends with a session.
 * @returns true, also when the session is one that an earlier try made, whose answer got lost
 */
export async function finish(clerk: Clerk, perform: () => Promise<void>): Promise<true> {
  if (clerk.session) return true;
  try {
    await perform();
  } catch (cause) {
    if (!(await signedInBefore(clerk, cause))) throw cause;
  }
  return true;
}

/**
 * Makes the session current that this device got by a step whose answer was lost.
 * @returns whether there is one; false for other errors
 */
export async function signedInBefore(clerk: Clerk, error: unknown): Promise<boolean> {
  if (!wasDoneBefore(error)) return false;
  await clerk.client.reload();
  const session = clerk.client.signedInSessions[0];
  if (!session) return false;
  await clerk.setActive({ session });
  return true;
}

/** @throws FormError `already_signed_in` */
export function requireSignedOut(clerk: Clerk): void {
  if (clerk.session) throw new FormError('already_signed_in');
}
