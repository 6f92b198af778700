import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { causingRequest } from '../store/causing-request.ts';
import { clerkError } from '../store/errors.ts';
import { requireLocalCaller, requireLocalHost } from './access.ts';
import { errorBody, toClerkError } from './errors.ts';
import { type Exchange, exchangeOf } from './exchange.ts';
import type { Instance } from './instance.ts';
import type { Instances } from './instances.ts';
import { loseAnswer } from './interference.ts';
import { refuseUnknownRoutes } from './operations.ts';
import { overrideMethod } from './method-override.ts';
import { type Server, type ZodTypes, parseJsonObject, parseQuery, validateByZod } from './zod-types.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;

/** Adds the routes of a room. */
export type Room = (server: Server) => void;

export interface ServerOptions {
  /** Requests wait for them: they know the server's port. */
  instances: Promise<Instances>;
  /** Host names besides loopback that requests may use. */
  names: readonly string[];
  rooms: readonly Room[];
  /** Resolves when all changes are on disk. */
  commit: () => Promise<void>;
  /** Called with each answer before it is sent. */
  onAnswer?: ((exchange: Exchange) => void) | undefined;
}

/**
 * The HTTP server of all rooms. It refuses hosts and pages that are not local, validates by zod, commits
 * before it answers, and answers errors in Clerk's shape.
 */
export function createServer({ instances, names, rooms, commit, onAnswer }: ServerOptions): Server {
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    rewriteUrl: overrideMethod,
    frameworkErrors: (error, _request, reply) => {
      void sendError(error, reply);
    },
    clientErrorHandler: (_error, socket) => {
      socket.destroy();
    },
    // clerk-js ends some paths with a slash.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1000, querystringParser: parseQuery },
  }).withTypeProvider<ZodTypes>();
  validateByZod(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    const body = parseJsonObject(text.toString());
    if (body) done(null, body);
    else done(clerkError(400, 'request_body_invalid', 'Request body invalid'));
  });

  app.decorateRequest('instances', null);
  app.decorateRequest('instance', null);
  app.decorateRequest('fault', null);
  app.addHook('onRequest', async (request) => {
    requireLocalHost(request, names);
    requireLocalCaller(request);
    // Some proxies send it without a value for a request without a body. Fastify refuses that.
    if (request.headers['content-type'] === '') delete request.headers['content-type'];
    request.setDecorator('instances', await instances);
  });
  app.addHook('preHandler', (request, _reply, done) => {
    const { ip, headers } = request;
    causingRequest.run({ client_ip: ip, user_agent: headers['user-agent'] ?? '' }, done);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    await commit();
    loseAnswer(request);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    reply.headers({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    // Clerk sends no charset; with one, `@clerk/backend` reads the body as text.
    if (reply.getHeader('content-type') === 'application/json; charset=utf-8') {
      reply.header('content-type', 'application/json');
    }
    onAnswer?.(exchangeOf(request, reply, payload));
    return payload;
  });
  app.setErrorHandler((error, _request, reply) => sendError(error, reply));
  refuseUnknownRoutes(app, 'backend');
  for (const room of rooms) room(app);
  return app;
}

/** All instances, of a request's server. */
export function instancesOf(request: FastifyRequest): Instances {
  return request.getDecorator<Instances>('instances');
}

/** The instance that a hook of the room has found for this request. */
export function instanceOf(request: FastifyRequest): Instance {
  return request.getDecorator<Instance>('instance');
}

function sendError(error: unknown, reply: FastifyReply): FastifyReply {
  const known = toClerkError(error);
  if (known.retryAfter !== undefined) reply.header('retry-after', known.retryAfter);
  // As bytes: Fastify adds a charset to a text, and no hook runs for a bad URL.
  return reply
    .status(known.status)
    .header('content-type', 'application/json')
    .send(Buffer.from(JSON.stringify(errorBody(known))));
}
