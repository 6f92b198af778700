import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export interface Operation {
  operationId: string;
  summary?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: {
    name: string;
    in: 'path' | 'query' | 'header';
    required?: boolean;
    schema: { example?: string };
  }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: object; example?: unknown }> };
  responses: Record<
    string,
    { description: string; headers?: Record<string, object>; content?: Record<string, MediaType> }
  >;
}

export interface MediaType {
  schema: object;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

export interface Document {
  openapi: string;
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

/** The committed document. */
export const document = JSON.parse(
  readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'),
) as Document;

/** Every documented operation, with its method in lower case and its path. */
export function operations(): { method: string; path: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
ajv.addSchema({ $id: 'document', components: closed(document.components) as object });
const validators = new Map<object, ValidateFunction>();

/**
 * The errors of a value by a schema of the document; empty when it conforms. Stricter than the document:
 * an undocumented field is an error.
 */
export function schemaErrors(schema: object, value: unknown): string[] {
  const validate = validators.get(schema) ?? ajv.compile(closed(rebased(schema)) as object);
  validators.set(schema, validate);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

/** The operation an address belongs to, a fixed segment winning over a parameter as in the router. */
export function operationAt(method: string, pathname: string): Operation | undefined {
  const matching = Object.keys(document.paths)
    .filter((path) => new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(pathname))
    .sort((a, b) => a.split('{').length - b.split('{').length);
  return matching.map((path) => document.paths[path]?.[method.toLowerCase()]).find(Boolean);
}

/** The same schema without undocumented fields. Parts of an `allOf` stay open: they describe one object. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return (schema as unknown[]).map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.entries(schema).map(([key, value]: [string, unknown]) => [
    key,
    key === 'allOf' ? value : closed(value),
  ]);
  const copy = Object.fromEntries(parts) as Record<string, unknown>;
  const isObject = [copy['type']].flat().includes('object') && typeof copy['properties'] === 'object';
  return isObject && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy;
}

/** `$ref`s inside one schema, made to point into the document that ajv knows. */
function rebased(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')) as object;
}
