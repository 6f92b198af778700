import { Injectable, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import type { Span } from '@opentelemetry/api';
import type { onRequestHookHandler } from 'fastify';
import type { mongo } from 'mongoose';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { withTimeout } from '../with-timeout.js';
import { currentContext, runInContext } from './request-context.js';
import type { SpanAttributes, TraceSdk } from './trace-sdk.js';

/** For the last spans, at the end of the process. */
const FLUSH_MS = 1000;
/** MongoDB's commands name their collection by their first field, except for these. */
const COLLECTION_FIELD: Partial<Record<string, string>> = { getMore: 'collection' };

/**
 * OpenTelemetry's spans of requests, calls of Clerk, MongoDB commands and deletion steps, by its semantic
 * conventions. Without `OTEL_EXPORTER_OTLP_ENDPOINT` there are none, and its packages aren't loaded. Why no
 * auto-instrumentation: docs/decisions/0017.
 */
@Injectable()
export class Traces implements OnApplicationShutdown {
  private constructor(private readonly sdk: TraceSdk | undefined) {}

  static async create({ traces }: Config): Promise<Traces> {
    return new Traces(traces && (await (await import('./trace-sdk.js')).loadSdk(traces)));
  }

  get isOn(): boolean {
    return this.sdk !== undefined;
  }

  /**
   * onRequest: begins the span of a request, unless its route is one of `except`. The request's log lines
   * get its `traceId`.
   */
  startRequest(except: ReadonlySet<string>): onRequestHookHandler {
    const { sdk } = this;
    return (request, reply, done) => {
      const { url: route } = request.routeOptions;
      if (sdk === undefined || (route !== undefined && except.has(route))) {
        done();
        return;
      }
      const name = route === undefined ? request.method : `${request.method} ${route}`;
      const attributes = {
        'http.request.method': request.method,
        // A trusted proxy can send any value.
        'url.scheme': request.protocol === 'https' ? 'https' : 'http',
        'roavelo.request_id': request.id,
        ...(route === undefined ? {} : { 'http.route': route }),
      };
      const opened = sdk.start(name, 'SERVER', attributes, sdk.extract(request.headers));
      const span = sdk.spanOf(opened);
      const { context } = request;
      context.span = opened;
      context.traceId = span.spanContext().traceId;
      request.log = request.log.child({ traceId: context.traceId });
      // Not `onResponse`, which never comes when the caller hangs up.
      reply.raw.once('close', () => {
        const { statusCode } = reply;
        const isAnswered = reply.raw.writableFinished;
        if (isAnswered) span.setAttribute('http.response.status_code', statusCode);
        sdk.end(span, errorOf(context.problem, isAnswered, statusCode));
      });
      done();
    };
  }

  /** Makes a span of each command within a request or step. Needs a client with `monitorCommands`. */
  watchMongo(client: mongo.MongoClient): void {
    const { sdk } = this;
    if (sdk === undefined) return;
    const open = new Map<number, Span>();
    client.on('commandStarted', ({ requestId, commandName, command, databaseName, address }) => {
      const parent = currentContext()?.span;
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
      open.set(requestId, sdk.spanOf(sdk.start(name, 'CLIENT', attributes, parent)));
    });
    const end = (requestId: number, error?: string) => {
      const span = open.get(requestId);
      if (span === undefined) return;
      open.delete(requestId);
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

  /** Runs the work in a span of its own, a child of the open one. An error is recorded by its class only. */
  async span<T>(
    name: string,
    kind: 'INTERNAL' | 'CLIENT',
    attributes: SpanAttributes,
    work: () => Promise<T>,
  ): Promise<T> {
    const { sdk } = this;
    if (sdk === undefined) return work();
    const { requestId, traceId, span: parent } = currentContext() ?? {};
    const opened = sdk.start(name, kind, attributes, parent);
    try {
      const result = await runInContext({ requestId, traceId, span: opened }, work);
      sdk.end(sdk.spanOf(opened));
      return result;
    } catch (error) {
      sdk.end(sdk.spanOf(opened), error instanceof Error ? error.name : typeof error);
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

/** A caller who hung up has no status; 4xx is not an error of the server (semantic conventions for HTTP). */
function errorOf(problem: string | undefined, isAnswered: boolean, status: number): string | undefined {
  if (!isAnswered) return 'aborted';
  return status >= 500 ? (problem ?? String(status)) : undefined;
}
