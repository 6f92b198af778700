/**
 * Clerk's errors. Codes and texts follow https://clerk.com/docs/guides/development/errors/backend-api; the
 * types of parameters follow Clerk's OpenAPI document of 2026-05-12.
 */

export interface ClerkErrorItem {
  code: string;
  message: string;
  long_message: string;
  meta?: { param_name: string };
}

export class ClerkError extends Error {
  readonly status: number;
  readonly errors: ClerkErrorItem[];

  constructor(status: number, ...errors: ClerkErrorItem[]) {
    super(errors.map((error) => error.long_message).join(' '));
    this.name = 'ClerkError';
    this.status = status;
    this.errors = errors;
  }
}

export function clerkError(status: number, code: string, message: string, longMessage = message): ClerkError {
  return new ClerkError(status, { code, message, long_message: longMessage });
}

export function notFound(what: 'user' | 'session', id: string): ClerkError {
  const message = what === 'user' ? 'not found' : 'Session not found';
  return clerkError(404, 'resource_not_found', message, `No ${what} was found with id ${id}`);
}

export function parameterError(
  code: string,
  parameter: string,
  message: string,
  longMessage: string,
): ClerkError {
  return new ClerkError(422, { code, message, long_message: longMessage, meta: { param_name: parameter } });
}

type Kind = 'string' | 'boolean' | 'integer' | 'object' | 'strings' | 'time';

const PROFILE: Record<string, Kind> = {
  external_id: 'string',
  first_name: 'string',
  last_name: 'string',
  username: 'string',
  locale: 'string',
  timezone: 'string',
  password: 'string',
  password_digest: 'string',
  password_hasher: 'string',
  skip_password_checks: 'boolean',
  totp_secret: 'string',
  backup_codes: 'strings',
  delete_self_enabled: 'boolean',
  create_organization_enabled: 'boolean',
  create_organizations_limit: 'integer',
  legal_accepted_at: 'time',
  skip_legal_checks: 'boolean',
  created_at: 'time',
  bypass_client_trust: 'boolean',
};

export const METADATA_PARAMETERS: Record<string, Kind> = {
  public_metadata: 'object',
  private_metadata: 'object',
  unsafe_metadata: 'object',
};

export const CREATE_PARAMETERS: Record<string, Kind> = {
  ...PROFILE,
  ...METADATA_PARAMETERS,
  email_address: 'strings',
  email_address_identification_status: 'strings',
  phone_number: 'strings',
  phone_number_identification_status: 'strings',
  web3_wallet: 'strings',
  skip_password_requirement: 'boolean',
  skip_user_requirement: 'boolean',
  banned: 'boolean',
  locked: 'boolean',
};

export const UPDATE_PARAMETERS: Record<string, Kind> = {
  ...PROFILE,
  ...METADATA_PARAMETERS,
  primary_email_address_id: 'string',
  primary_phone_number_id: 'string',
  primary_web3_wallet_id: 'string',
  notify_primary_email_address_changed: 'boolean',
  profile_image_id: 'string',
  sign_out_of_other_sessions: 'boolean',
};

export const REPLACE_EMAIL_PARAMETERS: Record<string, Kind> = {
  email_address: 'string',
  identification_status: 'string',
  notify_primary_email_address_changed: 'boolean',
};

/**
 * Checks names and types only. @throws a 422 that lists every wrong parameter; `null` is allowed everywhere
 */
export function checkParameters(body: object, allowed: Record<string, Kind>, required: string[] = []): void {
  const errors: ClerkErrorItem[] = [];
  for (const name of required) {
    if (!(name in body))
      errors.push(item('form_param_missing', name, 'is missing', `${name} must be included.`));
  }
  for (const [name, value] of Object.entries(body)) {
    const kind = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (kind === undefined) {
      const text = `${name} is not a valid parameter for this request.`;
      errors.push(item('form_param_unknown', name, 'is unknown', text));
    } else if (value !== null && value !== undefined && !isOfKind(value, kind)) {
      errors.push(item('form_param_type_invalid', name, 'is invalid', `\`${name}\` must be a \`${kind}\`.`));
    }
  }
  if (errors.length > 0) throw new ClerkError(422, ...errors);
}

function item(code: string, parameter: string, message: string, longMessage: string): ClerkErrorItem {
  return { code, message, long_message: longMessage, meta: { param_name: parameter } };
}

function isOfKind(value: unknown, kind: Kind): boolean {
  if (kind === 'strings') return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
  if (kind === 'object') return typeof value === 'object' && !Array.isArray(value);
  if (kind === 'integer') return Number.isInteger(value);
  if (kind === 'time') return Number.isFinite(new Date(value as string | number).getTime());
  return typeof value === kind;
}
