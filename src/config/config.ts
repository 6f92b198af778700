import { createPrivateKey, createPublicKey } from 'node:crypto';
import { isIP } from 'node:net';
import process from 'node:process';
import { z } from 'zod';

/** The exit code for a configuration that can't work (EX_CONFIG of sysexits.h). */
export const EXIT_CONFIG = 78;

/** A timer of Node can't be longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const DEFAULT_CLERK_API_URL = 'https://api.clerk.com';

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

const url = text.refine(
  (value) => URL.canParse(value) && /^https?:/.test(value),
  'must be an http(s) address',
);
const origin = url.refine(
  (value) => URL.canParse(value) && new URL(value).origin === value,
  'must be an origin: scheme, host, port, no path',
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

const proxies = list.pipe(
  z.array(
    z
      .string()
      .refine((entry) => isIP(entry.split('/')[0] ?? '') !== 0, 'must list addresses or ranges (CIDR)'),
  ),
);

const environmentSchema = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'], 'must be development, production or test')
    .default('development'),
  HOST: text.default('0.0.0.0'),
  PORT: count(65_535).default(3000),
  MONGODB_URI: text.regex(/^mongodb(\+srv)?:\/\/\S+$/, 'must be a mongodb:// or mongodb+srv:// address'),
  CLERK_SECRET_KEY: secretKey,
  CLERK_PUBLISHABLE_KEY: publishableKey.optional(),
  CLERK_JWT_KEY: jwtKey.optional(),
  CLERK_ISSUER: list.pipe(z.array(origin).min(1, 'is empty')).optional(),
  CLERK_AUTHORIZED_PARTIES: list.default([]),
  CLERK_WEBHOOK_SIGNING_SECRET: webhookSecrets.optional(),
  CLERK_WEBHOOK_SECRET: webhookSecrets.optional(),
  CLERK_API_URL: url.default(DEFAULT_CLERK_API_URL),
  USER_SYNC_ROLLBACK: flag.default(true),
  DELETED_USER_RETENTION_DAYS: count(36_500).default(1095),
  DELETED_USER_PURGE: z.enum(['manual', 'automatic'], 'must be manual or automatic').default('manual'),
  DELETION_VERIFY_AFTER_MS: count(3_600_000).default(30_000),
  RECONCILE_INTERVAL_MS: count(LONGEST_TIMER_MS).default(0),
  APP_SECRET: text.min(32, 'must have at least 32 characters').optional(),
  RECEIPT_SIGNING_KEY: signingKey.optional(),
  CORS_ORIGINS: list.pipe(z.array(z.union([z.literal('*'), origin]))).default([]),
  TRUST_PROXY: z.union([flag, proxies]).default(false),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'is not a level of pino')
    .default('info'),
  REDIS_URL: text.regex(/^rediss?:\/\/\S+$/, 'must be a redis:// or rediss:// address').optional(),
  RATE_LIMIT_MAX: count(1_000_000).default(300),
  RATE_LIMIT_WINDOW_MS: count(86_400_000)
    .refine((value) => value >= 1000, 'must be at least 1000')
    .default(60_000),
  OVERLOAD_EVENT_LOOP_DELAY_MS: count(60_000).default(1000),
  METRICS_TOKEN: text.min(16, 'must have at least 16 characters').optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  SHUTDOWN_GRACE_MS: count(600_000).default(10_000),
  SHUTDOWN_DRAIN_MS: count(600_000).optional(),
});

/** In production somebody stands in front, and needs a moment to notice. */
const PRODUCTION_DRAIN_MS = 3000;

