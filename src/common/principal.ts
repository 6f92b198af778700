/** The longest life of a token that is accepted; behind it, nothing of a session is left. */
export const MAX_TOKEN_SECONDS = 86_400;

/** A Clerk user id. Bounded: subjects are looked up, hashed and put into addresses. */
export const SUBJECT = /^user_[A-Za-z0-9_-]{1,120}$/;

/** Who a verified token speaks for. All that the service knows of authentication. */
export interface Principal {
  readonly provider: 'clerk';
  /** The token's `sub`: a Clerk user id. */
  readonly subject: string;
  readonly sessionId: string;
  /** The `sub` of an impersonator (`act`), who may neither delete accounts nor act as an admin. */
  readonly actor?: string;
  /** The token's `iat`, in ms since the epoch; whole seconds. */
  readonly issuedAt: number;
  /** The token's `exp`, in ms since the epoch. */
  readonly expiresAt: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a good token, whatever the route; found before anything else, where callers are counted. */
    caller?: Principal | undefined;
    /** What is wrong with the token. */
    callerError?: Error | undefined;
    /** Set by `ClerkGuard`; absent on public routes. */
    principal?: Principal;
  }
}
