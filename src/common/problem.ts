import { z } from 'zod';

/**
 * Every error this API answers with: `code` → status, title and what a caller can do about it.
 * Clients branch on `code`; titles and explanations may change.
 */
export const PROBLEMS = {
  unauthenticated: {
    status: 401,
    title: 'Authentication required',
    explanation: 'Send the session token of a signed-in user as `Authorization: Bearer <token>`.',
  },
  invalid_token: {
    status: 401,
    title: 'Invalid token',
    explanation: 'The bearer token is malformed, badly signed or not a session token of this application.',
  },
  token_expired: {
    status: 401,
    title: 'Token expired',
    explanation: 'Session tokens live for about a minute. Ask Clerk for a fresh one and repeat the request.',
  },
  session_revoked: {
    status: 401,
    title: 'Session revoked',
    explanation: 'The session was ended or revoked. Sign in again.',
  },
  account_deleted: {
    status: 401,
    title: 'Account deleted',
    explanation: 'The account of this token no longer exists. Sign out; a new sign-up creates a new account.',
  },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    explanation: 'The caller may not do this. Admin routes require the role `admin`.',
  },
  account_suspended: {
    status: 403,
    title: 'Account suspended',
    explanation: 'The account is suspended or banned. It can still be exported and deleted.',
  },
  wishlist_private: {
    status: 403,
    title: 'Wishlist is private',
    explanation: 'The account is private. Only accepted followers see its wishlist.',
  },
  network_private: {
    status: 403,
    title: 'Followers are private',
    explanation:
      'The account is private. Only accepted followers see its followers and the users it follows.',
  },
  user_not_found: {
    status: 404,
    title: 'User not found',
    explanation: 'No such user is visible to the caller.',
  },
  not_found: { status: 404, title: 'Not found', explanation: 'Nothing exists at this path.' },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    explanation: 'The path exists, but not with this method. The `Allow` header lists the allowed methods.',
  },
  validation_failed: {
    status: 400,
    title: 'Validation failed',
    explanation:
      'The request does not match the documented schema. `errors` points to each violation, unless the request could not be read at all.',
  },
  invalid_cursor: {
    status: 400,
    title: 'Invalid cursor',
    explanation:
      'Cursors are opaque: pass `nextCursor` back unchanged, to the same list and as the same user.',
  },
  missing_svix_headers: {
    status: 400,
    title: 'Missing Svix headers',
    explanation: 'A webhook must have the headers `svix-id`, `svix-timestamp` and `svix-signature`.',
  },
  invalid_signature: {
    status: 400,
    title: 'Invalid signature',
    explanation:
      'The webhook was not signed with a configured secret, or its timestamp is more than five minutes off.',
  },
  username_taken: {
    status: 409,
    title: 'Username taken',
    explanation:
      'Another user has this username or gave it up a short time ago, or it is reserved. Choose another one.',
  },
  already_refunded: {
    status: 409,
    title: 'Already refunded',
    explanation: 'The purchase was refunded before. A refund is final.',
  },
  not_refundable: {
    status: 409,
    title: 'Not refundable',
    explanation: 'Only a paid purchase can be refunded.',
  },
  legal_hold: {
    status: 409,
    title: 'Under legal hold',
    explanation: 'The archive is under a legal hold. Lift the hold before purging it.',
  },
  cannot_follow_self: {
    status: 422,
    title: 'Cannot follow yourself',
    explanation: 'Users cannot follow themselves.',
  },
  cannot_block_self: {
    status: 422,
    title: 'Cannot block yourself',
    explanation: 'Users cannot block themselves.',
  },
  follow_limit_reached: {
    status: 422,
    title: 'Follow limit reached',
    explanation: 'A user follows at most 5,000 others, pending requests included.',
  },
  unknown_country: {
    status: 422,
    title: 'Unknown country',
    explanation: 'Country codes are ISO 3166-1 alpha-2, plus `XK`. `GET /api/v2/countries` lists them.',
  },
  batch_failed: {
    status: 422,
    title: 'Batch failed',
    explanation:
      'An item of an atomic batch is bad, so nothing was written. `errors` points to each bad item. Without `atomic`, the other items are written.',
  },
  user_sync_failed: {
    status: 422,
    title: 'User could not be created',
    explanation: 'The profile of this account cannot be stored. Sign up again, or contact support.',
  },
  payload_too_large: {
    status: 413,
    title: 'Payload too large',
    explanation: 'Bodies are limited to 100 kB, batches and webhooks to 1 MB.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    explanation: 'Bodies are `application/json`.',
  },
  request_timeout: {
    status: 408,
    title: 'Request timeout',
    explanation: 'The request did not arrive in time. Send it again.',
  },
  expectation_failed: {
    status: 417,
    title: 'Expectation failed',
    explanation: 'The only supported expectation is `100-continue`. Omit the `Expect` header.',
  },
  headers_too_large: {
    status: 431,
    title: 'Headers too large',
    explanation: 'The headers of a request are limited to 16 kB in total.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    explanation:
      'A limit is reached, or too many requests of the caller are in progress. `RateLimit-Policy` names the limit, `Retry-After` says when to continue.',
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    explanation:
      'The instance is overloaded. Nothing was changed; repeat the request after `Retry-After` seconds.',
  },
  dependency_unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    explanation:
      'The database or Clerk did not answer in time. Nothing was lost; repeat the request after `Retry-After` seconds.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    explanation: 'An unexpected fault on our side. Quote `requestId` when you report it.',
  },
} as const satisfies Record<string, { status: number; title: string; explanation: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One violation in a request: a JSON pointer (RFC 6901) into body, query or path, and the reason. */
export interface Violation {
  pointer: string;
  detail: string;
}

/**
 * An error that becomes a problem. `detail` is shown to the caller, so it holds no personal data, no
 * query and no secret; `cause` is only logged.
 */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly Violation[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** Headers of the answer, in addition to those of its status. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail?: string,
    options: {
      errors?: readonly Violation[];
      retryAfterSeconds?: number;
      headers?: Readonly<Record<string, string>>;
      cause?: unknown;
    } = {},
  ) {
    super(detail ?? PROBLEMS[code].explanation, { cause: options.cause });
    this.name = 'ProblemError';
    this.code = code;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.headers = options.headers ?? {};
  }
}

