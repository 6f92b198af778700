import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { z } from 'zod';
import { parse } from '../store/parse.ts';

/** A route's `schema: { params, querystring, body }` are zod schemas; the handler gets their outputs. */
export interface ZodTypes extends FastifyTypeProvider {
  validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
}

export type Server = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypes
>;

/** Wrong input is Clerk's 422. A request without a body has an empty one. */
export function validateByZod(app: Server): void {
  app.setValidatorCompiler<z.ZodType>(({ schema }) => (value: unknown) => {
    try {
      return { value: parse(schema, value ?? {}) };
    } catch (error) {
      return { error: error as Error };
    }
  });
}

/** Parameters that are given more than once, or as `name[]`, are arrays. An unescaped "+" is a space. */
export function parseQuery(text: string): Record<string, string | string[]> {
  const query = new URLSearchParams(text);
  const names = new Set([...query.keys()].map((key) => key.replace(/\[\]$/, '')));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = [...query.getAll(name), ...query.getAll(`${name}[]`)];
      const [only = ''] = values;
      return [name, values.length === 1 && !query.has(`${name}[]`) ? only : values];
    }),
  );
}

/** What `JSON.stringify`, which answers and the state file need, can surely write. */
const MAX_LEVELS = 500;

/** A JSON object; `{}` for an empty body. Undefined for anything else, also for one of too many levels. */
export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && !isDeeper(value, MAX_LEVELS) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}
