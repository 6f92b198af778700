import { z } from 'zod';

/** Parameters of users, after Clerk's OpenAPI document of 2026-05-12. `null` is allowed everywhere. */
const text = z.string().nullish();
const flag = z.boolean().nullish();
const metadata = z.record(z.string(), z.unknown()).nullish();
/** ISO 8601 or ms since 1970. */
const time = z
  .custom<string | number>((value) => isTime(value), {
    error: 'must contain a datetime specified in RFC3339 format (e.g. `2022-10-20T10:00:27.645Z`).',
    params: { code: 'form_param_invalid_time' },
  })
  .nullish();
export const identificationStatus = z.enum(['verified', 'reserved', 'unverified']);

export const metadataParameters = z.strictObject({
  public_metadata: metadata,
  private_metadata: metadata,
  unsafe_metadata: metadata,
});

const profile = z.strictObject({
  ...metadataParameters.shape,
  external_id: text,
  first_name: text,
  last_name: text,
  username: text,
  locale: text,
  timezone: text,
  password: text,
  password_digest: text,
  password_hasher: text,
  skip_password_checks: flag,
  totp_secret: text,
  backup_codes: z.array(z.string()).nullish(),
  delete_self_enabled: flag,
  create_organization_enabled: flag,
  create_organizations_limit: z.int().nullish(),
  legal_accepted_at: time,
  skip_legal_checks: flag,
  created_at: time,
  bypass_client_trust: flag,
});

/** `POST /v1/users`. The first address and number become the primary ones. */
export const createUserParameters = profile.extend({
  email_address: z.array(z.string()).nullish(),
  email_address_identification_status: z.array(identificationStatus).nullish(),
  phone_number: z.array(z.string()).nullish(),
  phone_number_identification_status: z.array(identificationStatus).nullish(),
  web3_wallet: z.array(z.string()).nullish(),
  skip_password_requirement: flag,
  skip_user_requirement: flag,
  banned: flag,
  locked: flag,
});

/** `PATCH /v1/users/{user_id}`. */
export const updateUserParameters = profile.extend({
  primary_email_address_id: text,
  primary_phone_number_id: text,
  primary_web3_wallet_id: text,
  notify_primary_email_address_changed: flag,
  profile_image_id: text,
  sign_out_of_other_sessions: flag,
});

/** Not in Clerk: demo users and tests need known ids and pictures. */
export const newUserParameters = createUserParameters.extend({
  id: z.string().min(1).optional(),
  image_url: z.string().optional(),
});

/** Not in Clerk, which has endpoints for these. Addresses that stay keep their `idn_` id. */
export const userChangesParameters = updateUserParameters.extend({
  email_address: z.array(z.string()).optional(),
  image_url: z.string().optional(),
});

function isTime(value: unknown): boolean {
  return (
    (typeof value === 'string' || typeof value === 'number') && Number.isFinite(new Date(value).getTime())
  );
}

export type NewUser = z.input<typeof newUserParameters>;
export type UserChanges = z.input<typeof userChangesParameters>;
export type UserProfile = z.output<typeof profile>;
export type IdentificationStatus = z.output<typeof identificationStatus>;
