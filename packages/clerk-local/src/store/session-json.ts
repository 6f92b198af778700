/** Who acts as the user of a session, e.g. `{"sub": "user_…"}`; the tokens have it as `act`. */
export interface Actor {
  sub: string;
  [claim: string]: unknown;
}

/** Clerk's session; times in ms since 1970. Its webhooks carry the same object with `user` added. */
export interface Session {
  object: 'session';
  id: string;
  client_id: string;
  user_id: string;
  actor: Actor | null;
  status: 'active' | 'revoked' | 'ended' | 'expired' | 'removed' | 'replaced' | 'abandoned';
  last_active_organization_id: null;
  last_active_at: number;
  latest_activity: { object: 'session_activity'; id: string; is_mobile: boolean } | null;
  expire_at: number;
  abandon_at: number;
  created_at: number;
  updated_at: number;
}
