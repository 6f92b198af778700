import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SignUpRecord } from '../store/client-records.ts';
import { parameterError } from '../store/errors.ts';
import { claimEmails, claimPhones } from '../store/identifiers.ts';
import { checkMetadataSize } from '../store/metadata.ts';
import { checkPasswordRules } from '../store/password-rules.ts';
import { hashPassword } from '../store/passwords.ts';
import type { Attribute } from '../store/settings.ts';
import type { Store } from '../store/store.ts';
import { checkUsername } from '../store/users.ts';

const text = z.string().optional();

/** The form of a sign-up and of its changes. */
export const signUpParameters = z.strictObject({
  email_address: text,
  phone_number: text,
  username: text,
  password: text,
  first_name: text,
  last_name: text,
  unsafe_metadata: text,
  locale: text,
  timezone: text,
  legal_accepted: text,
  // What starts it another way, see `SIGN_UP_STRATEGIES`.
  strategy: text,
  ticket: text,
  transfer: text,
  token: text,
  code: text,
  redirect_url: text,
  action_complete_redirect_url: text,
  oidc_prompt: text,
  oidc_login_hint: text,
  enterprise_connection_id: text,
  // No bot protection here.
  captcha_token: text,
  captcha_error: text,
  captcha_widget_type: text,
  proof_token: text,
});

export type SignUpParameters = z.output<typeof signUpParameters>;

/** A way to start or go on with a sign-up besides its fields: a provider, a ticket, a transfer. */
export type SignUpStrategy = (
  request: FastifyRequest,
  signUp: SignUpRecord,
  parameters: SignUpParameters,
) => void;

const LABELS: Record<Attribute, string> = {
  email_address: 'email address',
  phone_number: 'phone number',
  username: 'username',
  password: 'password',
  first_name: 'first name',
  last_name: 'last name',
};

/** What the form changes. @throws Clerk's 422 for a field that is off, empty, taken or in a wrong format */
export function readFields(store: Store, parameters: SignUpParameters): Partial<SignUpRecord> {
  const { attributes } = store.settings;
  for (const field of Object.keys(attributes) as Attribute[]) {
    const value = parameters[field];
    if (value === undefined) continue;
    if (attributes[field] === 'off') {
      const message = `${field} is not a valid parameter for this request.`;
      throw parameterError('form_param_unknown', field, 'is unknown', message);
    }
    if (value === '' && attributes[field] === 'required') {
      const message = `Enter ${LABELS[field]}.`;
      throw parameterError('form_param_nil', field, message, message);
    }
  }
  const { email_address: email, phone_number: phone, username, password } = parameters;
  if (username) checkUsername(store, username, '');
  if (password) checkPasswordRules(store, password);
  return {
    ...(email !== undefined && {
      email_address: email === '' ? null : (claimEmails(store, [email], '')[0] ?? null),
    }),
    ...(phone !== undefined && {
      phone_number: phone === '' ? null : (claimPhones(store, [phone], '')[0] ?? null),
    }),
    ...(username !== undefined && { username: username || null }),
    ...(password && { password_hash: hashPassword(password) }),
    ...(parameters.first_name !== undefined && { first_name: parameters.first_name || null }),
    ...(parameters.last_name !== undefined && { last_name: parameters.last_name || null }),
    ...(parameters.unsafe_metadata !== undefined && {
      unsafe_metadata: readMetadata(parameters.unsafe_metadata),
    }),
    ...(parameters.locale !== undefined && { locale: parameters.locale || null }),
    ...(parameters.timezone !== undefined && { timezone: parameters.timezone || null }),
    ...(parameters.legal_accepted === 'true' && { legal_accepted_at: store.now() }),
  };
}

/** Another address or number is not verified yet. */
export function changeFields(store: Store, id: string, fields: Partial<SignUpRecord>): SignUpRecord {
  return store.signUps.change(id, (draft) => {
    for (const field of ['email_address', 'phone_number'] as const) {
      if (fields[field] !== undefined && fields[field] !== draft[field]) {
        draft.verifications = Object.fromEntries(
          Object.entries(draft.verifications).filter(([name]) => name !== field),
        );
      }
    }
    Object.assign(draft, fields);
  });
}

function readMetadata(json: string): Record<string, unknown> {
  if (json === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // Invalid JSON is refused below, like a value that is no object.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const metadata = value as Record<string, unknown>;
    checkMetadataSize({ unsafe_metadata: metadata });
    return metadata;
  }
  const message = 'unsafe_metadata must be a valid JSON object.';
  throw parameterError('form_param_value_invalid', 'unsafe_metadata', 'is invalid', message);
}
