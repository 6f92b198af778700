import { createPrivateKey, createPublicKey } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';

/** A timer of Node can't be longer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const DEFAULT_GRACE_MS = 10_000;

const DEFAULT_CLERK_API_URL = 'https://api.clerk.com';

/** Of pino; `silent` is none at all. */
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** What people leave in a copied `.env`, whatever the prefix in front of it. */
const PLACEHOLDER =
  /^(?:(?:sk|pk)_(?:test|live)_|whsec_)?(?:x{3,}|\.{3}|…|<.*>|your[-_ ].*|change[-_ ]?me.*|todo|placeholder.*|example)$/i;

const text = z
  .string()
  .trim()
  .refine((value) => !PLACEHOLDER.test(value), 'is still a placeholder');
const list = text.transform((value) =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ''),
);
const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');
const count = (max: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value <= max, `must be at most ${max}`);

/** With or without a path: other paths are added to it, so slashes at its end are cut. */
const url = text
  .refine(
    (value) => URL.canParse(value) && /^https?:\/\/[^?#@]+$/i.test(value),
    'must be an http(s) address without query, fragment and credentials',
  )
  .transform((value) => value.replace(/\/+$/, ''));
/** `/v1` is added to it; Clerk's own examples of requests have it already. */
const clerkApiUrl = url.transform((value) => value.replace(/(?:\/+v1)+$/, ''));
/** Also of apps that have a scheme of their own, `capacitor://localhost`; `https://*.example.com` is any host one label longer. */
const origin = text
  .transform((value) => value.replace(/\/$/, ''))
  .refine(
    (value) => isOrigin(value.replace(/^(https?:\/\/)\*\.(?=[^.]+\.[^.]|localhost(?:$|:))/, '$1')),
    'must be an origin: scheme, host, port, no path; a * may stand for the first of three or more labels',
  );
const issuer = text.refine(
  isIssuer,
  'must be https addresses as they stand in tokens: no query, fragment, credentials, nor a slash after the host alone',
);
const publishableKey = text.refine(
  (value) => hostOfPublishableKey(value) !== undefined,
  'must be a pk_test_… or pk_live_… key of Clerk',
);
const secretKey = text.regex(/^sk_(test|live)_\S+$/, 'must be an sk_test_… or sk_live_… key of Clerk');
const webhookSecrets = list.pipe(
  z
    .array(
      z.string().regex(/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/, 'must be whsec_… secrets, separated by commas'),
    )
    .min(1, 'is empty'),
);
const jwtKey = text
  // One line in an environment file: the line ends come as a backslash and an n.
  .transform((value) => value.replaceAll('\\n', '\n'))
  .refine(isRsa2048, 'must be a PEM public key (RSA, 2048 bits)');

const signingKey = text
  .transform((value) => value.replaceAll('\\n', '\n'))
  .refine(isP256PrivateKey, 'must be a PEM private key (EC, P-256)');

/** As OpenTelemetry writes them: `name=value,name=value`, values percent-encoded. */
const otlpHeaders = list.transform((entries, context) => {
  const headers: Record<string, string> = {};
  for (const entry of entries) {
    const [, name, value = ''] = /^([\w-]+)=(.+)$/.exec(entry) ?? [];
    const decoded = decode(value);
    if (name === undefined || decoded === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'must be name=value, separated by commas, values percent-encoded',
      });
      return z.NEVER;
    }
    headers[name] = decoded;
  }
  return headers;
});

const reservedUsernames = list
  .transform((names) => names.map((name) => name.toLowerCase()))
  .pipe(
    z.array(
      z
        .string()
        .regex(
          /^(?=[_.]*[a-z0-9])[a-z0-9_.]{1,30}$/,
          'must be usernames (a-z, 0-9, _ and .), separated by commas',
        ),
    ),
  );

const hops = z
  .string()
  .regex(/^[1-9]\d?$/)
  .transform(Number);
const proxies = list.pipe(z.array(z.string().refine(isRange)));

