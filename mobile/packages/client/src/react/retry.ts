import { AuthError } from '../core/errors.ts';
import {
  isRepeatable,
  NetworkError,
  ProblemError,
  RequestTimeoutError,
  UnexpectedAnswerError,
} from '../core/answer-errors.ts';
import { retryAfterMs } from '../core/retry-after.ts';

const MAX_TRIES = 3;
/** Each of these has already waited for Clerk. */
const MAX_READY_TRIES = 10;
const MAX_DELAY_MS = 30_000;

/**
 * For the `retry` of a QueryClient's queries and mutations. A request that was not sent for want of a token
 * is tried again; a guest's is not. One that may have had an effect is tried again when its method allows it:
 * so a mutation by POST is not. Errors of other origins are not tried again.
 */
export function retry(failures: number, error: unknown): boolean {
  if (error instanceof AuthError) {
    switch (error.code) {
      case 'AUTH_TOKEN_NOT_READY':
        return failures < MAX_READY_TRIES;
      case 'AUTH_TOKEN_TIMEOUT':
      case 'AUTH_TOKEN_FAILED':
        return failures < MAX_TRIES;
      default:
        return false;
    }
  }
  const failure = failureOf(error);
  if (!failure || failures >= MAX_TRIES || !failure.repeatable) return false;
  if ((failure.retryAfterMs ?? 0) > MAX_DELAY_MS) return false;
  return failure.status === undefined || failure.status === 429 || failure.status >= 500;
}

/** For the `retryDelay` beside `retry`, in ms: what the service asked for, or 1 s, 2 s, 4 s … */
export function retryDelay(failures: number, error: unknown): number {
  if (error instanceof AuthError && error.code === 'AUTH_TOKEN_NOT_READY') return 250;
  return failureOf(error)?.retryAfterMs ?? Math.min(1_000 * 2 ** failures, MAX_DELAY_MS);
}

interface Failure {
  repeatable: boolean;
  /** undefined without an answer */
  status?: number | undefined;
  retryAfterMs?: number | undefined;
}

function failureOf(error: unknown): Failure | undefined {
  if (error instanceof ProblemError || error instanceof UnexpectedAnswerError) return error;
  if (error instanceof NetworkError || error instanceof RequestTimeoutError)
    return { repeatable: error.repeatable };
  return axiosFailure(error);
}

/** An AxiosError, told by its form: axios is an optional peer. */
function axiosFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('isAxiosError' in error) || error.name === 'CanceledError')
    return undefined;
  const { config, response } = error as {
    config?: { method?: string };
    response?: { status: number; headers: Record<string, string | undefined> };
  };
  return {
    repeatable: isRepeatable(config?.method ?? 'post'),
    status: response?.status,
    retryAfterMs: retryAfterMs((name) => response?.headers[name] ?? null),
  };
}
