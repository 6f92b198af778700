import type { FastifyRequest } from 'fastify';
import { clerkError } from '../store/errors.ts';

const LOOPBACK_HOST = /^(([a-z0-9-]+\.)*localhost|127(\.\d{1,3}){3})(:\d+)?$/i;

/**
 * Against DNS rebinding: a page on the web could reach this port under its own host name. Browsers resolve
 * `*.localhost` to loopback themselves.
 * @param names further host names that requests may use. @throws 403
 */
export function requireLocalHost({ headers }: FastifyRequest, names: readonly string[]): void {
  const { host = '' } = headers;
  if (names.includes(host.replace(/:\d+$/, '')) || LOOPBACK_HOST.test(host)) return;
  const text = 'The local Clerk answers on loopback only.';
  throw clerkError(403, 'host_not_allowed', 'Host not allowed', text);
}

/** The `Origin` of a page of this machine, on any port. */
export function isLocalOrigin(origin: string): boolean {
  const [, scheme, host = ''] = /^(https?):\/\/(.+)$/.exec(origin) ?? [];
  return scheme !== undefined && LOOPBACK_HOST.test(host);
}

/** @throws 403 for requests of web pages from elsewhere; requests without `Origin` don't come from a page */
export function requireLocalOrigin({ headers: { origin } }: FastifyRequest): void {
  if (origin !== undefined && !isLocalOrigin(origin)) throw originRefused(origin);
}

export function originRefused(origin: string): Error {
  const text = `${origin} may not use the local Clerk.`;
  return clerkError(403, 'origin_not_allowed', 'Origin not allowed', text);
}