/** Every variable, by name, parsed. */
export const environmentSchema = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'], 'must be development, production or test')
    .default('development'),
  HOST: text.default('0.0.0.0'),
  PORT: count(65_535).default(3000),
  MONGODB_URI: text
    .regex(/^mongodb(\+srv)?:\/\/\S+$/, 'must be a mongodb:// or mongodb+srv:// address')
    .refine(namesDatabase, 'names no database: …/<database>?…')
    .refine((value) => !/[?&]retryWrites=false/i.test(value), 'must not switch retryWrites off'),
  CLERK_SECRET_KEY: secretKey,
  CLERK_PUBLISHABLE_KEY: publishableKey.optional(),
  CLERK_JWT_KEY: jwtKey.optional(),
  CLERK_ISSUER: list.pipe(z.array(issuer).min(1, 'is empty')).optional(),
  CLERK_AUTHORIZED_PARTIES: list.default([]),
  CLERK_WEBHOOK_SIGNING_SECRET: webhookSecrets.optional(),
  CLERK_WEBHOOK_SECRET: webhookSecrets.optional(),
  CLERK_API_URL: clerkApiUrl.default(DEFAULT_CLERK_API_URL),
  USER_SYNC_ROLLBACK: flag.default(true),
  USERNAME_FROM: z.enum(['email', 'name', 'random'], 'must be email, name or random').default('email'),
  USERNAME_HOLD_DAYS: count(3650).default(30),
  RESERVED_USERNAMES: reservedUsernames.default([]),
  DELETED_USER_RETENTION_DAYS: count(36_500).default(1095),
  DELETED_USER_PURGE: z.enum(['manual', 'automatic'], 'must be manual or automatic').default('manual'),
  DELETION_VERIFY_AFTER_MS: count(3_600_000).default(30_000),
  RECONCILE_INTERVAL_MS: count(MAX_TIMER_MS).default(0),
  APP_SECRET: text.min(32, 'must have at least 32 characters').optional(),
  RECEIPT_SIGNING_KEY: signingKey.optional(),
  CORS_ORIGINS: list.pipe(z.array(z.union([z.literal('*'), origin]))).default([]),
  TRUST_PROXY: z
    .union(
      [flag, hops, proxies],
      'must be true or false, a number of hops from 1 to 99, or list addresses or ranges (CIDR)',
    )
    .default(false),
  KEEP_ALIVE_MS: count(3_600_000)
    .refine((value) => value >= 1000, 'must be at least 1000')
    .default(72_000),
  CLOCK_SKEW_MS: count(60_000).default(5000),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  REDIS_URL: text
    .refine(
      (value) => /^rediss?:\/\/\S+$/.test(value) && URL.canParse(value),
      'must be a redis:// or rediss:// address',
    )
    .optional(),
  RATE_LIMIT_MAX: count(1_000_000).default(300),
  RATE_LIMIT_WINDOW_MS: count(86_400_000)
    .refine((value) => value >= 1000, 'must be at least 1000')
    .default(60_000),
  OVERLOAD_EVENT_LOOP_DELAY_MS: count(60_000).default(1000),
  OVERLOAD_RSS_BYTES: count(999_999_999_999).optional(),
  METRICS_TOKEN: text
    .regex(/^[\x21-\x7e]{16,}$/, 'must have at least 16 characters that a header can hold')
    .optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: otlpHeaders.default({}),
  OTEL_SERVICE_NAME: text.default('roavelo-api'),
  OTEL_TRACES_SAMPLER_ARG: text
    .regex(/^(?:0|1|0?\.\d{1,9}|1\.0+)$/, 'must be a share, from 0 to 1')
    .transform(Number)
    .default(1),
  SHUTDOWN_GRACE_MS: count(600_000).default(DEFAULT_GRACE_MS),
  SHUTDOWN_DRAIN_MS: count(600_000).optional(),
});

/** In production somebody stands in front, and needs a moment to notice. */
export const PRODUCTION_DRAIN_MS = 3000;

