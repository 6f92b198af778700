import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SwaggerModule } from '@nestjs/swagger';
import { parse } from 'yaml';
import { createDocument, withServerOf } from '../../src/common/http/openapi.js';
import { PROBLEMS } from '../../src/common/problem.js';
import { document, type Operation, operations, schemaErrors } from '../support/document.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
beforeAll(async () => {
  // There are more routes than rollbacks allowed in an hour.
  api = await startTestApp({ USER_SYNC_ROLLBACK: 'false' });
});
afterAll(() => api.close());

const all = operations().map((each) => ({ ...each, name: `${each.method.toUpperCase()} ${each.path}` }));
const isPublic = ({ security }: Operation) =>
  security?.some((scheme) => Object.keys(scheme).length === 0) ?? false;
const authenticated = all.filter(({ operation }) => !isPublic(operation));

/** The path of an operation with the documented examples in it. */
function address(path: string, operation: Operation): string {
  return `/${path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
    const parameter = operation.parameters?.find((each) => each.in === 'path' && each.name === name);
    return encodeURIComponent(parameter?.schema.example ?? `no-example-of-${name}`);
  })}`;
}

/** A request to an operation as documented, with the example as its body. */
function requestOf({ method, path, operation }: (typeof all)[number]) {
  const example = exampleBody(operation);
  return [
    method.toUpperCase(),
    address(path, operation),
    example === undefined ? {} : { body: example },
  ] as const;
}

const send = (client: Pick<Person, 'problem'>, each: (typeof all)[number]) =>
  client.problem(...requestOf(each));
const statusOf = async (client: Pick<Person, 'request'>, each: (typeof all)[number]) =>
  (await client.request(...requestOf(each))).status;

function exampleBody({ requestBody }: Operation): unknown {
  const media = requestBody?.content['application/json'];
  return media === undefined ? undefined : exampleOf(media);
}

/** The example of a body, of its schema, or of the component that it references. */
function exampleOf(media: { schema: object; example?: unknown }): unknown {
  const { $ref, example } = media.schema as { $ref?: string; example?: unknown };
  const named = $ref === undefined ? undefined : document.components.schemas[$ref.split('/').at(-1) ?? ''];
  return media.example ?? example ?? (named as { example?: unknown } | undefined)?.example;
}

describe.each(Object.entries(document.components.schemas))('the schema %s', (_name, schema) => {
  it('has a description, and one for each property', () => {
    const { description, properties = {} } = schema as {
      description?: string;
      properties?: Record<string, { description?: string; $ref?: string }>;
    };
    expect(description).toMatch(/\S/);
    const undescribed = Object.entries(properties)
      .filter(([, property]) => property.description === undefined && property.$ref === undefined)
      .map(([name]) => name);
    expect(undescribed).toEqual([]);
  });
});

