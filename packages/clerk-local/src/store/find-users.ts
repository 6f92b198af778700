import type { AttemptVerification } from './client-records.ts';
import { withoutCode } from './codes.ts';
import { lockout } from './lockout.ts';
import type { Store, UserRecord } from './store.ts';
import type { User } from './user-json.ts';

/** The user as Clerk answers it and as its events carry it. */
export function userJson(store: Store, record: UserRecord): User {
  const { password_hash: _, failed_attempts: __, lockout_expires_at: ___, ...user } = record;
  return {
    ...user,
    ...lockout(store, record),
    email_addresses: store.emailAddresses.where('user_id', user.id).map(withoutUser),
    phone_numbers: store.phoneNumbers.where('user_id', user.id).map(withoutUser),
    external_accounts: store.externalAccounts.where('user_id', user.id).map(withoutUser),
  };
}

/** All users, oldest first. */
export function allUsers(store: Store): User[] {
  return store.users.all().map((record) => userJson(store, record));
}

export function findUser(store: Store, id: string): User | undefined {
  const record = store.users.find(id);
  return record && userJson(store, record);
}

/** @throws Clerk's 404 */
export function getUser(store: Store, id: string): User {
  return userJson(store, store.users.get(id));
}

/** As Clerk answers what belongs to a user: without the code that was sent, too. */
export function withoutUser<T extends { user_id: string; verification: AttemptVerification | null }>(
  record: T,
): Omit<T, 'user_id'> {
  const { user_id: _, ...json } = record;
  return { ...json, verification: json.verification && withoutCode(json.verification) };
}
