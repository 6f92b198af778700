import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { SigningKeys } from '../clerk/signing-keys.js';
import { callerAddress } from '../common/http/client-address.js';
import { RateLimits } from '../common/http/rate-limits.js';
import { Metrics } from '../common/observability/metrics.js';
import type { Principal } from '../common/principal.js';
import { ProblemError } from '../common/problem.js';
import { EXPECTED_BEARER, RefusedToken } from '../common/refused-token.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { KeyedQueue } from './keyed-queue.js';
import { TokenVerifier, type VerifiedToken } from './token-verifier.js';

/** New tokens of an address that has used up its budget of bad tokens: so many may wait to be verified. */
const MAX_WAITING = 1000;
const CACHED_TOKENS = 50_000;

/** RFC 6750 §2.1: one scheme in any case, one space, one b64token. */
const BEARER = /^bearer ([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * Who asks, or the reason why that isn't known: 401 for the caller's fault, 503 for ours, 429 for too much.
 */
export type AuthenticationResult = { principal: Principal } | { error: Error };

declare module '../common/observability/request-context.js' {
  interface RequestContext {
    /** Set by the first call of `authenticate`. */
    authentication?: AuthenticationResult | Promise<AuthenticationResult>;
  }
}

/**
 * Identifies the caller of a request, once. The only caller of the token verifier: a verified token is
 * cached, by its SHA-256, until it expires or Clerk removes the key that signed it.
 */
@Injectable()
export class Authentication {
  private readonly suspects = new KeyedQueue(MAX_WAITING);
  private readonly verifiedTokens = new LRUCache<string, VerifiedToken>({ max: CACHED_TOKENS });

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly verifier: TokenVerifier,
    private readonly keys: SigningKeys,
    private readonly limits: RateLimits,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Never rejects; at once for a token that is cached. Later calls for the same request get the same result.
   */
  authenticate(request: FastifyRequest): AuthenticationResult | Promise<AuthenticationResult> {
    return (request.context.authentication ??= this.identify(request));
  }

  /**
   * Counts each request once, before any work is done for it, public routes included: a good token for its
   * subject; no token, and a bad one, for the address, each in a budget of its own. So a good token is
   * served whatever its neighbours do (docs/decisions/0030).
   * @throws ProblemError `rate_limited`
   */
  admit(request: FastifyRequest): void | Promise<void> {
    if (this.config.rateLimit.max === 0) return;
    if (!hasCredentials(request)) return this.limits.check('address', request);
    const result = this.authenticate(request);
    if (result instanceof Promise) return result.then((known) => this.charge(known, request));
    return this.charge(result, request);
  }

  private charge(result: AuthenticationResult, request: FastifyRequest): void | Promise<void> {
    if ('principal' in result) return this.limits.check('subject', request);
    if (result.error instanceof RefusedToken) return this.limits.check('refused', request);
    // A token that can't be judged while Clerk is away counts for no budget.
    if (!isUnavailable(result.error)) throw result.error;
  }

  private identify(request: FastifyRequest): AuthenticationResult | Promise<AuthenticationResult> {
    if (!hasCredentials(request)) return { error: new ProblemError('unauthenticated') };
    const token = bearerOf(request);
    if (token === undefined)
      return { error: new RefusedToken('malformed', 'authorization', { detail: EXPECTED_BEARER }) };

    const key = hash('sha256', token, 'base64');
    const verified = this.cached(key);
    if (verified !== undefined) return identified(verified, request);
    return this.verifyNew(token, key, request).then(
      (found) => identified(found, request),
      (error: unknown) => ({ error: error as Error }),
    );
  }

  private cached(key: string): VerifiedToken | undefined {
    const verified = this.verifiedTokens.get(key);
    if (verified === undefined || this.acceptedUntil(verified.principal) <= Date.now()) return undefined;
    if (!this.keys.holds(verified.kid, verified.key)) return undefined;
    this.metrics.tokenCacheLookups.inc({ result: 'hit' });
    return verified;
  }

  private async verifyNew(token: string, key: string, request: FastifyRequest): Promise<VerifiedToken> {
    if (!(await this.limits.isUsedUp('refused', request)))
      return this.cached(key) ?? this.verifyAndCache(token, key, { mayAskClerk: true });
    // Most tokens of this address are forged: one signature check at a time, and no question to Clerk.
    const address = callerAddress(request);
    if (!this.suspects.hasRoom(address)) throw this.limits.tooManyConcurrent('refused', MAX_WAITING);
    return this.suspects.run(
      address,
      async () => this.cached(key) ?? (await this.verifyAndCache(token, key, { mayAskClerk: false })),
    );
  }

  private async verifyAndCache(
    token: string,
    key: string,
    options: { mayAskClerk: boolean },
  ): Promise<VerifiedToken> {
    this.metrics.tokenCacheLookups.inc({ result: 'miss' });
    const verified = await this.verifier.verify(token, options);
    const ttl = this.acceptedUntil(verified.principal) - Date.now();
    // The token can have expired while its signature was checked.
    if (ttl > 0) this.verifiedTokens.set(key, verified, { ttl });
    return verified;
  }

  /** Ms since the epoch; the verifier's own rule. */
  private acceptedUntil({ expiresAt }: Principal): number {
    return expiresAt + this.config.clockSkewMs;
  }
}

/** Whether the request has an `Authorization` header, whatever its content. */
export function hasCredentials({ headers: { authorization } }: FastifyRequest): boolean {
  return authorization !== undefined && authorization !== '';
}

/** The token of the one `Authorization` header; undefined for several, or anything but one Bearer token. */
export function bearerOf({
  headers: { authorization },
  raw: { rawHeaders },
}: FastifyRequest): string | undefined {
  // `headers` keeps the first of several headers.
  if (authorization === undefined || countHeaders(rawHeaders, 'authorization') > 1) return undefined;
  return BEARER.exec(authorization)?.[1];
}

/** @param rawHeaders names and values in turns, as Node has received them */
function countHeaders(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const found = rawHeaders[index];
    if (found?.length === name.length && found.toLowerCase() === name) count++;
  }
  return count;
}

function identified({ principal }: VerifiedToken, request: FastifyRequest): AuthenticationResult {
  request.context.caller = principal;
  return { principal };
}

function isUnavailable(error: Error): boolean {
  return error instanceof ProblemError && error.code === 'dependency_unavailable';
}
