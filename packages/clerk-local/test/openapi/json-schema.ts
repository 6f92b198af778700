import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { type Api, type Schema, readDocument } from './documents.js';

const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, logger: false });
addFormats.default(ajv);
const validators = new Map<Schema, ValidateFunction>();

/** Where a value doesn't match a schema of OpenAPI 3.0: "<JSON path> <reason>" for each place. */
export function mismatches(api: Api, schema: Schema, value: unknown): string[] {
  if (!ajv.getSchema(api)) {
    const { schemas = {} } = readDocument(api).components;
    ajv.addSchema({ $id: api, components: { schemas: convertAll(schemas as Record<string, Schema>, api) } });
  }
  const known = validators.get(schema);
  const validate = known ?? ajv.compile(toJsonSchema(schema, api));
  validators.set(schema, validate);
  return validate(value) ? [] : describe(validate.errors ?? [], '');
}

/** Of alternatives, the errors of the one that fits best. */
function describe(errors: ErrorObject[], root: string): string[] {
  const choices = errors.filter((error) => error.keyword === 'anyOf');
  const others = errors.filter(
    (error) =>
      !['if', 'anyOf'].includes(error.keyword) &&
      !choices.some(({ instancePath }) => error.instancePath.startsWith(instancePath)),
  );
  const outermost = choices.filter(
    (choice) =>
      !choices.some((other) => other !== choice && choice.instancePath.startsWith(`${other.instancePath}/`)),
  );
  return [
    ...others.map((error) => describeError(error, root)),
    ...outermost.flatMap(({ schema, data, instancePath }) =>
      bestOf(schema as Schema[], data, `${root}${instancePath}`),
    ),
  ];
}

function bestOf(alternatives: Schema[], value: unknown, path: string): string[] {
  const attempts = alternatives.map((alternative) => {
    const validate = ajv.compile(alternative);
    validate(value);
    return describe(validate.errors ?? [], path);
  });
  return attempts.sort((a, b) => a.length - b.length)[0] ?? [];
}

function describeError({ instancePath, message = '', params, data }: ErrorObject, root: string): string {
  const { allowedValues, additionalProperty } = params as Record<string, unknown>;
  const named = additionalProperty ?? allowedValues;
  const detail = named === undefined ? '' : ` ${JSON.stringify(named)}`;
  const given = typeof data === 'object' && data !== null ? '' : `, is ${JSON.stringify(data)}`;
  const path = `${root}${instancePath}`.replace(/\/\d+(?=\/|$)/g, '/[]') || '/';
  return `${path} ${message}${detail}${given}`;
}

/** What only describes a schema. */
const ANNOTATIONS = ['nullable', 'discriminator', 'example', 'examples', 'description', 'title'];

/** `oneOf` becomes `anyOf`: Clerk's alternatives overlap, and an answer that fits two of them is no error. */
function toJsonSchema(schema: Schema, base: string): Schema {
  const converted: Schema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (ANNOTATIONS.includes(keyword)) continue;
    converted[keyword === 'oneOf' ? 'anyOf' : keyword] = convertValue(keyword, value, base);
  }
  return schema['nullable'] === true ? { if: { type: 'null' }, then: true, else: converted } : converted;
}

function convertValue(keyword: string, value: unknown, base: string): unknown {
  switch (keyword) {
    case '$ref':
      return `${base}${value as string}`;
    case 'properties':
      return convertAll(value as Record<string, Schema>, base);
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      return (value as Schema[]).map((part) => toJsonSchema(part, base));
    case 'items':
    case 'not':
    case 'additionalProperties':
      return typeof value === 'object' ? toJsonSchema(value as Schema, base) : value;
    default:
      return value;
  }
}

function convertAll(schemas: Record<string, Schema>, base: string): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, toJsonSchema(schema, base)]),
  );
}
