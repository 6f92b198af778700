import type { ClientRecord } from './client-records.ts';
import type { Store } from './store.ts';

/**
 * A browser or an app that nobody has signed in to yet.
 * @param tokenHash of the token that it keeps; null for one that exists only for a session
 */
export function createClient(store: Store, tokenHash: string | null = null): ClientRecord {
  const now = store.now();
  return store.clients.put({
    id: store.newId('client'),
    token_hash: tokenHash,
    last_active_session_id: null,
    last_authentication_strategy: null,
    sign_in_id: null,
    sign_up_id: null,
    created_at: now,
    updated_at: now,
  });
}
