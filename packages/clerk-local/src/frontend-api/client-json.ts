import type { ClientJSON } from '@clerk/shared/types';
import type { Instance } from '../server/instance.ts';
import type { ClientRecord } from '../store/client-records.ts';
import { sessionsOfClient } from '../store/sessions.ts';
import type { AsAnswered } from './sdk-types.ts';
import { sessionJson } from './session-json.ts';
import { signInJson } from './sign-in-json.ts';
import { signUpJson } from './sign-up-json.ts';

/** @param azp the origin of the page that asks; the session tokens in it name it */
export function clientJson(instance: Instance, client: ClientRecord, azp: string | undefined) {
  const { store } = instance;
  const sessions = sessionsOfClient(store, client.id).filter(
    ({ status }) => status !== 'removed' && status !== 'revoked',
  );
  const active = sessions.filter(({ status }) => status === 'active');
  const lastActive = active.find(({ id }) => id === client.last_active_session_id) ?? active.at(-1);
  const signIn = client.sign_in_id === null ? undefined : store.signIns.find(client.sign_in_id);
  const signUp = client.sign_up_id === null ? undefined : store.signUps.find(client.sign_up_id);
  return {
    object: 'client',
    id: client.id,
    sessions: sessions.map((session) => sessionJson(instance, session, azp)),
    sign_in: signIn ? signInJson(store, signIn) : null,
    sign_up: signUp ? signUpJson(store, signUp) : null,
    last_active_session_id: lastActive?.id ?? null,
    last_authentication_strategy: client.last_authentication_strategy,
    cookie_expires_at: null,
    // No bot protection here.
    captcha_bypass: true,
    created_at: client.created_at,
    updated_at: client.updated_at,
  } satisfies AsAnswered<Omit<ClientJSON, 'last_authentication_strategy'>>;
}