/** What no variable shows alone. Works on the raw text, so that it is told beside every other problem. */
function contradictions(env: Readonly<Record<string, string | undefined>>): string[] {
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
  if (drain > 0 && drain >= Number(env['SHUTDOWN_GRACE_MS'] ?? Infinity)) {
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

/** The configuration of one instance: parsed once, frozen, injected as `CONFIG`. Durations are milliseconds. */
export interface Config {
  readonly environment: 'development' | 'production' | 'test';
  readonly host: string;
  readonly port: number;
  readonly mongodbUri: string;
  readonly clerk: {
    readonly secretKey: string;
    readonly apiUrl: string;
    /** PEM; undefined: the keys come from Clerk's JWKS. */
    readonly jwtKey: string | undefined;
    readonly issuers: readonly string[];
    /** Accepted `azp` values; empty: any. */
    readonly authorizedParties: readonly string[];
    readonly webhookSecrets: readonly string[];
  };
  /** Whether a Clerk account whose user can never be saved is deleted. */
  readonly userSyncRollback: boolean;
  readonly deletions: {
    /** How long an archive is kept before it may be purged. */
    readonly retentionDays: number;
    /** Whether archives are purged when that time is over, or only by an admin. */
    readonly purge: 'manual' | 'automatic';
    /** How long after the fence nothing may refer to the user any more: no request takes longer. */
    readonly verifyAfterMs: number;
  };
  /** How often drift between Clerk and MongoDB is looked for; 0: never. */
  readonly reconcileIntervalMs: number;
  /** Signs cursors. Undefined until `prepareDatabase` has found or made the one kept in MongoDB. */
  readonly appSecret: string | undefined;
  /** PEM (PKCS #8, P-256); signs deletion receipts. Undefined until `prepareDatabase` has found or made the one kept in MongoDB. */
  readonly receiptSigningKey: string | undefined;
  /** `['*']`: any; empty: no CORS. */
  readonly corsOrigins: readonly string[];
  /** True: believe every `X-Forwarded-For`; a list: believe these proxies. */
  readonly trustProxy: boolean | readonly string[];
  readonly logLevel: string;
  /** Shared rate limits; undefined: each instance counts for itself. */
  readonly redisUrl: string | undefined;
  /** Requests per window, per address and per subject; 0: no limits. */
  readonly rateLimit: { readonly max: number; readonly windowMs: number };
  /** Mean delay of the event loop above which requests are turned away; 0: never. */
  readonly overloadEventLoopDelayMs: number;
  /** What `/metrics` asks for; without one it is closed in production and open elsewhere. */
  readonly metricsToken: string | undefined;
  /** Where traces go; undefined: there are none. */
  readonly tracesEndpoint: string | undefined;
  /** For the whole shutdown. */
  readonly shutdownGraceMs: number;
  /** How long requests are still taken after a signal, while `/health/ready` already refuses. */
  readonly shutdownDrainMs: number;
}

/** Every problem of an environment at once, by variable. Values are never part of it. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot work:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * The configuration in `environment`; nothing else reads `process.env`. A variable that is set but empty counts as absent.
 * @throws ConfigError that lists every missing, contradictory or placeholder value
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim() !== ''));
  const parsed = environmentSchema.safeParse(present);
  const problems = [...(parsed.success ? [] : problemsOf(parsed.error, present)), ...contradictions(present)];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);

  const env = parsed.data;
  const impliedIssuer =
    env.CLERK_PUBLISHABLE_KEY && `https://${hostOfPublishableKey(env.CLERK_PUBLISHABLE_KEY) ?? ''}`;
  return Object.freeze({
    environment: env.NODE_ENV,
    host: env.HOST,
    port: env.PORT,
    mongodbUri: env.MONGODB_URI,
    clerk: Object.freeze({
      secretKey: env.CLERK_SECRET_KEY,
      apiUrl: env.CLERK_API_URL,
      jwtKey: env.CLERK_JWT_KEY,
      issuers: env.CLERK_ISSUER ?? (impliedIssuer === undefined ? [] : [impliedIssuer]),
      authorizedParties: env.CLERK_AUTHORIZED_PARTIES,
      webhookSecrets: env.CLERK_WEBHOOK_SIGNING_SECRET ?? env.CLERK_WEBHOOK_SECRET ?? [],
    }),
    userSyncRollback: env.USER_SYNC_ROLLBACK,
    deletions: Object.freeze({
      retentionDays: env.DELETED_USER_RETENTION_DAYS,
      purge: env.DELETED_USER_PURGE,
      verifyAfterMs: env.DELETION_VERIFY_AFTER_MS,
    }),
    reconcileIntervalMs: env.RECONCILE_INTERVAL_MS,
    appSecret: env.APP_SECRET,
    receiptSigningKey: env.RECEIPT_SIGNING_KEY,
    corsOrigins: env.CORS_ORIGINS,
    trustProxy: env.TRUST_PROXY,
    logLevel: env.LOG_LEVEL,
    redisUrl: env.REDIS_URL,
    rateLimit: Object.freeze({ max: env.RATE_LIMIT_MAX, windowMs: env.RATE_LIMIT_WINDOW_MS }),
    overloadEventLoopDelayMs: env.OVERLOAD_EVENT_LOOP_DELAY_MS,
    metricsToken: env.METRICS_TOKEN,
    tracesEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
    shutdownDrainMs: env.SHUTDOWN_DRAIN_MS ?? (env.NODE_ENV === 'production' ? PRODUCTION_DRAIN_MS : 0),
  });
}

const migrationSchema = z.object({
  MIGRATE_FROM_URI: environmentSchema.shape.MONGODB_URI,
  MONGODB_URI: environmentSchema.shape.MONGODB_URI,
});

/** The two databases of a migration; it needs nothing else. @throws ConfigError */
export function parseMigrationConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): { fromUri: string; mongodbUri: string } {
  const parsed = migrationSchema.safeParse(environment);
  if (!parsed.success) throw new ConfigError(problemsOf(parsed.error, environment));
  return { fromUri: parsed.data.MIGRATE_FROM_URI, mongodbUri: parsed.data.MONGODB_URI };
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

function problemsOf(error: z.ZodError, present: Record<string, unknown>): string[] {
  return error.issues.map(({ path, code, message }) => {
    const variable = String(path[0]);
    if (code === 'invalid_type' && present[variable] === undefined) return `${variable} is missing`;
    return `${variable} ${message}`;
  });
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
