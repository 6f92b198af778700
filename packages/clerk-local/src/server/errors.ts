import { randomBytes } from 'node:crypto';
import { ClerkError, clerkError } from '../store/errors.ts';

/** Fastify's errors about a request, as Clerk's. */
const REQUEST_ERRORS: Record<string, [status: number, code: string, message: string]> = {
  FST_ERR_BAD_URL: [404, 'resource_not_found', 'not found'],
  FST_ERR_MAX_PARAM_LENGTH: [404, 'resource_not_found', 'not found'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'request_body_too_large', 'Request body too large'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'request_body_invalid', 'Request body invalid'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'unsupported_content_type', 'Unsupported content type'],
};

/** Any thrown value as Clerk's error: a 500 for what is a defect of this program. */
export function toClerkError(error: unknown): ClerkError {
  if (error instanceof ClerkError) return error;
  const { code = '' } = error as { code?: string };
  const known = Object.hasOwn(REQUEST_ERRORS, code) ? REQUEST_ERRORS[code] : undefined;
  if (known) return clerkError(...known);
  // A body of so many levels that it cannot be copied.
  if (error instanceof RangeError) return clerkError(400, 'request_body_invalid', 'Request body invalid');
  return clerkError(500, 'internal_clerk_error', 'Oops, an unexpected error occurred', String(error));
}

export function errorBody({ errors }: ClerkError): object {
  return { errors, clerk_trace_id: randomBytes(16).toString('hex') };
}

export function routeNotFound(): ClerkError {
  return clerkError(404, 'resource_not_found', 'not found', 'Resource not found');
}
