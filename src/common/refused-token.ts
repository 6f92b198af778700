import { type ProblemCode, ProblemError } from './problem.js';

/**
 * Why a session token is refused: values of the label of `tokens_refused_total`. docs/operations.md says
 * what to do.
 */
export const REFUSAL_REASONS = [
  'issuer',
  'party',
  'signature',
  'expired',
  'not_yet_valid',
  'malformed',
  'revoked',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** The detail for an `Authorization` header without a bearer token: the space is easily forgotten. */
export const EXPECTED_BEARER = 'Expected: Bearer, one space, the token';

/** What is logged about a refused token. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** The part of the request or token that was refused: `authorization`, `header.alg`, `claims.iss`. */
  readonly part: string;
  /** The token's `kid`, if it looks like one of Clerk's. */
  readonly kid?: string | undefined;
  /** The token's `iss`, if it is a URL. */
  readonly issuer?: string | undefined;
}

/** Only short values of these shapes are logged: others could be a token or an e-mail address. */
const LOGGED_KID = /^ins_\w{1,60}$/;
const LOGGED_ISSUER = /^https?:\/\/[a-z0-9.-]{1,100}(?::\d{1,5})?(?:\/[\w.-]{1,40}){0,3}\/?$/i;

/**
 * A session token that isn't accepted. The answer has a code and, only about the header, a detail; log
 * and metric have the reason.
 */
export class RefusedToken extends ProblemError {
  readonly refusal: Refusal;

  /** @param options.code of the answer; `invalid_token` unless it is named */
  constructor(
    reason: RefusalReason,
    part: string,
    options: { code?: ProblemCode; detail?: string; kid?: string; issuer?: string; cause?: unknown } = {},
  ) {
    const { code = 'invalid_token', detail, kid, issuer, cause } = options;
    super(code, detail, { cause });
    this.refusal = { reason, part, kid: matching(LOGGED_KID, kid), issuer: matching(LOGGED_ISSUER, issuer) };
  }
}

function matching(pattern: RegExp, text: string | undefined): string | undefined {
  return text !== undefined && pattern.test(text) ? text : undefined;
}
