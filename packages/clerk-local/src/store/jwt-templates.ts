import { createPrivateKey, createHmac, randomBytes, sign } from 'node:crypto';
import { ClerkError, clerkError, parameterError } from './errors.ts';
import { getUser } from './find-users.ts';
import type { Session } from './session-json.ts';
import { fillShortcodes, shortcodeValues } from './shortcodes.ts';
import type { Store } from './store.ts';
import type { JwtTemplate } from './token-records.ts';
import { TEMPLATE_TOKEN, type Tokens, unsigned } from './tokens.ts';

/** Claims that every token gets and no template may set. */
const RESERVED = ['azp', 'exp', 'iat', 'iss', 'jti', 'nbf', 'sub'];
/** By algorithm of a custom key: Node's name of its hash. */
const HASHES: Readonly<Record<string, string>> = {
  HS256: 'sha256',
  HS384: 'sha384',
  HS512: 'sha512',
  RS256: 'sha256',
  RS384: 'sha384',
  RS512: 'sha512',
};

export interface TemplateParameters {
  name: string;
  claims: Record<string, unknown>;
  lifetime?: number | null | undefined;
  allowed_clock_skew?: number | null | undefined;
  custom_signing_key?: boolean | undefined;
  signing_algorithm?: string | null | undefined;
  signing_key?: string | null | undefined;
}

/** Creates a template, or replaces the one with this id. @throws Clerk's 404, 400 and 422 */
export function putJwtTemplate(store: Store, parameters: TemplateParameters, id?: string): JwtTemplate {
  const old = id === undefined ? undefined : store.jwtTemplates.get(id);
  const { name, claims, custom_signing_key: isCustom = false } = parameters;
  for (const claim of RESERVED) {
    if (Object.hasOwn(claims, claim)) throw reservedClaim(claim);
  }
  if (store.jwtTemplates.where('name', name).some((other) => other.id !== id)) {
    const text = `A JWT template with the name ${name} already exists.`;
    throw parameterError('form_already_exists', 'name', 'already exists', text);
  }
  const now = store.now();
  return store.jwtTemplates.put({
    object: 'jwt_template',
    id: old?.id ?? store.newId('jtmp'),
    name,
    claims,
    lifetime: parameters.lifetime ?? old?.lifetime ?? 60,
    allowed_clock_skew: parameters.allowed_clock_skew ?? old?.allowed_clock_skew ?? 5,
    custom_signing_key: isCustom,
    ...(isCustom ? customKey(parameters) : { signing_algorithm: 'RS256', signing_key: null }),
    created_at: old?.created_at ?? now,
    updated_at: now,
  });
}

/** A token by the template of this name. @throws Clerk's 404 */
export function mintByTemplate(
  store: Store,
  tokens: Tokens,
  session: Session,
  name: string,
  expiresInSeconds?: number | null,
): string {
  const [template] = store.jwtTemplates.where('name', name);
  if (!template) {
    const text = `No JWT template exists with name: ${name}`;
    throw clerkError(404, 'resource_not_found', 'JWT template not found', text);
  }
  const now = Math.floor(store.now() / 1000);
  const values = shortcodeValues(getUser(store, session.user_id), session);
  const claims = {
    ...(fillShortcodes(template.claims, values) as object),
    exp: now + (expiresInSeconds ?? template.lifetime),
    iat: now,
    iss: tokens.issuer,
    jti: randomBytes(10).toString('hex'),
    nbf: now - template.allowed_clock_skew,
    sub: session.user_id,
  };
  const { signing_algorithm: alg, signing_key: key } = template;
  if (key === null) return tokens.sign(claims, { cat: TEMPLATE_TOKEN });
  const text = unsigned(claims, { alg, cat: TEMPLATE_TOKEN, typ: 'JWT' });
  return `${text}.${signature(text, alg, key).toString('base64url')}`;
}

function customKey({
  signing_algorithm: algorithm,
  signing_key: key,
}: TemplateParameters): Pick<JwtTemplate, 'signing_algorithm' | 'signing_key'> {
  if (!algorithm) throw missingKeyPart('signing_algorithm');
  if (!key) throw missingKeyPart('signing_key');
  if (!Object.hasOwn(HASHES, algorithm)) {
    const text = `${algorithm} does not match the allowed values for parameter signing_algorithm. Allowed values: ${Object.keys(HASHES).join(', ')}`;
    throw parameterError('form_param_value_invalid', 'signing_algorithm', 'is invalid', text);
  }
  try {
    signature('', algorithm, key);
  } catch {
    const text = `signing_key must be a private key for ${algorithm}, as PEM.`;
    throw parameterError('form_param_value_invalid', 'signing_key', 'is invalid', text);
  }
  return { signing_algorithm: algorithm, signing_key: key };
}

function signature(text: string, algorithm: string, key: string): Buffer {
  const hashName = HASHES[algorithm] ?? 'sha256';
  if (algorithm.startsWith('HS')) return createHmac(hashName, key).update(text).digest();
  const privateKey = createPrivateKey(key);
  if (privateKey.asymmetricKeyType !== 'rsa') throw new Error('no RSA key');
  return sign(hashName, Buffer.from(text), privateKey);
}

function missingKeyPart(parameter: string): Error {
  const text = `\`${parameter}\` is required when \`custom_signing_key\` is \`true\`.`;
  return parameterError('form_conditional_param_missing', parameter, 'is missing', text);
}

function reservedClaim(claim: string): Error {
  const text = `You can't use the reserved claim: '${claim}'`;
  return new ClerkError(400, [
    {
      code: 'jwt_template_reserved_claim',
      message: 'reserved claim used',
      long_message: text,
      meta: { param_name: 'claims' },
    },
  ]);
}
