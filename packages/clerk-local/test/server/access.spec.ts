import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { backend, startClerkLocal } from '../support.js';

let clerk: ClerkLocal;
let userId: string;
beforeAll(async () => {
  clerk = await startClerkLocal();
  userId = (await clerk.createUser({ first_name: 'Ada' })).id;
});
afterAll(() => clerk.close());

interface Answer {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  text: string;
}

/** A request with any `Host`; the first bytes of a stream are its answer. */
async function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer> {
  const sent = request(`${clerk.url}${path}`, { method, headers });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  if (response.headers['content-type'] === 'text/event-stream') {
    response.destroy();
    return { status: response.statusCode, headers: response.headers, text: '' };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
const withKey = () => ({ authorization: `Bearer ${clerk.secretKey}` });

/** A request of every room that reads, and one that writes: what a page would want. */
const reads = () =>
  [
    '/',
    '/page.js',
    '/_local/users',
    `/_local/users/${userId}/token`,
    '/_local/instance',
    '/_local/events',
  ].concat(
    [
      '/v1/users',
      '/v1/jwks',
      '/.well-known/jwks.json',
      '/__clerk/.well-known/jwks.json',
      '/__clerk/v1/client',
    ],
    ['/nowhere'],
  );
const writes: [method: string, path: string, type: Record<string, string>, body: string][] = [
  ['POST', '/_local/users', JSON_TYPE, '{"first_name":"Eve"}'],
  ['POST', '/_local/users', { 'content-type': 'text/plain' }, '{"first_name":"Eve"}'],
  ['POST', '/v1/users', JSON_TYPE, '{"first_name":"Eve"}'],
  ['POST', '/__clerk/v1/client/sign_ups', FORM_TYPE, 'email_address=eve@example.com'],
  ['POST', '/__clerk/v1/client?_method=DELETE', FORM_TYPE, ''],
  ['PUT', '/_local/clock', JSON_TYPE, '{"now":0}'],
  ['POST', '/_local/faults', JSON_TYPE, '{"mode":"hang"}'],
];

async function expectNothing(headers: Record<string, string>): Promise<void> {
  for (const path of reads()) {
    const answer = await send('GET', path, { ...withKey(), ...headers });
    expect([path, answer.status]).toEqual([path, 403]);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.text).not.toContain(userId);
  }
  for (const [method, path, type, body] of writes) {
    const answer = await send(method, path, { ...withKey(), ...type, ...headers }, body);
    expect([path, answer.status]).toEqual([path, 403]);
  }
  for (const path of ['/_local/users', '/v1/users', '/__clerk/v1/client']) {
    const preflight = await send('OPTIONS', path, {
      ...headers,
      'access-control-request-method': 'POST',
      'access-control-request-private-network': 'true',
    });
    expect([path, preflight.status]).toEqual([path, 403]);
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
  expect(clerk.users().map(({ id }) => id)).toEqual([userId]);
  expect(Math.abs(clerk.clock.now() - Date.now())).toBeLessThan(1000);
}

describe('a page from elsewhere in a browser on this machine', () => {
  it.each([
    'https://evil.test',
    'http://evil.test:4010',
    'http://127.0.0.1.evil.test',
    'http://localhost.evil.test',
    'http://localhost@evil.test',
    'http://127.0.0.1:4010@evil.test',
    'http://localhost:80.evil.test',
    'http://localhost.',
    'http://192.168.0.2',
    'http://0.0.0.0:4010',
    'file://',
    'chrome-extension://abcdefghijklmnop',
    'null',
    '',
  ])('gets nothing with Origin %j', (origin) => expectNothing({ origin }));

  it.each([
    ['image', 'no-cors'],
    ['script', 'no-cors'],
    ['iframe', 'navigate'],
    ['empty', 'cors'],
    ['websocket', 'websocket'],
  ])('gets nothing as an %s, without Origin', (dest, mode) =>
    expectNothing({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode, 'sec-fetch-dest': dest }),
  );

  it('may link to the page, and to nothing that shows data', async () => {
    const link = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect((await send('GET', '/', link)).status).toBe(200);
    for (const path of ['/_local/users', `/_local/users/${userId}/token`, '/v1/users', '/v1/jwks']) {
      expect([path, (await send('GET', path, { ...withKey(), ...link })).status]).toEqual([path, 403]);
    }
    expect((await send('POST', '/', link)).status).toBe(403);
  });

  it('gets no WebSocket', async () => {
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const key = { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', origin: 'https://evil.test' };
    for (const path of reads()) {
      expect([path, (await send('GET', path, { ...upgrade, ...key })).status]).toEqual([path, 403]);
    }
  });

  it('cannot frame an answer', async () => {
    for (const path of ['/', '/_local/users', '/nowhere', '/__clerk/v1/nowhere']) {
      expect((await send('GET', path)).headers['x-frame-options']).toBe('DENY');
    }
    expect((await send('GET', '/')).headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });
});

describe('a name that is not loopback (DNS rebinding)', () => {
  it.each([
    'evil.test',
    'evil.test:4010',
    '127.0.0.1.evil.test',
    'localhost.evil.test',
    'localhost.',
    '127.0.0.1.',
    'evil.test.localhost.',
    '127.0.0.1@evil.test',
    '10.0.0.1',
    '0.0.0.0',
    '[::]',
    '[::ffff:10.0.0.1]',
  ])('Host %j gets nothing', async (host) => {
    await expectNothing({ host });
    // To its own page, the name is the same origin.
    await expectNothing({ host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' });
  });

  it.each(['localhost', 'localhost:4010', '127.0.0.1', '127.0.0.1:1', '[::1]:4010', 'i0.localhost:4010'])(
    'Host %j is loopback',
    async (host) => {
      expect((await send('GET', '/_local/users', { host })).status).toBe(200);
    },
  );
});

describe('a page of another port of this machine', () => {
  const pages = [
    { origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' },
    { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' },
    { origin: 'http://[::1]:5173', 'sec-fetch-site': 'cross-site' },
    { origin: 'https://app.localhost', 'sec-fetch-site': 'cross-site' },
  ];

  it.each(pages)('uses the Frontend API with cookies ($origin)', async (page) => {
    const { headers } = await send('GET', '/__clerk/.well-known/jwks.json', page);
    expect(headers['access-control-allow-origin']).toBe(page.origin);
    expect(headers['access-control-allow-credentials']).toBe('true');
    expect(headers.vary).toBe('Origin');
  });

  it.each(pages)(
    'reads the users and their tokens, and nothing else below /_local ($origin)',
    async (page) => {
      for (const path of ['/_local/users', `/_local/users/${userId}/token`]) {
        const { status, headers } = await send('GET', path, page);
        expect([status, headers['access-control-allow-origin']]).toEqual([200, page.origin]);
        expect(headers['access-control-allow-credentials']).toBeUndefined();
      }
      for (const path of [
        '/_local/instance',
        '/_local/deliveries',
        '/_local/events',
        `/_local/users/${userId}`,
      ]) {
        expect([path, (await send('GET', path, page)).status]).toEqual([path, 403]);
      }
      for (const [method, path, type, body] of writes.filter(([, path]) => path.startsWith('/_local'))) {
        expect([path, (await send(method, path, { ...type, ...page }, body)).status]).toEqual([path, 403]);
      }
      expect(clerk.users()).toHaveLength(1);
    },
  );

  it.each(pages)('may not use the Backend API, also with the key ($origin)', async (page) => {
    for (const path of ['/v1/users', '/v1/jwks']) {
      expect((await send('GET', path, { ...withKey(), ...page })).status).toBe(403);
    }
    const image = { 'sec-fetch-site': page['sec-fetch-site'], 'sec-fetch-dest': 'image' };
    expect((await send('GET', '/v1/users', { ...withKey(), ...image })).status).toBe(403);
    expect((await send('GET', `/_local/users/${userId}/token`, image)).status).toBe(403);
  });
});

describe('its own page, and programs', () => {
  it('use it', async () => {
    const own = { origin: clerk.url, 'sec-fetch-site': 'same-origin' };
    expect((await send('GET', '/_local/instance', own)).status).toBe(200);
    expect((await send('GET', '/_local/instance', { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    const created = await send('POST', '/_local/users', { ...JSON_TYPE, ...own }, '{}');
    expect(created.status).toBe(200);
    await clerk.deleteUser((JSON.parse(created.text) as { id: string }).id);
    expect(await backend(clerk).users.getCount()).toBe(1);
    // Typed into the address bar.
    expect((await send('GET', '/.well-known/jwks.json', { 'sec-fetch-site': 'none' })).status).toBe(200);
  });
});

describe('what it issues', () => {
  it('is marked as local: its secret key, and iss and kid of its tokens', async () => {
    const token = await clerk.mintToken(userId);
    const [header, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(header ?? '')).toMatchObject({ kid: expect.stringMatching(/^ins_local/) });
    expect(JSON.parse(claims ?? '')).toMatchObject({ iss: `https://${new URL(clerk.url).host}` });
    expect(clerk.secretKey).toMatch(/^sk_test_local/);
    const worker = await clerk.instance('sk_test_local_access');
    expect(new URL(worker.issuer).hostname).toMatch(/\.localhost$/);
  });
});

describe('production', () => {
  it('is refused by the library, too', async () => {
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      await expect(startClerkLocal()).rejects.toThrow('never run it in production');
    } finally {
      process.env['NODE_ENV'] = before;
    }
  });
});
