import type { ClerkErrorItem } from './errors.ts';
import type { Verification } from './user-json.ts';

/** What the Frontend API stores; times in ms since 1970. Its routes add what belongs to Clerk's answers. */

/** A browser or an app. Its sessions name it by their `client_id`. */
export interface ClientRecord {
  id: string;
  /** SHA-256 of the token that the browser or app keeps. */
  token_hash: string | null;
  last_active_session_id: string | null;
  last_authentication_strategy: string | null;
  sign_in_id: string | null;
  sign_up_id: string | null;
  created_at: number;
  updated_at: number;
}

/** A verification of an attempt, with what its answers don't show: the code that was sent, and when. */
export interface AttemptVerification extends Verification {
  code?: string;
  sent_at?: number;
  external_verification_redirect_url?: string | null;
  error?: ClerkErrorItem | null;
}

interface Attempt {
  id: string;
  client_id: string;
  created_session_id: string | null;
  created_at: number;
  abandon_at: number;
}

export interface SignInRecord extends Attempt {
  status:
    | 'needs_identifier'
    | 'needs_first_factor'
    | 'needs_second_factor'
    | 'needs_client_trust'
    | 'needs_new_password'
    | 'complete';
  identifier: string | null;
  user_id: string | null;
  first_factor_verification: AttemptVerification | null;
  second_factor_verification: AttemptVerification | null;
}

export interface SignUpRecord extends Attempt {
  status: 'missing_requirements' | 'complete' | 'abandoned';
  username: string | null;
  email_address: string | null;
  phone_number: string | null;
  first_name: string | null;
  last_name: string | null;
  /** Of `hashPassword`. */
  password_hash: string | null;
  unsafe_metadata: Record<string, unknown>;
  /** By the field that is verified, e.g. `email_address`; an account at a provider is `external_account`. */
  verifications: Record<string, AttemptVerification>;
  external_id: string | null;
  created_user_id: string | null;
  legal_accepted_at: number | null;
  locale: string | null;
  timezone: string | null;
}

/** A code that the Backend API sent to an address or number. */
export interface SentVerification extends AttemptVerification {
  id: string;
  /** The `idn_…` id of the address or number. */
  identification_id: string;
}
