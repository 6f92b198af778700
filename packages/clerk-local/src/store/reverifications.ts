import type { AttemptVerification } from './client-records.ts';

/** The last reverification of a session. */
export interface Reverification {
  /** Of the session. */
  id: string;
  status: 'needs_first_factor' | 'complete';
  first_factor_verification: AttemptVerification | null;
  /** When the first factor was last verified, since the sign-in. */
  verified_at: number | null;
}
