import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.ts';
import { type RawAnswer, rawHttp } from '../support/raw-http.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const ORIGIN = 'https://app.example';
const OTHERS = [
  'capacitor://localhost',
  'ionic://localhost',
  'tauri://localhost',
  'http://tauri.localhost',
  'app://-',
  'exp://192.168.1.5:8081',
];

let page: Server;
let pageOrigin: string;
let api: TestApp;
beforeAll(async () => {
  page = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>An app</title>');
  });
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  pageOrigin = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
  api = await startTestApp({
    CORS_ORIGINS: [
      ORIGIN,
      'https://*.preview.example.app',
      'http://*.localhost:3000',
      pageOrigin,
      ...OTHERS,
    ].join(','),
  });
});
afterAll(async () => {
  await api.close();
  await new Promise((resolve) => page.close(resolve));
});

const allowed = ({ headers }: { headers: Headers }) => headers.get('access-control-allow-origin');

function preflight(origin: string, path = '/users/me', headers = 'authorization'): Promise<Response> {
  return fetch(`${api.anonymous.url}/api/v2${path}`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': headers,
    },
  });
}

describe('OPTIONS (preflight)', () => {
  it.each([ORIGIN, ...OTHERS, 'https://pr-12.preview.example.app', 'http://a.localhost:3000'])(
    'allows %s',
    async (origin) => {
      const answer = await preflight(origin);
      expect([answer.status, allowed(answer)]).toEqual([204, origin]);
      expect(answer.headers.get('vary')).toMatch(/origin/i);
      expect(Number(answer.headers.get('access-control-max-age'))).toBeGreaterThanOrEqual(600);
      // Also for a malformed URL: only the request itself is refused.
      const malformed = await preflight(origin, '/users/%zz');
      expect([malformed.status, allowed(malformed)]).toEqual([204, origin]);
    },
  );

  it.each([
    'https://evil.example',
    'http://app.example',
    'https://app.example:8443',
    'https://app.example.evil.example',
    'https://preview.example.app',
    'https://a.b.preview.example.app',
    'https://.preview.example.app',
    'https://-.preview.example.app',
    'https://xpreview.example.app',
    'https://evil.example/.preview.example.app',
    'https://evil.example#.preview.example.app',
    'http://pr-12.preview.example.app',
    'https://pr-12.preview.example.app:8443',
    'https://pr-12.preview.example.app.evil.example',
    'https://pr-12.previewxexample.app',
    'capacitor://evil',
    'null',
    '*',
  ])('refuses %s', async (origin) => {
    expect(allowed(await preflight(origin))).toBeNull();
  });

  it('allows the headers of traces as well', async () => {
    const names = ['authorization', 'content-type', 'traceparent', 'tracestate', 'baggage', 'sentry-trace'];
    const { headers } = await preflight(ORIGIN, '/users/me', names.join(','));
    expect(headers.get('access-control-allow-headers')?.split(', ')).toEqual(expect.arrayContaining(names));
  });
});

