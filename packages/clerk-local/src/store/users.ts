import type { z } from 'zod';
import { stableId } from './billing-json.ts';
import { parameterError } from './errors.ts';
import { getUser } from './find-users.ts';
import { claimEmails, claimPhones, taken } from './identifiers.ts';
import { lock, unlock } from './lockout.ts';
import { METADATA_FIELDS, type MetadataField, checkMetadataSize, mergeMetadata } from './metadata.ts';
import { parse } from './parse.ts';
import { hashPassword } from './passwords.ts';
import { endSessions } from './sessions.ts';
import type { EventOptions, Store, UserRecord } from './store.ts';
import {
  type DeletedUser,
  type Metadata,
  type User,
  type Verification,
  emailAddress,
  emptyUser,
  imageIdOf,
  phoneNumber,
} from './user-json.ts';
import {
  type NewUser,
  type UserChanges,
  type UserProfile,
  metadataParameters,
  newUserParameters,
  userChangesParameters,
} from './user-parameters.ts';

export interface NewUserOptions extends EventOptions {
  /** Of `hashPassword`: a sign-up keeps no password. */
  passwordHash?: string | null;
  /** How the address and the number were verified. Default: by the Backend API. */
  verifications?: Partial<Record<'email_address' | 'phone_number', Verification>>;
}

export function createUser(store: Store, attributes: NewUser, options: NewUserOptions = {}): User {
  const parameters = parse(newUserParameters, attributes);
  const id = parameters.id ?? store.newId('user');
  if (store.users.find(id)) throw taken('id');
  const emails = claimEmails(store, parameters.email_address ?? [], id);
  const phones = claimPhones(store, parameters.phone_number ?? [], id);

  const user: UserRecord = { ...emptyUser(id, store.instanceId, store.now()), password_hash: null };
  assign(store, user, parameters);
  const emailStatus = parameters.email_address_identification_status ?? [];
  const phoneStatus = parameters.phone_number_identification_status ?? [];
  const emailAddresses = emails.map((email, i) => emailAddress(email, user.created_at, emailStatus[i]));
  const phoneNumbers = phones.map((phone, i) => phoneNumber(phone, user.created_at, phoneStatus[i]));
  const { verifications = {}, passwordHash = null } = options;
  for (const email of emailAddresses) email.verification = verifications.email_address ?? email.verification;
  for (const phone of phoneNumbers) phone.verification = verifications.phone_number ?? phone.verification;
  if (passwordHash !== null) setPasswordHash(user, passwordHash, user.created_at);
  user.primary_email_address_id = emailAddresses[0]?.id ?? null;
  user.primary_phone_number_id = phoneNumbers[0]?.id ?? null;
  user.banned = parameters.banned ?? false;
  if (parameters.locked) lock(store, user);
  if (parameters.image_url !== undefined) setImage(user, parameters.image_url);

  for (const email of emailAddresses) store.emailAddresses.put({ ...email, user_id: id });
  for (const phone of phoneNumbers) store.phoneNumbers.put({ ...phone, user_id: id });
  store.users.put(user);
  return reported(store, 'user.created', id, options);
}

export function updateUser(store: Store, id: string, changes: UserChanges, options?: EventOptions): User {
  const parameters = parse(userChangesParameters, changes);
  const { primary_email_address_id: primaryEmail, primary_phone_number_id: primaryPhone } = parameters;
  store.users.get(id);
  if (primaryEmail != null && store.emailAddresses.find(primaryEmail)?.user_id !== id) {
    throw missingResource('primary_email_address_id');
  }
  if (primaryPhone != null && store.phoneNumbers.find(primaryPhone)?.user_id !== id) {
    throw missingResource('primary_phone_number_id');
  }
  const emails = parameters.email_address && claimEmails(store, parameters.email_address, id);

  store.users.change(id, (user) => {
    assign(store, user, parameters);
    if (primaryEmail !== undefined) user.primary_email_address_id = primaryEmail;
    if (primaryPhone !== undefined) user.primary_phone_number_id = primaryPhone;
    if (parameters.image_url !== undefined) setImage(user, parameters.image_url);
    touch(store, user);
  });
  if (emails) setEmails(store, id, emails);
  return reported(store, 'user.updated', id, options);
}

/** Deep-merges (a `null` removes its key) or replaces each metadata field that is given. */
export function setMetadata(
  store: Store,
  id: string,
  metadata: z.input<typeof metadataParameters>,
  how: 'merge' | 'replace',
): User {
  const user = store.users.get(id);
  const parameters = parse(metadataParameters, metadata);
  const next: Partial<Record<MetadataField, Metadata>> = {};
  for (const field of METADATA_FIELDS) {
    if (parameters[field] === undefined) continue;
    const given = parameters[field] ?? {};
    next[field] = how === 'merge' ? mergeMetadata(user[field], given) : given;
  }
  checkMetadataSize(next);
  return changeUser(store, id, (draft) => Object.assign(draft, next));
}

/** Banning revokes every session of the user. */
export function setBanned(store: Store, id: string, banned: boolean, options?: EventOptions): User {
  if (banned) endSessions(store, store.users.get(id).id, 'revoked', options);
  return changeUser(
    store,
    id,
    (user) => {
      user.banned = banned;
    },
    options,
  );
}

export function setLocked(store: Store, id: string, locked: boolean): User {
  return changeUser(store, id, (user) => {
    if (locked) lock(store, user);
    else unlock(user);
  });
}

