import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PROBLEM_CODES } from '../../src/common/problem.js';
import { hashSubject } from '../../src/deleted-users/deleted-users.service.js';
import { document, type Operation, operations } from '../support/document.js';
import { snapshot } from '../support/snapshot.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

/** Part of all private data of other users. */
const HIDDEN = 'h1dd3n';

let api: TestApp;
let mallory: Joined;
let admin: Joined;
beforeAll(async () => {
  api = await startTestApp();
  mallory = await api.join();
  admin = await api.join({ public_metadata: { role: 'admin' } });
  const victim = await api.join({ email_address: [`${HIDDEN}@example.com`] });
  await victim.call(201, 'PUT', '/users/me/wishlist/JP', { body: { note: HIDDEN } });
  await victim.call(200, 'PATCH', '/users/me', { body: { visibility: 'private' } });
  await admin.call(201, 'POST', '/admin/purchases', {
    body: {
      userId: victim.id,
      item: HIDDEN,
      amount: 100,
      currency: 'EUR',
      reason: HIDDEN,
      reference: HIDDEN,
    },
  });
  const deleted = await api.join({ first_name: HIDDEN });
  await deleted.request('DELETE', '/users/me');
  await api.deletionOf(deleted);
});
afterAll(() => api.close());

interface Attack {
  method: string;
  path: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
}

/** Sends an attack; its answer must be no 5xx, show nothing hidden and have a documented code. */
async function attack(token: string | undefined, { method, path, body, headers }: Attack): Promise<number> {
  const answer = await fetch(api.anonymous.url + path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const received = await answer.text();
  const what = `${method} ${path.slice(0, 200)} ${String(body).slice(0, 200)} → ${answer.status}`;
  if (answer.status >= 500) throw new Error(`${what}: ${received}`);
  if (token !== admin.token && received.includes(HIDDEN)) throw new Error(`${what} shows hidden data`);
  if (answer.status >= 400 && method !== 'HEAD') {
    const { code, requestId } = JSON.parse(received) as { code: string; requestId: string };
    expect([what, (PROBLEM_CODES as string[]).includes(code), requestId]).toEqual([
      what,
      true,
      answer.headers.get('x-request-id'),
    ]);
  }
  const items = received.startsWith('{') ? (JSON.parse(received) as { items?: unknown[] }).items : undefined;
  if ((items?.length ?? 0) > 250) throw new Error(`${what}: ${items?.length ?? 0} rows`);
  return answer.status;
}

const all = operations().map((each) => ({ ...each, name: `${each.method.toUpperCase()} ${each.path}` }));

function addressOf(path: string, operation: Operation, replace?: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
    const parameter = operation.parameters?.find((each) => each.in === 'path' && each.name === name);
    return replace ?? encodeURIComponent(parameter?.schema.example ?? 'x');
  });
}

