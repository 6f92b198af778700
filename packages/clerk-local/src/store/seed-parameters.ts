import { z } from 'zod';
import { templateParameters } from './jwt-template-parameters.ts';
import { settingsParameters } from './settings.ts';
import { newUserParameters } from './user-parameters.ts';
import { newEndpointParameters } from './webhook-endpoints.ts';

/** What an instance has at its first start. Sessions and tokens name the `id` of a user. */
export const seedParameters = z.strictObject({
  settings: settingsParameters.optional(),
  /** The parameters of `POST /v1/users`, and `id` and `image_url`. */
  users: z.array(newUserParameters).default([]),
  sessions: z.array(z.strictObject({ user_id: z.string() })).default([]),
  /** `token` may be fixed, for tests. */
  sign_in_tokens: z
    .array(
      z.strictObject({
        user_id: z.string(),
        token: z
          .string()
          .regex(/^[\w.~-]{8,}$/, { error: 'must be at least 8 letters, digits or . _ ~ -' })
          .optional(),
        expires_in_seconds: z.int().min(1).max(315_360_000).default(2_592_000),
      }),
    )
    .default([]),
  /** The parameters of `POST /v1/jwt_templates`. */
  jwt_templates: z.array(templateParameters).default([]),
  /** The parameters of `POST /_local/webhook-endpoints`. */
  webhook_endpoints: z.array(newEndpointParameters).default([]),
});

export type SeedOptions = z.input<typeof seedParameters>;