describe('openapi/openapi.json', () => {
  it('equals what the application generates (otherwise: npm run openapi)', async () => {
    expect(document).toEqual(JSON.parse(JSON.stringify(await createDocument(api.app))));
  });

  it('is served at /openapi.json, with the caller’s URL as its server', async () => {
    const { body } = await api.anonymous.request('GET', '//openapi.json');
    const { servers } = body as { servers: object[] };
    expect(servers).toEqual([{ url: api.anonymous.url, description: 'This server.' }]);
    expect({ ...(body as object), servers: document.servers }).toEqual(document);
  });

  it('is served as YAML at /openapi.yaml', async () => {
    const response = await fetch(`${api.anonymous.url}/openapi.yaml`);
    expect(response.headers.get('content-type')).toBe('text/yaml');
    const { servers, ...rest } = parse(await response.text()) as { servers: object[] };
    expect(servers).toEqual([{ url: api.anonymous.url, description: 'This server.' }]);
    expect({ ...rest, servers: document.servers }).toEqual(document);
  });

  it('has an absolute server URL, the base of generated clients', () => {
    expect(document.servers.map(({ url }) => new URL(url).pathname)).toEqual(['/']);
    const host = 'evil.example/"><script>';
    const asked = withServerOf({ protocol: 'http', host }, document as never);
    expect(asked.servers).toEqual(document.servers);
  });

  it('has unique operation ids', () => {
    const ids = all.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('lists the routes of the contract', () => {
    expect(all.map(({ name }) => name).sort()).toEqual(
      [
        'GET /health/live',
        'GET /health/ready',
        'GET /metrics',
        'GET /problems/{slug}',
        'GET /api/v2/countries',
        'GET /api/v2/countries/{code}',
        'GET /api/v2/countries/{code}/people',
        'GET /api/v2/users/me',
        'PATCH /api/v2/users/me',
        'DELETE /api/v2/users/me',
        'GET /api/v2/users/me/export',
        'GET /api/v2/deletion-receipts/{token}',
        'GET /api/v2/users/me/purchases',
        'DELETE /api/v2/admin/users/{userId}',
        'PUT /api/v2/admin/users/{userId}/suspension',
        'DELETE /api/v2/admin/users/{userId}/suspension',
        'GET /api/v2/admin/deleted-users',
        'GET /api/v2/admin/deleted-users/{id}',
        'PATCH /api/v2/admin/deleted-users/{id}',
        'POST /api/v2/admin/deleted-users/{id}/purge',
        'GET /api/v2/admin/deleted-users/{id}/purchases',
        'POST /api/v2/admin/purchases',
        'POST /api/v2/admin/purchases/{id}/refund',
        'GET /api/v2/admin/audit-events',
        'GET /.well-known/jwks.json',
        'GET /account-deletion',
        'GET /api/v2/users/me/wishlist',
        'POST /api/v2/users/me/wishlist/batch',
        'PUT /api/v2/users/me/wishlist/{countryCode}',
        'DELETE /api/v2/users/me/wishlist/{countryCode}',
        'GET /api/v2/users',
        'GET /api/v2/users/me/relationships',
        'GET /api/v2/users/me/follow-requests',
        'PUT /api/v2/users/me/follow-requests/{userId}',
        'DELETE /api/v2/users/me/follow-requests/{userId}',
        'DELETE /api/v2/users/me/followers/{userId}',
        'GET /api/v2/users/me/blocks',
        'PUT /api/v2/users/me/blocks/{userId}',
        'DELETE /api/v2/users/me/blocks/{userId}',
        'PUT /api/v2/users/me/following/{userId}',
        'DELETE /api/v2/users/me/following/{userId}',
        'GET /api/v2/users/{userId}',
        'GET /api/v2/users/{userId}/followers',
        'GET /api/v2/users/{userId}/following',
        'GET /api/v2/users/{userId}/wishlist',
        'POST /api/v2/webhooks/clerk',
        'GET /api/v2/admin/webhook-events',
        'POST /api/v2/admin/webhook-events/{id}/dismiss',
        'POST /api/v2/admin/webhook-events/{id}/replay',
      ].sort(),
    );
  });
});

describe('schemas of the document, for generators of clients', () => {
  /** Every schema below a value, with its place. */
  function* schemasIn(value: unknown, place = ''): Generator<[string, Record<string, unknown>]> {
    if (typeof value !== 'object' || value === null) return;
    yield [place, value as Record<string, unknown>];
    for (const [key, each] of Object.entries(value)) {
      if (!['example', 'examples', 'default'].includes(key)) yield* schemasIn(each, `${place}/${key}`);
    }
  }
  const placesWhere = (root: unknown, matches: (schema: Record<string, unknown>) => boolean) =>
    [...schemasIn(root)].filter(([, schema]) => matches(schema)).map(([place]) => place);
  const references = (root: unknown): string[] =>
    [...schemasIn(root)].flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : []));

  it('answers may gain fields, request bodies may not', () => {
    const isClosed = (schema: Record<string, unknown>) => schema['additionalProperties'] === false;
    const answers = all.map(({ operation }) => operation.responses);
    expect(placesWhere(answers, isClosed)).toEqual([]);
    const names = new Set(references(answers).map((ref) => ref.split('/').at(-1) ?? ''));
    for (let size = 0; size < names.size;) {
      size = names.size;
      for (const name of [...names])
        for (const ref of references(document.components.schemas[name]))
          names.add(ref.split('/').at(-1) ?? '');
    }
    const used = Object.entries(document.components.schemas).filter(([name]) => names.has(name));
    expect(placesWhere(Object.fromEntries(used), isClosed)).toEqual([]);
    const bodies = all.flatMap(
      ({ operation: { requestBody } }) => requestBody?.content['application/json'] ?? [],
    );
    const open = bodies
      .map(({ schema }) => (schema as { $ref?: string }).$ref?.split('/').at(-1) ?? '')
      .filter((name) => name !== '' && !isClosed(document.components.schemas[name] as never));
    expect(open).toEqual([]);
  });

  it('nullable has one form', () => {
    expect(placesWhere(document, ({ type }) => type === 'null')).toEqual([]);
    expect(placesWhere(document, ({ nullable }) => nullable !== undefined)).toEqual([]);
  });

  it('every integer has a format; counts, times and amounts are int64', () => {
    const isInteger = ({ type }: Record<string, unknown>) => [type].flat().includes('integer');
    const isWide = (schema: Record<string, unknown>) =>
      isInteger(schema) && !(Number(schema['maximum']) <= 2 ** 31 - 1);
    expect(placesWhere(document, isWide)).not.toEqual([]);
    const hasWrongFormat = (schema: Record<string, unknown>) =>
      isInteger(schema) && schema['format'] !== (isWide(schema) ? 'int64' : 'int32');
    expect(placesWhere(document, hasWrongFormat)).toEqual([]);
    const { amount } = (document.components.schemas['Purchase'] as { properties: Record<string, object> })
      .properties;
    expect(amount).toMatchObject({ type: 'integer', format: 'int64' });
  });

  it('enumerations contain strings only', () => {
    const isOther = ({ enum: values }: Record<string, unknown>) =>
      Array.isArray(values) && values.some((each) => typeof each !== 'string');
    expect(placesWhere(document, isOther)).toEqual([]);
    expect(placesWhere(document, (each) => 'const' in each)).toEqual([]);
  });

  it('no schema has a name that a generator derives from an operation', () => {
    const derived = all.flatMap(({ operation: { operationId } }) => {
      const name = operationId.charAt(0).toUpperCase() + operationId.slice(1);
      return ['', 'Result', 'Params', 'Body', 'Request', 'Response', 'Error', 'Data'].map(
        (end) => name + end,
      );
    });
    const names = Object.keys(document.components.schemas);
    expect(names.filter((name) => derived.includes(name))).toEqual([]);
  });
});