const OPERATORS: unknown[] = [
  { $ne: null },
  { $gt: '' },
  { $regex: '.*' },
  { $where: 'sleep(1000)' },
  { $in: [null, ''] },
  [{ $exists: true }],
  '{"$ne":null}',
  '$username',
];
const SWAPPED: unknown[] = [
  ...[
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    '',
    ' ',
    [],
    {},
    [[]],
    '\u0000',
    '\ud800',
    '\u202e',
    '😀'.repeat(2000),
    'x'.repeat(50_000),
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '../../etc/passwd',
    "' or 1=1--",
    '<script>',
    '${7*7}',
    '%00',
    '\r\nX-Evil: 1',
  ],
];
const BROKEN: (string | Buffer)[] = [
  ...[
    '{',
    '[',
    '"',
    'nul',
    '{"a":1,}',
    "{'a':1}",
    '{"a":NaN}',
    '{"a":1e999}',
    '{}{}',
    '\ufeff{}',
    '{"a":1,"a":2}',
    '01',
    '-',
  ],
  ...[
    '[]',
    'null',
    'true',
    '1',
    '"text"',
    '['.repeat(50_000),
    `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  ],
  ...[
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"a":{"__proto__":{"polluted":1}}}',
  ],
  Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
  Buffer.from('{"a":1}', 'utf16le'),
  Buffer.from([0x1f, 0x8b, 0x08, 0x00]),
];
const HEADERS: Record<string, string>[] = [
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json; charset=utf-16',
    'a/b',
    ';',
  ].map((type) => ({ 'content-type': type })),
  { 'content-encoding': 'gzip' },
  { 'x-http-method-override': 'DELETE' },
  { 'x-forwarded-for': '127.0.0.1, $ne', 'x-original-url': '/api/v2/admin/deleted-users' },
  { 'if-none-match': 'W/"'.repeat(200), 'accept-language': '*;q='.repeat(500) },
];
const QUERIES = [
  ...[
    'username[$ne]=',
    'q[$regex]=.*',
    'limit[$gt]=0',
    'limit=1&limit=100',
    'username=a&username=b',
    'userId=a&userId[]=b',
  ],
  ...[
    'limit=0x10',
    'limit=1e1',
    'limit=+5',
    'limit=%205',
    'limit=05',
    'limit=-1',
    'limit=101',
    'limit=NaN',
    'limit=1.0',
    'limit=',
  ],
  ...[
    '__proto__[polluted]=1',
    'constructor[prototype][polluted]=1',
    'cursor=%00',
    'cursor[]=a',
    `q=${'x'.repeat(5000)}`,
    '&&==&',
    '%',
  ],
  ...[
    'q=%ff%fe',
    'q=%ed%a0%80',
    'q=(a%2B)%2B%24',
    'email=a%40b&clerkId=c',
    'state[$ne]=x',
    'direction=sent&direction=received',
  ],
];
const SEGMENTS = [
  ...[
    '..',
    '%2e%2e',
    '%2f',
    '%5c',
    '%00',
    '%c0%ae',
    '%ff',
    ';a=b',
    '.',
    '%24ne',
    '{"$ne":null}',
    '[object Object]',
    'me',
    'ME',
    '__proto__',
  ],
  ...[
    'constructor',
    '0',
    '-1',
    'null',
    'undefined',
    'x'.repeat(2000),
    '%0d%0aX-Evil:1',
    'A'.repeat(24),
    '000000000000000000000000',
    'jp',
    '%EF%BC%AA',
  ],
];

interface BodySchema {
  $ref?: string;
  properties?: Record<string, { items?: BodySchema }>;
  example?: Record<string, unknown>;
}

/** Bodies with one wrong property each, also of an item in a list, and bodies that are wrong as a whole. */
function bodiesOf({ requestBody }: Operation): (string | Buffer)[] {
  const schema = requestBody?.content['application/json']?.schema as BodySchema | undefined;
  if (schema === undefined) return BROKEN.slice(0, 4);
  const lists = Object.entries(named(schema).properties ?? {}).flatMap(([key, { items }]) =>
    items?.$ref === undefined ? [] : wrongObjects(named(items)).map((item) => `{"${key}":[${item}]}`),
  );
  return [...wrongObjects(named(schema)), ...lists, ...BROKEN];
}

function named(schema: BodySchema): BodySchema {
  if (schema.$ref === undefined) return schema;
  return document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {};
}

/** Objects with one wrong property each. */
function wrongObjects({ properties, example }: BodySchema): string[] {
  const keys = [...Object.keys(properties ?? {}), '__proto__', 'constructor', '$set', 'role', '_id'];
  return keys.flatMap((key) =>
    [...OPERATORS, ...SWAPPED].map(
      (value) => `{${JSON.stringify(key)}:${JSON.stringify(value)}${rest(example, key)}}`,
    ),
  );
}

function rest(example: Record<string, unknown> = {}, without: string): string {
  return Object.entries(example)
    .filter(([key]) => key !== without)
    .map(([key, value]) => `,${JSON.stringify(key)}:${JSON.stringify(value)}`)
    .join('');
}

/** Locks, and the rows of Clerk's webhooks about the attacker's own changes. */
const CHANGING = new Set(['locks', 'webhookEvents']);

/** All documents that do not name the attacker: no attack may change them. */
async function documentsOfOthers(): Promise<string> {
  const everything = await snapshot(api.db);
  const own = [mallory.id, mallory.clerkId, hashSubject(mallory.clerkId)];
  const foreign = Object.entries(everything).map(([name, rows]) => [
    name,
    rows.filter((row) => !own.some((id) => JSON.stringify(row).includes(id))),
  ]);
  return JSON.stringify(foreign.filter(([name]) => !CHANGING.has(String(name))));
}

describe.each([['a caller without a token'], ['a user']])(
  'attacks by %s change no data of others and show nothing hidden',
  (who) => {
    let before: string;
    beforeEach(async () => {
      before = await documentsOfOthers();
    });

    it.each(all.filter(({ operation }) => operation.operationId !== 'deleteMe'))(
      '$name',
      async ({ method, path, operation }) => {
        const token = who === 'a user' ? mallory.token : undefined;
        const verb = method.toUpperCase();
        const address = addressOf(path, operation);
        const attacks: Attack[] = [
          ...QUERIES.map((query) => ({ method: verb, path: `${address}?${query}` })),
          ...(path.includes('{')
            ? SEGMENTS.map((segment) => ({ method: verb, path: addressOf(path, operation, segment) }))
            : []),
          ...(['get'].includes(method)
            ? []
            : bodiesOf(operation).map((body) => ({ method: verb, path: address, body }))),
          ...(['get', 'delete'].includes(method)
            ? []
            : HEADERS.map((headers) => ({ method: verb, path: address, body: '{}', headers }))),
        ];
        for (let at = 0; at < attacks.length; at += 20) {
          await Promise.all(attacks.slice(at, at + 20).map((each) => attack(token, each)));
        }
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
        expect(await documentsOfOthers()).toBe(before);
      },
    );
  },
);

describe('attacks below fetch', () => {
  const lines = (first: string, ...headers: string[]) =>
    `${first}\r\nHost: x\r\n${headers.map((header) => `${header}\r\n`).join('')}Connection: close\r\n\r\n`;

  it.each([
    ...['PROPFIND', 'TRACE', 'get', 'QUERY', 'PURGE', 'X'].map((method) =>
      lines(`${method} /api/v2/users/me HTTP/1.1`),
    ),
    ...[
      '*',
      '//api/v2/users/me',
      '/api/v2//users/me',
      '/api/v2/users/me/',
      '/api/v2/./users/me',
      '/API/V2/users/me',
      '/api/v2/users/me%2Fexport',
    ].map((target) => lines(`GET ${target} HTTP/1.1`)),
    lines('GET http://evil.example/api/v2/users/me HTTP/1.1'),
    lines(`GET /${'x'.repeat(8000)} HTTP/1.1`),
    lines('GET /api/v2/users/me HTTP/1.1', 'Host: y', 'Authorization: Bearer a', 'Authorization: Bearer b'),
    lines(
      'GET /api/v2/countries HTTP/1.1',
      'X-Request-Id: a',
      'X-Request-Id: b',
      'If-None-Match: a',
      'If-None-Match: b',
    ),
    `${lines(
      'PATCH /api/v2/users/me HTTP/1.1',
      'Content-Type: application/json',
      'Content-Type: text/plain',
      'Content-Length: 2',
    )}{}`,
    lines('POST /api/v2/webhooks/clerk HTTP/1.1', 'Transfer-Encoding: chunked', 'Content-Length: 3'),
    `${lines('POST /api/v2/webhooks/clerk HTTP/1.1', 'Transfer-Encoding: chunked')}zz\r\nabc\r\n0\r\n\r\n`,
    'GET /api/v2/countries HTTP/9.9\r\n\r\n',
    '\u0000\u0001\u0002\r\n\r\n',
    'CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n',
  ])('%j', async (raw) => {
    const { hostname, port } = new URL(api.anonymous.url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(raw);
    const answer = await text(socket).catch(() => '');
    socket.destroy();
    // Node closes a connection that asks for a tunnel without an answer.
    if (raw.startsWith('CONNECT')) expect(answer).toBe('');
    else expect(answer).toMatch(/^HTTP\/1\.1 [234]\d\d /);
    const isRefused = answer.startsWith('HTTP/1.1 4');
    if (isRefused) expect(answer).toMatch(/^content-type: application\/problem\+json/im);
    expect(answer).not.toContain(HIDDEN);
  });

  it('a body above the limit is 413, with a limit of its own for webhooks and batches', async () => {
    const long = (kilobytes: number) => `{"note":"${'x'.repeat(kilobytes * 1024)}"}`;
    const put = { method: 'PUT', path: '/api/v2/users/me/wishlist/JP' };
    expect(await attack(mallory.token, { ...put, body: long(101) })).toBe(413);
    expect(await attack(mallory.token, { ...put, body: long(90) })).toBe(400);
    const post = { method: 'POST', path: '/api/v2/webhooks/clerk' };
    expect(await attack(undefined, { ...post, body: long(1025) })).toBe(413);
    expect(await attack(undefined, { ...post, body: long(900) })).toBe(400);
    const batch = { method: 'POST', path: '/api/v2/users/me/wishlist/batch' };
    expect(await attack(mallory.token, { ...batch, body: long(1025) })).toBe(413);
    expect(await attack(mallory.token, { ...batch, body: long(900) })).toBe(400);
  });

  it.each(['0x10', '1e1', '+5', '%205', '05', '-1', '101', 'NaN', '1.0', '', '0', '1&limit=2'])(
    'limit=%s is 400',
    async (limit) => {
      const path = `/api/v2/users/me/wishlist?limit=${limit}`;
      expect(await attack(mallory.token, { method: 'GET', path })).toBe(400);
    },
  );

  it('afterwards both users are served as before', async () => {
    await mallory.get('/users/me');
    expect(await admin.get('/users/me')).toMatchObject({ role: 'admin' });
  });
});
