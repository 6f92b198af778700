import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { PROBLEM_CODES, PROBLEMS, problemBody, problemSchema } from './common/problem.js';

const EXAMPLE_TIME = '2026-11-23T09:30:00.000Z';
const EXAMPLE_REQUEST_ID = '0192f3c1-7a5e-7c64-9d1b-2f6f0f6f9a3e';

const DESCRIPTION = `
The backend of a travel app: profiles, a wishlist of countries, followers, purchases.

**Sign-in** is Clerk's. Send the session token of a signed-in user as \`Authorization: Bearer <token>\`; it lives for about
a minute, so ask Clerk's SDK for one before each request. The first request of a new account creates its user. "Authorize" says
where a token comes from.

**Admins** are users whose public metadata in Clerk is \`{"role": "admin"}\`: set it in Clerk's dashboard, also for the first
one. It takes effect within seconds; no request changes a role.

**Errors** are \`application/problem+json\` (RFC 9457). Branch on \`code\`; \`type\` leads to its explanation. Only a bad
token is 401: when the database or Clerk is away, the answer is 503 with \`Retry-After\`.

**Lists** take \`limit\` and \`cursor\` and answer \`{items, nextCursor}\`, newest first unless they say otherwise; a \`Link\` header names the next
page.

**Limits** are counted per user, and per address for whoever has no good token: 429 with \`Retry-After\`. A few expensive calls have a
smaller one of their own.
`.trim();

const TOKENS = `
A Clerk session token: three parts with dots between, for one user, for about a minute.

- **On this machine** (\`npm start\` with nothing configured) this page is authorised already, as a demo user, and renews its
  token by itself. For somebody else's, press "Copy token" at the local Clerk (http://127.0.0.1:4010, unless you moved it).
- **In an app**: \`await getToken()\` of Clerk's \`useAuth()\`, before each request.
- **In a browser** that is signed in to your app: \`await window.Clerk.session.getToken()\` in its console.
- **On the command line**, for a user of a development instance: Clerk's Backend API makes a session and its token, see
  \`docs/getting-started.md\` of the project.

Paste it without "Bearer". Within a minute it ends, and answers are 401 \`token_expired\`: authorise again.
`.trim();

/** The catalogue of errors, from the table that answers are made of. */
const ERRORS = [
  'What errors mean: every `code` there is.',
  '',
  '| status | code | meaning |',
  '| --- | --- | --- |',
  ...PROBLEM_CODES.map((code) => ({ code, ...PROBLEMS[code] }))
    .sort((a, b) => a.status - b.status)
    .map(({ code, status, explanation }) => `| ${status} | \`${code}\` | ${explanation} |`),
].join('\n');

/** The OpenAPI 3.1 document of the application: `openapi/openapi.json`, `/openapi.json` and Swagger UI. */
export function createDocument(app: INestApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Roavelo API')
    .setDescription(DESCRIPTION)
    .setVersion('2.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This server')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: TOKENS,
      },
      'session',
    )
    .addTag('Me', 'My own profile.')
    .addTag('Social', 'Other users, who follows whom, and who blocks whom.')
    .addTag('Wishlist', 'The countries users want to see.')
    .addTag('Countries', 'The countries there are.')
    .addTag('Purchases', 'What users paid for.')
    .addTag('Account deletion', 'What happens to deleted accounts, and proof of it.')
    .addTag('Admin', 'For users with the role `admin`.')
    .addTag('Webhooks', 'For Clerk, not for apps.')
    .addTag('Health', 'For whoever runs the service.')
    .addTag('Problems', ERRORS)
    .build();
  const document = SwaggerModule.createDocument(app, description, {
    standardSchemaConverter: (schema, { schemaType }) => toOpenApi(schema as z.ZodType, schemaType),
  });
  return withProblems(document);
}

/** JSON Schema 2020-12 of a zod schema, its named parts as components. */
function toOpenApi(schema: z.ZodType, io: 'input' | 'output') {
  const {
    $defs = {},
    $schema: _,
    ...root
  } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    override: ({ jsonSchema }) => {
      // The pattern says no more than the format, and makes tools invent dates like 4271-02-23T03:03:42.92Z.
      if (jsonSchema.format !== 'date-time') return;
      delete jsonSchema.pattern;
      jsonSchema.examples ??= [EXAMPLE_TIME];
    },
  });
  const { id, ...named } = root;
  if (typeof id !== 'string') return { schema: root, components: $defs };
  return { schema: { $ref: `#/components/schemas/${id}` }, components: { ...$defs, [id]: named } };
}

/** The schema of every error, and an example of each code; `@Operation()` refers to them. */
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
