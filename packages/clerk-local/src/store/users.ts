import {
  CREATE_PARAMETERS,
  METADATA_PARAMETERS,
  UPDATE_PARAMETERS,
  checkParameters,
  notFound,
  parameterError,
} from './errors.ts';
import { newId } from './ids.ts';
import { METADATA_FIELDS, type MetadataField, checkMetadataSize, mergeMetadata } from './metadata.ts';
import {
  type DeletedUser,
  type EmailAddress,
  type IdentificationStatus,
  type Metadata,
  type User,
  emailAddress,
  emptyUser,
  phoneNumber,
} from './user-json.ts';

/** Parameters of the Backend API. Over HTTP, Clerk's other parameters are accepted and ignored. */
export interface UserAttributes {
  external_id?: string | null;
  first_name?: string | null;
  last_name?: string | null;
  username?: string | null;
  locale?: string | null;
  timezone?: string | null;
  password?: string | null;
  public_metadata?: Metadata | null;
  private_metadata?: Metadata | null;
  unsafe_metadata?: Metadata | null;
  delete_self_enabled?: boolean;
  create_organization_enabled?: boolean;
  create_organizations_limit?: number | null;
  /** ISO 8601 or ms since 1970. */
  created_at?: string | number;
  legal_accepted_at?: string | number | null;
}

export interface NewUser extends UserAttributes {
  /** Not in Clerk: demo users and tests need known ids and pictures. */
  id?: string;
  image_url?: string;
  /** The first one becomes the primary one. */
  email_address?: string[];
  email_address_identification_status?: IdentificationStatus[];
  phone_number?: string[];
  phone_number_identification_status?: IdentificationStatus[];
  banned?: boolean;
  locked?: boolean;
}

export interface UserChanges extends UserAttributes {
  /** Not in Clerk, which has endpoints for these. Addresses that stay keep their `idn_` id. */
  email_address?: string[];
  image_url?: string;
  primary_email_address_id?: string | null;
  primary_phone_number_id?: string | null;
}

/** The users of the instance. Methods return the live object, not a copy, and throw a `ClerkError`. */
export class Users {
  readonly #byId = new Map<string, User>();
  readonly #instanceId: string;

  constructor(instanceId: string, users: User[]) {
    this.#instanceId = instanceId;
    for (const user of users) this.#byId.set(user.id, user);
  }

