import type { SignInJSON } from '@clerk/shared/types';
import type { SignInRecord } from '../store/client-records.ts';
import { findUser } from '../store/find-users.ts';
import type { Store } from '../store/store.ts';
import type { AsAnswered } from './sdk-types.ts';
import { supportedFirstFactors } from './first-factors.ts';
import { clientTrustState, supportedSecondFactors } from './second-factors.ts';
import { verificationJson } from './verification-json.ts';

/** Clerk says that an attempt is over, when it is, by its status. */
export function signInJson(store: Store, signIn: SignInRecord) {
  const user = signIn.user_id === null ? undefined : findUser(store, signIn.user_id);
  const { first_factor_verification: first, second_factor_verification: second } = signIn;
  const isOver = signIn.status !== 'complete' && signIn.abandon_at <= store.now();
  const { attributes } = store.settings;
  return {
    object: 'sign_in_attempt',
    id: signIn.id,
    status: isOver ? 'abandoned' : signIn.status,
    supported_identifiers: (['email_address', 'phone_number', 'username'] as const).filter(
      (name) => attributes[name] !== 'off',
    ),
    supported_first_factors: user ? supportedFirstFactors(store, user) : [],
    supported_second_factors: user ? supportedSecondFactors(signIn, user) : [],
    first_factor_verification: first && verificationJson(store, first),
    second_factor_verification: second && verificationJson(store, second),
    identifier: signIn.identifier,
    user_data: user
      ? {
          first_name: user.first_name,
          last_name: user.last_name,
          image_url: user.image_url,
          has_image: user.has_image,
          profile_image_url: user.profile_image_url,
        }
      : null,
    created_session_id: signIn.created_session_id,
    client_trust_state: clientTrustState(store, signIn),
    abandon_at: signIn.abandon_at,
  } satisfies AsAnswered<Omit<SignInJSON, 'object' | 'status' | 'supported_identifiers' | 'timezone'>>;
}
