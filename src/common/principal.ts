import type { Types } from 'mongoose';

/** The longest accepted lifetime of a token. Sessions that ended longer ago can be forgotten. */
export const MAX_TOKEN_SECONDS = 86_400;

/** A Clerk user id, bounded because subjects are looked up, hashed and put into URLs. */
export const SUBJECT = /^user_[A-Za-z0-9_-]{1,120}$/;

/**
 * The identity that a verified token proves. The rest of the service knows nothing else of authentication.
 */
export interface Principal {
  readonly provider: 'clerk';
  /** The token's `sub`: a Clerk user id. */
  readonly subject: string;
  readonly sessionId: string;
  /** The `sub` of an impersonator (`act`), who can't delete accounts or act as an admin. */
  readonly actor?: string;
  /** The token's `iat`, in ms since the epoch; whole seconds. */
  readonly issuedAt: number;
  /** The token's `exp`, in ms since the epoch. */
  readonly expiresAt: number;
  /**
   * The id of the subject's user, once a request with this token has found it. A subject has one user in its
   * life, which may be deleted meanwhile.
   */
  userId?: Types.ObjectId;
}
