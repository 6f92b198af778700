import type { Session } from './session-json.ts';
import type { User } from './user-json.ts';

type Values = Readonly<Record<string, unknown>>;

const SHORTCODE = /\{\{([^{}]*)\}\}/g;
const ONLY_SHORTCODE = /^\{\{([^{}]*)\}\}$/;

/**
 * The claims of a JWT template with its shortcodes replaced, e.g. `{{user.public_metadata.role || 'none'}}`.
 * One that is the whole string keeps the type of its value; within a text, values become text. Unknown ones
 * are null. Source: https://clerk.com/docs/guides/sessions/jwt-templates
 */
export function fillShortcodes(template: unknown, values: Values): unknown {
  if (typeof template === 'string') {
    const only = ONLY_SHORTCODE.exec(template)?.[1];
    if (only !== undefined) return evaluate(only, values);
    return template.replace(SHORTCODE, (_all, expression: string) => asText(evaluate(expression, values)));
  }
  if (Array.isArray(template)) return template.map((item) => fillShortcodes(item, values));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([claim, value]) => [claim, fillShortcodes(value, values)]),
  );
}

/** What shortcodes can name. Times are in seconds, as in the claims of a JWT. */
export function shortcodeValues(user: User, session: Session): Values {
  const email = user.email_addresses.find(({ id }) => id === user.primary_email_address_id);
  const phone = user.phone_numbers.find(({ id }) => id === user.primary_phone_number_id);
  const names = [user.first_name, user.last_name].filter((name) => name !== null && name !== '');
  return {
    user: {
      id: user.id,
      external_id: user.external_id,
      username: user.username,
      first_name: user.first_name,
      last_name: user.last_name,
      full_name: names.length === 0 ? null : names.join(' '),
      image_url: user.image_url,
      has_image: user.has_image,
      primary_email_address: email?.email_address ?? null,
      primary_phone_number: phone?.phone_number ?? null,
      primary_web3_wallet: null,
      email_verified: email?.verification?.status === 'verified',
      phone_number_verified: phone?.verification?.status === 'verified',
      two_factor_enabled: user.two_factor_enabled,
      public_metadata: user.public_metadata,
      unsafe_metadata: user.unsafe_metadata,
      created_at: Math.floor(user.created_at / 1000),
      updated_at: Math.floor(user.updated_at / 1000),
      last_sign_in_at: user.last_sign_in_at === null ? null : Math.floor(user.last_sign_in_at / 1000),
    },
    session: { id: session.id, actor: session.actor },
  };
}

/** The first operand that is neither null nor false, otherwise the last one. */
function evaluate(expression: string, values: Values): unknown {
  let value: unknown = null;
  for (const operand of expression.split('||')) {
    value = valueOf(operand.trim(), values);
    if (value !== null && value !== false) break;
  }
  return value;
}

function valueOf(operand: string, values: Values): unknown {
  const text = /^'(.*)'$/.exec(operand)?.[1];
  if (text !== undefined) return text;
  if (/^-?\d+(\.\d+)?$/.test(operand)) return Number(operand);
  if (operand === 'true' || operand === 'false') return operand === 'true';
  let value: unknown = values;
  for (const name of operand.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
    value = (value as Values)[name];
  }
  return value ?? null;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
