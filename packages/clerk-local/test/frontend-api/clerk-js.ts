import type { Clerk as ClerkJs } from '@clerk/clerk-js/no-rhc';
import type { ClerkInstance } from 'clerk-local';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { rejection } from '../support.js';

type Fetch = typeof fetch;

const require = createRequire(import.meta.url);
const file = require.resolve('@clerk/clerk-js/no-rhc');
const source = readFileSync(file, 'utf8');

/**
 * The real clerk-js, headless. It keeps its client in module variables, so each one here is evaluated anew,
 * with a `window` of its own and timers that don't keep the process alive.
 */
async function loadClerkJs(
  clerk: Pick<ClerkInstance, 'publishableKey' | 'proxyUrl'>,
  fetchOfPage: Fetch,
  prepare: (clerkJs: ClerkJs) => void = () => undefined,
): Promise<ClerkJs> {
  const unreferenced = (callback: () => void, ms?: number) => setTimeout(callback, ms).unref();
  const globals = {
    window: { addEventListener: () => undefined, removeEventListener: () => undefined },
    fetch: fetchOfPage,
    setTimeout: unreferenced,
    BroadcastChannel: undefined,
    MessageChannel: undefined,
    console: { ...console, warn: () => undefined },
  };
  const module = { exports: {} as { Clerk: typeof ClerkJs } };
  const parameters = ['module', 'exports', 'require', ...Object.keys(globals)];
  const evaluate = compileFunction(source, parameters) as (...values: unknown[]) => void;
  evaluate(module, module.exports, require, ...Object.values(globals));
  const clerkJs = new module.exports.Clerk(clerk.publishableKey, { proxyUrl: clerk.proxyUrl });
  prepare(clerkJs);
  await clerkJs.load({ standardBrowser: false, telemetry: false });
  return clerkJs;
}

/** A native app as `@clerk/expo` makes it: it keeps its client's token, the header `authorization`. */
export async function openApp(clerk: ClerkInstance, saved = ''): Promise<ClerkJs & { token: () => string }> {
  let token = saved;
  const clerkJs = await loadClerkJs(clerk, fetch, (app) => {
    app.__internal_onBeforeRequest((request) => {
      request.credentials = 'omit';
      request.url?.searchParams.append('_is_native', '1');
      (request.headers as Headers).set('authorization', token);
    });
    app.__internal_onAfterResponse((_request, response) => {
      token = response?.headers.get('authorization') ?? token;
    });
  });
  return Object.assign(clerkJs, { token: () => token });
}

/** A browser with cookies, and a page of this origin in it. */
export async function openPage(
  clerk: ClerkInstance,
  { origin = 'http://localhost:5173', browser = new Browser() } = {},
): Promise<ClerkJs> {
  return loadClerkJs(clerk, browser.fetchFrom(origin));
}

/** Keeps the cookies that it gets and sends them, whatever the port, as browsers do. */
export class Browser {
  readonly cookies = new Map<string, string>();

  fetchFrom(origin: string): Fetch {
    return async (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set('origin', origin);
      headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
      const response = await fetch(input, { ...init, headers });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (cookie.includes('Max-Age=0')) this.cookies.delete(name);
        else this.cookies.set(name, value);
      }
      return response;
    };
  }
}

/** Calls the Frontend API without clerk-js, with a form that may be anything. */
export function submit(
  clerk: ClerkInstance,
  method: string,
  path: string,
  form: Record<string, string> = {},
  { fetch: send = fetch, headers = {} }: { fetch?: Fetch; headers?: Record<string, string> } = {},
): Promise<Response> {
  const url = `${clerk.proxyUrl}/v1${path}`;
  if (method === 'GET') return send(url, { headers });
  const query = `${path.includes('?') ? '&' : '?'}_method=${method}`;
  return send(`${url}${query}`, { method: 'POST', headers, body: new URLSearchParams(form) });
}

let people = 0;
/** An address that nobody has yet. */
export function newAddress(): string {
  people += 1;
  return `person-${people}@example.com`;
}

export const PASSWORD = 'correct horse battery';

/** Signs a new person up, verifies their address and makes their session the current one. */
export async function signUp(clerkJs: ClerkJs, emailAddress = newAddress()): Promise<string> {
  const attempt = await signUpOf(clerkJs).create({ emailAddress, password: PASSWORD });
  await attempt.prepareEmailAddressVerification();
  const { createdSessionId } = await attempt.attemptEmailAddressVerification({ code: '424242' });
  await clerkJs.setActive({ session: createdSessionId });
  return emailAddress;
}

export function signUpOf({ client }: ClerkJs) {
  if (!client) throw new Error('clerk-js has no client');
  return client.signUp;
}

export function signInOf({ client }: ClerkJs) {
  if (!client) throw new Error('clerk-js has no client');
  return client.signIn;
}

/** Status, codes and parameters of the error with which clerk-js rejects; anything else is thrown. */
export async function refusal(promise: Promise<unknown>): Promise<[status: number, ...items: string[]]> {
  // Not `instanceof`: clerk-js was evaluated outside of jest's realm.
  const error = (await rejection(promise)) as Partial<ClerkJsError>;
  if (error.status === undefined || !error.errors) throw error as Error;
  const items = error.errors.map(({ code, meta: { paramName } }) =>
    paramName === undefined ? code : `${code} ${paramName}`,
  );
  return [error.status, ...items];
}

interface ClerkJsError {
  status: number;
  errors: { code: string; meta: { paramName?: string } }[];
}
