import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type {
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  preSerializationHookHandler,
} from 'fastify';
import type { Config } from '../../config/config.js';
import { Metrics } from '../observability/metrics.js';
import { decorateWithContext, enterContext } from '../observability/request-context.js';
import { Traces } from '../observability/traces.js';
import { ShutdownState } from '../shutdown-state.js';
import { BODY_LIMITS } from './adapter.js';
import { passExpectations, refuseHead } from './client-errors.js';
import type { Cors } from './cors.js';
import { closeGracefully } from './graceful-close.js';
import { allowLargeBodies, dropBodyHeaders, isReadableWebhook } from './json-bodies.js';
import { PROBE_ROUTES, shedLoad } from './overload.js';
import { boundBodies, lingerAfterEarlyAnswer, refuseCrumbledBody } from './request-bodies.js';
import { logAborted } from './request-log.js';
import { RequestsUnderWay } from './requests-under-way.js';
import { revalidateCacheable } from './revalidation.js';
import { RouteTable } from './route-table.js';
import { docsHeaders, SECURITY_HEADERS } from './security-headers.js';

/** What the rooms above decide for the edge. */
export interface Edge {
  cors: Cors;
  /** JavaScript in Swagger UI's page. */
  docsScript: string | undefined;
  /** Counts a request and identifies its caller. Throws the refusal. */
  admit: (request: FastifyRequest) => void | Promise<void>;
  /** Refuses what can't be a delivery by its headers. */
  admitWebhook: (request: FastifyRequest) => void | Promise<void>;
}

/**
 * All hooks of the server, stage by stage, each stage in the order in which its hooks run. Call it before
 * the first route is registered.
 */
export function addHooks(app: NestFastifyApplication, config: Config, edge: Edge): void {
  const instance = app.getHttpAdapter().getInstance();
  const metrics = app.get(Metrics);
  const shutdown = app.get(ShutdownState);
  const underWay = new RequestsUnderWay();
  const close = closeGracefully(instance.server, underWay, shutdown, config.shutdownGraceMs);
  const bodies = boundBodies(metrics, (request) => (isWebhook(request) ? 'webhooks' : 'others'));
  const load = shedLoad(config);
  passExpectations(instance.server);
  decorateWithContext(instance);

  instance.addHook('onRoute', app.get(RouteTable).onRoute);
  instance.addHook('onRoute', allowLargeBodies(BODY_LIMITS));
  instance.addHook('onRoute', revalidateCacheable);

  // Nest runs this hook first, wherever it is added: preflights are answered here, and a browser can read
  // every refusal. Then Nest answers targets without a leading slash with 404.
  if (edge.cors.options !== undefined) app.enableCors(edge.cors.options);

  // The head of a request.
  instance.addHook('onRequest', dropBodyHeaders);
  instance.addHook('onRequest', destroyWithoutAddress(metrics));
  instance.addHook('onRequest', refuseCrumbledBody);
  // From here on every answer has its headers, and its deadline.
  instance.addHook('onRequest', prepareAnswer(metrics, underWay, edge.docsScript));
  instance.addHook('onRequest', refuseHead);
  instance.addHook('onRequest', app.get(Traces).startRequest(PROBE_ROUTES));
  if (load !== undefined) instance.addHook('onRequest', load.onRequest);
  instance.addHook('onRequest', admitRequest(edge));

  // The body.
  instance.addHook('preParsing', bodies.preParsing);

  // The whole request. Nest's guards, interceptors and the handler come next.
  instance.addHook('preHandler', enterContext);

  // The answer.
  instance.addHook('preSerialization', linkNextPage);
  instance.addHook('onSend', close.onSend);
  instance.addHook('onSend', lingerAfterEarlyAnswer(shutdown));
  instance.addHook('onSend', bodies.onSend);
  instance.addHook('onResponse', metrics.onResponse);

  // The end of the server.
  instance.addHook('preClose', close.preClose);
  if (load !== undefined) instance.addHook('onClose', load.onClose);
}

/** Whether the route is one of Clerk's webhooks. */
function isWebhook({ routeOptions: { url } }: FastifyRequest): boolean {
  return url?.startsWith(BODY_LIMITS.webhookPrefix) === true;
}

/** Whether the route is exempt from limits. */
function isProbe({ routeOptions: { url } }: FastifyRequest): boolean {
  return url !== undefined && PROBE_ROUTES.has(url);
}

/** Whether the route is Swagger UI's page or a file of it. */
export function isDocs({ routeOptions: { url } }: FastifyRequest): boolean {
  return url?.startsWith('/docs') === true;
}

/**
 * Destroys a connection without an address: the caller has reset it while the request was being read, so
 * there is no caller to answer or to limit. Node remembers an address once it was asked for, so later
 * readers have one.
 */
function destroyWithoutAddress(metrics: Metrics): onRequestHookHandler {
  return ({ socket }, reply, done) => {
    if (socket.remoteAddress !== undefined) {
      done();
      return;
    }
    metrics.resetConnections.inc();
    reply.hijack();
    socket.destroy();
  };
}

/** Sets the headers of every answer and its deadline, and notices a caller who hangs up. */
function prepareAnswer(
  metrics: Metrics,
  underWay: RequestsUnderWay,
  docsScript: string | undefined,
): onRequestHookHandler {
  const docs = docsHeaders(docsScript);
  const onAborted = (request: FastifyRequest, reply: FastifyReply) => {
    logAborted(request, reply);
    metrics.countAborted(request, reply);
  };
  return (request, reply, done) => {
    // A route whose answer may be cached sets `cache-control` itself.
    void reply
      .headers(isDocs(request) ? docs : SECURITY_HEADERS)
      .header('cache-control', 'no-store')
      .header('x-request-id', request.id);
    underWay.add(reply, onAborted);
    done();
  };
}

/** Throws nothing: a refusal is passed on. Most requests are admitted at once, without a promise. */
function admitRequest({ admit, admitWebhook }: Edge): onRequestHookHandler {
  const decide = (request: FastifyRequest) => {
    if (isWebhook(request))
      return isReadableWebhook(request, BODY_LIMITS) ? admitWebhook(request) : undefined;
    return isProbe(request) ? undefined : admit(request);
  };
  return (request, _reply, done) => {
    try {
      const admission = decide(request);
      if (admission === undefined) done();
      else
        admission.then(() => {
          done();
        }, done);
    } catch (error) {
      done(error as Error);
    }
  };
}

/** Adds the `Link` header to an answer that has a next page. */
const linkNextPage: preSerializationHookHandler = (request, reply, payload, done) => {
  const cursor = (payload as { nextCursor?: unknown } | null)?.nextCursor;
  if (typeof cursor === 'string') void reply.header('link', `<${nextPage(request.url, cursor)}>; rel="next"`);
  done(null, payload);
};

function nextPage(url: string, cursor: string): string {
  const start = url.indexOf('?');
  const path = start < 0 ? url : url.slice(0, start);
  const parameters = new URLSearchParams(start < 0 ? '' : url.slice(start));
  parameters.set('cursor', cursor);
  return `${path}?${parameters.toString()}`;
}
