import { useEffect, useSyncExternalStore } from 'react';
import { createListeners } from '../core/listeners.ts';

/** Clerk sends an address one code a minute. */
export const RESEND_WAIT_MS = 60_000;

/** By sign-up or sign-in. Not in a component: the form and the screen for the code may be two. */
const waits = new Map<string, Date>();
const { subscribe, notify } = createListeners();

/** Notes when the next code of this attempt may be sent. */
export function startResendWait(attemptId: string, until = new Date(Date.now() + RESEND_WAIT_MS)): void {
  waits.set(attemptId, until);
  notify();
}

/** Until when no code may be sent, or undefined. */
export function resendWait(attemptId: string | undefined): Date | undefined {
  const until = attemptId === undefined ? undefined : waits.get(attemptId);
  return until && until.getTime() > Date.now() ? until : undefined;
}

/** The same for a component, null when a code may be sent; it renders again when the wait is over. */
export function useResendWait(attemptId: string | undefined): Date | null {
  const snapshot = () => (attemptId === undefined ? null : (waits.get(attemptId) ?? null));
  const until = useSyncExternalStore(subscribe, snapshot, snapshot);
  useEffect(() => {
    if (attemptId === undefined || until === null) return undefined;
    const timer = setTimeout(
      () => {
        waits.delete(attemptId);
        notify();
      },
      Math.max(0, until.getTime() - Date.now()),
    );
    return () => {
      clearTimeout(timer);
    };
  }, [attemptId, until]);
  return until;
}