/** A wrong password or code. The last one that is allowed locks the user. */
export function countFailedAttempt(store: Store, id: string): void {
  const { enabled, max_attempts: maxAttempts } = store.settings.user_lockout;
  if (!enabled) return;
  const { failed_attempts: failed = 0 } = store.users.change(id, (user) => {
    // A lockout that is over counts anew.
    if (user.lockout_expires_at != null) unlock(user);
    user.failed_attempts = (user.failed_attempts ?? 0) + 1;
  });
  if (failed >= maxAttempts) setLocked(store, id, true);
}

/** Ends the sessions and deletes all that belongs to the user. */
export function deleteUser(store: Store, id: string, options?: EventOptions): DeletedUser {
  const user = store.users.get(id);
  store.users.delete(id);
  store.images.delete(imageIdOf(user.image_url));
  store.subscriptions.delete(stableId('csub', id));
  endSessions(store, id, 'ended', options);
  for (const belongings of [
    store.sessions,
    store.emailAddresses,
    store.phoneNumbers,
    store.externalAccounts,
  ]) {
    for (const { id: owned } of belongings.where('user_id', id)) belongings.delete(owned);
  }
  const externalId = user.external_id === null ? {} : { external_id: user.external_id };
  const deleted: DeletedUser = { object: 'user', id, deleted: true, ...externalId };
  store.emit('user.deleted', deleted, options);
  return deleted;
}

/** Edits a user, raises `updated_at` and reports `user.updated`. @throws Clerk's 404 */
export function changeUser(
  store: Store,
  id: string,
  edit: (user: UserRecord) => void,
  options?: EventOptions,
): User {
  store.users.change(id, (user) => {
    edit(user);
    touch(store, user);
  });
  return reported(store, 'user.updated', id, options);
}

function reported(store: Store, type: string, id: string, options?: EventOptions): User {
  const user = getUser(store, id);
  store.emit(type, user, options);
  return user;
}

// Checks everything before it changes anything: a refused request changes nothing.
function assign(store: Store, user: UserRecord, parameters: UserProfile): void {
  const { username, external_id: externalId } = parameters;
  if (username) checkUsername(store, username, user.id);
  if (externalId && store.users.where('external_id', externalId).some(({ id }) => id !== user.id)) {
    throw taken('external_id');
  }
  checkMetadataSize(parameters);
  for (const field of ['external_id', 'first_name', 'last_name', 'locale', 'timezone'] as const) {
    if (parameters[field] !== undefined) user[field] = parameters[field];
  }
  if (username !== undefined) user.username = username === '' ? null : username;
  for (const field of METADATA_FIELDS) {
    if (parameters[field] !== undefined) user[field] = parameters[field] ?? {};
  }
  if (parameters.password) {
    setPasswordHash(user, hashPassword(parameters.password), store.now());
  }
  for (const field of ['delete_self_enabled', 'create_organization_enabled'] as const) {
    user[field] = parameters[field] ?? user[field];
  }
  if (parameters.create_organizations_limit !== undefined) {
    user.create_organizations_limit = parameters.create_organizations_limit;
  }
  if (parameters.created_at != null) user.created_at = new Date(parameters.created_at).getTime();
  if (parameters.legal_accepted_at != null) {
    user.legal_accepted_at = new Date(parameters.legal_accepted_at).getTime();
  }
}

/** @throws a 422 when it has a wrong form or belongs to another user */
export function checkUsername(store: Store, username: string, owner: string): void {
  if (username.length < 4 || username.length > 64) {
    const text = 'Your username must be between 4 and 64 characters long.';
    throw parameterError('form_username_invalid_length', 'username', text, text);
  }
  if (!/^[\w-]+$/.test(username)) {
    const text = 'Your username can only contain letters, numbers and underscore(_) or hyphen(-).';
    throw parameterError('form_username_invalid_character', 'username', text, text);
  }
  if (store.users.where('username', username.toLowerCase()).some(({ id }) => id !== owner)) {
    throw taken('username');
  }
}

// Addresses that stay keep their id.
function setEmails(store: Store, userId: string, addresses: string[]): void {
  const known = new Map(
    store.emailAddresses.where('user_id', userId).map((email) => [email.email_address, email]),
  );
  for (const { id } of known.values()) store.emailAddresses.delete(id);
  const kept = addresses.map((address) =>
    store.emailAddresses.put(
      known.get(address) ?? { ...emailAddress(address, store.now()), user_id: userId },
    ),
  );
  store.users.change(userId, (user) => {
    const primaryStays = kept.some(({ id }) => id === user.primary_email_address_id);
    if (!primaryStays) user.primary_email_address_id = kept[0]?.id ?? null;
  });
}

// Readers order a user's versions by `updated_at`, so two changes in one millisecond must not share it.
function touch(store: Store, user: UserRecord): void {
  user.updated_at = Math.max(store.now(), user.updated_at + 1);
}

function setPasswordHash(user: UserRecord, passwordHash: string, now: number): void {
  user.password_hash = passwordHash;
  user.password_enabled = true;
  user.password_last_updated_at = now;
}

function setImage(user: UserRecord, imageUrl: string): void {
  user.image_url = imageUrl;
  user.profile_image_url = imageUrl;
  user.has_image = true;
}

function missingResource(parameter: string): Error {
  const text = `The resource associated with the supplied ${parameter} was not found.`;
  return parameterError('form_resource_not_found', parameter, 'is missing', text);
}
