import { isUtf8 } from 'node:buffer';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  errorCodes,
  type FastifyInstance,
  type FastifyRequest,
  type onRequestHookHandler,
  type onRouteHookHandler,
} from 'fastify';
import { ProblemError } from '../problem.js';
import { mayHaveBody } from './request-bodies.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** By `@Operation({ largeBody })`. */
    largeBody?: boolean;
  }
}

export interface BodyLimits {
  /** Bytes of a body, at most. */
  readonly usual: number;
  /** Bytes of a webhook's body, and of one whose route asks for it, at most. */
  readonly large: number;
  /** The paths of webhooks begin with it. */
  readonly webhookPrefix: string;
}

const JSON_TYPE = 'application/json';

/**
 * Parses JSON bodies in UTF-8, and keeps their raw bytes. Webhooks aren't parsed here: a faulty one is
 * answered only after its signature was checked. An empty body is no body, whatever its content type.
 */
export function parseJsonBodies(
  app: NestFastifyApplication,
  instance: FastifyInstance,
  { usual, webhookPrefix }: BodyLimits,
): void {
  const parse = instance.getDefaultJsonParser('error', 'error');
  instance.removeContentTypeParser('text/plain');
  app.useBodyParser(JSON_TYPE, { bodyLimit: usual }, (incoming, body, done) => {
    const request = incoming as FastifyRequest;
    const unparsed = body.length === 0 || request.routeOptions.url?.startsWith(webhookPrefix) === true;
    // An unknown path is 404, whatever the body.
    const problem = unparsed || request.is404 ? undefined : problemOf(request, body);
    if (unparsed) done(null, undefined);
    else if (problem !== undefined) done(problem, undefined);
    else void parse(request, body.toString(), done);
  });
  instance.addContentTypeParser('*', ({ headers }, payload, done) => {
    const refuse = () => {
      done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(), undefined);
    };
    if (headers['content-length'] !== undefined) {
      refuse();
      return;
    }
    // Chunked: only the end shows that the body is empty.
    payload
      .once('data', refuse)
      .once('end', () => {
        done(null, undefined);
      })
      .once('error', (error) => {
        done(error, undefined);
      });
  });
}

/** onRoute: bodies of webhooks, and of routes marked so, may be larger. */
export function allowLargeBodies({ large, webhookPrefix }: BodyLimits): onRouteHookHandler {
  return (route) => {
    if (route.config?.largeBody === true || route.url.startsWith(webhookPrefix)) route.bodyLimit = large;
  };
}

/** onRequest: Fastify looks for a parser whenever there is a type, or a length that isn't written `0`. */
export const dropBodyHeaders: onRequestHookHandler = ({ raw: { headers } }, _reply, done) => {
  if (!mayHaveBody(headers)) delete headers['content-length'];
  if (!mayHaveBody(headers) || !isJson(headers['content-type'])) delete headers['content-type'];
  done();
};

/** Whether this `Content-Type` is JSON, whatever its parameters. */
export function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\s*(?:;|$)/i.test(contentType);
}

/** Whether the parser will read the body of this webhook. Fastify answers 413 or 415 otherwise. */
export function isReadableWebhook({ raw: { headers } }: FastifyRequest, { large }: BodyLimits): boolean {
  const { 'content-length': length = '0', 'content-type': type } = headers;
  return Number(length) <= large && (isJson(type) || !mayHaveBody(headers));
}

function problemOf({ headers }: FastifyRequest, body: Buffer): ProblemError | undefined {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    return new ProblemError('unsupported_media_type', 'JSON is UTF-8: leave the charset out.');
  // Decoding would replace malformed bytes by U+FFFD, and that would be stored.
  if (!isUtf8(body)) return new ProblemError('validation_failed', 'The body is not UTF-8.');
  return undefined;
}
