import { z } from 'zod';

/** `POST /v1/jwt_templates`. */
export const templateParameters = z.strictObject({
  name: z.string().regex(/^[\w-]{1,100}$/, 'letters, digits, _ and - only'),
  claims: z.record(z.string(), z.unknown()),
  lifetime: z.int().min(30).max(315_360_000).nullish(),
  allowed_clock_skew: z.int().min(0).max(300).nullish(),
  custom_signing_key: z.boolean().optional(),
  signing_algorithm: z.string().nullish(),
  signing_key: z.string().nullish(),
});
