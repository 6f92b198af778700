import type { FastifyRequest } from 'fastify';
import { clerkError } from '../store/errors.ts';
import { type Api, OPERATIONS } from './clerk-operations.ts';
import { OPERATIONS_OF_SDK } from './sdk-operations.ts';
import { routeNotFound } from './errors.ts';
import type { Server } from './zod-types.ts';

/**
 * Answers requests for which the room has no route: 501 when the operation is Clerk's, 404 otherwise. Not a
 * 404 for both: callers take Clerk's 404 for "this user is deleted".
 * @param prefix of this server's paths, which Clerk's don't have
 */
export function refuseUnknownRoutes(server: Server, api: Api, prefix = /^/): void {
  const all = api === 'backend' ? [...OPERATIONS.backend, ...OPERATIONS_OF_SDK] : OPERATIONS[api];
  const operations = all.map((operation) => ({ operation, pattern: patternOf(operation) }));
  server.setNotFoundHandler((request) => {
    const [path = ''] = request.url.replace(prefix, '').split('?');
    const known = operations.find(({ pattern }) => pattern.test(`${request.method} ${path}`));
    if (!known) throw routeNotFound();
    throw notSupported(known.operation);
  });
}

/** @throws 501 for a parameter of Clerk's that this program would otherwise ignore */
export function refuseParameters({ body }: FastifyRequest, names: readonly string[]): void {
  const given = names.find((name) => (body as Record<string, unknown>)[name] != null);
  if (given !== undefined) throw notSupported(`the parameter ${given}`);
}

/** Clerk's operation or parameter that this program doesn't have. */
export function notSupported(what: string): Error {
  const text = `not supported by clerk-local: ${what}`;
  return clerkError(501, 'not_supported_by_clerk_local', 'Not supported by clerk-local', text);
}

function patternOf(operation: string): RegExp {
  const path = operation.split(/\{\w+\}/).map((part) => part.replace(/[.*]/g, '\\$&'));
  return new RegExp(`^${path.join('[^/]+')}$`);
}
