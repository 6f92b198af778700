import type { Config } from '../src/config/config.ts';

/** A configuration that reaches nothing: enough to build the application and read its document. */
export const documentConfig: Config = {
  environment: 'test',
  host: '127.0.0.1',
  port: 0,
  mongodbUri: 'mongodb://127.0.0.1:1/document',
  clerk: {
    secretKey: 'sk_test_document',
    apiUrl: 'http://127.0.0.1:1',
    jwtKey: undefined,
    issuers: [],
    authorizedParties: [],
    webhookSecrets: [`whsec_${Buffer.alloc(24).toString('base64')}`],
  },
  deletions: { retentionDays: 1095, purge: 'manual', verifyAfterMs: 30_000 },
  userSyncRollback: true,
  background: false,
  reconcileIntervalMs: 0,
  appSecret: 'document',
  receiptSigningKey: undefined,
  corsOrigins: [],
  trustProxy: false,
  logLevel: 'silent',
  redisUrl: undefined,
  rateLimit: { max: 0, windowMs: 60_000 },
  overloadEventLoopDelayMs: 0,
  metricsToken: undefined,
  traces: undefined,
  shutdownGraceMs: 0,
  shutdownDrainMs: 0,
};
