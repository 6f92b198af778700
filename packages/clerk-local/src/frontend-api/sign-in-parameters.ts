import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SignInRecord } from '../store/client-records.ts';

const text = z.string().optional();

/** The form of a sign-in. */
export const signInParameters = z.strictObject({
  strategy: text,
  identifier: text,
  password: text,
  ticket: text,
  transfer: text,
  token: text,
  code: text,
  redirect_url: text,
  action_complete_redirect_url: text,
  oidc_prompt: text,
  oidc_login_hint: text,
  enterprise_connection_id: text,
  sign_up_if_missing: text,
  locale: text,
  timezone: text,
  // No bot protection here.
  captcha_token: text,
  captcha_error: text,
  captcha_widget_type: text,
  proof_token: text,
});

export type SignInParameters = z.output<typeof signInParameters>;

/** A way to sign in that needs no identifier: a provider, a ticket, a transfer. */
export type SignInStrategy = (
  request: FastifyRequest,
  signIn: SignInRecord,
  parameters: SignInParameters,
) => SignInRecord;
