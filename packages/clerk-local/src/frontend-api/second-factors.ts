import type { Store } from '../store/store.ts';
import type { User } from '../store/user-json.ts';
import type { SignInFactor } from './first-factors.ts';

export function supportedSecondFactors(_store: Store, _user: User): SignInFactor[] {
  return [];
}
