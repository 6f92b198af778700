import type { IncomingMessage } from 'node:http';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** clerk-js sends GET and POST only, and names the method of the Frontend API in `?_method=`. */
export function overrideMethod(request: IncomingMessage): string {
  const url = request.url ?? '/';
  if (request.method !== 'POST' || !url.startsWith('/__clerk/')) return url;
  const method = URL.parse(url, 'http://127.0.0.1')?.searchParams.get('_method')?.toUpperCase();
  if (method !== undefined && METHODS.includes(method)) request.method = method;
  return url;
}
