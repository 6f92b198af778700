import { retryAfterMs } from './retry-after.ts';

/** The body of an error, RFC 9457 with the service's members. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  instance?: string;
  /** What to branch on, e.g. `wishlist_private`; explained at `/problems/<code with dashes>`. */
  code: string;
  requestId?: string;
  errors?: { pointer?: string; detail?: string }[];
}

/** Of an error whose request may have had an effect: whether its method allows to send it again. */
interface Repeatable {
  readonly repeatable: boolean;
}

/** No answer: offline, DNS, TLS, a closed connection, or CORS. `cause` is the platform's error. */
export class NetworkError extends Error implements Repeatable {
  override readonly name = 'NetworkError';

  constructor(
    message: string,
    readonly repeatable: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** No answer, or not all of it, within `timeoutMs`. */
export class RequestTimeoutError extends Error implements Repeatable {
  override readonly name = 'RequestTimeoutError';

  constructor(
    readonly timeoutMs: number,
    readonly repeatable: boolean,
  ) {
    super(`No complete answer within ${timeoutMs} ms`);
  }
}

/** An answer that is not the service's: HTML of a captive portal or a proxy, a redirect, not JSON. */
export class UnexpectedAnswerError extends Error implements Repeatable {
  override readonly name = 'UnexpectedAnswerError';
  /** 0 when the platform hides it (a redirect in a browser). */
  readonly status: number;
  readonly contentType: string | null;
  readonly retryAfterMs: number | undefined;
  readonly repeatable: boolean;

  constructor(message: string, answer: AnswerHead, method: string) {
    super(message);
    this.status = answer.status;
    this.contentType = answer.header('content-type');
    this.retryAfterMs = retryAfterMs(answer.header);
    this.repeatable = isRepeatable(method);
  }
}

/** The service refused: `code` says why, `detail` says it in English, `problem` is the whole body. */
export class ProblemError extends Error implements Repeatable {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly code: string;
  readonly detail: string | undefined;
  readonly requestId: string | undefined;
  /** The wait that the service asks for, in ms. */
  readonly retryAfterMs: number | undefined;
  readonly repeatable: boolean;

  constructor(
    readonly problem: Problem,
    answer: AnswerHead,
    method: string,
  ) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.status = answer.status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.requestId = problem.requestId ?? answer.header('x-request-id') ?? undefined;
    this.retryAfterMs = retryAfterMs(answer.header);
    this.repeatable = isRepeatable(method);
  }
}

export interface AnswerHead {
  readonly status: number;
  readonly header: (name: string) => string | null;
}

/** Sending it twice has the effect of sending it once (RFC 9110 §9.2.2). */
export function isRepeatable(method: string): boolean {
  return ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'].includes(method.toUpperCase());
}

// A Response does not tell the method of its request. An unknown one counts as not repeatable.
const methods = new WeakMap<Response, string>();

/** Remembers which method an answer belongs to, for the `repeatable` of its error. */
export function answerOf(response: Response, method: string): Response {
  methods.set(response, method);
  return response;
}

export function headOf(response: Response): AnswerHead {
  return { status: response.status, header: (name) => response.headers.get(name) };
}

/** @returns the service's problem in a body, parsed or not; undefined for any other body */
export function problemIn(body: unknown): Problem | undefined {
  if (typeof body === 'string') {
    try {
      return problemIn(JSON.parse(body));
    } catch {
      return undefined;
    }
  }
  const isProblem =
    typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';
  return isProblem ? (body as Problem) : undefined;
}

/** Reads an answer that is no success. @returns a ProblemError, or an UnexpectedAnswerError */
export async function errorOf(response: Response): Promise<ProblemError | UnexpectedAnswerError> {
  return errorFrom(response, await response.text());
}

/**
 * The data of a call of the typed client: `const me = await unwrap(client.api.GET('/api/v2/users/me'))`.
 * @throws ProblemError or UnexpectedAnswerError when the answer is no success
 */
export async function unwrap<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw errorFrom(response, error);
  return data as Data;
}

function errorFrom(response: Response, body: unknown): ProblemError | UnexpectedAnswerError {
  const problem = problemIn(body);
  const method = methods.get(response) ?? 'POST';
  if (problem) return new ProblemError(problem, headOf(response), method);
  return new UnexpectedAnswerError(`Status ${response.status} without a problem`, headOf(response), method);
}
