import { type ProblemCode, ProblemError } from './problem.js';

/** Why a session token is refused, by the label of `tokens_refused_total`. docs/operations.md tells what to do about each. */
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

/** What a caller is told whose header holds no bearer token: the space after the scheme is easily left out. */
export const EXPECTED_BEARER = 'Expected: Bearer, one space, the token';

/** What the log says of a refused token. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** Of the request or the token, what it was refused for: `authorization`, `header.alg`, `claims.iss`. */
  readonly part: string;
  /** The id of the key that the token names, when it looks like one of Clerk's. */
  readonly kid?: string | undefined;
  /** The token's `iss`, when it is an address and nothing else. */
  readonly issuer?: string | undefined;
}

/** Anything longer, or with other characters, could be a token or an e-mail address that a caller has put there. */
const LOGGED_KID = /^ins_\w{1,60}$/;
const LOGGED_ISSUER = /^https?:\/\/[a-z0-9.-]{1,100}(?::\d{1,5})?(?:\/[\w.-]{1,40}){0,3}\/?$/i;

/** A session token that isn't accepted. The answer has a code and, for the header alone, a detail; log and metric have the reason. */
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
