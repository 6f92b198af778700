import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { CallerLimits } from './auth/caller-limits.js';
import { BUILD_INFO } from './build-info.js';
import { trustIn } from './common/http/client-address.js';
import { answerClientError, refuseAsHttp } from './common/http/client-errors.js';
import { Cors } from './common/http/cors.js';
import { closeGracefully, ShutdownState } from './common/shutdown-state.js';
import { isJson, parseJsonBodies } from './common/http/json-bodies.js';
import {
  createLogger,
  logAborted,
  logUnrouted,
  NestLogger,
  RequestLog,
} from './common/observability/logger.js';
import { Metrics } from './common/observability/metrics.js';
import { PROBE_ROUTES, shedLoad } from './common/http/overload.js';
import { ProblemError, PROBLEMS, problemBody } from './common/problem.js';
import {
  boundBodies,
  lingerAfterEarlyAnswers,
  mayHaveBody,
  watchForCrumbs,
} from './common/http/request-bodies.js';
import { requestIds } from './common/observability/request-context.js';
import { RateLimits } from './common/http/rate-limits.js';
import { MAX_PARAMETER_LENGTH, RouteTable } from './common/http/route-table.js';
import { docsHeaders, SECURITY_HEADERS } from './common/http/security-headers.js';
import { Traces } from './common/observability/traces.js';
import type { Config } from './config/config.js';
import { createDocument, forReading, serveDocument, withServerOf } from './common/http/openapi.js';
import { WebhookGate } from './webhooks/webhook-gate.js';

const PREFIX = '/api/v2';
const WEBHOOK_PREFIX = `${PREFIX}/webhooks/`;
/** In a dashboard they are easily typed, and a 404 there loses deliveries. */
const TRAILING_SLASHES = /(?<=[^/])\/+(?=\?|$)/;
const OUTSIDE_PREFIX = [
  'health/live',
  'health/ready',
  'metrics',
  'problems',
  'problems/:slug',
  '.well-known/jwks.json',
  'account-deletion',
];
const BODY_LIMIT = 100 * 1024;
const WEBHOOK_BODY_LIMIT = 1024 * 1024;
/** For a whole request to arrive, and for its headers; how often that is looked at. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
const CHECK_CONNECTIONS_EVERY_MS = 2000;
/** A connection on which nothing moves, be it a caller that doesn't read its answer; longer than one may wait for a request. */
const SILENCE_MS = 75_000;
const LONGER_THAN_KEEP_ALIVE_MS = 3000;
/**
 * For an answer to begin, whatever hangs: every part has a shorter deadline of its own, but a driver can lose one. Svix gives
 * up after 15 s.
 */
const ANSWER_TIMEOUT_MS = 14_000;

export interface AppOptions {
  logger?: Logger;
  /** JavaScript for Swagger UI's page; local mode signs in with it. */
  docsScript?: string;
}

/**
 * The whole application for a configuration that `prepareDatabase` has completed: the only wiring there is, for the
 * server, the tests and the document.
 */
