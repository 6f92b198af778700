import { ActionCancelledError, AuthError, NetworkError, ProblemError } from '@roavelo/client';
import { FormError } from '@roavelo/client/react';

const CODES: Readonly<Record<string, string>> = {
  wishlist_private: 'This wishlist is private. Follow this person, and wait until they accept.',
  user_not_found: 'This account does not exist, or not for you.',
  follow_limit_reached: 'You follow as many people as one can.',
  account_suspended: 'This account is suspended. You can still export and delete it.',
  username_taken: 'Somebody else has this username.',
  rate_limited: 'That was a bit fast. Try again in a moment.',
  AUTH_REQUIRED: 'Sign in to see this.',
  AUTH_SESSION_CHANGED: 'Somebody else has signed in. Nothing was sent.',
};

/** What a person reads about an error. Undefined for what they did themselves, e.g. closing the sheet. */
export function messageOf(error: unknown): string | undefined {
  if (error === null || error === undefined || error instanceof ActionCancelledError) return undefined;
  if (error instanceof FormError) return error.message;
  if (error instanceof NetworkError) return 'There is no connection to Roavelo. Check your network.';
  if (error instanceof ProblemError) return CODES[error.code] ?? error.detail ?? error.message;
  if (error instanceof AuthError) return CODES[error.code] ?? 'Your sign-in could not be checked. Try again.';
  return 'Roavelo does not answer as it should. Try again in a moment.';
}
