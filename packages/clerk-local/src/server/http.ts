import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ClerkError, clerkError } from '../store/errors.ts';
import type { Instance } from './instance.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;

export interface Call {
  params: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
  headers: IncomingMessage['headers'];
}

/** `json` or `html`, or neither. */
export interface Answer {
  status: number;
  json?: unknown;
  html?: string;
  headers?: Record<string, string>;
}

export interface Route {
  method: string;
  pattern: RegExp;
  handle: (call: Call, instance: Instance) => Answer | Promise<Answer>;
}

/** A path like `/v1/users/:id`; each `:name` matches one segment, which is in `call.params`. */
export function route(method: string, path: string, handle: Route['handle']): Route {
  return { method, pattern: new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`), handle };
}

export function ok(json: unknown): Answer {
  return { status: 200, json };
}

/** Runs the matching route. @throws Clerk's 404; 400, 413, 415 for a body that is not a JSON object */
export async function dispatch(
  routes: Route[],
  request: IncomingMessage,
  url: URL,
  instance: Instance,
): Promise<Answer> {
  for (const { method, pattern, handle } of routes) {
    const match = request.method === method ? pattern.exec(url.pathname) : null;
    if (!match) continue;
    const body = await readJson(request);
    const params = { ...match.groups };
    return handle({ params, query: url.searchParams, body, headers: request.headers }, instance);
  }
  throw clerkError(404, 'resource_not_found', 'not found', 'Resource not found');
}

/** Clerk's error body for a thrown error; a 500 unless it is a `ClerkError`. */
export function errorAnswer(error: unknown): Answer {
  const known =
    error instanceof ClerkError
      ? error
      : clerkError(500, 'internal_clerk_error', 'Oops, an unexpected error occurred', String(error));
  return {
    status: known.status,
    json: { errors: known.errors, clerk_trace_id: randomBytes(16).toString('hex') },
  };
}

export function send(response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(answer.status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...contentType(answer),
    ...answer.headers,
  });
  response.end(answer.html ?? (answer.json === undefined ? '' : JSON.stringify(answer.json)));
}

// Without a charset: with one, the SDK reads the body as text.
function contentType(answer: Answer): Record<string, string> {
  if (answer.html !== undefined) return { 'content-type': 'text/html; charset=utf-8' };
  return answer.json === undefined ? {} : { 'content-type': 'application/json' };
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const bytes = await readBody(request);
  if (bytes.length === 0) return {};
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    const text = 'Unsupported content type. The request body must be application/json.';
    throw clerkError(415, 'unsupported_content_type', 'Unsupported content type', text);
  }
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    // Answered below, like JSON that is not an object.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw clerkError(400, 'request_body_invalid', 'Request body invalid');
  }
  return value as Record<string, unknown>;
}

// Not `for await`: leaving that loop destroys the socket before the 413 is sent.
function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_LIMIT_BYTES) {
        reject(clerkError(413, 'request_body_too_large', 'Request body too large'));
      } else {
        chunks.push(chunk);
      }
    });
    request.on('end', () => {
      resolve(Buffer.concat(chunks));
    });
    request.on('error', reject);
  });
}
