import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findOasdiff } from '../../scripts/oasdiff/program.ts';

const root = path.resolve(import.meta.dirname, '../..');

interface Schema {
  type?: string | string[];
  enum?: string[];
  maxLength?: number;
  maximum?: number;
  description?: string;
  required?: string[];
  properties: Record<string, Schema>;
}
interface Body {
  required?: boolean;
  content: Record<string, { schema: object }>;
}
interface Operation {
  operationId: string;
  summary: string;
  parameters: { name: string; in: string; required?: boolean; schema: Partial<Schema> }[];
  requestBody: Body;
  responses: Record<string, Body>;
}
interface Document {
  info: { description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

let folder: string;
let released: string;
let text: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'openapi-compare-'));
  text = await readFile(path.join(root, 'openapi', 'openapi.json'), 'utf8');
  released = path.join(folder, 'released.json');
  await writeFile(released, text);
  await findOasdiff();
}, 600_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Changes today's document and compares: `npm run openapi:compare -- <today's> <changed>`. */
async function compare(change: (document: Document) => void): Promise<{ code: number; stdout: string }> {
  const document = JSON.parse(text) as Document;
  change(document);
  const current = path.join(folder, 'current.json');
  await writeFile(current, JSON.stringify(document));
  const program = promisify(execFile)(process.execPath, ['scripts/openapi-compare.ts', released, current], {
    cwd: root,
  });
  return program.then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: unknown) => error as { code: number; stdout: string },
  );
}

function operationOf(document: Document, method: string, route: string): Operation {
  const operation = document.paths[route]?.[method];
  if (operation === undefined) throw new Error(`${method} ${route} is not documented`);
  return operation;
}

function schemaOf(document: Document, name: string, property?: string): Schema {
  const schema = document.components.schemas[name];
  const found = property === undefined ? schema : schema?.properties[property];
  if (found === undefined) throw new Error(`${name} ${property ?? ''} is not documented`);
  return found;
}

function without(values: string[] | undefined, value: string): string[] {
  expect(values).toContain(value);
  return (values ?? []).filter((each) => each !== value);
}

function removeProperty(document: Document, name: string, property: string): void {
  const schema = schemaOf(document, name);
  expect(schema.properties).toHaveProperty(property);
  schema.properties = Object.fromEntries(
    Object.entries(schema.properties).filter(([key]) => key !== property),
  );
  if (schema.required !== undefined) schema.required = schema.required.filter((each) => each !== property);
}

function moveMediaType(body: Body | undefined, from: string, to: string): void {
  const media = body?.content[from];
  if (body === undefined || media === undefined) throw new Error(`${from} is not documented`);
  body.content = { [to]: media };
}

const wishlistPut = ['put', '/api/v2/users/me/wishlist/{countryCode}'] as const;

const BREAKING: [kind: string, change: (document: Document) => void, line: RegExp][] = [
  [
    'a path is removed',
    ({ paths }) => delete paths['/api/v2/countries'],
    /GET \/api\/v2\/countries .*removed/,
  ],
  [
    'a method is removed',
    ({ paths }) => delete paths['/api/v2/users/me']?.['delete'],
    /DELETE \/api\/v2\/users\/me .*removed/,
  ],
  [
    'a success status is removed',
    (document) => delete operationOf(document, ...wishlistPut).responses['201'],
    /removed the success response with the status `201`/,
  ],
  [
    'an error status is removed',
    (document) => delete operationOf(document, ...wishlistPut).responses['422'],
    /removed the non-success response with the status `422`/,
  ],
  [
    'a required field of an answer is removed',
    (document) => {
      removeProperty(document, 'Me', 'bio');
    },
    /GET \/api\/v2\/users\/me removed the required property `bio`/,
  ],
  [
    'an optional field of an answer is removed',
    (document) => {
      removeProperty(document, 'Problem', 'errors');
    },
    /removed the optional property `.*errors`/,
  ],
  [
    'a field of an answer becomes optional',
    (document) => {
      const me = schemaOf(document, 'Me');
      me.required = without(me.required, 'bio');
    },
    /`bio` became optional/,
  ],
  [
    'a field of an answer becomes nullable',
    (document) => (schemaOf(document, 'Me', 'bio').type = ['string', 'null']),
    /`bio` became nullable/,
  ],
  [
    'a field of an answer changes its type',
    (document) => (schemaOf(document, 'Me', 'followersCount').type = 'string'),
    /`followersCount` .*changed from `integer` to `string`/,
  ],
  [
    'a value of an answer is removed',
    (document) => {
      const status = schemaOf(document, 'Purchase', 'status');
      status.enum = without(status.enum, 'failed');
    },
    /removed the `failed` enum value/,
  ],
  [
    'a code of problems is removed',
    (document) => {
      const code = schemaOf(document, 'Problem', 'code');
      code.enum = without(code.enum, 'forbidden');
    },
    /removed the `forbidden` enum value/,
  ],
  [
    'a value of a request is removed',
    (document) => {
      const visibility = schemaOf(document, 'MeChange', 'visibility');
      visibility.enum = without(visibility.enum, 'private');
    },
    /removed the enum value `private` of the request property `visibility`/,
  ],
  [
    'a media type of an answer is removed',
    (document) => {
      moveMediaType(
        operationOf(document, 'get', '/api/v2/users/me').responses['200'],
        'application/json',
        'text/plain',
      );
    },
    /removed the media type `application\/json`/,
  ],
  [
    'the media type of a problem is removed',
    (document) => {
      moveMediaType(
        operationOf(document, 'get', '/api/v2/users/me').responses['401'],
        'application/problem+json',
        'application/json',
      );
    },
    /removed the media type `application\/problem\+json` of the response with the `401` status/,
  ],
  [
    'a media type of a request is removed',
    (document) => {
      moveMediaType(
        operationOf(document, 'patch', '/api/v2/users/me').requestBody,
        'application/json',
        'application/merge-patch+json',
      );
    },
    /PATCH \/api\/v2\/users\/me removed the media type `application\/json` of the request/,
  ],
  [
    'a field of a request becomes required',
    (document) => (schemaOf(document, 'MeChange').required = ['bio']),
    /the request property `bio` became required/,
  ],
  [
    'a request gets a required field',
    (document) => {
      schemaOf(document, 'MeChange').properties['favouriteColour'] = { type: 'string', properties: {} };
      schemaOf(document, 'MeChange').required = ['favouriteColour'];
    },
    /added the new required request property `favouriteColour`/,
  ],
  [
    'a body becomes required',
    (document) => (operationOf(document, ...wishlistPut).requestBody.required = true),
    /request body became required/,
  ],
  [
    'a field of a request is removed',
    (document) => {
      removeProperty(document, 'MeChange', 'bio');
    },
    /removed the request property `bio`/,
  ],
  [
    'a field of a request is narrowed',
    (document) => (schemaOf(document, 'MeChange', 'bio').maxLength = 10),
    /`bio` request property's maxLength was decreased to `10`/,
  ],
  [
    'a parameter is removed',
    (document) => {
      const operation = operationOf(document, 'get', '/api/v2/countries/{code}/people');
      operation.parameters = operation.parameters.filter(({ name }) => name !== 'limit');
    },
    /deleted the `query` request parameter `limit`/,
  ],
  [
    'a parameter becomes required',
    (document) => {
      for (const parameter of operationOf(document, 'get', '/api/v2/countries/{code}/people').parameters) {
        if (parameter.name === 'limit') parameter.required = true;
      }
    },
    /the `query` request parameter `limit` became required/,
  ],
  [
    'a parameter is narrowed',
    (document) => {
      for (const { name, schema } of operationOf(document, 'get', '/api/v2/countries/{code}/people')
        .parameters) {
        if (name === 'limit') schema.maximum = 50;
      }
    },
    /`query` request parameter `limit`, the max was decreased/,
  ],
  [
    'an operation gets another operationId',
    (document) => (operationOf(document, 'get', '/api/v2/users/me').operationId = 'readMe'),
    /API operation id `getMe` removed/,
  ],
];

describe('npm run openapi:compare', () => {
  it.each(BREAKING)('fails when %s', async (_, change, line) => {
    const { code, stdout } = await compare(change);
    const [, breaking = ''] = stdout.split('Changes that break clients:');
    expect(breaking).toMatch(line);
    expect(code).toBe(1);
  });

  it('passes and lists what is added', async () => {
    const { code, stdout } = await compare((document) => {
      const { paths } = document;
      paths['/api/v2/moons'] = {
        get: { ...operationOf(document, 'get', '/api/v2/countries'), operationId: 'moons' },
      };
      const me = schemaOf(document, 'Me');
      me.properties['favouriteColour'] = { type: 'string', properties: {} };
      me.required = [...(me.required ?? []), 'favouriteColour'];
      schemaOf(document, 'MeChange').properties['favouriteColour'] = { type: 'string', properties: {} };
      schemaOf(document, 'MeChange', 'visibility').enum?.push('friends');
      schemaOf(document, 'Problem', 'code').enum?.push('moon_not_found');
      for (const schema of ['WishlistChange', 'WishlistItem']) {
        const note = schemaOf(document, schema, 'note');
        note.maxLength = Number(note.maxLength) + 1;
      }
    });
    for (const line of [
      /GET \/api\/v2\/moons: endpoint added/,
      /GET \/api\/v2\/users\/me, PATCH \/api\/v2\/users\/me: added the required property `favouriteColour`/,
      /PATCH \/api\/v2\/users\/me: added the new optional request property `favouriteColour`/,
      /added the new `friends` enum value to the request property `visibility`/,
      /added the new `moon_not_found` enum value/,
      /`note` request property's maxLength was increased/,
    ]) {
      expect(stdout).toMatch(line);
    }
    expect(stdout).toContain('Changes that break clients: 0');
    expect(code).toBe(0);
  });

  it('passes when each breaking change is accepted by its line', async () => {
    const change = ({ paths }: Document) => delete paths['/api/v2/countries'];
    const { stdout } = await compare(change);
    const [, line = ''] = /Changes that break clients: 1\n {2}(.+)\n/.exec(stdout) ?? [];
    const accepted = path.join(folder, 'accepted-changes.txt');
    await writeFile(accepted, `${line}\n`);
    try {
      expect(await compare(change)).toMatchObject({ code: 0 });
      const more = await compare((document) => {
        change(document);
        delete document.paths['/api/v2/users/me']?.['delete'];
      });
      expect(more).toMatchObject({ code: 1, stdout: expect.stringContaining('Accepted changes: 1') });
    } finally {
      await rm(accepted);
    }
  });

  it('says nothing about texts', async () => {
    const { code, stdout } = await compare((document) => {
      document.info.description = 'Another text.';
      operationOf(document, 'get', '/api/v2/users/me').summary = 'Another text';
      schemaOf(document, 'Me').description = 'Another text.';
    });
    expect(stdout).toContain('Additions: 0\n');
    expect(code).toBe(0);
  });
});