export async function createApp(config: Config, options: AppOptions = {}): Promise<NestFastifyApplication> {
  const logger = options.logger ?? createLogger(config.logLevel);
  const cors = new Cors(config.corsOrigins);
  const adapter = createAdapter(config, logger, cors, () => app.get(Metrics));
  const instance = adapter.getInstance<FastifyInstance>();
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config), adapter, {
    rawBody: true,
    // Nest's own parsers would take forms as well.
    bodyParser: false,
    logger: new NestLogger(logger),
    // Let the caller see what went wrong instead of ending the process.
    abortOnError: false,
  });
  app.get(RouteTable).watch(instance);
  app.setGlobalPrefix(PREFIX, { exclude: OUTSIDE_PREFIX });
  parseJsonBodies(app, instance, {
    usual: BODY_LIMIT,
    webhook: WEBHOOK_BODY_LIMIT,
    webhookPrefix: WEBHOOK_PREFIX,
  });
  hangUpWithoutAddress(instance, app.get(Metrics));
  watchForCrumbs(instance);
  addHooks(instance, app.get(Metrics), options.docsScript);
  refuseAsHttp(instance);
  closeGracefully(instance, app.get(ShutdownState), config.shutdownGraceMs);
  lingerAfterEarlyAnswers(instance, app.get(ShutdownState));
  app.get(Metrics).watch(instance);
  app.get(Metrics).tellBuild(BUILD_INFO);
  app.get(Traces).watch(instance, PROBE_ROUTES);
  if (cors.options !== undefined) app.enableCors(cors.options);
  // Behind CORS: a browser must be able to read that it was turned away.
  await limit(app, instance, config);
  let document: OpenAPIObject | undefined;
  const documentOnce = () => (document ??= createDocument(app));
  serveDocument(instance, documentOnce);
  SwaggerModule.setup('docs', app, documentOnce, {
    raw: ['yaml'],
    yamlDocumentUrl: 'openapi.yaml',
    patchDocumentOnRequest: (request, _reply, document) => {
      const ours = withServerOf(request as FastifyRequest, document);
      return isDocs(request as FastifyRequest) ? forReading(ours) : ours;
    },
    customSiteTitle: 'Roavelo API',
    swaggerOptions: {
      persistAuthorization: false,
      displayRequestDuration: true,
      tryItOutEnabled: true,
      filter: true,
      docExpansion: 'none',
    },
    ...(options.docsScript === undefined ? {} : { customJsStr: options.docsScript }),
  });
  return app;
}

/** @param metrics known only once there is an app */
function createAdapter(config: Config, logger: Logger, cors: Cors, metrics: () => Metrics): FastifyAdapter {
  return new FastifyAdapter({
    loggerInstance: logger,
    logController: new RequestLog(),
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: config.keepAliveMs,
    connectionTimeout: Math.max(SILENCE_MS, config.keepAliveMs + LONGER_THAN_KEEP_ALIVE_MS),
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_CONNECTIONS_EVERY_MS,
      // Node's own answer is no problem: ours is `refuseAsHttp`.
      requireHostHeader: false,
    },
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => {
      const answered = answerClientError(error, socket, cors);
      if (answered === undefined) return;
      logUnrouted(logger.child({ requestId: answered.requestId }), null, answered.code);
      metrics().countUnrouted('none', PROBLEMS[answered.code].status);
    },
    trustProxy: trustIn(config.trustProxy),
    rewriteUrl: ({ url = '/' }) => (url.startsWith(WEBHOOK_PREFIX) ? url.replace(TRAILING_SLASHES, '') : url),
    requestIdHeader: false,
    // Its own answer while closing is no problem+json; a request that still comes in is served.
    return503OnClosing: false,
    genReqId: ({ headers }: IncomingMessage) => acceptableRequestId(headers['x-request-id']) ?? randomUUID(),
    // What the router can't read at all reaches neither hooks nor Nest's filters.
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
      // A browser asks first, and shows the answer to the request itself only when this one is good.
      const preflight = cors.preflightFor(request);
      if (preflight !== undefined) {
        void reply.status(204).headers(preflight).send();
        return;
      }
      reply.raw.once('finish', () => {
        logUnrouted(request.log, request.method, 'validation_failed');
        metrics().countUnrouted(request.method, PROBLEMS.validation_failed.status);
      });
      void reply
        .status(400)
        .headers({ ...SECURITY_HEADERS, ...cors.headersFor(request.headers.origin) })
        .header('content-type', 'application/problem+json')
        .header('x-request-id', request.id)
        .header('cache-control', 'no-store')
        .send(JSON.stringify(problemBody('validation_failed', request.id)));
    },
  } as never);
}

/** Ours to log and to repeat, so only what can't break a line or a header. */
function acceptableRequestId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w.:-]{1,128}$/.test(header) ? header : undefined;
}

