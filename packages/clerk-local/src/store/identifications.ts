import { clerkError } from './errors.ts';
import { claimEmails, claimPhones, taken } from './identifiers.ts';
import type { EventOptions, OfUser, Store, UserRecord } from './store.ts';
import {
  VERIFIED_BY_ADMIN,
  type EmailAddress,
  type IdentificationStatus,
  type PhoneNumber,
  type Verification,
  emailAddress,
  phoneNumber,
} from './user-json.ts';
import { changeUser } from './users.ts';

/** What Clerk answers for a deleted address or account. */
export interface DeletedIdentification {
  object: 'email_address' | 'phone_number' | 'external_account';
  id: string;
  deleted: true;
}

export interface AddOptions extends EventOptions {
  /** Default: not verified. */
  status?: IdentificationStatus;
  primary?: boolean;
}

/** Adds an address to a user. @throws 404 for an unknown user, 422 for no or a taken address */
export function addEmail(
  store: Store,
  userId: string,
  address: string,
  { status = 'unverified', primary, ...options }: AddOptions = {},
): OfUser<EmailAddress> {
  store.users.get(userId);
  const [email = address] = claimEmails(store, [address], userId);
  if (store.emailAddresses.where('email_address', email).length > 0) throw taken('email_address');
  const added = store.emailAddresses.put({ ...emailAddress(email, store.now(), status), user_id: userId });
  settlePrimary(store, userId, primary === true ? { primary_email_address_id: added.id } : {}, options);
  return added;
}

/** Adds a number to a user. @throws 404 for an unknown user, 422 for no or a taken number */
export function addPhone(
  store: Store,
  userId: string,
  number: string,
  { status = 'unverified', primary, ...options }: AddOptions = {},
): OfUser<PhoneNumber> {
  store.users.get(userId);
  const [phone = number] = claimPhones(store, [number], userId);
  if (store.phoneNumbers.where('phone_number', phone).length > 0) throw taken('phone_number');
  const added = store.phoneNumbers.put({ ...phoneNumber(phone, store.now(), status), user_id: userId });
  settlePrimary(store, userId, primary === true ? { primary_phone_number_id: added.id } : {}, options);
  return added;
}

/** Replaces the verification of an address, e.g. after a right code. @throws 400 when it is another user's */
export function verifyEmail(
  store: Store,
  id: string,
  verification: Verification | null,
  { primary, ...options }: Omit<AddOptions, 'status'> = {},
): OfUser<EmailAddress> {
  if (verification?.status === 'verified') refuseClaimed(store, store.emailAddresses.get(id));
  const email = store.emailAddresses.change(id, (draft) => {
    draft.verification = verification;
    draft.updated_at = store.now();
  });
  settlePrimary(store, email.user_id, primary === true ? { primary_email_address_id: id } : {}, options);
  return email;
}

/** A provider may have verified an address that another user had only added. */
function refuseClaimed(store: Store, { id, email_address: address }: EmailAddress): void {
  const others = store.emailAddresses.where('email_address', address).filter((one) => one.id !== id);
  if (others.every(({ verification }) => verification?.status !== 'verified')) return;
  const text = 'This email address has since been connected to a different User.';
  throw clerkError(400, 'identification_claimed', 'Identification claimed by another user', text);
}

/** The same for a number. */
export function verifyPhone(
  store: Store,
  id: string,
  verification: Verification | null,
  { primary, ...options }: Omit<AddOptions, 'status'> = {},
): OfUser<PhoneNumber> {
  const phone = store.phoneNumbers.change(id, (draft) => {
    draft.verification = verification;
    draft.updated_at = store.now();
  });
  settlePrimary(store, phone.user_id, primary === true ? { primary_phone_number_id: id } : {}, options);
  return phone;
}

/** What the Backend API changes of an address or number. */
export interface IdentificationChanges {
  verified?: boolean | null | undefined;
  primary?: boolean | null | undefined;
}

/** @throws 404, 400 for an unverified primary address */
export function updateEmail(store: Store, id: string, changes: IdentificationChanges): OfUser<EmailAddress> {
  const verification = changedVerification(store.emailAddresses.get(id), changes);
  return verifyEmail(store, id, verification, { primary: changes.primary ?? false });
}

/** The same for a number. */
export function updatePhone(store: Store, id: string, changes: IdentificationChanges): OfUser<PhoneNumber> {
  const verification = changedVerification(store.phoneNumbers.get(id), changes);
  return verifyPhone(store, id, verification, { primary: changes.primary ?? false });
}

