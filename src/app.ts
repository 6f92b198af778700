import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { Authentication } from './auth/authentication.js';
import { BUILD_INFO } from './build-info.js';
import { BODY_LIMITS, createAdapter, PREFIX } from './common/http/adapter.js';
import { Cors } from './common/http/cors.js';
import { serveDocs } from './common/http/docs.js';
import { addHooks } from './common/http/hooks.js';
import { parseJsonBodies } from './common/http/json-bodies.js';
import { createLogger, NestLogger } from './common/observability/logger.js';
import { Metrics } from './common/observability/metrics.js';
import type { Config } from './config/config.js';
import { WebhookGate } from './webhooks/webhook-gate.js';

const OUTSIDE_PREFIX = [
  'health/live',
  'health/ready',
  'metrics',
  'problems',
  'problems/:slug',
  '.well-known/jwks.json',
  'account-deletion',
];

export interface AppOptions {
  logger?: Logger;
  /** JavaScript for Swagger UI's page; local mode signs in with it. */
  docsScript?: string;
}

/**
 * The whole application for a configuration that `prepareDatabase` has completed. The only wiring: for the
 * server, the tests and the OpenAPI document.
 */
export async function createApp(config: Config, options: AppOptions = {}): Promise<NestFastifyApplication> {
  const { docsScript, logger = createLogger(config.logLevel) } = options;
  const cors = new Cors(config.corsOrigins);
  const adapter = createAdapter(config, logger, cors, () => app.get(Metrics));
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config), adapter, {
    // Svix signs the bytes of a webhook.
    rawBody: true,
    // Nest's own parsers would accept forms as well.
    bodyParser: false,
    logger: new NestLogger(logger),
    // The caller handles a failed start; Nest would end the process.
    abortOnError: false,
  });
  const instance = adapter.getInstance<FastifyInstance>();
  app.setGlobalPrefix(PREFIX, { exclude: OUTSIDE_PREFIX });
  parseJsonBodies(app, instance, BODY_LIMITS);
  app.get(Metrics).watchProcess();
  app.get(Metrics).setBuildInfo(BUILD_INFO);
  const authentication = app.get(Authentication);
  const webhooks = app.get(WebhookGate);
  addHooks(app, config, {
    cors,
    docsScript,
    admit: (request) => authentication.admit(request),
    admitWebhook: (request) => webhooks.admit(request),
  });
  serveDocs(app, docsScript);
  return app;
}
