import { EXIT_CONFIG, EXIT_UNAVAILABLE } from '../common/exit-codes.js';

/** Of what answered, but not in Clerk's format. */
const UNREADABLE = new Set(['SyntaxError', 'TypeError', 'RangeError', 'ZodError']);

/** Clerk says that `CLERK_SECRET_KEY` is of another instance than the one whose users are kept here. */
export class AnotherInstanceError extends Error {
  override readonly name = 'AnotherInstanceError';
}

/** What stands behind a call that failed: its answer, or why there was none. Of ClerkAPIResponseError, and of `fetch`. */
interface ClerkFailure {
  clerkError?: unknown;
  status?: unknown;
  errors?: readonly { code?: unknown }[];
}

/** Whether Clerk itself, in its own words, refuses the key of the call. */
export function isKeyRefused(error: unknown): boolean {
  const { status } = error as ClerkFailure;
  return (status === 401 || status === 403) && codeOf(error) !== undefined;
}

/** What to do about it, in one line. For operators. */
export const KEY_REFUSED =
  'set CLERK_SECRET_KEY to a secret key of your instance that is valid (Clerk dashboard, API keys)';

/** Why Clerk could not be asked, for an operator, with the exit code; undefined for an error that Clerk has no part in. */
export function explainClerk(error: Error): { message: string; exitCode: number } | undefined {
  if (error instanceof AnotherInstanceError) {
    return {
      message:
        'CLERK_SECRET_KEY is of another Clerk instance than the one whose users this database keeps: set the key of that one (docs/operations.md, "Moving to another Clerk instance").',
      exitCode: EXIT_CONFIG,
    };
  }
  const { clerkError, status } = error as ClerkFailure;
  if (clerkError !== true || typeof status !== 'number') {
    const reason = reasonOf(error);
    if (reason === undefined) return undefined;
    return {
      message: `Clerk does not answer (${reason}). May this machine reach it, and is CLERK_API_URL right, if it is set?`,
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
    message: `What answers instead of Clerk's Backend API is something else (HTTP ${status}): is CLERK_API_URL right, and does a proxy let the call through?`,
    exitCode: EXIT_CONFIG,
  };
}

/** The code of Clerk's error body; undefined for the page of a proxy. */
function codeOf(error: unknown): string | undefined {
  const code = (error as ClerkFailure).errors?.[0]?.code;
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : undefined;
}

/** Why `fetch` got no answer that can be read. */
function reasonOf(error: Error): string | undefined {
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time';
  const { code } = (error.cause ?? {}) as { code?: unknown };
  if (error.name === 'TypeError' && error.cause instanceof Error) {
    return typeof code === 'string' ? code : 'no connection';
  }
  return UNREADABLE.has(error.name) ? 'its answer cannot be read' : undefined;
}
