import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, parseConfig } from '../../src/config/config.js';
import { hostOfPublishableKey } from '../../src/config/variable-formats.js';

const publishableKey = (host: string, kind = 'test') =>
  `pk_${kind}_${Buffer.from(`${host}$`).toString('base64').replaceAll('=', '')}`;
const secret = (byte: number) => `whsec_${Buffer.alloc(24, byte).toString('base64')}`;
const pem = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ type: 'spki', format: 'pem' }).toString();

const VALID = {
  MONGODB_URI: 'mongodb://127.0.0.1/roavelo?replicaSet=rs0',
  CLERK_SECRET_KEY: 'sk_test_0123456789',
  CLERK_PUBLISHABLE_KEY: publishableKey('clerk.example.com'),
  CLERK_WEBHOOK_SIGNING_SECRET: secret(1),
};

function problemsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    parseConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('a valid configuration', () => {
  it('has the documented defaults', () => {
    expect(parseConfig(VALID)).toEqual({
      environment: 'development',
      host: '0.0.0.0',
      port: 3000,
      mongodbUri: VALID.MONGODB_URI,
      clerk: {
        secretKey: VALID.CLERK_SECRET_KEY,
        apiUrl: 'https://api.clerk.com',
        jwtKey: undefined,
        issuers: ['https://clerk.example.com'],
        authorizedParties: [],
        webhookSecrets: [secret(1)],
      },
      deletions: { retentionDays: 1095, purge: 'manual', verifyAfterMs: 30_000 },
      receiptSigningKey: undefined,
      userSyncRollback: true,
      usernames: { from: 'email', holdDays: 30, reserved: [] },
      defaultVisibility: 'public',
      background: true,
      reconcileIntervalMs: 0,
      appSecret: undefined,
      corsOrigins: [],
      trustProxy: false,
      keepAliveMs: 72_000,
      clockSkewMs: 5000,
      logLevel: 'info',
      redisUrl: undefined,
      rateLimit: { max: 300, windowMs: 60_000 },
      overloadEventLoopDelayMs: 1000,
      overloadRssBytes: undefined,
      metricsToken: undefined,
      traces: undefined,
      shutdownGraceMs: 10_000,
      shutdownDrainMs: 0,
    });
  });

  it('is frozen', () => {
    expect(Object.isFrozen(parseConfig(VALID))).toBe(true);
  });

  it('reads lists, several secrets, and a PEM in one line', () => {
    const key = pem(2048);
    const config = parseConfig({
      ...VALID,
      CLERK_ISSUER: 'https://a.example, https://b.example:8443/__clerk, https://b.example/a/b/',
      CLERK_AUTHORIZED_PARTIES: 'https://app.example,',
      RESERVED_USERNAMES: 'Lonely.Planet, guide,',
      CLERK_WEBHOOK_SIGNING_SECRET: `${secret(1)}, ${secret(2)}`,
      CLERK_JWT_KEY: key.replaceAll('\n', '\\n'),
      TRUST_PROXY: '10.0.0.0/8, 127.0.0.1',
      CORS_ORIGINS: 'https://app.example,http://localhost:8081',
    });
    expect(config.clerk.issuers).toEqual([
      'https://a.example',
      'https://b.example:8443/__clerk',
      'https://b.example/a/b/',
    ]);
    expect(config.clerk.authorizedParties).toEqual(['https://app.example']);
    expect(config.clerk.webhookSecrets).toEqual([secret(1), secret(2)]);
    expect(config.clerk.jwtKey).toBe(key);
    expect(config.usernames.reserved).toEqual(['lonely.planet', 'guide']);
    expect(config.trustProxy).toEqual(['10.0.0.0/8', '127.0.0.1']);
    expect(config.corsOrigins).toEqual(['https://app.example', 'http://localhost:8081']);
  });

  it.each([
    ['https://clerk.example', 'https://clerk.example'],
    ['https://clerk.example/', 'https://clerk.example'],
    ['https://clerk.example/v1', 'https://clerk.example'],
    ['https://clerk.example//v1//', 'https://clerk.example'],
    ['https://clerk.example/v1/v1', 'https://clerk.example'],
    ['https://proxy.example/clerk/v1/', 'https://proxy.example/clerk'],
    ['https://proxy.example/v10', 'https://proxy.example/v10'],
    ['HTTPS://clerk.example', 'HTTPS://clerk.example'],
  ])('CLERK_API_URL %s is %s', (CLERK_API_URL, expected) => {
    expect(parseConfig({ ...VALID, CLERK_API_URL }).clerk.apiUrl).toBe(expected);
  });

  it.each([
    'https://app.example',
    'http://localhost:8081',
    'http://[::1]:8081',
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'http://tauri.localhost',
    'app://-',
    'com.example.app://localhost',
    'exp://192.168.1.5:8081',
    'https://*.preview.example.app',
    'https://*.example.app:8443',
    'http://*.localhost:3000',
  ])('CORS_ORIGINS accepts %s, also with a slash at the end', (origin) => {
    expect(parseConfig({ ...VALID, CORS_ORIGINS: `${origin},https://b.example` }).corsOrigins[0]).toBe(
      origin,
    );
    expect(parseConfig({ ...VALID, CORS_ORIGINS: `${origin}/` }).corsOrigins).toEqual([origin]);
  });

  it("accepts the seed's name of the webhook secret", () => {
    const { CLERK_WEBHOOK_SIGNING_SECRET: _, ...rest } = VALID;
    expect(parseConfig({ ...rest, CLERK_WEBHOOK_SECRET: secret(3) }).clerk.webhookSecrets).toEqual([
      secret(3),
    ]);
  });

  it('reads the collector of traces, its headers, and the sampled share', () => {
    const endpoint = 'http://collector:4318';
    const traces = (more: Record<string, string> = {}) =>
      parseConfig({ ...VALID, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...more }).traces;
    const rest = { serviceName: 'roavelo-api', sampleRatio: 1, headers: {} };
    expect(traces()).toEqual({ endpoint: `${endpoint}/v1/traces`, ...rest });
    expect(
      traces({
        OTEL_EXPORTER_OTLP_ENDPOINT: `${endpoint}/otlp/`,
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20YQ==,x-scope=1',
        OTEL_SERVICE_NAME: 'api',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
      }),
    ).toEqual({
      endpoint: `${endpoint}/otlp/v1/traces`,
      headers: { authorization: 'Basic YQ==', 'x-scope': '1' },
      serviceName: 'api',
      sampleRatio: 0.25,
    });
  });

  it('reads TRUST_PROXY as a switch, a number of hops, or a list', () => {
    const read = (TRUST_PROXY: string) => parseConfig({ ...VALID, TRUST_PROXY }).trustProxy;
    expect(['true', 'false', '1', '2', '::1'].map(read)).toEqual([true, false, 1, 2, ['::1']]);
  });

  it.each(['0', '60000'])('accepts CLOCK_SKEW_MS=%s', (CLOCK_SKEW_MS) => {
    expect(parseConfig({ ...VALID, CLOCK_SKEW_MS }).clockSkewMs).toBe(Number(CLOCK_SKEW_MS));
  });

  it('treats an empty variable as absent', () => {
    expect(parseConfig({ ...VALID, PORT: '', APP_SECRET: ' ' })).toEqual(parseConfig(VALID));
  });
});