describe('Swagger UI', () => {
  const get = async (url: string | URL, headers: Record<string, string> = {}) => {
    const response = await fetch(url, { headers });
    return { status: response.status, headers: response.headers, body: await response.text() };
  };

  it.each(['/docs', '/docs/', '/docs/index.html'])('%s links only files that are served', async (path) => {
    const url = new URL(path, api.anonymous.url);
    const { headers, body } = await get(url);
    expect(headers.get('content-type')).toBe('text/html');
    expect(body).toContain('<title>Roavelo API</title>');
    const types: Record<string, string | null> = {};
    for (const [, link = ''] of body.matchAll(/(?:href|src)="([^"]+)"/g)) {
      const file = await get(new URL(link, url));
      types[link.replace(/^.*\//, '')] = file.headers.get('content-type');
      expect([link, file.status, file.body.length > 0]).toEqual([link, 200, true]);
    }
    expect(types).toEqual({
      'swagger-ui.css': 'text/css; charset=utf-8',
      'index.css': 'text/css; charset=utf-8',
      'favicon-16x16.png': 'image/png',
      'favicon-32x32.png': 'image/png',
      'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
      'swagger-ui-standalone-preset.js': 'text/javascript; charset=utf-8',
      'swagger-ui-init.js': 'application/javascript',
    });
  });

  it('answers 304 for a file that the browser has', async () => {
    const file = `${api.anonymous.url}/docs/swagger-ui.css`;
    const { headers } = await get(file);
    expect(headers.get('cache-control')).toBe('public, max-age=0');
    expect(await get(file, { 'if-none-match': headers.get('etag') ?? '' })).toMatchObject({
      status: 304,
      body: '',
    });
  });
});

describe.each(all)('$name in the document', ({ path, operation }) => {
  it('has one known tag, a summary, and its security', () => {
    expect(operation.tags).toHaveLength(1);
    expect(document.tags.map(({ name }) => name)).toContain(operation.tags?.[0]);
    expect(operation.summary).toMatch(/\S/);
    expect(operation.security).toHaveLength(1);
  });

  it('describes every status, with a schema for every body', () => {
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(response.description).toMatch(/\S/);
      const media = Object.entries(response.content ?? {});
      expect(media).toHaveLength(['204', '304'].includes(status) ? 0 : 1);
      for (const [type, { schema }] of media) {
        const success = path === '/metrics' ? 'text/plain' : 'application/json';
        const page = operation.operationId.endsWith('Page') ? 'text/html' : success;
        expect(type).toBe(Number(status) < 400 ? page : 'application/problem+json');
        expect(Object.keys(schema).length).toBeGreaterThan(0);
      }
    }
    expect(Object.keys(operation.responses)).toContain('500');
  });

  it('has a valid example of every JSON answer', () => {
    for (const [status, { content = {} }] of Object.entries(operation.responses)) {
      const media = Number(status) < 400 ? content['application/json'] : undefined;
      if (media === undefined) continue;
      const example = exampleOf(media);
      expect([status, example]).not.toEqual([status, undefined]);
      expect([status, schemaErrors(media.schema, example)]).toEqual([status, []]);
    }
  });

  it('describes itself and each parameter', () => {
    const { description, parameters = [] } = operation as { description?: string } & Operation;
    expect(description).toMatch(/\S/);
    const undescribed = parameters.filter((each) => !('description' in each)).map(({ name }) => name);
    expect(undescribed).toEqual([]);
  });

  it('has valid examples of its path and body', () => {
    expect(address(path, operation)).not.toContain('no-example-of');
    const media = operation.requestBody?.content['application/json'];
    if (media !== undefined) expect(schemaErrors(media.schema, exampleBody(operation))).toEqual([]);
  });
});

