import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { backendRoutes } from '../backend-api/backend-api.ts';
import { clerkError } from '../store/errors.ts';
import type { Fault, Faults } from './faults.ts';
import { type Answer, dispatch, errorAnswer, send } from './http.ts';
import type { Instance } from './instance.ts';
import { localRoutes } from '../page/local-api.ts';

const REQUESTS_KEPT = 100_000;

export interface ReceivedRequest {
  method: string;
  path: string;
  /** ms since 1970. */
  at: number;
}

interface Served {
  instance: Instance;
  secretKey: string;
  faults: Faults;
  requests: ReceivedRequest[];
  /** Host names besides loopback that requests may use. */
  names: readonly string[];
}

/** Answers every request; errors have Clerk's shape. */
export function requestListener(served: Served): RequestListener {
  return (request, response) => {
    answer(served, request, response).catch((error: unknown) => {
      send(response, errorAnswer(error));
    });
  };
}

async function answer(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { instance, secretKey, faults, requests } = served;
  // Against DNS rebinding: a page on the web could reach this port under its own host name.
  const { host = '' } = request.headers;
  const isNamed = served.names.includes(host.replace(/:\d+$/, ''));
  if (!isNamed && !/^(localhost|127(\.\d{1,3}){3})(:\d+)?$/i.test(host)) {
    throw clerkError(
      403,
      'host_not_allowed',
      'Host not allowed',
      'The local Clerk answers on loopback only.',
    );
  }
  const url = requestUrl(request);
  const isBackendApi = url.pathname.startsWith('/v1/') || url.pathname === '/.well-known/jwks.json';
  if (!isBackendApi) {
    send(response, await answerLocally(request, url, instance));
    return;
  }

  const method = request.method ?? '';
  if (requests.length >= REQUESTS_KEPT) requests.splice(0, REQUESTS_KEPT / 2);
  requests.push({ method, path: url.pathname, at: Date.now() });
  const fault = faults.take(method, url.pathname);
  if (fault && (await interfere(fault, request, response))) return;

  if (url.pathname.startsWith('/v1/')) requireSecretKey(request, secretKey);
  const result = await dispatch(backendRoutes, request, url, instance);
  if (fault?.mode === 'lose-answer') request.socket.destroy();
  else send(response, result);
}

function requestUrl(request: IncomingMessage): URL {
  const url = URL.parse(request.url ?? '', 'http://127.0.0.1');
  if (!url) throw clerkError(400, 'bad_request', 'Bad request');
  return url;
}

/** Returns true when the request is answered. */
async function interfere(fault: Fault, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const { mode, status, retryAfter, delayMs = 1000 } = fault;
  const headers: Record<string, string> =
    retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  if (mode === 'status') {
    const error = clerkError(
      status ?? 500,
      'injected_fault',
      'Injected fault',
      'A fault was injected into the local Clerk.',
    );
    send(response, { ...errorAnswer(error), headers });
    return true;
  }
  if (mode === 'html') {
    const html = '<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>';
    send(response, { status: status ?? 502, html, headers });
    return true;
  }
  if (mode === 'refuse') {
    request.socket.destroy();
    return true;
  }
  if (mode === 'slow') await delay(delayMs, undefined, { ref: false });
  return mode === 'hang' || response.destroyed;
}

function requireSecretKey(request: IncomingMessage, secretKey: string): void {
  const [, key] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (key === undefined) {
    const text = "Invalid Authorization header format. Must be 'Bearer <YOUR_API_KEY>'";
    throw clerkError(401, 'authorization_header_format_invalid', 'Invalid Authorization header format', text);
  }
  const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
  if (!timingSafeEqual(digest(key), digest(secretKey))) {
    const text = 'The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.';
    throw clerkError(401, 'clerk_key_invalid', text);
  }
}

/**
 * The page and `/_local/*` need no key, so requests of a browser must come from the page itself. Pages on
 * other ports of this machine may read the list of people and their tokens: the API's Swagger UI offers the
 * people and renews its token.
 */
async function answerLocally(request: IncomingMessage, url: URL, instance: Instance): Promise<Answer> {
  const origin = request.headers.origin;
  const isRead = request.method === 'GET' || request.method === 'OPTIONS';
  const isPeoplePath = isRead && /^\/_local\/users(\/[^/]+\/token)?$/.test(url.pathname);
  const isLoopback = origin !== undefined && /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(origin);
  const isOwn = origin === `http://${request.headers.host ?? ''}`;
  if (origin !== undefined && !isOwn && !(isPeoplePath && isLoopback)) {
    throw clerkError(
      403,
      'origin_not_allowed',
      'Origin not allowed',
      `${origin} may not use the local Clerk.`,
    );
  }
  const cors: Record<string, string> =
    isPeoplePath && isLoopback ? { 'access-control-allow-origin': origin, vary: 'Origin' } : {};
  if (request.method === 'OPTIONS' && isPeoplePath) {
    return {
      status: 204,
      headers: { ...cors, 'access-control-allow-methods': 'GET', 'access-control-allow-headers': '*' },
    };
  }
  const result = await dispatch(localRoutes, request, url, instance).catch(errorAnswer);
  return { ...result, headers: { ...cors, ...result.headers } };
}
