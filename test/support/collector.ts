import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import protobuf from 'protobufjs';

/** The part that tests read, with the field numbers of opentelemetry-proto, `trace/v1/trace.proto`. */
const PROTO = `
syntax = "proto3";
message Request { repeated ResourceSpans resourceSpans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scopeSpans = 2; }
message Resource { repeated Attribute attributes = 1; }
message ScopeSpans { repeated Span spans = 2; }
message Span {
  bytes traceId = 1; bytes spanId = 2; bytes parentSpanId = 4; string name = 5; int32 kind = 6;
  repeated Attribute attributes = 9; Status status = 15;
}
message Status { int32 code = 3; }
message Attribute { string key = 1; Value value = 2; }
message Value { oneof value { string stringValue = 1; bool boolValue = 2; int32 intValue = 3; double doubleValue = 4; } }
`;
const Request = protobuf.parse(PROTO).root.lookupType('Request');

export interface Span {
  traceId: string;
  spanId: string;
  /** Empty: the first of its trace. */
  parentSpanId: string;
  name: string;
  /** 1 internal, 2 server, 3 client. */
  kind: number;
  /** 2: an error. */
  status: number;
  attributes: Record<string, unknown>;
  /** Of the process it comes from. */
  resource: Record<string, unknown>;
}

/** A receiver of OpenTelemetry's spans, by OTLP over HTTP in protobuf. */
export interface Collector {
  url: string;
  spans: Span[];
  /** The headers of the last request. */
  headers(): Record<string, unknown>;
  /** All received bodies, undecoded. */
  raw(): Buffer;
  /** Resolves with the spans of a trace once one of this name has come. The root span comes last. */
  trace(traceId: string, name: string): Promise<Span[]>;
  close(): Promise<void>;
}

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}
interface Decoded {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: {
      spans: {
        traceId: Uint8Array;
        spanId: Uint8Array;
        parentSpanId?: Uint8Array;
        name: string;
        kind: number;
        attributes?: Attribute[];
        status?: { code?: number };
      }[];
    }[];
  }[];
}

export async function startCollector(): Promise<Collector> {
  const spans: Span[] = [];
  const bodies: Buffer[] = [];
  const waiting = new Set<() => void>();
  let headers: Record<string, unknown> = {};
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      if (request.method !== 'POST' || request.url !== '/v1/traces') {
        response.writeHead(404).end();
        return;
      }
      ({ headers } = request);
      bodies.push(body);
      spans.push(...read(body));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      for (const look of waiting) look();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers: () => headers,
    raw: () => Buffer.concat(bodies),
    trace: (traceId, name) =>
      new Promise((resolve) => {
        const look = () => {
          const found = spans.filter((span) => span.traceId === traceId);
          if (!found.some((span) => span.name === name)) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function read(body: Buffer): Span[] {
  const { resourceSpans } = Request.decode(body) as unknown as Decoded;
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap((scope) => scope.spans)
      .map(({ traceId, spanId, parentSpanId, name, kind, attributes, status }) => ({
        traceId: hex(traceId),
        spanId: hex(spanId),
        parentSpanId: hex(parentSpanId),
        name,
        kind,
        status: status?.code ?? 0,
        attributes: valuesOf(attributes),
        resource: valuesOf(resource.attributes),
      })),
  );
}

function hex(bytes: Uint8Array = new Uint8Array()): string {
  return Buffer.from(bytes).toString('hex');
}

function valuesOf(attributes: Attribute[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]] as const));
}