/** What no variable shows alone. Works on the raw text, so that it is told beside every other problem. */
export function contradictions(env: Readonly<Record<string, string | undefined>>): string[] {
  const problems: string[] = [];
  if (env['CLERK_ISSUER'] === undefined && env['CLERK_PUBLISHABLE_KEY'] === undefined) {
    problems.push('CLERK_ISSUER is missing: set it or CLERK_PUBLISHABLE_KEY');
  }
  const { CLERK_WEBHOOK_SIGNING_SECRET: secrets, CLERK_WEBHOOK_SECRET: alias } = env;
  if (secrets === undefined && alias === undefined) problems.push('CLERK_WEBHOOK_SIGNING_SECRET is missing');
  if (secrets !== undefined && alias !== undefined && secrets !== alias) {
    problems.push('CLERK_WEBHOOK_SECRET contradicts CLERK_WEBHOOK_SIGNING_SECRET: set one of the two');
  }
  const [secretKind, publicKind] = ['CLERK_SECRET_KEY', 'CLERK_PUBLISHABLE_KEY'].map(
    (name) => /^[sp]k_(test|live)_/.exec(env[name] ?? '')?.[1],
  );
  if (secretKind !== undefined && publicKind !== undefined && secretKind !== publicKind) {
    problems.push(
      'CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY are of different instances: one is test, one is live',
    );
  }
  const drain = Number(
    env['SHUTDOWN_DRAIN_MS'] ?? (env['NODE_ENV'] === 'production' ? PRODUCTION_DRAIN_MS : 0),
  );
  if (drain > 0 && drain >= Number(env['SHUTDOWN_GRACE_MS'] ?? DEFAULT_GRACE_MS)) {
    problems.push(
      'SHUTDOWN_DRAIN_MS leaves nothing of SHUTDOWN_GRACE_MS: requests under way need time after it',
    );
  }
  const origins = env['CORS_ORIGINS']?.split(',') ?? [];
  if (origins.length > 1 && origins.some((entry) => entry.trim() === '*')) {
    problems.push('CORS_ORIGINS mixes * with origins: choose one');
  }
  return problems;
}

/**
 * The Frontend API host inside a publishable key: `pk_test_` or `pk_live_` and the base64 of `<host>$`, which must
 * have a dot (Clerk's `keys.ts`). Undefined for anything else.
 */
export function hostOfPublishableKey(key: string): string | undefined {
  const match = /^pk_(?:test|live)_([A-Za-z0-9+/]+={0,2})$/.exec(key);
  const decoded = match?.[1] === undefined ? '' : Buffer.from(match[1], 'base64').toString();
  return /^[a-z0-9.-]+(?::\d+)?\$$/i.test(decoded) && decoded.includes('.')
    ? decoded.slice(0, -1)
    : undefined;
}

/**
 * An address that a token can name as its issuer, spelled as a URL parser spells it: `https://clerk.example.com`, or with a path
 * (`https://example.com/__clerk`). A slash at the end of a path makes another issuer; one after the host alone is a typing error.
 */
function isIssuer(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, origin: host, pathname } = new URL(value);
  return protocol === 'https:' && value === (pathname === '/' ? host : host + pathname);
}

/** A web origin as browsers write it. Those of schemes other than http(s) are opaque to `URL`. */
function isOrigin(value: string): boolean {
  if (/^https?:/.test(value))
    return !value.includes('*') && URL.canParse(value) && new URL(value).origin === value;
  return /^[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(value);
}

/** Without a name the driver takes `test`. What can't be read is for the driver to refuse. */
function namesDatabase(uri: string): boolean {
  const [, database]: (string | undefined)[] = /^[^:]+:\/\/(?:[^@/]*@)?[^/@?]+(\/[^?]*)?(?:\?.*)?$/.exec(
    uri,
  ) ?? [undefined, '/unknown'];
  return (database?.length ?? 0) > 1;
}

/** An address, or one with the length of its prefix. */
function isRange(entry: string): boolean {
  const [, address = '', prefix = '0'] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(prefix) <= (family === 4 ? 32 : 128);
}

function isP256PrivateKey(pem: string): boolean {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

function isRsa2048(pem: string): boolean {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails?.modulusLength === 2048;
  } catch {
    return false;
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
