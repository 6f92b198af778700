import type { VerificationJSON } from '@clerk/shared/types';
import type { AttemptVerification } from '../store/client-records.ts';
import { withoutCode } from '../store/codes.ts';
import type { Store } from '../store/store.ts';
import type { AsAnswered } from './sdk-types.ts';

/** A verification as it is answered: without the code, and expired when its time is over. */
export function verificationJson(store: Store, verification: AttemptVerification) {
  const shown = withoutCode(verification);
  const status = isExpired(store, verification) ? 'expired' : shown.status;
  return { ...shown, status } satisfies AsAnswered<
    Pick<VerificationJSON, 'object' | 'strategy' | 'attempts' | 'expire_at'>
  >;
}

export function isExpired(store: Store, { status, expire_at: expireAt }: AttemptVerification): boolean {
  return status === 'unverified' && expireAt !== null && expireAt <= store.now();
}
