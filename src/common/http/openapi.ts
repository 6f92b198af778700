import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import {
  PROBLEM_CODES,
  type ProblemCode,
  PROBLEMS,
  problemBody,
  problemSchema,
  problemType,
} from '../problem.js';
import { describeRoutes } from './document-decorators.js';

/** A full URL, because generated clients use it as their base. */
const LOCAL_SERVER = 'http://127.0.0.1:3000';
const HOST = /^[A-Za-z0-9.-]+(?::\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](?::\d{1,5})?$/;
const MAX_INT32 = 2 ** 31 - 1;

const EXAMPLE_TIME = '2026-11-23T09:30:00.000Z';
const EXAMPLE_REQUEST_ID = '0192f3c1-7a5e-7c64-9d1b-2f6f0f6f9a3e';

const DESCRIPTION = `
The backend of a travel app: profiles, a wishlist of countries, followers, purchases.

**Sign-in** is by Clerk. Send the session token of a signed-in user as \`Authorization: Bearer <token>\`; it lives for about
a minute, so ask Clerk's SDK for one before each request. "Authorize" explains how to get a token.

**The first request** of a new account creates its user; no webhook needs to have arrived. The answer to the request that created it,
also an error, has \`X-User-Created: true\`. If a webhook created the user before, no answer has it.

**Admins** are users whose public metadata in Clerk is \`{"role": "admin"}\`: set it in Clerk's dashboard. It takes effect
within seconds; no request changes a role.

**Errors** are \`application/problem+json\` (RFC 9457). Branch on \`code\`; \`type\` is the URL of its explanation. Only a bad
token is 401: when the database or Clerk is away, the answer is 503 with \`Retry-After\`.

**Lists** take \`limit\` and \`cursor\` and answer \`{items, nextCursor}\`, newest first unless they say otherwise; a \`Link\` header names the next
page.

**Limits** answer 429 with \`Retry-After\`; \`RateLimit-Policy\` names the budget. A request with a good token counts only for its
user (\`subject\`). One without a token (\`address\`) or with a bad token (\`refused\`) counts for the address. A few expensive calls have
their own, smaller budget (\`expensive\`).
`.trim();

const TOKENS = `
A session token by Clerk: three parts separated by dots, valid for one user and about a minute.

- **On this machine** (\`npm start\` with nothing configured) this page is already authorized as a demo user and renews the
  token by itself. Choose another user at the top; create users at the local Clerk (http://127.0.0.1:4010 by default).
- **In an app**: \`await getToken()\` of Clerk's \`useAuth()\`, before each request.
- **In a browser** that is signed in to your app: \`await window.Clerk.session.getToken()\` in its console.
- **On the command line**, for a user of a development instance: Clerk's Backend API creates a session and its token, see
  \`docs/getting-started.md\` of the project.

Paste it without "Bearer". After about a minute it expires, and answers are 401 \`token_expired\`: authorize again.
`.trim();

/** The description of the tag Problems: all codes, from the table that the answers use. */
const ERRORS = [
  'All error codes and their meanings.',
  '',
  '| status | code | meaning |',
  '| --- | --- | --- |',
  ...PROBLEM_CODES.map((code) => ({ code, ...PROBLEMS[code] }))
    .sort((a, b) => a.status - b.status)
    .map(({ code, status, explanation }) => `| ${status} | \`${code}\` | ${explanation} |`),
].join('\n');

/** The OpenAPI 3.1 document of the application: `openapi/openapi.json`, `/openapi.json` and Swagger UI. */
export async function createDocument(app: INestApplication): Promise<OpenAPIObject> {
  const { DocumentBuilder, SwaggerModule } = await describeRoutes();
  const description = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Roavelo API')
    .setDescription(DESCRIPTION)
    .setVersion('2.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(LOCAL_SERVER, 'Local mode (`npm start`). A running service has its own URL here.')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: TOKENS,
      },
      'session',
    )
    .addTag('Me', 'Your own profile and data.')
    .addTag('Social', 'Other users, follows and blocks.')
    .addTag('Wishlist', 'Countries that users want to visit.')
    .addTag('Countries', 'All countries.')
    .addTag('Purchases', 'Purchases of users.')
    .addTag('Account deletion', 'Deletion of accounts, with signed receipts.')
    .addTag('Admin', 'For users with the role `admin`.')
    .addTag('Webhooks', 'For Clerk, not for apps.')
    .addTag('Health', 'For operators.')
    .addTag('Problems', ERRORS)
    .build();
  const document = SwaggerModule.createDocument(app, description, {
    standardSchemaConverter: (schema, { schemaType }) => toOpenApi(schema as z.ZodType, schemaType),
  });
  return withProblems(document);
}

/**
 * The document of a running server: `servers` has the URL that the caller used, so that generated
 * clients and "Try it out" call this server. With an invalid `Host` the document is unchanged.
 */
export function withServerOf(
  { protocol, host }: { protocol: string; host: string },
  document: OpenAPIObject,
): OpenAPIObject {
  if (!HOST.test(host)) return document;
  return { ...document, servers: [{ url: `${protocol}://${host}`, description: 'This server.' }] };
}

