import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import { Injectable, Logger, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import type { Context, Span } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { mongo } from 'mongoose';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { withTimeout } from '../with-timeout.js';

/** Of the collector: spans are sent behind the requests, so one that is away costs nobody anything. */
const EXPORT_TIMEOUT_MS = 2000;
const EXPORT_EVERY_MS = 1000;
/** At the end of the process, for what was not sent yet. */
const FLUSH_MS = 1000;
const SERVICE_NAME = 'roavelo-api';
/** MongoDB's commands name their collection by their first field, except for these. */
const COLLECTION_FIELD: Partial<Record<string, string>> = { getMore: 'collection' };

declare module 'fastify' {
  interface FastifyRequest {
    /** When there are traces. */
    traceId?: string;
  }
}

/**
 * What a span tells. Only what is named where the span is made: no addresses, queries, Clerk ids or other personal data, which
 * nobody could erase from where traces are kept.
 */
export type SpanAttributes = Readonly<Record<string, string | number>>;

type Sdk = Awaited<ReturnType<typeof loadSdk>>;

/**
 * OpenTelemetry's spans of requests, calls of Clerk, commands of MongoDB and steps of deletions, by its semantic conventions. Without
 * `OTEL_EXPORTER_OTLP_ENDPOINT` there are none, and not even the packages are loaded. Why by hand: docs/decisions/0017.
 */
@Injectable()
export class Traces implements OnApplicationShutdown {
  private readonly active = new AsyncLocalStorage<Context>();

  private constructor(private readonly sdk: Sdk | undefined) {}

  static async create({ traces }: Config): Promise<Traces> {
    return new Traces(traces && (await loadSdk(traces)));
  }

  get isOn(): boolean {
    return this.sdk !== undefined;
  }

  /** A span for each request of the instance but those to `except` (route patterns); its `traceId` is in the request's log lines. */
  watch(instance: FastifyInstance, except: ReadonlySet<string>): void {
    const { sdk } = this;
    if (sdk === undefined) return;
    const contexts = new WeakMap<FastifyRequest, Context>();
    instance.addHook('onRequest', (request, reply, done) => {
      const { url: route } = request.routeOptions;
      if (route !== undefined && except.has(route)) {
        done();
        return;
      }
      const name = route === undefined ? request.method : `${request.method} ${route}`;
      const attributes = {
        'http.request.method': request.method,
        // A trusted proxy may say anything.
        'url.scheme': request.protocol === 'https' ? 'https' : 'http',
        'roavelo.request_id': request.id,
        ...(route === undefined ? {} : { 'http.route': route }),
      };
      const context = sdk.start(name, 'SERVER', attributes, sdk.extract(request.headers));
      const span = sdk.spanOf(context);
      contexts.set(request, context);
      request.traceId = span.spanContext().traceId;
      request.log = request.log.child({ traceId: request.traceId });
      // Not `onResponse`, which a caller who hangs up never lets come.
      reply.raw.once('close', () => {
        const { statusCode } = reply;
        if (reply.raw.writableFinished) span.setAttribute('http.response.status_code', statusCode);
        sdk.end(span, errorOf(request, reply.raw.writableFinished, statusCode));
      });
      done();
    });
    // Behind the parser: it reads the body in the context of the connection.
    instance.addHook('preHandler', (request, _reply, done) => {
      const context = contexts.get(request);
      if (context === undefined) done();
      else this.active.run(context, done);
    });
  }

  /** A span for each command that belongs to a request or a step. The client was made with `monitorCommands`. */
  watchMongo(client: mongo.MongoClient): void {
    const { sdk } = this;
    if (sdk === undefined) return;
    const underWay = new Map<number, Span>();
    client.on('commandStarted', ({ requestId, commandName, command, databaseName, address }) => {
      const parent = this.active.getStore();
      if (parent === undefined) return;
      const collection = (command as Record<string, unknown>)[COLLECTION_FIELD[commandName] ?? commandName];
      const attributes = {
        'db.system.name': 'mongodb',
        'db.namespace': databaseName,
        'db.operation.name': commandName,
        ...serverOf(address),
        ...(typeof collection === 'string' ? { 'db.collection.name': collection } : {}),
      };
      const name = typeof collection === 'string' ? `${commandName} ${collection}` : commandName;
      underWay.set(requestId, sdk.spanOf(sdk.start(name, 'CLIENT', attributes, parent)));
    });
    const end = (requestId: number, error?: string) => {
      const span = underWay.get(requestId);
      if (span === undefined) return;
      underWay.delete(requestId);
      sdk.end(span, error);
    };
    client.on('commandSucceeded', ({ requestId }) => {
      end(requestId);
    });
    client.on('commandFailed', ({ requestId, failure }) => {
      const { codeName } = failure as { codeName?: unknown };
      end(requestId, typeof codeName === 'string' ? codeName : failure.name);
    });
  }

  /** Does the work as a span of its own, within the one under way if there is one. Its error is told by class. */
  async span<T>(
    name: string,
    kind: 'INTERNAL' | 'CLIENT',
    attributes: SpanAttributes,
    work: () => Promise<T>,
  ): Promise<T> {
    const { sdk } = this;
    if (sdk === undefined) return work();
    const context = sdk.start(name, kind, attributes, this.active.getStore());
    try {
      const result = await this.active.run(context, work);
      sdk.end(sdk.spanOf(context));
      return result;
    } catch (error) {
      sdk.end(sdk.spanOf(context), error instanceof Error ? error.name : typeof error);
      throw error;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await withTimeout(this.sdk?.shutdown() ?? Promise.resolve(), FLUSH_MS).catch(() => undefined);
  }
}

export const tracesProvider: Provider = {
  provide: Traces,
  inject: [CONFIG],
  useFactory: (config: Config) => Traces.create(config),
};

/** `host:port`, or the path of a socket. */
function serverOf(address: string): SpanAttributes {
  const [, host, port] = /^(.*):(\d+)$/.exec(address) ?? [];
  return host === undefined
    ? { 'server.address': address }
    : { 'server.address': host, 'server.port': Number(port) };
}

/** A caller who hung up has no status; 4xx is no error of ours (semantic conventions for HTTP servers). */
function errorOf({ problem }: FastifyRequest, isAnswered: boolean, status: number): string | undefined {
  if (!isAnswered) return 'aborted';
  return status >= 500 ? (problem ?? String(status)) : undefined;
}

/** What is used of OpenTelemetry, loaded only here. */
async function loadSdk({ endpoint, headers, serviceName, sampleRatio }: NonNullable<Config['traces']>) {
  const [api, { W3CTraceContextPropagator }, resources, sdk, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/core'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-proto'),
  ]);
  const exporter = new OTLPTraceExporter({ url: endpoint, headers, timeoutMillis: EXPORT_TIMEOUT_MS });
  const sample = new sdk.TraceIdRatioBasedSampler(sampleRatio);
  const provider = new sdk.TracerProvider({
    resource: resources
      .defaultResource()
      .merge(resources.resourceFromAttributes({ 'service.name': serviceName })),
    // A caller can give a trace its id, but not make us record more of them than we want to.
    sampler: new sdk.ParentBasedSampler({ root: sample, remoteParentSampled: sample }),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: told(exporter),
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
        scheduledDelayMillis: EXPORT_EVERY_MS,
      }),
    ],
  });
  const tracer = provider.getTracer(SERVICE_NAME);
  const propagator = new W3CTraceContextPropagator();
  const { SpanKind, SpanStatusCode, ROOT_CONTEXT, defaultTextMapGetter, trace } = api;
  return {
    /** The context that a caller's `traceparent` names; the empty one without it. */
    extract: (from: IncomingHttpHeaders): Context =>
      propagator.extract(ROOT_CONTEXT, from, defaultTextMapGetter),
    /** Begins a span within a context; returns the context of what happens within it. */
    start: (
      name: string,
      kind: 'INTERNAL' | 'SERVER' | 'CLIENT',
      attributes: SpanAttributes,
      within: Context = ROOT_CONTEXT,
    ): Context => trace.setSpan(within, tracer.startSpan(name, { kind: SpanKind[kind], attributes }, within)),
    spanOf: (context: Context): Span => {
      const span = trace.getSpan(context);
      if (span === undefined) throw new TypeError('There is no span in this context');
      return span;
    },
    end: (span: Span, error?: string): void => {
      if (error !== undefined)
        span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', error);
      span.end();
    },
    shutdown: () => provider.shutdown(),
  };
}

/** Says when the collector goes away, and when it is back: the SDK drops what it can't send without a word. */
function told(exporter: SpanExporter): SpanExporter {
  const logger = new Logger(Traces.name);
  let isAway = false;
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        const hasFailed = result.error !== undefined;
        if (hasFailed && !isAway) logger.warn({ msg: 'the collector of traces is away', err: result.error });
        if (!hasFailed && isAway) logger.log({ msg: 'the collector of traces is back' });
        isAway = hasFailed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}
