import { newId } from './ids.ts';

/** Clerk's user in the Backend API and in webhooks; times in ms since 1970. A deleted user is 404. */
export interface User {
  object: 'user';
  id: string;
  external_id: string | null;
  username: string | null;
  first_name: string | null;
  last_name: string | null;
  locale: string | null;
  timezone: string | null;
  image_url: string;
  profile_image_url: string;
  has_image: boolean;
  primary_email_address_id: string | null;
  primary_phone_number_id: string | null;
  primary_web3_wallet_id: string | null;
  email_addresses: EmailAddress[];
  phone_numbers: PhoneNumber[];
  web3_wallets: never[];
  passkeys: never[];
  external_accounts: ExternalAccount[];
  saml_accounts: never[];
  enterprise_accounts: never[];
  organization_memberships: null;
  password_enabled: boolean;
  two_factor_enabled: boolean;
  totp_enabled: boolean;
  backup_code_enabled: boolean;
  mfa_enabled_at: number | null;
  mfa_disabled_at: number | null;
  password_last_updated_at: number | null;
  public_metadata: Metadata;
  private_metadata: Metadata;
  unsafe_metadata: Metadata;
  banned: boolean;
  locked: boolean;
  deprovisioned: boolean;
  lockout_expires_in_seconds: number | null;
  verification_attempts_remaining: number | null;
  last_sign_in_at: number | null;
  last_active_at: number | null;
  created_at: number;
  updated_at: number;
  legal_accepted_at: number | null;
  delete_self_enabled: boolean;
  create_organization_enabled: boolean;
  create_organizations_limit: number | null;
}

export type Metadata = Record<string, unknown>;

export interface Verification {
  object: string;
  status: string;
  strategy: string;
  attempts: number | null;
  expire_at: number | null;
}

interface Identification {
  id: string;
  reserved: boolean;
  verification: Verification | null;
  linked_to: { type: string; id: string }[];
  created_at: number;
  updated_at: number;
}

export interface EmailAddress extends Identification {
  object: 'email_address';
  email_address: string;
  matches_sso_connection: boolean;
}

export interface PhoneNumber extends Identification {
  object: 'phone_number';
  phone_number: string;
  reserved_for_second_factor: boolean;
  default_second_factor: boolean;
  backup_codes: null;
}

/** An account at a provider, e.g. `oauth_google`. */
export interface ExternalAccount {
  object: 'external_account';
  id: string;
  provider: string;
  identification_id: string;
  provider_user_id: string;
  approved_scopes: string;
  email_address: string;
  first_name: string;
  last_name: string;
  avatar_url: string;
  image_url: string;
  username: string | null;
  phone_number: string | null;
  public_metadata: Metadata;
  label: string | null;
  verification: Verification | null;
  created_at: number;
  updated_at: number;
}

export interface DeletedUser {
  object: 'user';
  id: string;
  deleted: true;
  external_id?: string;
}

/** `reserved` is unverified, too, but usable to sign in. */
export type IdentificationStatus = 'verified' | 'reserved' | 'unverified';

export function emailAddress(
  address: string,
  now: number,
  status: IdentificationStatus = 'verified',
): EmailAddress {
  return {
    object: 'email_address',
    email_address: address,
    matches_sso_connection: false,
    ...identification(now, status),
  };
}

export function phoneNumber(
  phone: string,
  now: number,
  status: IdentificationStatus = 'verified',
): PhoneNumber {
  return {
    object: 'phone_number',
    phone_number: phone,
    reserved_for_second_factor: false,
    default_second_factor: false,
    backup_codes: null,
    ...identification(now, status),
  };
}

/** The Backend API's identifications are verified by "admin", without a code. */
export const VERIFIED_BY_ADMIN: Verification = {
  object: 'verification_admin',
  status: 'verified',
  strategy: 'admin',
  attempts: null,
  expire_at: null,
};

function identification(now: number, status: IdentificationStatus): Identification {
  return {
    id: newId('idn', now),
    reserved: status === 'reserved',
    verification: status === 'verified' ? VERIFIED_BY_ADMIN : null,
    linked_to: [],
    created_at: now,
    updated_at: now,
  };
}

/** A user without attributes; its addresses and accounts are stored apart. */
export function emptyUser(
  id: string,
  instanceId: string,
  now: number,
): Omit<User, 'email_addresses' | 'phone_numbers' | 'external_accounts'> {
  const imageUrl = defaultImageUrl(id, instanceId);
  return {
    object: 'user',
    id,
    external_id: null,
    username: null,
    first_name: null,
    last_name: null,
    locale: null,
    timezone: null,
    image_url: imageUrl,
    profile_image_url: imageUrl,
    has_image: false,
    primary_email_address_id: null,
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    web3_wallets: [],
    passkeys: [],
    saml_accounts: [],
    enterprise_accounts: [],
    organization_memberships: null,
    password_enabled: false,
    two_factor_enabled: false,
    totp_enabled: false,
    backup_code_enabled: false,
    mfa_enabled_at: null,
    mfa_disabled_at: null,
    password_last_updated_at: null,
    public_metadata: {},
    private_metadata: {},
    unsafe_metadata: {},
    banned: false,
    locked: false,
    deprovisioned: false,
    lockout_expires_in_seconds: null,
    verification_attempts_remaining: 100,
    last_sign_in_at: null,
    last_active_at: null,
    created_at: now,
    updated_at: now,
    legal_accepted_at: null,
    delete_self_enabled: true,
    create_organization_enabled: true,
    create_organizations_limit: null,
  };
}

// Clerk's image host draws the picture from this description. Here the URL only has the same form.
export function defaultImageUrl(userId: string, instanceId: string): string {
  const description = JSON.stringify({ type: 'default', iid: instanceId, rid: userId });
  return `https://img.clerk.com/${Buffer.from(description).toString('base64url')}`;
}

/** Of an uploaded picture; for another one, an id that no picture has. */
export function imageIdOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
