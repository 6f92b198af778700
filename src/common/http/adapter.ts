import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import type { Metrics } from '../observability/metrics.js';
import { PROBLEMS, problemBody } from '../problem.js';
import { trustIn } from './client-address.js';
import { answerClientError } from './client-errors.js';
import type { Cors } from './cors.js';
import type { BodyLimits } from './json-bodies.js';
import { logUnrouted, RequestLog } from './request-log.js';
import { MAX_PARAMETER_LENGTH } from './route-table.js';
import { SECURITY_HEADERS } from './security-headers.js';

export const PREFIX = '/api/v2';
export const BODY_LIMITS: BodyLimits = {
  usual: 100 * 1024,
  large: 1024 * 1024,
  webhookPrefix: `${PREFIX}/webhooks/`,
};
/** Easily typed into a dashboard, and a 404 there would lose deliveries. */
const TRAILING_SLASHES = /(?<=[^/])\/+(?=\?|$)/;

/** For a whole request to arrive, and for its headers; how often that is checked. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
const CHECK_CONNECTIONS_EVERY_MS = 2000;
/**
 * For a connection without traffic, also of a caller that doesn't read its answer; longer than one may wait
 * for a request.
 */
const SOCKET_TIMEOUT_MS = 75_000;
const LONGER_THAN_KEEP_ALIVE_MS = 3000;

/**
 * Fastify with the limits of the HTTP edge: sizes, timeouts, trusted proxies, request ids, and answers to
 * what isn't HTTP.
 * @param metrics known only once there is an app
 */
export function createAdapter(
  config: Config,
  logger: Logger,
  cors: Cors,
  metrics: () => Metrics,
): FastifyAdapter {
  return new FastifyAdapter({
    loggerInstance: logger,
    logController: new RequestLog(),
    // zod checks requests and answers: Fastify would load ajv for schemas that no route has.
    schemaController: {
      compilersFactory: { buildValidator: refuseSchema, buildSerializer: refuseSchema },
    },
    bodyLimit: BODY_LIMITS.usual,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: config.keepAliveMs,
    connectionTimeout: Math.max(SOCKET_TIMEOUT_MS, config.keepAliveMs + LONGER_THAN_KEEP_ALIVE_MS),
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_CONNECTIONS_EVERY_MS,
      // Node's own answer is not a problem+json: `refuseHead` answers.
      requireHostHeader: false,
    },
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => {
      const answered = answerClientError(error, socket, cors);
      if (answered === undefined) return;
      logUnrouted(logger.child({ requestId: answered.requestId }), null, answered.code);
      metrics().countUnrouted('none', PROBLEMS[answered.code].status);
    },
    trustProxy: trustIn(config.trustProxy),
    rewriteUrl: ({ url = '/' }) =>
      url.startsWith(BODY_LIMITS.webhookPrefix) ? url.replace(TRAILING_SLASHES, '') : url,
    requestIdHeader: false,
    // Fastify's 503 is not a problem+json, and a request that still arrives can be served.
    return503OnClosing: false,
    genReqId: ({ headers }: IncomingMessage) => acceptableRequestId(headers['x-request-id']) ?? randomUUID(),
    // What the router can't parse reaches neither hooks nor Nest's filters.
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
      // A browser shows the answer to the request itself only after a good preflight.
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

function refuseSchema(): never {
  throw new Error('Fastify compiles no schemas here: give the operation one of zod');
}

/** A caller's id is logged and sent back, so it may hold nothing that breaks a line or a header. */
function acceptableRequestId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w.:-]{1,128}$/.test(header) ? header : undefined;
}