describe('an invalid configuration', () => {
  it('lists all missing variables', () => {
    expect([...problemsOf({})].sort()).toEqual([
      'CLERK_ISSUER is missing: set it or CLERK_PUBLISHABLE_KEY',
      'CLERK_SECRET_KEY is missing',
      'CLERK_WEBHOOK_SIGNING_SECRET is missing',
      'MONGODB_URI is missing',
    ]);
  });

  it.each([
    ['NODE_ENV', 'staging'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '3000x'],
    ['MONGODB_URI', 'postgres://x'],
    ['MONGODB_URI', 'mongodb://127.0.0.1:27017'],
    ['MONGODB_URI', 'mongodb://127.0.0.1:27017/?replicaSet=rs0'],
    ['MONGODB_URI', 'mongodb://user:secret@a.example,b.example/?replicaSet=rs0'],
    ['MONGODB_URI', 'mongodb://127.0.0.1:27017/roavelo?retryWrites=false'],
    ['CLERK_SECRET_KEY', 'pk_test_x'],
    ['CLERK_SECRET_KEY', 'sk_test_xxx'],
    ['CLERK_SECRET_KEY', 'your_clerk_secret_key'],
    ['CLERK_PUBLISHABLE_KEY', publishableKey('localhost:4000')],
    ['CLERK_PUBLISHABLE_KEY', 'pk_test_...'],
    ['CLERK_JWT_KEY', 'not a key'],
    ['CLERK_JWT_KEY', pem(1024)],
    ['CLERK_ISSUER', 'clerk.example.com'],
    ['CLERK_ISSUER', 'http://clerk.example.com'],
    ['CLERK_ISSUER', 'http://127.0.0.1:4010/__clerk'],
    ['CLERK_ISSUER', 'https://clerk.example.com/'],
    ['CLERK_ISSUER', 'https://clerk.example.com?a'],
    ['CLERK_ISSUER', 'https://app.example.dev/__clerk?'],
    ['CLERK_ISSUER', 'https://app.example.dev/__clerk?a=b'],
    ['CLERK_ISSUER', 'https://app.example.dev/__clerk#a'],
    ['CLERK_ISSUER', 'https://app.example.dev/__clerk#'],
    ['CLERK_ISSUER', 'https://name:secret@app.example.dev/__clerk'],
    ['CLERK_ISSUER', 'https://name@app.example.dev'],
    ['CLERK_ISSUER', 'https://App.example.dev/__clerk'],
    ['CLERK_ISSUER', 'https://app.example.dev:443/__clerk'],
    ['CLERK_ISSUER', 'https://app.example.dev/a/../__clerk'],
    ['CLERK_ISSUER', 'https://a.example,https://app.example.dev/__clerk?a'],
    ['CLERK_WEBHOOK_SIGNING_SECRET', 'whsec_!!'],
    ['CLERK_WEBHOOK_SIGNING_SECRET', 'whsec_xxxxxxxx'],
    ['CLERK_WEBHOOK_SIGNING_SECRET', `${secret(1)},nonsense`],
    ['CLERK_API_URL', 'api.clerk.com'],
    ['CLERK_API_URL', 'https://name:secret@proxy.example'],
    ['CLERK_API_URL', 'https://proxy.example/clerk?a=b'],
    ['CLERK_API_URL', 'https://proxy.example/clerk#a'],
    ['USER_SYNC_ROLLBACK', 'no'],
    ['USERNAME_FROM', 'phone'],
    ['USERNAME_HOLD_DAYS', '-1'],
    ['DEFAULT_VISIBILITY', 'Private'],
    ['DEFAULT_VISIBILITY', 'friends'],
    ['USERNAME_HOLD_DAYS', '3651'],
    ['RESERVED_USERNAMES', 'lonely planet'],
    ['RESERVED_USERNAMES', 'guide,ｇｕｉｄｅ'],
    ['RESERVED_USERNAMES', '...'],
    ['RECONCILE_INTERVAL_MS', '99999999999'],
    ['APP_SECRET', 'short'],
    ['CLERK_API_URL', 'https://api.clerk.com/?v=1'],
    ['CORS_ORIGINS', 'app.example'],
    ['CORS_ORIGINS', 'https://app.example/path'],
    ['CORS_ORIGINS', 'https://App.example'],
    ['CORS_ORIGINS', 'https://app.example:443'],
    ['CORS_ORIGINS', 'https://*'],
    ['CORS_ORIGINS', 'https://*.app'],
    ['CORS_ORIGINS', 'https://*.'],
    ['CORS_ORIGINS', '*.example.app'],
    ['CORS_ORIGINS', 'https://a.*.example.app'],
    ['CORS_ORIGINS', 'https://pr-*.example.app'],
    ['CORS_ORIGINS', 'https://*.*.example.app'],
    ['CORS_ORIGINS', 'https://example.app:*'],
    ['CORS_ORIGINS', '*://example.app'],
    ['CORS_ORIGINS', 'capacitor://*.localhost'],
    ['CORS_ORIGINS', 'capacitor://localhost/path'],
    ['CORS_ORIGINS', 'capacitor:localhost'],
    ['CORS_ORIGINS', 'file://'],
    ['CORS_ORIGINS', 'null'],
    ['TRUST_PROXY', 'yes'],
    ['TRUST_PROXY', '10.0.0.0/99'],
    ['TRUST_PROXY', '10.0.0.0/8/8'],
    ['TRUST_PROXY', '0'],
    ['TRUST_PROXY', '-1'],
    ['TRUST_PROXY', '100'],
    ['KEEP_ALIVE_MS', '999'],
    ['CLOCK_SKEW_MS', '60001'],
    ['CLOCK_SKEW_MS', '-1'],
    ['CLOCK_SKEW_MS', '0.5'],
    ['OVERLOAD_RSS_BYTES', '80%'],
    ['OVERLOAD_RSS_BYTES', '1e9'],
    ['REDIS_URL', 'redis://a:b:c'],
    ['METRICS_TOKEN', 'with spaces in the middle'],
    ['METRICS_TOKEN', 'größer-als-sechzehn'],
    ['LOG_LEVEL', 'loud'],
    ['SHUTDOWN_GRACE_MS', '1.5'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4318?a=b'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=%zz'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
  ])('%s is refused by name, without its value', (variable, value) => {
    const problems = problemsOf({ ...VALID, [variable]: value });
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) {
      expect(problem).toMatch(new RegExp(`^${variable} `));
      expect(problem).not.toContain(value);
    }
  });

  it.each([
    [
      'two instances',
      { CLERK_SECRET_KEY: 'sk_live_0123456789' },
      /^CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY/,
    ],
    ['two webhook secrets', { CLERK_WEBHOOK_SECRET: secret(2) }, /^CLERK_WEBHOOK_SECRET contradicts/],
    [
      'a drain that takes all of the grace',
      { SHUTDOWN_DRAIN_MS: '5000', SHUTDOWN_GRACE_MS: '5000' },
      /^SHUTDOWN_DRAIN_MS leaves nothing/,
    ],
    [
      'a drain longer than the usual grace',
      { SHUTDOWN_DRAIN_MS: '15000' },
      /^SHUTDOWN_DRAIN_MS leaves nothing/,
    ],
    [
      "a grace shorter than production's drain",
      { NODE_ENV: 'production', SHUTDOWN_GRACE_MS: '2000' },
      /^SHUTDOWN_DRAIN_MS leaves nothing/,
    ],
    ['all origins and some', { CORS_ORIGINS: '*,https://app.example' }, /^CORS_ORIGINS mixes/],
  ])('%s contradict each other', (_what, change, message) => {
    expect(problemsOf({ ...VALID, ...change })).toEqual([expect.stringMatching(message)]);
  });

  it('lists contradictions together with other problems', () => {
    const problems = problemsOf({ ...VALID, PORT: 'x', CLERK_SECRET_KEY: 'sk_live_0123456789' });
    expect(problems).toHaveLength(2);
  });
});

it('hostOfPublishableKey reads the encoding of Clerk, and no other', () => {
  expect(hostOfPublishableKey(publishableKey('127.0.0.1:4000'))).toBe('127.0.0.1:4000');
  for (const key of [
    '',
    'pk_test_',
    'pk_test_!!',
    publishableKey('nodot'),
    'pk_prod_YS5iJA',
    'pk_test_YS5i',
  ]) {
    expect(hostOfPublishableKey(key)).toBeUndefined();
  }
});
