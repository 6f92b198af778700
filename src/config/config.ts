import process from 'node:process';
import { z } from 'zod';
import { contradictions, environmentSchema, PRODUCTION_DRAIN_MS } from './environment.js';
import { hostOfPublishableKey } from './variable-formats.js';

/**
 * The configuration of one instance: parsed once, frozen, injected as `CONFIG`. Durations are
 * milliseconds.
 */
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
  /** Whether to delete a Clerk account whose user can never be saved. */
  readonly userSyncRollback: boolean;
  readonly usernames: {
    /** Where a new username comes from when Clerk's is missing or can't be used. */
    readonly from: 'email' | 'name' | 'random';
    /** How long a username that was given up is held back; 0: not at all. */
    readonly holdDays: number;
    /** Usernames that can't be taken, besides the built-in ones. */
    readonly reserved: readonly string[];
  };
  /** Of new users. */
  readonly defaultVisibility: 'public' | 'private';
  readonly deletions: {
    /** How long an archive is kept before it may be purged. */
    readonly retentionDays: number;
    /** Whether archives are purged by themselves after that time, or only by an admin. */
    readonly purge: 'manual' | 'automatic';
    /** How long after the fence references to the user are searched for; longer than any request. */
    readonly verifyAfterMs: number;
  };
  /** Whether jobs, sweeps and checks run in the background. False in the operator's commands. */
  readonly background: boolean;
  /** How often users are compared with Clerk; 0: never. */
  readonly reconcileIntervalMs: number;
  /** Signs cursors. Undefined until `prepareDatabase` has read or created the one in MongoDB. */
  readonly appSecret: string | undefined;
  /**
   * PEM (PKCS #8, P-256); signs deletion receipts. Undefined until `prepareDatabase` has read or created
   * it.
   */
  readonly receiptSigningKey: string | undefined;
  /** `['*']`: any; empty: no CORS. `https://*.example.com`: hosts with one label more. */
  readonly corsOrigins: readonly string[];
  /** True: trust every `X-Forwarded-For`; a number: of proxies in front; a list: trust these proxies. */
  readonly trustProxy: boolean | number | readonly string[];
  /** How long a connection without a request stays open. */
  readonly keepAliveMs: number;
  /** How far Clerk's clock and this machine's may differ when a token's times are checked. */
  readonly clockSkewMs: number;
  readonly logLevel: string;
  /** Shared rate limits; undefined: each instance counts for itself. */
  readonly redisUrl: string | undefined;
  /** Requests per window, per address and per subject; 0: no limits. */
  readonly rateLimit: { readonly max: number; readonly windowMs: number };
  /** Mean delay of the event loop above which requests get 503; 0: never. */
  readonly overloadEventLoopDelayMs: number;
  /** Resident memory above which requests get 503; 0: never; undefined: a share of the container's limit. */
  readonly overloadRssBytes: number | undefined;
  /** The bearer token of `/metrics`. Without one it is closed in production and open elsewhere. */
  readonly metricsToken: string | undefined;
  /** Undefined: no traces. */
  readonly traces: TracesConfig | undefined;
  /** For the whole shutdown. */
  readonly shutdownGraceMs: number;
  /** How long requests are still served after a signal, while `/health/ready` already answers 503. */
  readonly shutdownDrainMs: number;
}

export interface TracesConfig {
  /** The collector's address for traces: `…/v1/traces`. */
  readonly endpoint: string;
  /** Sent to it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** The share of traces that are recorded, 0 to 1. */
  readonly sampleRatio: number;
}

/** All problems of an environment, by variable. It never contains values. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot work:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * The configuration in `environment`; nothing else reads `process.env`. A variable that is set but empty
 * counts as absent.
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
    usernames: Object.freeze({
      from: env.USERNAME_FROM,
      holdDays: env.USERNAME_HOLD_DAYS,
      reserved: env.RESERVED_USERNAMES,
    }),
    defaultVisibility: env.DEFAULT_VISIBILITY,
    deletions: Object.freeze({
      retentionDays: env.DELETED_USER_RETENTION_DAYS,
      purge: env.DELETED_USER_PURGE,
      verifyAfterMs: env.DELETION_VERIFY_AFTER_MS,
    }),
    background: true,
    reconcileIntervalMs: env.RECONCILE_INTERVAL_MS,
    appSecret: env.APP_SECRET,
    receiptSigningKey: env.RECEIPT_SIGNING_KEY,
    corsOrigins: env.CORS_ORIGINS,
    trustProxy: env.TRUST_PROXY,
    keepAliveMs: env.KEEP_ALIVE_MS,
    clockSkewMs: env.CLOCK_SKEW_MS,
    logLevel: env.LOG_LEVEL,
    redisUrl: env.REDIS_URL,
    rateLimit: Object.freeze({ max: env.RATE_LIMIT_MAX, windowMs: env.RATE_LIMIT_WINDOW_MS }),
    overloadEventLoopDelayMs: env.OVERLOAD_EVENT_LOOP_DELAY_MS,
    overloadRssBytes: env.OVERLOAD_RSS_BYTES,
    metricsToken: env.METRICS_TOKEN,
    traces: tracesOf(env),
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
    shutdownDrainMs: env.SHUTDOWN_DRAIN_MS ?? (env.NODE_ENV === 'production' ? PRODUCTION_DRAIN_MS : 0),
  });
}

const migrationSchema = z.object({
  MIGRATE_FROM_URI: environmentSchema.shape.MONGODB_URI,
  MONGODB_URI: environmentSchema.shape.MONGODB_URI,
});

/** The database's address, for a command that needs nothing else. @throws ConfigError */
export function parseDatabaseConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): { mongodbUri: string } {
  const parsed = environmentSchema.pick({ MONGODB_URI: true }).safeParse(environment);
  if (!parsed.success) throw new ConfigError(problemsOf(parsed.error, environment));
  return { mongodbUri: parsed.data.MONGODB_URI };
}

/** The addresses of a migration's two databases. @throws ConfigError */
export function parseMigrationConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): { fromUri: string; mongodbUri: string } {
  const parsed = migrationSchema.safeParse(environment);
  if (!parsed.success) throw new ConfigError(problemsOf(parsed.error, environment));
  return { fromUri: parsed.data.MIGRATE_FROM_URI, mongodbUri: parsed.data.MONGODB_URI };
}

function problemsOf(error: z.ZodError, present: Record<string, unknown>): string[] {
  return error.issues.map(({ path, code, message }) => {
    const variable = String(path[0]);
    if (code === 'invalid_type' && present[variable] === undefined) return `${variable} is missing`;
    return `${variable} ${message}`;
  });
}

function tracesOf(env: z.infer<typeof environmentSchema>): TracesConfig | undefined {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return undefined;
  return Object.freeze({
    endpoint: `${endpoint}/v1/traces`,
    headers: Object.freeze(env.OTEL_EXPORTER_OTLP_HEADERS),
    serviceName: env.OTEL_SERVICE_NAME,
    sampleRatio: env.OTEL_TRACES_SAMPLER_ARG,
  });
}
