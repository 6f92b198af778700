/** Clerk's session; times in ms since 1970. Its webhooks carry the same object with `user` added. */
export interface Session {
  object: 'session';
  id: string;
  client_id: string;
  user_id: string;
  actor: null;
  status: 'active' | 'revoked' | 'ended' | 'expired';
  last_active_organization_id: null;
  last_active_at: number;
  latest_activity: { object: 'session_activity'; id: string; is_mobile: boolean } | null;
  expire_at: number;
  abandon_at: number;
  created_at: number;
  updated_at: number;
}
