import type { Verification } from './user-json.ts';

/** What the Frontend API stores; times in ms since 1970. Its routes add what belongs to Clerk's answers. */

/** A browser or an app. Its sessions name it by their `client_id`. */
export interface ClientRecord {
  id: string;
  last_active_session_id: string | null;
  sign_in_id: string | null;
  sign_up_id: string | null;
  created_at: number;
  updated_at: number;
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
    'needs_identifier' | 'needs_first_factor' | 'needs_second_factor' | 'needs_new_password' | 'complete';
  identifier: string | null;
  user_id: string | null;
  first_factor_verification: Verification | null;
  second_factor_verification: Verification | null;
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
  /** By the field that is verified, e.g. `email_address`. */
  verifications: Record<string, Verification>;
  external_id: string | null;
  created_user_id: string | null;
  legal_accepted_at: number | null;
}