/**
 * Ends what has no address: its caller has reset the connection while the request was being read. There is nothing to answer or to
 * limit it by. Asked once, Node remembers the address, so later readers have one.
 */
function hangUpWithoutAddress(instance: FastifyInstance, metrics: Metrics): void {
  instance.addHook('onRequest', ({ socket }, reply, done) => {
    if (socket.remoteAddress !== undefined) {
      done();
      return;
    }
    metrics.resetConnections.inc();
    reply.hijack();
    socket.destroy();
  });
}

function addHooks(instance: FastifyInstance, metrics: Metrics, docsScript: string | undefined): void {
  const docs = docsHeaders(docsScript);
  instance.addHook('onRequest', (request, reply, done) => {
    // Whoever may keep an answer is said by its route.
    void reply
      .headers(isDocs(request) ? docs : SECURITY_HEADERS)
      .header('cache-control', 'no-store')
      .header('x-request-id', request.id);
    // Not Fastify's `handlerTimeout`, which ends with the body of a request.
    const timer = setTimeout(() => {
      if (reply.sent || reply.raw.headersSent) return;
      // Whose fault it is: a caller that still owes its body, or something behind us.
      const code = request.raw.complete ? 'dependency_unavailable' : 'request_timeout';
      if (code === 'request_timeout') void reply.header('connection', 'close');
      void reply.send(new ProblemError(code));
    }, ANSWER_TIMEOUT_MS);
    reply.raw.once('close', () => {
      clearTimeout(timer);
      if (reply.raw.writableFinished) return;
      logAborted(request, reply);
      metrics.countAborted(request, reply);
    });
    done();
  });
  // Behind the parser: it reads the body in the context of the connection.
  instance.addHook('preHandler', (request, _reply, done) => {
    requestIds.run({ requestId: request.id, traceId: request.traceId }, done);
  });
  instance.addHook('preSerialization', (request, reply, payload, done) => {
    const cursor = (payload as { nextCursor?: unknown } | null)?.nextCursor;
    if (typeof cursor === 'string')
      void reply.header('link', `<${nextPage(request.url, cursor)}>; rel="next"`);
    done(null, payload);
  });
}

/**
 * Turns away what is too much: while the process is overloaded, and callers who ask too often. Of webhooks only refused ones are counted:
 * Svix delivers for everybody from a few addresses.
 */
async function limit(app: NestFastifyApplication, instance: FastifyInstance, config: Config): Promise<void> {
  shedLoad(instance, config);
  await app.get(RateLimits).attach(instance);
  const callers = app.get(CallerLimits);
  const gate = app.get(WebhookGate);
  instance.addHook('onRequest', async (request) => {
    const { url } = request.routeOptions;
    if (url !== undefined && PROBE_ROUTES.has(url)) return;
    if (isWebhook(request)) {
      if (isReadable(request)) await gate.admit(request);
    } else if (config.rateLimit.max > 0) await callers.admit(request);
  });
  boundBodies(instance, app.get(Metrics), (request) => (isWebhook(request) ? 'webhooks' : 'others'));
}

/** Swagger UI's page and what it loads. */
function isDocs({ routeOptions: { url } }: FastifyRequest): boolean {
  return url?.startsWith('/docs') === true;
}

function isWebhook({ routeOptions: { url } }: FastifyRequest): boolean {
  return url?.startsWith(WEBHOOK_PREFIX) === true;
}

/** Anything else is 413 or 415, which Fastify answers without reading the body. */
function isReadable({ raw: { headers } }: FastifyRequest): boolean {
  const { 'content-length': length = '0', 'content-type': type } = headers;
  return Number(length) <= WEBHOOK_BODY_LIMIT && (isJson(type) || !mayHaveBody(headers));
}

function nextPage(url: string, cursor: string): string {
  const start = url.indexOf('?');
  const path = start < 0 ? url : url.slice(0, start);
  const parameters = new URLSearchParams(start < 0 ? '' : url.slice(start));
  parameters.set('cursor', cursor);
  return `${path}?${parameters.toString()}`;
}
