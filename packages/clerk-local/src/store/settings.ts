import { z } from 'zod';

/** Whether users have an attribute; `required` ones are needed to sign up. */
const presence = z.enum(['on', 'off', 'required']);
const count = z.int().min(1);

/** What Clerk's dashboard sets for an instance, with the defaults of a new one. */
export const settingsParameters = z.strictObject({
  application_name: z.string().default('clerk-local'),
  attributes: z
    .strictObject({
      email_address: presence.default('required'),
      phone_number: presence.default('off'),
      username: presence.default('off'),
      password: presence.default('required'),
      first_name: presence.default('on'),
      last_name: presence.default('on'),
    })
    .prefault({}),
  /** Sign-in with a code that is sent to the e-mail address. */
  email_code: z.boolean().default(true),
  social: z.array(z.enum(['oauth_google', 'oauth_apple'])).default(['oauth_google', 'oauth_apple']),
  sign_up: z.strictObject({ mode: z.enum(['public', 'restricted']).default('public') }).prefault({}),
  password_settings: z
    .strictObject({
      min_length: count.default(8),
      max_length: count.default(72),
      require_special_char: z.boolean().default(false),
      require_numbers: z.boolean().default(false),
      require_uppercase: z.boolean().default(false),
      require_lowercase: z.boolean().default(false),
    })
    .prefault({}),
  /** Wrong passwords and codes, over all sign-ins of a user. */
  user_lockout: z
    .strictObject({
      enabled: z.boolean().default(true),
      max_attempts: count.default(100),
      duration_in_minutes: count.default(60),
    })
    .prefault({}),
  verification: z
    .strictObject({
      /** The code of every message, or a random one each. */
      code: z
        .string()
        .regex(/^(\d{6}|random)$/)
        .default('424242'),
      lifetime_in_seconds: count.default(600),
      resend_wait_in_seconds: z.int().min(0).default(60),
      /** Wrong tries of one code; after them it needs a new one. */
      max_attempts: count.default(3),
    })
    .prefault({}),
  /** A password sign-in on a new client needs a code, too. */
  client_trust: z.boolean().default(false),
  single_session_mode: z.boolean().default(true),
  native_settings: z.strictObject({ api_enabled: z.boolean().default(true) }).prefault({}),
  actions: z.strictObject({ delete_self: z.boolean().default(true) }).prefault({}),
});

export type Settings = z.output<typeof settingsParameters>;

/** The settings that differ from the defaults. */
export type SettingsChanges = z.input<typeof settingsParameters>;

export type Attribute = keyof Settings['attributes'];