/** The `type` of a code, where it is explained: `/problems/user-not-found`. */
export function problemType(code: ProblemCode): string {
  return `/problems/${code.replaceAll('_', '-')}`;
}

export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

/** RFC 9457 problem details, the body of every error. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'URL of the explanation, relative to the server.' }),
    title: z.string().meta({ description: 'The code in a few words. For people.' }),
    status: z.int().meta({ description: 'The HTTP status.' }),
    detail: z
      .string()
      .meta({ description: 'What happened and what a caller can do. For people; may change.' }),
    instance: z.string().meta({ description: 'Identifies this occurrence; contains the request id.' }),
    code: z.enum(PROBLEM_CODES).meta({ description: 'Clients branch on this.' }),
    requestId: z.string().meta({ description: 'The `X-Request-Id` of the answer: quote it to support.' }),
    errors: z
      .array(z.object({ pointer: z.string(), detail: z.string() }))
      .optional()
      .meta({ description: 'With `validation_failed` and `batch_failed`: each violation, by JSON pointer.' }),
  })
  .meta({ id: 'Problem', description: 'An error (RFC 9457).' });

export type Problem = z.infer<typeof problemSchema>;

/** The body for a code. `requestId` is the value of `X-Request-Id`. */
export function problemBody(
  code: ProblemCode,
  requestId: string,
  detail?: string,
  errors?: readonly Violation[],
): Problem {
  const { status, title, explanation } = PROBLEMS[code];
  return {
    type: problemType(code),
    title,
    status,
    detail: detail ?? explanation,
    instance: `urn:roavelo:request:${requestId}`,
    code,
    requestId,
    ...(errors === undefined ? {} : { errors: [...errors] }),
  };
}
