import type { FastifyReply, FastifyRequest } from 'fastify';
import { hash, randomBytes } from 'node:crypto';
import type { Instance } from '../server/instance.ts';
import { instanceOf } from '../server/server.ts';
import type { ClientRecord } from '../store/client-records.ts';
import { createClient } from '../store/clients.ts';
import { clerkError } from '../store/errors.ts';
import { spendNonce } from '../store/oauth.ts';

const YEAR_S = 365 * 24 * 3600;

/**
 * Finds the client of a request by its token. Browsers keep it in a cookie, apps (`?_is_native=1`) send it as
 * `authorization` and get it back in the same header. Unknown tokens, and those of clients that were deleted,
 * are ignored. @throws 400 for an app, when the instance has apps turned off
 */
export function findClient(request: FastifyRequest, reply: FastifyReply): void {
  const instance = instanceOf(request);
  const isApp = isNative(request);
  if (isApp && !instance.store.settings.native_settings.api_enabled) {
    const text = 'The Native API is disabled for this instance. Visit the Clerk Dashboard to enable it.';
    throw clerkError(400, 'native_api_disabled', 'Native API disabled', text);
  }
  const tokens = isApp ? [request.headers.authorization ?? ''] : cookies(request, cookieName(instance));
  for (const token of tokens) {
    const [client] = instance.store.clients.where('token_hash', hash('sha256', token));
    if (!client) continue;
    request.setDecorator('client_id', client.id);
    if (isApp) reply.header('authorization', token);
    return;
  }
}

/** The client of a request, if it has one that exists. */
export function clientOf(request: FastifyRequest): ClientRecord | undefined {
  const id = request.getDecorator<string | null>('client_id');
  return id === null ? undefined : instanceOf(request).store.clients.find(id);
}

/** @throws Clerk's 401 `signed_out` */
export function requireClient(request: FastifyRequest): ClientRecord {
  const client = clientOf(request);
  if (!client) throw clerkError(401, 'signed_out', 'Signed out', 'You are signed out');
  return client;
}

/** The client of a request, or a new one, whose token the answer carries. */
export function openClient(request: FastifyRequest, reply: FastifyReply): ClientRecord {
  const known = clientOf(request);
  if (known) return known;
  const instance = instanceOf(request);
  const { store } = instance;
  const token = randomBytes(32).toString('base64url');
  const client = createClient(store, hash('sha256', token));
  request.setDecorator('client_id', client.id);
  if (isNative(request)) reply.header('authorization', token);
  else reply.header('set-cookie', cookie(instance, token, YEAR_S));
  return client;
}

/** Deletes a client: its token means nothing from now on. */
export function forgetClient(request: FastifyRequest, reply: FastifyReply): void {
  const instance = instanceOf(request);
  const client = requireClient(request);
  for (const attempts of [instance.store.signIns, instance.store.signUps]) {
    for (const { id } of attempts.where('client_id', client.id)) attempts.delete(id);
  }
  instance.store.clients.delete(client.id);
  request.setDecorator('client_id', null);
  if (isNative(request)) reply.header('authorization', '');
  else reply.header('set-cookie', cookie(instance, '', 0));
}

export function changeClient(request: FastifyRequest, edit: (client: ClientRecord) => void): ClientRecord {
  const { store } = instanceOf(request);
  return store.clients.change(requireClient(request).id, (client) => {
    edit(client);
    client.updated_at = store.now();
  });
}

/** An app that comes back from a provider shows its nonce, once. @throws 400 for a forged or used one */
export function redeemNonce(request: FastifyRequest, resourceId: string): void {
  const { rotating_token_nonce: nonce } = request.query as { rotating_token_nonce?: string };
  if (nonce === undefined) return;
  spendNonce(instanceOf(request).store, requireClient(request).id, resourceId, nonce);
}

/** Native apps have no cookies. */
export function isNative(request: FastifyRequest): boolean {
  const { _is_native: flag } = request.query as { _is_native?: string };
  return flag === '1' || flag === 'true';
}

/**
 * The page that asks, `azp` of its session tokens. For a GET of the same origin, i.e. through a proxy of the
 * application, browsers send no `Origin`.
 */
export function originOf({ headers }: FastifyRequest): string | undefined {
  const { origin, referer = '' } = headers;
  return origin ?? URL.parse(referer)?.origin;
}

/**
 * `__client`, with the suffix that Clerk's SDKs give their cookies, made of the publishable key: browsers
 * share the cookies of all ports of a host, and so of several local Clerks and instances.
 */
function cookieName({ publishableKey }: Instance): string {
  const suffix = hash('sha1', publishableKey, 'base64').slice(0, 8);
  return `__client_${suffix.replaceAll('+', '-').replaceAll('/', '_')}`;
}

// For every path: a proxy of the application may map the Frontend API to any.
function cookie(instance: Instance, token: string, maxAge: number): string {
  return `${cookieName(instance)}=${token}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`;
}

function cookies({ headers }: FastifyRequest, name: string): string[] {
  return (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}
