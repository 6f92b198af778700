import { createClerkClient } from '@clerk/backend';
import { isClerkAPIResponseError } from '@clerk/backend/errors';
import { afterEach } from '@jest/globals';
import { type ClerkLocal, type ClerkLocalOptions, startClerkLocal as startUnchecked } from 'clerk-local';
import { EventEmitter, once } from 'node:events';
import { type IncomingHttpHeaders, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkAnswer } from './openapi/check.js';

export const DAY_MS = 24 * 3600 * 1000;

/** Starts a local Clerk. A test fails when an answer isn't what Clerk's OpenAPI documents allow. */
export function startClerkLocal(options: ClerkLocalOptions = {}): Promise<ClerkLocal> {
  return startUnchecked({
    ...options,
    onAnswer: (exchange) => {
      checkAnswer(exchange);
      options.onAnswer?.(exchange);
    },
  });
}

/**
 * Starts instances that are closed after the test, for a test that needs an empty one or other options.
 * Called once in a file or `describe`.
 */
export function instancesOfOneTest(): typeof startClerkLocal {
  const started: ClerkLocal[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((instance) => instance.close()));
  });
  return async (options) => {
    const instance = await startClerkLocal(options);
    started.push(instance);
    return instance;
  };
}

/** The real client of Clerk's Backend API. */
export function backend(clerk: Pick<ClerkLocal, 'url' | 'secretKey'>): ReturnType<typeof createClerkClient> {
  return createClerkClient({ secretKey: clerk.secretKey, apiUrl: clerk.url, telemetry: { disabled: true } });
}

/** Calls the Backend API without the client, with a body that may be anything. */
export function call(clerk: ClerkLocal, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${clerk.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${clerk.secretKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
}

/** Status and first code of the error that the client rejects with; anything else is thrown. */
export async function apiError(
  promise: Promise<unknown>,
): Promise<{ status: number | undefined; code: string | undefined }> {
  const error = await rejection(promise);
  if (!isClerkAPIResponseError(error)) throw error;
  return { status: error.status, code: error.errors[0]?.code };
}

/** Header (0) or claims (1) of a token, unverified. */
export function decode(token: string, part: 0 | 1): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;
}

/** A delivery as it arrived. */
export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  event: { type: string; data: { id: string; updated_at?: number }; [key: string]: unknown };
}

/** An endpoint for webhooks that answers with `answers`, one by one, and then with 200. */
export async function startReceiver() {
  const received: Received[] = [];
  const arrivals = new EventEmitter();
  const answers: { status: number; headers?: Record<string, string> }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      received.push({ headers: request.headers, body, event: JSON.parse(body) as Received['event'] });
      const { status, headers } = answers.shift() ?? { status: 200 };
      response.writeHead(status, headers).end('seen');
      arrivals.emit('arrival');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    received,
    answers,
    async waitFor(count: number): Promise<Received[]> {
      while (received.length < count) await once(arrivals, 'arrival');
      return received;
    },
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}
export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
