import type { ClientRecord } from './client-records.ts';
import type { Store } from './store.ts';

/** A browser or an app that nobody has signed in to yet. */
export function createClient(store: Store): ClientRecord {
  const now = store.now();
  return store.clients.put({
    id: store.newId('client'),
    last_active_session_id: null,
    sign_in_id: null,
    sign_up_id: null,
    created_at: now,
    updated_at: now,
  });
}
