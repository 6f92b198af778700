import { isUtf8 } from 'node:buffer';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { ProblemError } from '../problem.js';
import { mayHaveBody } from './request-bodies.js';

export interface BodyLimits {
  /** Most bytes of a body. */
  readonly usual: number;
  /** Most bytes of a webhook. */
  readonly webhook: number;
  /** Their paths begin with it. */
  readonly webhookPrefix: string;
}

const JSON_TYPE = 'application/json';

/**
 * JSON bodies in UTF-8, kept raw beside: signatures are over bytes. Webhooks aren't parsed here at all, so that what is wrong
 * with them is told after the signature was checked. A body of no bytes is no body, whatever its content type says.
 */
export function parseJsonBodies(
  app: NestFastifyApplication,
  instance: FastifyInstance,
  { usual, webhook, webhookPrefix }: BodyLimits,
): void {
  const parse = instance.getDefaultJsonParser('error', 'error');
  instance.removeContentTypeParser('text/plain');
  app.useBodyParser(JSON_TYPE, { bodyLimit: usual }, (incoming, body, done) => {
    const request = incoming as FastifyRequest;
    const unparsed = body.length === 0 || request.routeOptions.url?.startsWith(webhookPrefix) === true;
    // An unknown address is 404, whatever its body is.
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
    // Chunked: only its end shows that there is nothing.
    payload
      .once('data', refuse)
      .once('end', () => {
        done(null, undefined);
      })
      .once('error', (error) => {
        done(error, undefined);
      });
  });
  instance.addHook('onRequest', ({ raw: { headers } }, _reply, done) => {
    // Fastify looks for a parser as soon as there is a type, or a length that isn't written `0`.
    if (!mayHaveBody(headers)) delete headers['content-length'];
    if (!mayHaveBody(headers) || !isJson(headers['content-type'])) delete headers['content-type'];
    done();
  });
  instance.addHook('onRoute', (route) => {
    if (route.url.startsWith(webhookPrefix)) route.bodyLimit = webhook;
  });
}

/** Whether this `Content-Type` is JSON, whatever its parameters. */
export function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\s*(?:;|$)/i.test(contentType);
}

function problemOf({ headers }: FastifyRequest, body: Buffer): ProblemError | undefined {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    return new ProblemError('unsupported_media_type', 'JSON is UTF-8: leave the charset out.');
  // Decoding would replace what is wrong by U+FFFD, and store that.
  if (!isUtf8(body)) return new ProblemError('validation_failed', 'The body is not UTF-8.');
  return undefined;
}
