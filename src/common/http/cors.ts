import type { FastifyCorsOptions } from '@fastify/cors';
import type { FastifyRequest } from 'fastify';
import type { HeaderSet } from './security-headers.js';

/** Browsers keep the answer of a preflight this long; Chromium no longer. */
const PREFLIGHT_SECONDS = 7200;
const ALLOWED_METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE'];
const ALLOWED_HEADERS = [
  'authorization',
  'content-type',
  'accept-language',
  'if-none-match',
  'x-request-id',
  // Of traces that begin in the app: W3C Trace Context, Baggage, Sentry.
  'traceparent',
  'tracestate',
  'baggage',
  'sentry-trace',
];
const EXPOSED_HEADERS = [
  'x-request-id',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'link',
  'etag',
  'content-language',
];

/** A label of a host name, for the `*` of an origin. */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';

/** Which origins may read answers: `CORS_ORIGINS`. */
export class Cors {
  private readonly origins: '*' | readonly (string | RegExp)[];

  /** @param origins `['*']`, or origins, of which a `*` can stand for the first label of the host; empty: no CORS */
  constructor(origins: readonly string[]) {
    this.origins = origins.includes('*') ? '*' : origins.map(matcherOf);
  }

  /** For @fastify/cors, which sets the headers of all that comes to the hooks; undefined: no CORS. */
  get options(): FastifyCorsOptions | undefined {
    if (this.origins.length === 0) return undefined;
    return {
      origin: this.origins === '*' ? '*' : [...this.origins],
      methods: ALLOWED_METHODS,
      allowedHeaders: ALLOWED_HEADERS,
      exposedHeaders: EXPOSED_HEADERS,
      maxAge: PREFLIGHT_SECONDS,
      // An OPTIONS that is no preflight is for the router, whose answer is a problem.
      strictPreflight: false,
    };
  }

  /** The headers of an answer that is made outside the hooks, to a request of this origin. */
  headersFor(origin: string | undefined): HeaderSet {
    if (this.origins.length === 0) return {};
    const exposed = { 'access-control-expose-headers': EXPOSED_HEADERS.join(', ') };
    if (this.origins === '*') return { 'access-control-allow-origin': '*', ...exposed };
    const isAllowed = origin !== undefined && this.allows(origin);
    return { vary: 'Origin', ...(isAllowed ? { 'access-control-allow-origin': origin, ...exposed } : {}) };
  }

  /** Of a preflight that comes to no hook; undefined when the request is none. */
  preflightFor({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): HeaderSet | undefined {
    if (this.origins.length === 0 || method !== 'OPTIONS') return undefined;
    if (headers.origin === undefined || headers['access-control-request-method'] === undefined)
      return undefined;
    return {
      ...this.headersFor(headers.origin),
      'access-control-allow-methods': ALLOWED_METHODS.join(', '),
      'access-control-allow-headers': ALLOWED_HEADERS.join(', '),
      'access-control-max-age': String(PREFLIGHT_SECONDS),
      'content-length': '0',
    };
  }

  /**
   * The same for a request of which no headers could be read. Where its bytes name no origin, any page may read the answer: it is the
   * same for all, and a browser sends no credentials to get it.
   * @param bytes of its head, as far as they are known
   */
  headersForUnread(bytes: Buffer | undefined): HeaderSet {
    const origin = /[\r\n]origin:[ \t]*([\x21-\x7e]+)[ \t]*\r?\n/i.exec(bytes?.toString('latin1') ?? '')?.[1];
    if (origin !== undefined || this.origins.length === 0) return this.headersFor(origin);
    return { ...this.headersFor(undefined), 'access-control-allow-origin': '*' };
  }

  private allows(origin: string): boolean {
    if (this.origins === '*') return true;
    return this.origins.some((allowed) =>
      typeof allowed === 'string' ? allowed === origin : allowed.test(origin),
    );
  }
}

/** The origin itself, or a pattern for one with a `*`. */
function matcherOf(origin: string): string | RegExp {
  if (!origin.includes('*')) return origin;
  // Of what an http(s) origin holds, only dots mean something in a pattern.
  const [before, after] = origin.replaceAll('.', String.raw`\.`).split('*');
  return new RegExp(`^${before ?? ''}${LABEL}${after ?? ''}$`);
}
