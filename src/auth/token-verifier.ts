import { verifyToken } from '@clerk/backend';
import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../common/principal.js';
import { ProblemError } from '../common/problem.js';
import { RefusedToken } from '../common/refused-token.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ClerkInstance } from '../clerk/clerk-instance.js';
import { SigningKeys } from '../clerk/signing-keys.js';
import { parseToken, type UnverifiedToken } from '../clerk/session-token.js';

/** The principal of a verified token, and the key that signed it. */
export interface VerifiedToken {
  principal: Principal;
  kid: string;
  key: string;
}

/** Verifies session tokens: form, origin, signature and times. `Authentication` remembers the results. */
@Injectable()
export class TokenVerifier {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly keys: SigningKeys,
    private readonly instance: ClerkInstance,
  ) {}

  /**
   * @param options.mayAskClerk whether an unknown key may be fetched from Clerk; otherwise its token is
   * refused
   * @throws RefusedToken (401) for a bad token; ProblemError `dependency_unavailable` (503) while Clerk's
   * keys can't be fetched
   */
  async verify(token: string, { mayAskClerk }: { mayAskClerk: boolean }): Promise<VerifiedToken> {
    const unverified = parseToken(token);
    // Before the key: a token of another Clerk instance costs no fetch, and is refused for its issuer.
    this.checkOrigin(unverified);
    const { claims, header } = unverified;
    const { kid } = header;
    const key = await this.keys.find(kid, { mayAskClerk });
    await this.checkSignature(token, kid, key);
    this.instance.noteTokenKey(key);
    const principal: Principal = {
      provider: 'clerk',
      subject: claims.sub,
      sessionId: claims.sid,
      ...(claims.act === undefined ? {} : { actor: claims.act.sub }),
      issuedAt: claims.iat * 1000,
      expiresAt: claims.exp * 1000,
    };
    return { principal, kid, key };
  }

  private async checkSignature(token: string, kid: string, jwtKey: string): Promise<void> {
    try {
      await verifyToken(token, { jwtKey, clockSkewInMs: this.config.clockSkewMs });
    } catch (error) {
      throw toProblem(error, kid);
    }
  }

  /**
   * Not by the library's `authorizedParties`, which refuses tokens without `azp`: those of native apps have
   * none.
   */
  private checkOrigin({ header: { kid }, claims: { iss, azp } }: UnverifiedToken): void {
    const { issuers, authorizedParties } = this.config.clerk;
    if (!issuers.includes(iss)) throw new RefusedToken('issuer', 'claims.iss', { kid, issuer: iss });
    if (azp === undefined || authorizedParties.length === 0) return;
    if (!authorizedParties.includes(azp)) throw new RefusedToken('party', 'claims.azp');
  }
}

/** Branches on `reason`, which is the same in every build of the library; its classes are not. */
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
  const isKeyFetchFailure = typeof reason === 'string' && /^(jwk-|secret-key-)/.test(reason);
  if (isKeyFetchFailure) return new ProblemError('dependency_unavailable', undefined, { cause });
  return new RefusedToken('signature', 'signature', { kid, cause });
}