/** The problem codes that an operation documents. */
const codesOf = ({ responses }: Operation): string[] =>
  Object.values(responses).flatMap(({ content }) => {
    const schema = content?.['application/problem+json']?.schema as
      { allOf: { properties?: { code: { enum: string[] } } }[] } | undefined;
    return schema?.allOf[1]?.properties?.code.enum ?? [];
  });
const answering = (code: string) =>
  authenticated.filter(({ operation }) => codesOf(operation).includes(code));

describe.each(authenticated)('$name is closed', (each) => {
  it('401 without a token, with a forged one, and with a scheme that is not Bearer', async () => {
    expect(await send(api.anonymous, each)).toBe('401 unauthenticated');
    expect(await send(api.withToken('e30.e30.e30'), each)).toBe('401 invalid_token');
    expect(await send(api.withToken('Basic dXNlcjpwYXNz'), each)).toBe('401 invalid_token');
  });
});

it.each(authenticated.filter(({ method }) => method === 'get'))(
  '$name is cached by no shared cache',
  async ({ path, operation }) => {
    const ann = await api.join();
    const { headers } = await ann.request('GET', address(path, operation));
    expect(headers.get('cache-control')).toMatch(/\bno-store\b|\bprivate\b/);
  },
);

describe.each(authenticated)('$name and suspension', (each) => {
  it('403 account_suspended for a suspended user, except to export or delete their own data', async () => {
    const suspended = await api.join();
    await api.db
      .collection('users')
      .updateOne({ clerkId: suspended.clerkId }, { $set: { suspendedAt: new Date() } });
    const isRefused = (await statusOf(suspended, each)) === 403;
    expect(isRefused).toBe(!['deleteMe', 'exportMe'].includes(each.operation.operationId));
    expect(isRefused).toBe(codesOf(each.operation).includes('account_suspended'));
  });
});

describe.each(answering('user_sync_failed'))('$name and a new user', (each) => {
  it('has X-User-Created in the first answer, whatever its status, and in no later one', async () => {
    const ann = await api.signUp();
    const [first, second] = [await ann.request(...requestOf(each)), await ann.request(...requestOf(each))];
    expect(first.headers.get('x-user-created')).toBe('true');
    expect(second.headers.get('x-user-created')).toBeNull();
  });

  it('422 user_sync_failed for a user who can never be saved', async () => {
    await api.db.db?.command({ collMod: 'users', validator: { firstName: { $ne: 'Refused' } } });
    const refused = await api.signUp({ first_name: 'Refused' });
    expect(await send(refused, each)).toBe('422 user_sync_failed');
    await api.db.db?.command({ collMod: 'users', validator: {} });
  });

  it('503 dependency_unavailable for a new user while Clerk refuses the secret key', async () => {
    const late = await api.signUp();
    const undo = api.clerk.fail({ path: /^\/v1\/users\//, mode: 'status', status: 401 });
    expect(await send(late, each)).toBe('503 dependency_unavailable');
    undo();
  });
});

it('X-User-Created is documented where a request may create a user', () => {
  const documented = all.filter(({ operation }) =>
    Object.values(operation.responses).some(({ headers = {} }) => 'X-User-Created' in headers),
  );
  expect(documented).toEqual(answering('user_sync_failed'));
});

it.each(all.filter(({ operation }) => isPublic(operation)))(
  '$name is open',
  async ({ method, path, operation }) => {
    const { status } = await api.anonymous.request(method.toUpperCase(), address(path, operation));
    expect(status).not.toBe(401);
  },
);

it.each(Object.keys(PROBLEMS))('GET /problems/{slug} explains %s', async (code) => {
  const page = await api.anonymous.get(`//problems/${code.replaceAll('_', '-')}`);
  expect(page).toMatchObject({ code, ...PROBLEMS[code as keyof typeof PROBLEMS] });
});

it('a document that could not be made is made again with the next request', async () => {
  const other = await startTestApp();
  const making = jest.spyOn(SwaggerModule, 'createDocument').mockImplementationOnce(() => {
    throw new Error('no document');
  });
  const status = async () => (await fetch(new URL('/openapi.json', other.anonymous.url))).status;
  expect(await status()).toBe(500);
  expect(await status()).toBe(200);
  making.mockRestore();
  await other.close();
});
