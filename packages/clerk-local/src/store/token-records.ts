/** Tokens and templates of the Backend API; times in ms since 1970. */

export interface SignInToken {
  object: 'sign_in_token';
  id: string;
  user_id: string;
  status: 'pending' | 'accepted' | 'revoked';
  token: string;
  url: string | null;
  created_at: number;
  updated_at: number;
  expires_at: number;
}

export interface TestingToken {
  id: string;
  token: string;
  expires_at: number;
}

export interface JwtTemplate {
  object: 'jwt_template';
  id: string;
  name: string;
  claims: Record<string, unknown>;
  /** s */
  lifetime: number;
  /** s */
  allowed_clock_skew: number;
  custom_signing_key: boolean;
  signing_algorithm: string;
  created_at: number;
  updated_at: number;
}
