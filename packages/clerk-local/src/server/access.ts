import type { FastifyRequest } from 'fastify';
import { clerkError } from '../store/errors.ts';

const LOOPBACK_HOST = /^(([a-z0-9-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

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

/**
 * Of browsers, only pages of this machine may use this server, on any port; each room narrows this. Images,
 * scripts and frames of other pages have no `Origin`: `Sec-Fetch-Site` names them. A link may be followed.
 * @throws 403
 */
export function requireLocalCaller(request: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  const isAllowed =
    origin === undefined
      ? site !== 'cross-site' || isNavigation(request) || isProfileImage(request)
      : isOwnOrigin(request) || isLocalOrigin(origin);
  if (!isAllowed) throw callerRefused(request);
}

/** For programs, and an address typed into the browser: no page has Clerk's secret key. @throws 403 */
export function refusePages(request: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site = 'none' } = request.headers;
  if (origin !== undefined || site !== 'none') throw callerRefused(request);
}

/** Programs, and this server's own page. */
export function isOwnCaller(request: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site = 'none' } = request.headers;
  return origin === undefined ? ['none', 'same-origin'].includes(site) : isOwnOrigin(request);
}

/** The `Origin` of a page of this machine, on any port. */
export function isLocalOrigin(origin: string): boolean {
  const [, scheme, host = ''] = /^(https?):\/\/(.+)$/.exec(origin) ?? [];
  return scheme !== undefined && LOOPBACK_HOST.test(host);
}

export function callerRefused({ headers: { origin } }: FastifyRequest): Error {
  const text = `${origin ?? 'Another site'} may not use the local Clerk.`;
  return clerkError(403, 'origin_not_allowed', 'Origin not allowed', text);
}

function isOwnOrigin({ headers: { origin, host = '' } }: FastifyRequest): boolean {
  return origin === `http://${host}`;
}

/** Any page may show the picture of its user: only this server's answers name its address. */
function isProfileImage({ method, url }: FastifyRequest): boolean {
  return method === 'GET' && /^\/__clerk(\/\w+)?\/images\/\w+$/.test(url);
}

/** The user follows a link: its page cannot read the answer, and a frame has another `Sec-Fetch-Dest`. */
function isNavigation({ method, headers }: FastifyRequest): boolean {
  return (
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  );
}