/**
 * The document for Swagger UI: errors are links to their explanations, without the schema that is the
 * same on every operation. Programs read the full one.
 */
export function forReading(document: OpenAPIObject): OpenAPIObject {
  const paths = Object.fromEntries(
    Object.entries(document.paths).map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(item).map(([method, operation]) => [
          method,
          withLinks(operation as OperationWithResponses),
        ]),
      ),
    ]),
  );
  return { ...document, paths };
}

interface OperationWithResponses {
  responses?: Record<string, { description?: string; content?: Record<string, { examples?: object }> }>;
}

function withLinks(operation: OperationWithResponses): OperationWithResponses {
  const { responses } = operation;
  if (responses === undefined) return operation;
  const linked = Object.entries(responses).map(([status, response]) => {
    const { content, ...rest } = response;
    const examples = content?.['application/problem+json']?.examples;
    if (examples === undefined) return [status, response];
    const links = (Object.keys(examples) as ProblemCode[]).map(
      (code) => `[${PROBLEMS[code].title}](${problemType(code)}) (\`${code}\`)`,
    );
    return [status, { ...rest, description: links.join(', or: ') }];
  });
  return {
    ...operation,
    responses: Object.fromEntries(linked) as OperationWithResponses['responses'] & object,
  };
}

/** JSON Schema 2020-12 of a zod schema, with its named parts as components. */
function toOpenApi(schema: z.ZodType, io: 'input' | 'output') {
  const { $defs = {}, $schema: _, ...root } = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  const { id, ...named } = forClients(root, io);
  const components = forEach($defs, io);
  if (typeof id !== 'string') return { schema: named, components };
  return { schema: { $ref: `#/components/schemas/${id}` }, components: { ...components, [id]: named } };
}

/**
 * Adapts a schema for client generators, at every depth (docs/decisions/0028): one form of nullable, the
 * width of integers, times, and answers that may gain fields in a later release.
 */
function forClients(schema: JsonSchema, io: 'input' | 'output'): JsonSchema {
  const walked = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (VALUES.has(key)) return [key, value];
      return [key, key === 'properties' ? forEach(value as JsonSchema, io) : walk(value, io)];
    }),
  );
  const tidy = withTime(withWidth(withTypeNull(walked)));
  if (io === 'output' && tidy['additionalProperties'] === false) delete tidy['additionalProperties'];
  // Generators don't support `propertyNames`.
  delete tidy['propertyNames'];
  return tidy;
}

type JsonSchema = Record<string, unknown>;

/** Keywords whose content is data, not schemas. */
const VALUES = new Set(['example', 'examples', 'default', 'enum', 'const', 'required']);

/** For schemas by name: a name may equal a keyword. */
function forEach(schemas: JsonSchema, io: 'input' | 'output'): JsonSchema {
  return Object.fromEntries(Object.entries(schemas).map(([name, each]) => [name, walk(each, io)]));
}

function walk(value: unknown, io: 'input' | 'output'): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => walk(each, io));
  return typeof value === 'object' && value !== null ? forClients(value as JsonSchema, io) : value;
}

/** `anyOf: [{type: T, …}, {type: null}]` as `type: [T, null]`, zod's own form for a plain `T`. */
function withTypeNull({ anyOf, ...schema }: JsonSchema): JsonSchema {
  const [some, none] = (anyOf ?? []) as { type?: unknown }[];
  if (none?.type !== 'null' || typeof some?.type !== 'string')
    return anyOf === undefined ? schema : { anyOf, ...schema };
  return { ...some, ...schema, type: [some.type, 'null'] };
}

/** Marks integers that need 64 bits: a 32-bit client would read 2,500,000,000 as a negative number. */
function withWidth(schema: JsonSchema): JsonSchema {
  if (![schema['type']].flat().includes('integer')) return schema;
  const { minimum, maximum, ...rest } = schema as { minimum?: number; maximum?: number };
  const isNarrow = maximum !== undefined && maximum <= MAX_INT32;
  return {
    ...rest,
    format: isNarrow ? 'int32' : 'int64',
    // zod's own bounds of safe integers are omitted.
    ...(minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? {} : { minimum }),
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? {} : { maximum }),
  };
}

/** A time has an example instead of its pattern, from which tools make dates like 4271-02-23T03:03:42.92Z. */
function withTime(schema: JsonSchema): JsonSchema {
  if (schema['format'] !== 'date-time') return schema;
  const { pattern: _, ...rest } = schema;
  return { ...rest, examples: rest['examples'] ?? [EXAMPLE_TIME] };
}

/** Adds the schema of problems and an example of each code, to which `@Operation()` refers. */
function withProblems(document: OpenAPIObject): OpenAPIObject {
  const { components } = toOpenApi(problemSchema, 'output');
  const schemas = { ...document.components?.schemas, ...(components as Record<string, never>) };
  const examples = Object.fromEntries(
    PROBLEM_CODES.map((code) => [
      code,
      { summary: PROBLEMS[code].title, value: problemBody(code, EXAMPLE_REQUEST_ID) },
    ]),
  );
  return { ...document, components: { ...document.components, schemas, examples } };
}
