import type { ClerkClient } from '@clerk/backend';
import type { ClerkInstance, NewUser, User } from 'clerk-local';
import type { Api } from '../openapi/documents.ts';
import type { Browser } from './browser.ts';

/** An operation of Clerk that clerk-local supports, with the test that shows it. */
export interface Claim {
  api: Api;
  /** As in the document: "POST /v1/users". */
  operation: string;
  /** What the test calls it by. */
  by: '@clerk/backend' | 'HTTP';
  /** What has to be there first, for SUPPORTED.md. */
  needs?: string;
  show: (trial: Trial) => Promise<void>;
}

/** An empty instance, and the steps of a test of one operation. */
export interface Trial {
  clerk: ClerkInstance;
  /** The real `@clerk/backend`. */
  sdk: ClerkClient;
  /** The same with a secret key of no instance. */
  stranger: ClerkClient;
  /** Calls the Backend API without it. The JSON of the answer. */
  http: (method: string, path: string, body?: unknown) => Promise<unknown>;
  user: (attributes?: NewUser) => Promise<User>;
  /** A client of the Frontend API with cookies of its own. */
  browser: () => Browser;

  /** An operation that reads: its result matches `expected`. */
  reads: (call: () => Promise<unknown>, expected: unknown) => Promise<void>;
  /** An operation that writes: what `read` gets from another operation is changed by it. */
  writes: <T>(call: () => Promise<T>, read: () => Promise<unknown>) => Promise<T>;
  /** An operation whose result is good for something else, which `proof` does. */
  makes: <T>(call: () => Promise<T>, proof: (result: T) => Promise<unknown>) => Promise<T>;
  /** A wrong input gets its documented refusal. */
  refuses: (call: () => Promise<unknown>, status: number, code: string) => Promise<void>;
}

type Define = (operation: string, show: Claim['show'], needs?: string) => Claim;

function by(api: Api, caller: Claim['by']): Define {
  return (operation, show, needs) => ({
    api,
    operation,
    by: caller,
    show,
    ...(needs === undefined ? {} : { needs }),
  });
}

export const bySdk = by('backend', '@clerk/backend');
export const byHttp = by('backend', 'HTTP');
export const inBrowser = by('frontend', 'HTTP');
