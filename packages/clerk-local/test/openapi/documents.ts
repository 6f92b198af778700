import { load } from 'js-yaml';
import { existsSync, readFileSync } from 'node:fs';

/**
 * Clerk's OpenAPI documents, read from a folder beside the project, which keeps no copy of them:
 * https://github.com/clerk/openapi-specs, version 2026-05-12, MIT.
 */
const FOLDER = new URL('../../../../../shared/vectors/clerk-openapi/', import.meta.url);

export type Api = 'backend' | 'frontend';

const FILES: Record<Api, string> = { backend: 'bapi-2026-05-12.yml', frontend: 'fapi-2026-05-12.yml' };

/** Where a document is absent: the name for the skipped test that says so. */
export const ABSENT = Object.values(FILES).some((file) => !existsSync(new URL(file, FOLDER)))
  ? `the outside vectors clerk-openapi/${Object.values(FILES).join(' and ')} are absent`
  : undefined;

export type Schema = Record<string, unknown>;

export interface Operation {
  api: Api;
  method: string;
  /** As requested: `/v1/users/{user_id}`. */
  path: string;
  tag: string;
  summary: string;
  /** The schema of each status; undefined for one without a JSON body. */
  responses: Map<number, Schema | undefined>;
}

export interface Document {
  operations: Operation[];
  /** `#/components/…` of the schemas' `$ref`s. */
  components: Record<string, Record<string, unknown>>;
}

const read = new Map<Api, Document>();

export function readDocument(api: Api): Document {
  const known = read.get(api);
  if (known) return known;
  const document = load(readFileSync(new URL(FILES[api], FOLDER), 'utf8')) as {
    paths: Record<string, Record<string, RawOperation>>;
    components: Document['components'];
  };
  const prefix = api === 'backend' ? '/v1' : '';
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => /^(get|put|post|patch|delete)$/.test(method))
      .map(([method, operation]) => ({
        api,
        method: method.toUpperCase(),
        path: `${prefix}${path}`,
        tag: operation.tags?.[0] ?? 'Other',
        summary: operation.summary ?? '',
        responses: new Map(
          Object.entries(operation.responses).map(([status, response]) => [
            Number(status),
            schemaOf(response, document.components),
          ]),
        ),
      })),
  );
  const result = { operations, components: document.components };
  read.set(api, result);
  return result;
}

interface RawResponse {
  $ref?: string;
  content?: Record<string, { schema: Schema }>;
}

interface RawOperation {
  tags?: string[];
  summary?: string;
  responses: Record<string, RawResponse>;
}

function schemaOf(response: RawResponse, components: Document['components']): Schema | undefined {
  const name = response.$ref?.split('/').at(-1);
  const resolved = name === undefined ? response : (components['responses']?.[name] as RawResponse);
  return resolved.content?.['application/json']?.schema;
}

/** The operation of a request; a path without parameters before one with. */
export function findOperation(api: Api, method: string, path: string): Operation | undefined {
  const [plain = ''] = path.split('?');
  return readDocument(api)
    .operations.filter((operation) => operation.method === method && matches(operation.path, plain))
    .sort((a, b) => parameters(a.path) - parameters(b.path))[0];
}

function matches(pattern: string, path: string): boolean {
  const parts = pattern.split('/');
  const given = path.split('/');
  return (
    parts.length === given.length &&
    parts.every((part, i) => part === given[i] || (part.includes('{') && given[i] !== ''))
  );
}

function parameters(pattern: string): number {
  return pattern.split('{').length;
}
