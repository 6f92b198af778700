import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

type Schema = Record<string, unknown>;

/** Clerk's OpenAPI document of its webhooks, version 2025-04-15: https://github.com/clerk/openapi-specs */
export interface WebhookDocument {
  'x-webhooks': Record<
    string,
    { post: { requestBody: { content: { 'application/json': { schema: Schema } } } } }
  >;
  components: { schemas: Record<string, Schema> };
}

/** Where the document is wrong about Clerk's events: the error, and what shows it. */
const MISTAKES: readonly [error: RegExp, evidence: string][] = [
  [
    /^session\.\w+\/data must NOT have additional properties .*"user"/,
    'Its schema `SessionEventPayload` adds `user` to a schema that allows no more properties.',
  ],
  [/additional properties .*"timezone"/, '`UserJSON` of @clerk/backend 3.25 has it.'],
  [/\/organization_memberships must be array/, 'It may be null in `UserJSON` of @clerk/backend 3.25.'],
  [/^session\.\w+\/data\/user must be object/, 'It may be null in `SessionWebhookEventJSON`.'],
];

/** What the document's schema of an event's type doesn't allow in it, and that it has no such type. */
export function webhookValidator(document: WebhookDocument): (event: { type: string }) => string[] {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'webhooks', components: convert(document.components) });
  const validators = new Map<string, ValidateFunction>();
  return (event) => {
    const operation = document['x-webhooks'][event.type];
    if (operation === undefined) return [`${event.type} is not in the document`];
    const { schema } = operation.post.requestBody.content['application/json'];
    const validate: ValidateFunction = validators.get(event.type) ?? ajv.compile(convert(schema) as Schema);
    validators.set(event.type, validate);
    validate(event);
    return (validate.errors ?? [])
      .map(
        ({ instancePath, message = '', params }) =>
          `${event.type}${instancePath} ${message} ${JSON.stringify(params)}`,
      )
      .filter((defect) => !MISTAKES.some(([error]) => error.test(defect)));
  };
}

/** OpenAPI 3.0's `nullable` as JSON Schema. */
function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, $ref, ...rest } = value as Schema;
  const schema: Schema = Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, convert(part)]));
  if (typeof $ref === 'string') schema['$ref'] = $ref.replace(/^#/, 'webhooks#');
  return nullable === true ? { anyOf: [{ type: 'null' }, schema] } : schema;
}
