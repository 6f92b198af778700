import type { Store } from '../store/store.ts';
import type { User } from '../store/user-json.ts';

/** A way to pass a factor, as a sign-in offers it. */
export interface SignInFactor {
  strategy: string;
  safe_identifier?: string;
  email_address_id?: string;
  phone_number_id?: string;
  primary?: boolean;
}

export function supportedFirstFactors(_store: Store, _user: User): SignInFactor[] {
  return [];
}
