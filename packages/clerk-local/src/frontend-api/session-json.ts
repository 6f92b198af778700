import type { SessionJSON } from '@clerk/shared/types';
import type { Instance } from '../server/instance.ts';
import { findUser } from '../store/find-users.ts';
import type { Session } from '../store/session-json.ts';
import type { AsAnswered } from './sdk-types.ts';
import { publicUserData, userJson } from './user-json.ts';

const MINUTE_MS = 60_000;

/** @param azp the origin of the page that asks; its session token names it */
export function sessionJson(instance: Instance, session: Session, azp: string | undefined) {
  const user = findUser(instance.store, session.user_id);
  const { latest_activity: _, ...shown } = session;
  return {
    ...shown,
    last_active_token:
      session.status === 'active' ? { object: 'token', jwt: sessionToken(instance, session, azp) } : null,
    factor_verification_age: factorVerificationAge(instance, session),
    tasks: null,
    user: user ? userJson(user) : null,
    public_user_data: user ? publicUserData(user) : null,
  } satisfies AsAnswered<SessionJSON>;
}

/** A session token, valid for 60 s. */
export function sessionToken(instance: Instance, session: Session, azp: string | undefined): string {
  return instance.mintToken(session.user_id, {
    sessionId: session.id,
    claims: { fva: factorVerificationAge(instance, session) },
    ...(azp === undefined ? {} : { azp }),
  });
}

/** Minutes since the first and the second factor were verified; -1 is never. */
function factorVerificationAge({ store }: Instance, session: Session): [number, number] {
  const verifiedAt = store.reverifications.find(session.id)?.verified_at ?? session.created_at;
  return [Math.max(Math.floor((store.now() - verifiedAt) / MINUTE_MS), 0), -1];
}
