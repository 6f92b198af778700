import { createHash } from 'node:crypto';
import { verifyToken } from '@clerk/backend';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Metrics } from '../common/observability/metrics.js';
import type { Principal } from '../common/principal.js';
import { ProblemError } from '../common/problem.js';
import { RefusedToken } from '../common/refused-token.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ClerkInstance } from '../clerk/clerk-instance.js';
import { SigningKeys } from '../clerk/signing-keys.js';
import { parseToken, type UnverifiedToken } from '../clerk/session-token.js';

const REMEMBERED_TOKENS = 50_000;

/** A token that was proven, and by which key. */
interface Proven {
  principal: Principal;
  kid: string;
  key: string;
}

/**
 * Proves session tokens, each one once: a proven token is remembered, by its SHA-256, as long as it is accepted or until Clerk removes the
 * key that signed it.
 */
@Injectable()
export class TokenVerifier {
  private readonly proven = new LRUCache<string, Proven>({ max: REMEMBERED_TOKENS });

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly keys: SigningKeys,
    private readonly instance: ClerkInstance,
    private readonly metrics: Metrics,
  ) {}

  /** Of a token that was proven before and still lives. */
  recall(token: string): Principal | undefined {
    const remembered = this.remembered(hashOf(token));
    if (remembered !== undefined) this.metrics.tokenCacheLookups.inc({ result: 'hit' });
    return remembered;
  }

  /**
   * @param options.mayAskClerk whether a key that isn't known here is looked for at Clerk; else its token is refused
   * @throws RefusedToken (401) for a bad token; ProblemError `dependency_unavailable` (503) while Clerk's keys can't be had
   */
  async verify(token: string, { mayAskClerk = true } = {}): Promise<Principal> {
    const remembered = this.recall(token);
    if (remembered !== undefined) return remembered;

    this.metrics.tokenCacheLookups.inc({ result: 'miss' });
    const unverified = parseToken(token);
    // Before a key is looked for: a token of another Clerk instance costs no fetch, and is refused for what it is.
    this.checkOrigin(unverified);
    const { claims, header } = unverified;
    const { kid } = header;
    const key = await this.keys.find(kid, { mayAskClerk });
    await this.prove(token, kid, key);
    this.instance.noteTokenKey(key);
    const principal: Principal = {
      provider: 'clerk',
      subject: claims.sub,
      sessionId: claims.sid,
      ...(claims.act === undefined ? {} : { actor: claims.act.sub }),
      issuedAt: claims.iat * 1000,
      expiresAt: claims.exp * 1000,
    };
    const ttl = this.acceptedUntil(principal) - Date.now();
    // None may be left by now: the signature took its time.
    if (ttl > 0) this.proven.set(hashOf(token), { principal, kid, key }, { ttl });
    return principal;
  }

  private remembered(hash: string): Principal | undefined {
    const proven = this.proven.get(hash);
    if (proven === undefined || this.acceptedUntil(proven.principal) <= Date.now()) return undefined;
    return this.keys.holds(proven.kid, proven.key) ? proven.principal : undefined;
  }

  /** Ms since the epoch: as long as the library accepts it. */
  private acceptedUntil({ expiresAt }: Principal): number {
    return expiresAt + this.config.clockSkewMs;
  }

  private async prove(token: string, kid: string, jwtKey: string): Promise<void> {
    try {
      await verifyToken(token, { jwtKey, clockSkewInMs: this.config.clockSkewMs });
    } catch (error) {
      throw toProblem(error, kid);
    }
  }

  /** By our own lists: `authorizedParties` of the library refuses tokens without `azp`, and those of native apps have none. */
  private checkOrigin({ header: { kid }, claims: { iss, azp } }: UnverifiedToken): void {
    const { issuers, authorizedParties } = this.config.clerk;
    if (!issuers.includes(iss)) throw new RefusedToken('issuer', 'claims.iss', { kid, issuer: iss });
    if (azp === undefined || authorizedParties.length === 0) return;
    if (!authorizedParties.includes(azp)) throw new RefusedToken('party', 'claims.azp');
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}

/** By `reason`, which is the same in every build of the library; its classes are not. */
function toProblem(cause: unknown, kid: string): ProblemError {
  const { reason } = (cause ?? {}) as { reason?: unknown };
  switch (reason) {
    case 'token-expired':
      return new RefusedToken('expired', 'claims.exp', { code: 'token_expired', cause });
    case 'token-not-active-yet':
      return new RefusedToken('not_yet_valid', 'claims.nbf', { cause });
    case 'token-iat-in-the-future':
      return new RefusedToken('not_yet_valid', 'claims.iat', { cause });
  }
  const ours = typeof reason === 'string' && /^(jwk-|secret-key-)/.test(reason);
  if (ours) return new ProblemError('dependency_unavailable', undefined, { cause });
  return new RefusedToken('signature', 'signature', { kid, cause });
}