function changedVerification(
  { verification }: EmailAddress | PhoneNumber,
  { verified, primary }: IdentificationChanges,
): Verification | null {
  const isVerified = verification?.status === 'verified';
  if (primary === true && !(verified ?? isVerified)) {
    const text = 'Only a verified identification can be the primary one.';
    throw clerkError(400, 'identification_update_failed', 'Update failed', text);
  }
  if (verified === true && !isVerified) return VERIFIED_BY_ADMIN;
  return verified === false ? null : verification;
}

/** Replaces all e-mail addresses by this one. Returns the new address, as Clerk does, not the user. */
export function replaceEmail(
  store: Store,
  userId: string,
  address: string,
  status: IdentificationStatus,
): EmailAddress {
  store.users.get(userId);
  const [email = address] = claimEmails(store, [address], userId);
  const old = store.emailAddresses.where('user_id', userId);
  if (old.some(({ linked_to: accounts }) => accounts.length > 0)) {
    const text = 'An email address is linked to a connected account. Remove the connected account first.';
    throw clerkError(400, 'identification_linked_to_external_account', 'Replacement failed', text);
  }
  const replacement = emailAddress(email, store.now(), status);
  for (const { id } of old) store.emailAddresses.delete(id);
  store.emailAddresses.put({ ...replacement, user_id: userId });
  changeUser(store, userId, (user) => {
    user.primary_email_address_id = replacement.id;
  });
  return replacement;
}

/** The same for phone numbers. */
export function replacePhone(
  store: Store,
  userId: string,
  number: string,
  status: IdentificationStatus,
): PhoneNumber {
  store.users.get(userId);
  const [phone = number] = claimPhones(store, [number], userId);
  const replacement = phoneNumber(phone, store.now(), status);
  for (const { id } of store.phoneNumbers.where('user_id', userId)) store.phoneNumbers.delete(id);
  store.phoneNumbers.put({ ...replacement, user_id: userId });
  changeUser(store, userId, (user) => {
    user.primary_phone_number_id = replacement.id;
  });
  return replacement;
}

/** The next verified address becomes the primary one. @throws 404, 400 for the last identification */
export function removeEmail(store: Store, id: string, options?: EventOptions): DeletedIdentification {
  const { user_id: userId } = store.emailAddresses.get(id);
  refuseLast(store, userId, id);
  store.emailAddresses.delete(id);
  settlePrimary(store, userId, {}, options);
  return { object: 'email_address', id, deleted: true };
}

/** The same for a number. */
export function removePhone(store: Store, id: string, options?: EventOptions): DeletedIdentification {
  const { user_id: userId } = store.phoneNumbers.get(id);
  refuseLast(store, userId, id);
  store.phoneNumbers.delete(id);
  settlePrimary(store, userId, {}, options);
  return { object: 'phone_number', id, deleted: true };
}

/** A user must keep one way to be found: a user without any could never sign in again. */
export function refuseLast(store: Store, userId: string, id: string): void {
  const { username } = store.users.get(userId);
  const others = [
    ...store.emailAddresses.where('user_id', userId),
    ...store.phoneNumbers.where('user_id', userId),
    ...store.externalAccounts.where('user_id', userId),
  ].filter((one) => one.id !== id && one.verification?.status === 'verified');
  if (username !== null || others.length > 0) return;
  const text = 'You cannot delete your last identification.';
  throw clerkError(400, 'last_identification_deletion_failed', 'Deletion failed', text);
}

type Primaries = Partial<Pick<UserRecord, 'primary_email_address_id' | 'primary_phone_number_id'>>;

/** The primary address is one that exists: the given one, the present one, or the oldest verified one. */
function settlePrimary(store: Store, userId: string, given: Primaries, options?: EventOptions): void {
  const emails = store.emailAddresses.where('user_id', userId);
  const phones = store.phoneNumbers.where('user_id', userId);
  changeUser(
    store,
    userId,
    (user) => {
      Object.assign(user, given);
      user.primary_email_address_id = primaryOf(emails, user.primary_email_address_id);
      user.primary_phone_number_id = primaryOf(phones, user.primary_phone_number_id);
    },
    options,
  );
}

function primaryOf(own: readonly (EmailAddress | PhoneNumber)[], present: string | null): string | null {
  if (own.some(({ id }) => id === present)) return present;
  return own.find(({ verification }) => verification?.status === 'verified')?.id ?? null;
}