  all(): User[] {
    return [...this.#byId.values()];
  }

  find(id: string): User | undefined {
    return this.#byId.get(id);
  }

  get(id: string): User {
    const user = this.#byId.get(id);
    if (!user) throw notFound('user', id);
    return user;
  }

  create(attributes: NewUser): User {
    const { id = newId('user'), image_url: imageUrl, ...parameters } = attributes;
    checkParameters(parameters, CREATE_PARAMETERS);
    if (this.#byId.has(id)) throw taken('id');

    const user = emptyUser(id, this.#instanceId, Date.now());
    const emails = this.#claimEmails(parameters.email_address ?? [], id);
    const phones = this.#claimPhones(parameters.phone_number ?? []);
    this.#assign(user, parameters);
    const emailStatus = parameters.email_address_identification_status ?? [];
    const phoneStatus = parameters.phone_number_identification_status ?? [];
    user.email_addresses = emails.map((email, i) => emailAddress(email, user.created_at, emailStatus[i]));
    user.phone_numbers = phones.map((phone, i) => phoneNumber(phone, user.created_at, phoneStatus[i]));
    user.primary_email_address_id = user.email_addresses[0]?.id ?? null;
    user.primary_phone_number_id = user.phone_numbers[0]?.id ?? null;
    user.banned = parameters.banned ?? false;
    user.locked = parameters.locked ?? false;
    if (imageUrl !== undefined) setImage(user, imageUrl);
    this.#byId.set(id, user);
    return user;
  }

  update(id: string, changes: UserChanges): User {
    const user = this.get(id);
    const { email_address: emails, image_url: imageUrl, ...parameters } = changes;
    checkParameters(parameters, UPDATE_PARAMETERS);
    const { primary_email_address_id: primaryEmail, primary_phone_number_id: primaryPhone } = parameters;
    if (primaryEmail && !user.email_addresses.some((email) => email.id === primaryEmail)) {
      throw missingResource('primary_email_address_id');
    }
    if (primaryPhone && !user.phone_numbers.some((phone) => phone.id === primaryPhone)) {
      throw missingResource('primary_phone_number_id');
    }

    const claimed = emails && this.#claimEmails(emails, id);
    this.#assign(user, parameters);
    if (primaryEmail !== undefined) user.primary_email_address_id = primaryEmail;
    if (primaryPhone !== undefined) user.primary_phone_number_id = primaryPhone;
    if (claimed) replaceEmails(user, claimed);
    if (imageUrl !== undefined) setImage(user, imageUrl);
    return touch(user);
  }

  /** Replaces all e-mail addresses by this one. */
  replaceEmail(id: string, address: string, status: IdentificationStatus): EmailAddress {
    const user = this.get(id);
    const [email = address] = this.#claimEmails([address], id);
    const replacement = emailAddress(email, Date.now(), status);
    user.email_addresses = [replacement];
    user.primary_email_address_id = replacement.id;
    touch(user);
    return replacement;
  }

  /** Deep-merges (a `null` removes its key) or replaces each metadata field that is given. */
  setMetadata(
    id: string,
    parameters: Partial<Record<MetadataField, Metadata | null>>,
    how: 'merge' | 'replace',
  ): User {
    const user = this.get(id);
    checkParameters(parameters, METADATA_PARAMETERS);
    const next: Partial<Record<MetadataField, Metadata>> = {};
    for (const field of METADATA_FIELDS) {
      if (parameters[field] === undefined) continue;
      const given = parameters[field] ?? {};
      next[field] = how === 'merge' ? mergeMetadata(user[field], given) : given;
    }
    checkMetadataSize(next);
    Object.assign(user, next);
    return touch(user);
  }

  setBanned(id: string, banned: boolean): User {
    const user = this.get(id);
    user.banned = banned;
    return touch(user);
  }

  setLocked(id: string, locked: boolean): User {
    const user = this.get(id);
    user.locked = locked;
    user.lockout_expires_in_seconds = locked ? 3600 : null;
    return touch(user);
  }

  delete(id: string): DeletedUser {
    const user = this.get(id);
    this.#byId.delete(id);
    const externalId = user.external_id === null ? {} : { external_id: user.external_id };
    return { object: 'user', id, deleted: true, ...externalId };
  }

  // Checks everything before it changes anything: a refused request changes nothing.
  #assign(user: User, parameters: UserAttributes): void {
    const { username } = parameters;
    if (username) this.#checkUsername(username, user.id);
    checkMetadataSize(parameters);
    for (const field of ['external_id', 'first_name', 'last_name', 'locale', 'timezone'] as const) {
      if (parameters[field] !== undefined) user[field] = parameters[field];
    }
    if (username !== undefined) user.username = username === '' ? null : username;
    for (const field of METADATA_FIELDS) {
      if (parameters[field] !== undefined) user[field] = parameters[field] ?? {};
    }
    if (parameters.password) {
      user.password_enabled = true;
      user.password_last_updated_at = Date.now();
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

  #claimEmails(addresses: string[], owner: string): string[] {
    const normalised = [...new Set(addresses.map((address) => address.trim().toLowerCase()))];
    for (const address of normalised) {
      if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) {
        throw invalidFormat('email_address', 'a valid email address.');
      }
    }
    for (const user of this.#byId.values()) {
      if (user.id === owner) continue;
      if (user.email_addresses.some((email) => normalised.includes(email.email_address)))
        throw taken('email_address');
    }
    return normalised;
  }

  #claimPhones(phones: string[]): string[] {
    for (const phone of phones) {
      if (!/^\+[1-9]\d{6,14}$/.test(phone)) {
        throw invalidFormat(
          'phone_number',
          'a valid phone number according to E.164 international standard.',
        );
      }
    }
    for (const user of this.#byId.values()) {
      if (user.phone_numbers.some((phone) => phones.includes(phone.phone_number)))
        throw taken('phone_number');
    }
    return [...new Set(phones)];
  }

  #checkUsername(username: string, owner: string): void {
    if (username.length < 4 || username.length > 64) {
      const text = 'Your username must be between 4 and 64 characters long.';
      throw parameterError('form_username_invalid_length', 'username', text, text);
    }
    if (!/^[\w-]+$/.test(username)) {
      const text = 'Your username can only contain letters, numbers and underscore(_) or hyphen(-).';
      throw parameterError('form_username_invalid_character', 'username', text, text);
    }
    const folded = username.toLowerCase();
    for (const user of this.#byId.values()) {
      if (user.id !== owner && user.username?.toLowerCase() === folded) throw taken('username');
    }
  }
}

// Readers order a user's versions by `updated_at`, so two changes in one millisecond must not share it.
function touch(user: User): User {
  user.updated_at = Math.max(Date.now(), user.updated_at + 1);
  return user;
}

function replaceEmails(user: User, addresses: string[]): void {
  const known = new Map(user.email_addresses.map((email) => [email.email_address, email]));
  user.email_addresses = addresses.map((address) => known.get(address) ?? emailAddress(address, Date.now()));
  const primaryStays = user.email_addresses.some((email) => email.id === user.primary_email_address_id);
  if (!primaryStays) user.primary_email_address_id = user.email_addresses[0]?.id ?? null;
}

function setImage(user: User, imageUrl: string): void {
  user.image_url = imageUrl;
  user.profile_image_url = imageUrl;
  user.has_image = true;
}

function taken(parameter: string): Error {
  const subject = { email_address: 'email address', phone_number: 'phone number' }[parameter] ?? parameter;
  const text = `That ${subject} is taken. Please try another.`;
  return parameterError('form_identifier_exists', parameter, text, text);
}

function invalidFormat(parameter: string, expected: string): Error {
  return parameterError(
    'form_param_format_invalid',
    parameter,
    'is invalid',
    `${parameter} must be ${expected}`,
  );
}

function missingResource(parameter: string): Error {
  const text = `The resource associated with the supplied ${parameter} was not found.`;
  return parameterError('form_resource_not_found', parameter, 'is missing', text);
}
