import { ClerkError } from './errors.ts';
import type { Store, UserRecord } from './store.ts';

const MINUTE_MS = 60_000;

/** What Clerk's user shows of its lockout. */
export interface Lockout {
  locked: boolean;
  lockout_expires_in_seconds: number | null;
  verification_attempts_remaining: number | null;
}

export function lockout(store: Store, user: UserRecord): Lockout {
  const { enabled, max_attempts: maxAttempts } = store.settings.user_lockout;
  const leftMs = (user.lockout_expires_at ?? 0) - store.now();
  const remaining = Math.max(maxAttempts - (user.failed_attempts ?? 0), 0);
  return {
    locked: leftMs > 0,
    lockout_expires_in_seconds: leftMs > 0 ? Math.ceil(leftMs / 1000) : null,
    verification_attempts_remaining: enabled ? (leftMs > 0 ? 0 : remaining) : null,
  };
}

export function lock(store: Store, user: UserRecord): void {
  user.lockout_expires_at = store.now() + store.settings.user_lockout.duration_in_minutes * MINUTE_MS;
}

export function unlock(user: UserRecord): void {
  user.lockout_expires_at = null;
  user.failed_attempts = 0;
}

/** @throws Clerk's 403 `user_locked` */
export function requireUnlocked(store: Store, user: UserRecord): void {
  const { lockout_expires_in_seconds: seconds } = lockout(store, user);
  if (seconds === null) return;
  const minutes = Math.ceil(seconds / 60);
  const text = `Your account is locked. You will be able to try again in ${minutes} minutes. For more information, please contact support.`;
  const meta = { lockout_expires_in_seconds: seconds };
  throw new ClerkError(403, [{ code: 'user_locked', message: 'Account locked', long_message: text, meta }]);
}
