import { z } from 'zod';
import {
  clerkApiUrl,
  count,
  flag,
  issuer,
  jwtKey,
  list,
  mongodbUri,
  origin,
  otlpHeaders,
  publishableKey,
  redisUrl,
  reservedUsernames,
  secretKey,
  share,
  signingKey,
  text,
  trustedProxies,
  url,
  webhookSecrets,
} from './variable-formats.js';

/** Node's timers can't be longer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const DEFAULT_GRACE_MS = 10_000;

const DEFAULT_CLERK_API_URL = 'https://api.clerk.com';

/** In production a proxy needs a moment to notice that an instance stops. */
export const PRODUCTION_DRAIN_MS = 3000;

/** pino's levels; `silent` logs nothing. */
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/**
 * What docs/configuration.md says of a variable. Markdown; the page takes defaults and enumerations from
 * the schema.
 */
export interface VariableDocs {
  description: string;
  /** In place of the schema's default: where a missing value comes from, or what applies without one. */
  default?: string;
  /** When the variable is required, if the schema alone doesn't say it. */
  required?: string;
}

const documented = <S extends z.ZodType>(schema: S, docs: VariableDocs): S => schema.meta({ ...docs });

/**
 * The variables, by the section of docs/configuration.md that lists them. After a change: `npm run
 * docs:configuration`.
 */
