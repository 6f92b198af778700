import { hashPassword } from './passwords.ts';
import type { Session } from './session-json.ts';
import { activeSessions, endSession } from './sessions.ts';
import type { Store } from './store.ts';
import type { User } from './user-json.ts';
import { changeUser } from './users.ts';

export function setPassword(store: Store, userId: string, password: string): User {
  return changeUser(store, userId, (user) => {
    user.password_hash = hashPassword(password);
    user.password_enabled = true;
    user.password_last_updated_at = store.now();
  });
}

export function removePassword(store: Store, userId: string): User {
  return changeUser(store, userId, (user) => {
    user.password_hash = null;
    user.password_enabled = false;
    user.password_last_updated_at = store.now();
  });
}

/** Revokes the user's sessions on other devices. */
export function signOutOthers(store: Store, { id: stays, user_id: userId }: Session): void {
  for (const { id } of activeSessions(store, userId)) {
    if (id !== stays) endSession(store, id, 'revoked');
  }
}
