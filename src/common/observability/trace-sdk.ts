import type { IncomingHttpHeaders } from 'node:http';
import { Logger } from '@nestjs/common';
import type { Context, Span } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Config } from '../../config/config.js';
import { AvailabilityLog } from './availability-log.js';

/** Spans are exported in the background: an unreachable collector doesn't slow requests. */
const EXPORT_TIMEOUT_MS = 2000;
const EXPORT_EVERY_MS = 1000;
const SERVICE_NAME = 'roavelo-api';

/**
 * Only what is named where the span is made: no URLs, queries, Clerk ids or other personal data, which
 * could not be erased from a store of traces.
 */
export type SpanAttributes = Readonly<Record<string, string | number>>;

export type TraceSdk = Awaited<ReturnType<typeof loadSdk>>;

/** The parts of OpenTelemetry that `Traces` uses. Loaded only when there is an endpoint. */
export async function loadSdk({
  endpoint,
  headers,
  serviceName,
  sampleRatio,
}: NonNullable<Config['traces']>) {
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
    // A caller can choose the id of a trace, but not that it is recorded.
    sampler: new sdk.ParentBasedSampler({ root: sample, remoteParentSampled: sample }),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: logAvailability(exporter),
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
        scheduledDelayMillis: EXPORT_EVERY_MS,
      }),
    ],
  });
  const tracer = provider.getTracer(SERVICE_NAME);
  const propagator = new W3CTraceContextPropagator();
  const { SpanKind, SpanStatusCode, ROOT_CONTEXT, defaultTextMapGetter, trace } = api;
  return {
    /** The context that a caller's `traceparent` names; empty without one. */
    extract: (from: IncomingHttpHeaders): Context =>
      propagator.extract(ROOT_CONTEXT, from, defaultTextMapGetter),
    /** Starts a span, and returns the context for its children. */
    start: (
      name: string,
      kind: 'INTERNAL' | 'SERVER' | 'CLIENT',
      attributes: SpanAttributes,
      parent: Context = ROOT_CONTEXT,
    ): Context => trace.setSpan(parent, tracer.startSpan(name, { kind: SpanKind[kind], attributes }, parent)),
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

/** Logs once when the collector goes away and once when it is back: the SDK drops spans silently. */
function logAvailability(exporter: SpanExporter): SpanExporter {
  const availability = new AvailabilityLog(new Logger('Traces'), {
    away: 'the collector of traces is away',
    back: 'the collector of traces is back',
  });
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        availability.note(result.error);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}
