import { EXIT_CONFIG, EXIT_UNAVAILABLE } from '../common/exit-codes.js';

/** Errors of an answer that is not in Clerk's format. */
const UNREADABLE = new Set(['SyntaxError', 'TypeError', 'RangeError', 'ZodError']);

/** `CLERK_SECRET_KEY` belongs to another Clerk instance than the users in this database. */
export class AnotherInstanceError extends Error {
  override readonly name = 'AnotherInstanceError';
}

/** The fields of a failed call's error that are read here: of ClerkAPIResponseError and of `fetch`. */
interface ClerkFailure {
  clerkError?: unknown;
  status?: unknown;
  errors?: readonly { code?: unknown }[];
}

/** Whether Clerk itself (not a proxy) refuses the key of the call. */
export function isKeyRefused(error: unknown): boolean {
  const { status } = error as ClerkFailure;
  return (status === 401 || status === 403) && codeOf(error) !== undefined;
}

export const KEY_REFUSED =
  'set CLERK_SECRET_KEY to a secret key of your instance that is valid (Clerk dashboard, API keys)';

/** Explains a failed call of Clerk to an operator, with the exit code; undefined for other errors. */
export function explainClerk(error: Error): { message: string; exitCode: number } | undefined {
  if (error instanceof AnotherInstanceError) {
    return {
      message:
        'CLERK_SECRET_KEY is of another Clerk instance than the users in this database: set the key of their instance (docs/operations.md, "Moving to another Clerk instance").',
      exitCode: EXIT_CONFIG,
    };
  }
  const { clerkError, status } = error as ClerkFailure;
  if (clerkError !== true || typeof status !== 'number') {
    const reason = reasonOf(error);
    if (reason === undefined) return undefined;
    return {
      message: `Clerk does not answer (${reason}). Check that this machine can reach it, and CLERK_API_URL, if it is set.`,
      exitCode: EXIT_UNAVAILABLE,
    };
  }
  if (isKeyRefused(error)) {
    const message = `Clerk refuses CLERK_SECRET_KEY (HTTP ${status}, ${String(codeOf(error))}): ${KEY_REFUSED}.`;
    return { message, exitCode: EXIT_CONFIG };
  }
  if (status === 429 || status >= 500) {
    return {
      message: `Clerk can't answer now (HTTP ${status}). Try again later.`,
      exitCode: EXIT_UNAVAILABLE,
    };
  }
  return {
    message: `The answer is not from Clerk's Backend API (HTTP ${status}). Check CLERK_API_URL, and that a proxy lets the call through.`,
    exitCode: EXIT_CONFIG,
  };
}

function codeOf(error: unknown): string | undefined {
  const code = (error as ClerkFailure).errors?.[0]?.code;
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : undefined;
}

function reasonOf(error: Error): string | undefined {
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time';
  const { code } = (error.cause ?? {}) as { code?: unknown };
  if (error.name === 'TypeError' && error.cause instanceof Error) {
    return typeof code === 'string' ? code : 'no connection';
  }
  return UNREADABLE.has(error.name) ? 'its answer cannot be read' : undefined;
}