describe('CORS of answers that no handler makes', () => {
  const head = (line: string, ...headers: string[]) =>
    `${[`${line} HTTP/1.1`, 'Host: x', 'Connection: close', `Origin: ${ORIGIN}`, ...headers].join('\r\n')}\r\n\r\n`;
  const cases: [name: string, status: number, request: string][] = [
    ['a malformed URL', 400, head('GET /api/v2/users/%zz')],
    ['an unknown path', 404, head('GET /nothing')],
    ['a method that is not allowed', 405, head('POST /api/v2/users/me')],
    ['a method that no route has', 405, head('PROPFIND /api/v2/users/me')],
    ['no token', 401, head('GET /api/v2/users/me')],
    [
      'another media type',
      415,
      head('PUT /api/v2/users/me/wishlist/JP', 'Content-Type: a/b', 'Content-Length: 9'),
    ],
    [
      'too large a body',
      413,
      head('PUT /api/v2/users/me/wishlist/JP', 'Content-Type: application/json', 'Content-Length: 999999'),
    ],
    ['an expectation', 417, head('GET /api/v2/countries', 'Expect: tea')],
    ['no host', 400, head('GET /api/v2/countries').replace('Host: x\r\n', '')],
    ['headers that are too large', 431, head('GET /api/v2/countries', `X-Long: ${'x'.repeat(20_000)}`)],
    ['a broken header', 400, head('GET /api/v2/countries', 'bad header')],
    ['two lengths', 400, head('POST /api/v2/webhooks/clerk', 'Content-Length: 1', 'Content-Length: 2')],
    [
      'a body that is too slow',
      408,
      head('PATCH /api/v2/users/me', 'Content-Type: application/json', 'Content-Length: 2'),
    ],
    ['a broken chunk', 400, `${head('PATCH /api/v2/users/me', 'Transfer-Encoding: chunked')}zz\r\n`],
  ];

  function expectProblem({ status, headers, body }: RawAnswer, expected: number): void {
    expect(status).toBe(expected);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = JSON.parse(body) as { status: unknown; requestId: unknown };
    expect([problem.status, problem.requestId]).toEqual([expected, headers.get('x-request-id')]);
    expect(headers.get('vary')).toMatch(/origin/i);
  }

  it.each(cases)('%s: %i, readable by the app and by no other page', async (_name, status, request) => {
    const [answer, foreign] = await Promise.all([
      rawHttp(api.anonymous.url, request),
      rawHttp(api.anonymous.url, request.replace(ORIGIN, 'https://evil.example')),
    ]);
    expectProblem(answer, status);
    expect(allowed(answer)).toBe(ORIGIN);
    expect(answer.headers.get('access-control-expose-headers')).toContain('x-request-id');
    expectProblem(foreign, status);
    expect(allowed(foreign)).toBeNull();
  });

  it('408 for incomplete headers, readable by any page', async () => {
    const answer = await rawHttp(api.anonymous.url, 'GET /api/v2/countries HTTP/1.1\r\nHost: x\r\n');
    expectProblem(answer, 408);
    expect(allowed(answer)).toBe('*');
  });

  it('no CORS headers without CORS_ORIGINS, and * where all are allowed', async () => {
    for (const [origins, expected] of [
      ['', null],
      ['*', '*'],
    ] as const) {
      const other = await startTestApp({ CORS_ORIGINS: origins });
      for (const request of [head('GET /%zz'), head('GET /', 'bad header'), head('GET /', 'Expect: tea')])
        expect(allowed(await rawHttp(other.anonymous.url, request))).toBe(expected);
      await other.close();
    }
  });
});

describe('CORS in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: await findChromium(),
      args: ['--no-sandbox', '--disable-gpu'],
    });
  });
  afterAll(() => browser.close());

  it('a page of the app reads every answer, also with tracing headers; another page reads none', async () => {
    const ann = await api.join();
    const read = async (from: string) => {
      const tab = await browser.newPage();
      await tab.goto(from);
      const seen = await tab.evaluate(
        async ({ url, token }) => {
          const headers = {
            authorization: `Bearer ${token}`,
            traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
            tracestate: 'a=b',
            baggage: 'c=d',
            'sentry-trace': '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1',
          };
          const statusOf = (path: string, init: RequestInit) =>
            fetch(url + path, init).then(
              ({ status }) => status,
              () => 'blocked',
            );
          return [
            await statusOf('/api/v2/users/me', { headers }),
            await statusOf('/api/v2/users/%zz', { headers }),
            await statusOf('/api/v2/users/me', { method: 'PUT', headers }),
            await statusOf('/api/v2/countries', { headers: { 'accept-language': 'x'.repeat(20_000) } }),
          ];
        },
        { url: api.anonymous.url, token: ann.token },
      );
      await tab.close();
      return seen;
    };
    expect(await read(pageOrigin)).toEqual([200, 400, 405, 431]);
    expect(await read(pageOrigin.replace('127.0.0.1', 'localhost'))).toEqual(
      Array.from({ length: 4 }, () => 'blocked'),
    );
  });

  it('the page reads X-User-Created of its first request', async () => {
    const ann = await api.signUp();
    const tab = await browser.newPage();
    await tab.goto(pageOrigin);
    const header = await tab.evaluate(
      async ({ url, token }) => {
        const { headers } = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
        return headers.get('x-user-created');
      },
      { url: `${api.anonymous.url}/api/v2/users/me`, token: ann.token },
    );
    await tab.close();
    expect(header).toBe('true');
  });
});
