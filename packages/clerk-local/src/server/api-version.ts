import type { FastifyRequest } from 'fastify';
import { clerkError } from '../store/errors.ts';

/** Clerk's API versions. */
const VERSIONS: readonly string[] = ['2021-02-05', '2024-10-01', '2025-04-10', '2025-11-10', '2026-05-12'];
const OLDEST = '2021-02-05';
/** The first version with session tokens of version 2. */
const SESSION_TOKENS_2 = '2025-04-10';

/**
 * The API version that a request names, in the header `Clerk-API-Version` or the query; the oldest one
 * without. @throws 400 for an unknown version, and for both header and query, as Clerk's documents say
 */
export function apiVersionOf(request: FastifyRequest): string {
  const header = request.headers['clerk-api-version'];
  const { __clerk_api_version: parameter } = request.query as { __clerk_api_version?: unknown };
  if (header !== undefined && parameter !== undefined) {
    throw invalidVersion('Name the API version in the header or in the query, not in both.');
  }
  const version = header ?? parameter ?? OLDEST;
  if (typeof version === 'string' && VERSIONS.includes(version)) return version;
  throw invalidVersion(`This API version doesn't exist. The newest one is ${VERSIONS.at(-1) ?? ''}.`);
}

/** Of the session tokens that this request gets. */
export function sessionTokenVersion(request: FastifyRequest): 1 | 2 {
  return apiVersionOf(request) < SESSION_TOKENS_2 ? 1 : 2;
}

function invalidVersion(text: string): Error {
  return clerkError(400, 'api_version_invalid', 'Invalid API version', text);
}
