import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rawHttp } from '../support/raw-http.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

const TYPES = [
  'application/x-www-form-urlencoded',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/json',
  'application/json; charset=latin1',
  'application/merge-patch+json',
  'nonsense',
];
const EMPTY = {
  'a length of 0': ['Content-Length: 0', ''],
  'a length of 00': ['Content-Length: 00', ''],
  'no chunk': ['Transfer-Encoding: chunked', '0\r\n\r\n'],
  'no length': ['X-None: 1', ''],
} as const;

let api: TestApp;
let ann: Person;
let bobId: string;
beforeAll(async () => {
  api = await startTestApp();
  ann = await api.join();
  ({ id: bobId } = await api.join());
});
afterAll(() => api.close());

async function send(method: string, path: string, type: string, framing: string, body: string) {
  const { status, body: answer } = await rawHttp(
    api.anonymous.url,
    `${method} /api/v2${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${ann.token}\r\n`,
    `Content-Type: ${type}\r\n${framing}\r\n\r\n${body}`,
  );
  if (status < 400) return String(status);
  return `${status} ${(JSON.parse(answer) as { code: string }).code}`;
}

describe.each(Object.entries(EMPTY))('a body of no bytes, by %s', (_name, [framing, body]) => {
  it.each(TYPES)('%s: counts as no body', async (type) => {
    const sent = (method: string, path: string) => send(method, path, type, framing, body);
    expect(await sent('PUT', `/users/me/following/${bobId}`)).toBe('200');
    expect(await sent('DELETE', `/users/me/following/${bobId}`)).toBe('204');
    expect(await sent('PUT', '/users/me/wishlist/JP')).toMatch(/^20[01]$/);
    expect(await sent('GET', '/countries')).toBe('200');
    // Routes that require a body answer as if none was sent.
    expect(await sent('PATCH', '/users/me')).toBe('400 validation_failed');
    expect(await sent('POST', '/webhooks/clerk')).toBe('400 missing_svix_headers');
    expect(await sent('POST', '/nothing')).toBe('404 not_found');
    expect(await sent('POST', '/users/me')).toBe('405 method_not_allowed');
  });
});

it.each(['Content-Length: 3\r\n\r\na=b', 'Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n'])(
  'a body of another type is 415: %j',
  async (rest) => {
    for (const type of TYPES.filter((each) => !/^application\/json$/.test(each)))
      for (const [method, path] of [
        ['PUT', '/users/me/wishlist/JP'],
        ['PUT', `/users/me/following/${bobId}`],
        ['POST', '/webhooks/clerk'],
      ] as const) {
        // Webhooks check the signed bytes, not their media type's parameters.
        if (path.startsWith('/webhooks') && type.startsWith('application/json')) continue;
        const [framing = '', body = ''] = rest.split(/\r\n\r\n(.*)/s);
        expect([type, path, await send(method, path, type, framing, body)]).toEqual([
          type,
          path,
          '415 unsupported_media_type',
        ]);
      }
  },
);
