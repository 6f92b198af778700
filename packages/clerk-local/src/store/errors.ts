/** Clerk's errors. Codes and texts follow https://clerk.com/docs/guides/development/errors/backend-api. */

export interface ClerkErrorItem {
  code: string;
  message: string;
  long_message: string;
  meta?: Record<string, unknown>;
}

/** What HTTP answers as `{"errors": […], "clerk_trace_id"}` with this status. */
export class ClerkError extends Error {
  readonly status: number;
  readonly errors: ClerkErrorItem[];
  /** Sent as `Retry-After`, in seconds. */
  readonly retryAfter: number | undefined;

  constructor(status: number, errors: ClerkErrorItem[], retryAfter?: number) {
    super(errors.map((error) => error.long_message).join(' '));
    this.name = 'ClerkError';
    this.status = status;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

export function clerkError(status: number, code: string, message: string, longMessage = message): ClerkError {
  return new ClerkError(status, [{ code, message, long_message: longMessage }]);
}

/** Clerk's texts differ by kind. */
export function notFound(what: string, id: string): ClerkError {
  switch (what) {
    case 'session':
    case 'client': {
      const message = `${what === 'session' ? 'Session' : 'Client'} not found`;
      return clerkError(404, 'resource_not_found', message, `No ${what} was found with id ${id}`);
    }
    case 'email address':
    case 'phone number':
      return clerkError(404, 'resource_not_found', 'Resource not found');
    case 'jwt template': {
      const text = `No JWT template exists with id: ${id}`;
      return clerkError(404, 'resource_not_found', 'JWT template not found', text);
    }
    default:
      return clerkError(404, 'resource_not_found', 'not found', `No ${what} was found with id ${id}`);
  }
}

/** A 422 for one parameter. */
export function parameterError(
  code: string,
  parameter: string,
  message: string,
  longMessage: string,
): ClerkError {
  return new ClerkError(422, [parameterItem(code, parameter, message, longMessage)]);
}

export function parameterItem(
  code: string,
  parameter: string,
  message: string,
  longMessage: string,
): ClerkErrorItem {
  return { code, message, long_message: longMessage, meta: { param_name: parameter } };
}
