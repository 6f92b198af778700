import type { Exchange } from 'clerk-local';
import { type Operation, findOperation } from './documents.js';
import { mismatches } from './json-schema.js';
import { isWrongInDocument } from './wrong-in-the-document.js';

/** Statuses of errors that any operation may answer, also where its document doesn't list them. */
const ANYWHERE = [401, 403, 404, 413, 415, 429, 500, 501, 503];

/** The operation of Clerk that a request is about. Undefined for the page, `/_local` and unknown paths. */
export function operationOf({ method, path }: Pick<Exchange, 'method' | 'path'>): Operation | undefined {
  const [, frontendPath] = /^\/__clerk(?:\/i[0-9a-f]{15})?(\/.*)$/.exec(path) ?? [];
  if (frontendPath !== undefined) return findOperation('frontend', method, frontendPath);
  return findOperation(path.startsWith('/v1/') ? 'backend' : 'frontend', method, path);
}

/**
 * What Clerk's OpenAPI documents don't allow in an answer, a line for each defect:
 * "<operation> <status>: <JSON path> <reason>".
 */
export function defectsOf(exchange: Exchange): string[] {
  const operation = operationOf(exchange);
  if (!operation || exchange.fault !== undefined) return [];
  const name = `${operation.method} ${operation.path} ${exchange.status}`;
  return reasons(operation, exchange)
    .filter((reason) => !isWrongInDocument(name, reason))
    .map((reason) => `${name}: ${reason}`);
}

function reasons({ api, responses }: Operation, { status, contentType, body }: Exchange): string[] {
  if (!responses.has(status) && !ANYWHERE.includes(status)) {
    return [`the document has ${[...responses.keys()].join(', ')} only: ${body.slice(0, 300)}`];
  }
  // The document has some errors without a body; Clerk's SDKs read `errors` of each.
  const schema = responses.get(status) ?? (status < 400 ? undefined : CLERK_ERRORS);
  if (schema === undefined) return [];
  if (contentType !== 'application/json') return [`content-type is ${contentType || 'absent'}`];
  return mismatches(api, schema, JSON.parse(body));
}

const CLERK_ERRORS = { $ref: '#/components/schemas/ClerkErrors' };
