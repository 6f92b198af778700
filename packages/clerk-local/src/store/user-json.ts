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
  external_accounts: never[];
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

interface Identification {
  id: string;
  reserved: boolean;
  verification: { object: string; status: string; strategy: string; attempts: null; expire_at: null } | null;
  linked_to: never[];
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

// The Backend API's identifications are verified by "admin", without a code.
function identification(now: number, status: IdentificationStatus): Identification {
  const verified = { object: 'verification_admin', status: 'verified', strategy: 'admin' };
  return {
    id: newId('idn'),
    reserved: status === 'reserved',
    verification: status === 'verified' ? { ...verified, attempts: null, expire_at: null } : null,
    linked_to: [],
    created_at: now,
    updated_at: now,
  };
}

/** A user without attributes; it has the same keys as Clerk's. */
export function emptyUser(id: string, instanceId: string, now: number): User {
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
    email_addresses: [],
    phone_numbers: [],
    web3_wallets: [],
    passkeys: [],
    external_accounts: [],
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
function defaultImageUrl(userId: string, instanceId: string): string {
  const description = JSON.stringify({ type: 'default', iid: instanceId, rid: userId });
  return `https://img.clerk.com/${Buffer.from(description).toString('base64url')}`;
}
