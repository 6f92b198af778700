import type { FastifyCorsOptions } from '@fastify/cors';
import type { FastifyRequest } from 'fastify';
import type { HeaderSet } from './security-headers.js';

/** Chromium's maximum for the cache of preflights. */
const PREFLIGHT_SECONDS = 7200;
const ALLOWED_METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE'];
const ALLOWED_HEADERS = [
  'authorization',
  'content-type',
  'accept-language',
  'if-none-match',
  'x-request-id',
  // Traces that begin in the app: W3C Trace Context, Baggage, Sentry.
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
  'x-user-created',
];

/** Matches the `*` of an origin: one label of a host name. */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';

export class Cors {
  private readonly origins: '*' | readonly (string | RegExp)[];

  /** @param origins `['*']`, or origins, whose first host label may be `*`; empty: no CORS */
  constructor(origins: readonly string[]) {
    this.origins = origins.includes('*') ? '*' : origins.map(matcherOf);
  }

  /** For @fastify/cors, which handles all requests that reach the hooks; undefined: no CORS. */
  get options(): FastifyCorsOptions | undefined {
    if (this.origins.length === 0) return undefined;
    return {
      origin: this.origins === '*' ? '*' : [...this.origins],
      methods: ALLOWED_METHODS,
      allowedHeaders: ALLOWED_HEADERS,
      exposedHeaders: EXPOSED_HEADERS,
      maxAge: PREFLIGHT_SECONDS,
      // An OPTIONS that is not a preflight goes to the router, which answers with a problem.
      strictPreflight: false,
    };
  }

  /** The headers for an answer outside the hooks, to a request of this origin. */
  headersFor(origin: string | undefined): HeaderSet {
    if (this.origins.length === 0) return {};
    const exposed = { 'access-control-expose-headers': EXPOSED_HEADERS.join(', ') };
    if (this.origins === '*') return { 'access-control-allow-origin': '*', ...exposed };
    const isAllowed = origin !== undefined && this.allows(origin);
    return { vary: 'Origin', ...(isAllowed ? { 'access-control-allow-origin': origin, ...exposed } : {}) };
  }

  /** The headers for a preflight that reaches no hook; undefined for any other request. */
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
   * The headers for a request whose own headers could not be read. If its bytes name no origin, any page
   * may read the answer: it is the same for all and needs no credentials.
   * @param bytes the beginning of the request, if known
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

function matcherOf(origin: string): string | RegExp {
  if (!origin.includes('*')) return origin;
  // In an http(s) origin, only dots are special in a pattern.
  const [before, after] = origin.replaceAll('.', String.raw`\.`).split('*');
  return new RegExp(`^${before ?? ''}${LABEL}${after ?? ''}$`);
}
