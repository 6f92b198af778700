import type { SignInRecord } from '../store/client-records.ts';
import { sessionsOfClient } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import type { User } from '../store/user-json.ts';
import { type SignInFactor, emailFactor, usableEmails } from './first-factors.ts';

/** Only a new device needs one: a code, after the password. */
export function supportedSecondFactors({ status }: SignInRecord, user: User): SignInFactor[] {
  if (status !== 'needs_client_trust') return [];
  return usableEmails(user).map((email) => emailFactor('email_code', user, email));
}

/** Clerk's `client_trust_state`: whether the user had a session on this device before. */
export function clientTrustState(
  store: Store,
  { client_id: clientId, user_id: userId, created_session_id: created }: SignInRecord,
): 'pending' | 'new' | 'known' {
  if (userId === null) return 'pending';
  const isKnown = sessionsOfClient(store, clientId).some(
    (session) => session.user_id === userId && session.id !== created,
  );
  return isKnown ? 'known' : 'new';
}

/** With the instance's setting; somebody without an address that gets a code cannot be asked for one. */
export function needsClientTrust(store: Store, signIn: SignInRecord, user: User, strategy: string): boolean {
  return (
    store.settings.client_trust &&
    strategy === 'password' &&
    clientTrustState(store, signIn) === 'new' &&
    usableEmails(user).length > 0
  );
}