export const VARIABLE_SECTIONS = {
  Service: {
    NODE_ENV: documented(
      z
        .enum(['development', 'production', 'test'], 'must be development, production or test')
        .default('development'),
      {
        description:
          '`production` changes the default of `SHUTDOWN_DRAIN_MS`, closes `/metrics` without a token, and ends local mode.',
      },
    ),
    HOST: documented(text.default('0.0.0.0'), { description: 'The address to listen on.' }),
    PORT: documented(count(65_535).default(3000), { description: 'The port to listen on.' }),
    MONGODB_URI: documented(mongodbUri, {
      description:
        'A replica set (one member is enough) or mongos, with the name of the database. `readWrite` on this database is all that its user needs.',
    }),
    REDIS_URL: documented(redisUrl.optional(), {
      description:
        '`redis://…` or `rediss://…`. Rate limits count for all instances together, and in memory while Redis is away.',
      default: 'each instance counts for itself',
    }),
    APP_SECRET: documented(text.min(32, 'must have at least 32 characters').optional(), {
      description: 'Signs cursors and hashes the usernames that are held back; 32 characters or more.',
      default: 'made once, kept in MongoDB',
    }),
  },
  Clerk: {
    CLERK_SECRET_KEY: documented(secretKey, { description: 'The key of the Backend API, `sk_…`.' }),
    CLERK_PUBLISHABLE_KEY: documented(publishableKey.optional(), {
      description: '`pk_…`. The accepted issuer is read from it.',
      required: 'unless `CLERK_ISSUER` is set',
    }),
    CLERK_ISSUER: documented(list.pipe(z.array(issuer).min(1, 'is empty')).optional(), {
      description:
        'Accepted `iss` values, comma-separated, compared whole: a path counts (`https://app.example.dev/__clerk`), and so does a slash at its end.',
      default: 'from the publishable key',
      required: 'unless `CLERK_PUBLISHABLE_KEY` is set',
    }),
    CLERK_WEBHOOK_SIGNING_SECRET: documented(webhookSecrets.optional(), {
      description:
        '`whsec_…` of the webhook endpoint. During a rotation several, comma-separated, the new one first.',
      required: 'unless `CLERK_WEBHOOK_SECRET` is set',
    }),
    CLERK_WEBHOOK_SECRET: documented(webhookSecrets.optional(), {
      description: "An alias of `CLERK_WEBHOOK_SIGNING_SECRET`, the article's name for it.",
    }),
    CLERK_JWT_KEY: documented(jwtKey.optional(), {
      description:
        'PEM public key (Clerk\'s dashboard, "JWT public key"): tokens are verified without network. `\\n` is unescaped.',
      default: "keys from Clerk's JWKS",
    }),
    CLERK_AUTHORIZED_PARTIES: documented(list.default([]), {
      description: 'Accepted `azp` values, comma-separated; checked when a token has one.',
      default: 'any',
    }),
    CLERK_API_URL: documented(clerkApiUrl.default(DEFAULT_CLERK_API_URL), {
      description: 'Another Backend API: the local Clerk, a proxy. `/v1` at its end is left out.',
    }),
    CLOCK_SKEW_MS: documented(count(60_000).default(5000), {
      description:
        "How far this machine's clock and Clerk's may differ, 0 to 60000. A token is accepted that much before its start and after its end.",
    }),
  },
  'Users and deleted accounts': {
    USER_SYNC_ROLLBACK: documented(flag.default(true), {
      description: 'Delete a new Clerk account whose user can never be saved.',
    }),
    USERNAME_FROM: documented(
      z.enum(['email', 'name', 'random'], 'must be email, name or random').default('email'),
      {
        description:
          "Where a new username comes from when Clerk's is missing or can't be used: the local part of the address (others then see it), the first name, or neither.",
      },
    ),
    USERNAME_HOLD_DAYS: documented(count(3650).default(30), {
      description: 'How long a username that was given up is held back from other users; 0: not at all.',
    }),
    DEFAULT_VISIBILITY: documented(
      z.enum(['public', 'private'], 'must be public or private').default('public'),
      {
        description: 'The visibility of new users, until they change it. Existing users keep theirs.',
      },
    ),
    RESERVED_USERNAMES: documented(reservedUsernames.default([]), {
      description: "Usernames that can't be taken, besides the built-in ones; comma-separated.",
    }),
    DELETED_USER_RETENTION_DAYS: documented(count(36_500).default(1095), {
      description:
        'How long the archive of a deleted account is kept. The date is fixed at the deletion; a shorter setting later makes it earlier.',
    }),
    DELETED_USER_PURGE: documented(
      z.enum(['manual', 'automatic'], 'must be manual or automatic').default('manual'),
      { description: 'Whether archives are purged by themselves after that, or by an admin.' },
    ),
    DELETION_VERIFY_AFTER_MS: documented(count(3_600_000).default(30_000), {
      description:
        'How long after a deletion the database is searched for references to the user. Longer than the longest request.',
    }),
    RECEIPT_SIGNING_KEY: documented(signingKey.optional(), {
      description: 'Signs deletion receipts: PEM, P-256, PKCS #8. `\\n` is unescaped.',
      default: 'made once, kept in MongoDB',
    }),
    RECONCILE_INTERVAL_MS: documented(count(MAX_TIMER_MS).default(0), {
      description:
        'How often users are compared with Clerk, for webhooks that were lost; 0: only by `npm run reconcile`.',
    }),
  },
  'HTTP and limits': {
    CORS_ORIGINS: documented(list.pipe(z.array(z.union([z.literal('*'), origin]))).default([]), {
      description:
        'Allowed origins, comma-separated, or `*`. Also `capacitor://localhost` and the like, and `https://*.preview.example.app`: one label for the `*`.',
    }),
    TRUST_PROXY: documented(trustedProxies.default(false), {
      description:
        'Addresses and ranges of proxies whose `X-Forwarded-For` is believed, or how many proxies are in front (`1`). With `true` callers choose their own address.',
    }),
    KEEP_ALIVE_MS: documented(
      count(3_600_000)
        .refine((value) => value >= 1000, 'must be at least 1000')
        .default(72_000),
      {
        description:
          "How long a connection without a request stays open. Longer than the proxy keeps it (Google's balancer: 600 s, so `620000`).",
      },
    ),
    RATE_LIMIT_MAX: documented(count(1_000_000).default(300), {
      description:
        "Requests per window in each budget: a subject's, an address's without a token, and an address's with bad tokens. Expensive calls have a tenth. 0: no limits.",
    }),
    RATE_LIMIT_WINDOW_MS: documented(
      count(86_400_000)
        .refine((value) => value >= 1000, 'must be at least 1000')
        .default(60_000),
      { description: 'The window of the rate limits.' },
    ),
    OVERLOAD_EVENT_LOOP_DELAY_MS: documented(count(60_000).default(1000), {
      description: 'Mean delay of the event loop above which requests get 503 `overloaded`; 0: never.',
    }),
    OVERLOAD_RSS_BYTES: documented(count(999_999_999_999).optional(), {
      description: 'Resident memory above which requests get 503 `overloaded`; 0: never.',
      default: "80 % of the container's limit",
    }),
    SHUTDOWN_GRACE_MS: documented(count(600_000).default(DEFAULT_GRACE_MS), {
      description: 'The time for the whole shutdown after SIGTERM.',
    }),
    SHUTDOWN_DRAIN_MS: documented(count(600_000).optional(), {
      description:
        'The part of it in which requests are still taken while `/health/ready` already answers 503.',
      default: `\`${PRODUCTION_DRAIN_MS}\` in production, else \`0\``,
    }),
  },
  'Logs, metrics and traces': {
    LOG_LEVEL: documented(z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'), {
      description: 'The least level that is logged.',
    }),
    METRICS_TOKEN: documented(
      text.regex(/^[\x21-\x7e]{16,}$/, 'must have at least 16 characters that a header can hold').optional(),
      {
        description:
          'The bearer token of `/metrics`, 16 characters or more. Without one `/metrics` is 404 in production and open elsewhere.',
      },
    ),
    OTEL_EXPORTER_OTLP_ENDPOINT: documented(url.optional(), {
      description:
        "A collector's address (OTLP over HTTP, `http://…:4318`): traces of requests, Clerk calls, MongoDB commands and deletions.",
      default: 'no traces',
    }),
    OTEL_EXPORTER_OTLP_HEADERS: documented(otlpHeaders.default({}), {
      description: 'Headers for the collector: `name=value`, comma-separated, percent-encoded.',
    }),
    OTEL_SERVICE_NAME: documented(text.default('roavelo-api'), {
      description: "The traces' `service.name`.",
    }),
    OTEL_TRACES_SAMPLER_ARG: documented(share.default(1), {
      description: 'The share of traces that are recorded, 0 to 1.',
    }),
  },
};

/** Every variable, by name, parsed. */
export const environmentSchema = z.object({
  ...VARIABLE_SECTIONS.Service,
  ...VARIABLE_SECTIONS.Clerk,
  ...VARIABLE_SECTIONS['Users and deleted accounts'],
  ...VARIABLE_SECTIONS['HTTP and limits'],
  ...VARIABLE_SECTIONS['Logs, metrics and traces'],
});

/**
 * Problems of several variables together. Reads the raw text, so that they are listed beside all other
 * problems.
 */
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
