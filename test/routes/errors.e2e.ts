import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { ExportService } from '../../src/account/export.service.js';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { rawHttp } from '../support/raw-http.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let mongo: ReplicaSet;
let api: TestApp;
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri), CORS_ORIGINS: 'https://app.example' });
});
afterAll(async () => {
  await api.close();
  await mongo.stop();
});

describe('errors of the router', () => {
  it('404 not_found for an unknown path, with and without the prefix', async () => {
    expect(await api.anonymous.problem('GET', '/nothing')).toBe('404 not_found');
    expect(await api.anonymous.problem('GET', '//')).toBe('404 not_found');
    expect(await api.anonymous.problem('GET', '//problems/nothing')).toBe('404 not_found');
  });

  it('405 method_not_allowed, with Allow, for a known path', async () => {
    const { status, headers, body } = await api.anonymous.request('POST', '/users/me?x=1');
    expect({ status, body }).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(headers.get('allow')?.split(', ').sort()).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH']);
    expect(await api.anonymous.problem('GET', '/webhooks/clerk')).toBe('405 method_not_allowed');
  });

  it('404 and 405 come before errors of the body, its media type or the method', async () => {
    const broken = { body: '{', headers: { 'content-type': 'application/json' } };
    expect(await api.anonymous.problem('POST', '/users/me', broken)).toBe('405 method_not_allowed');
    expect(await api.anonymous.problem('POST', '/nothing', broken)).toBe('404 not_found');
    const form = { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect(await api.anonymous.problem('POST', '/users/me', form)).toBe('405 method_not_allowed');
    expect(await api.anonymous.problem('QUERY', '/users/me')).toBe('405 method_not_allowed');
    expect(await api.anonymous.problem('PROPFIND', '/users/me')).toBe('405 method_not_allowed');
  });

  it.each(['*health/live', '*api/v2/users/me?token=secret'])(
    '404 not_found for the target %s',
    async (target) => {
      const head = `GET ${target} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n`;
      const { status, headers, body } = await rawHttp(await api.app.getUrl(), head);
      expect({
        status,
        type: headers.get('content-type'),
        code: (JSON.parse(body) as { code?: string }).code,
      }).toEqual({
        status: 404,
        type: expect.stringMatching(/^application\/problem\+json/),
        code: 'not_found',
      });
    },
  );

  it('400 validation_failed for a malformed URL', async () => {
    const raw = await rawRequest('GET /api/v2/users/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(raw).toMatch(/^HTTP\/1\.1 400 /);
    expect(raw).toMatch(/content-type: application\/problem\+json/i);
    expect(raw).toMatch(/"code":"validation_failed"/);
  });
});

describe('X-Request-Id', () => {
  it('is adopted when it is well-formed, generated otherwise', async () => {
    const idFor = async (id: string) => {
      const { headers, body } = await api.anonymous.request('GET', '/nothing', {
        headers: { 'x-request-id': id },
      });
      const sent = headers.get('x-request-id');
      expect((body as { requestId: string }).requestId).toBe(sent);
      return sent;
    };
    expect(await idFor('abc-123.X:y_z')).toBe('abc-123.X:y_z');
    for (const id of ['a b', 'x'.repeat(129), '"}', '']) expect(await idFor(id)).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('the Authorization header', () => {
  it('is one Bearer in any case with one space; no other source of a token is read', async () => {
    const ann = await api.join();
    await api.withToken(`bEARER ${ann.token}`).get('/users/me');
    const refused = [
      `Bearer  ${ann.token}`,
      `Bearer\t${ann.token}`,
      `Token ${ann.token}`,
      `Bearer ${ann.token} x`,
    ];
    for (const header of [...refused, `Bearer ${ann.token},Bearer ${ann.token}`]) {
      expect(await api.withToken(header).problem('GET', '/users/me')).toBe('401 invalid_token');
    }
    const cookie = { headers: { cookie: `__session=${ann.token}` } };
    expect(await api.anonymous.problem('GET', '/users/me', cookie)).toBe('401 unauthenticated');
    expect(await api.anonymous.problem('GET', `/users/me?token=${ann.token}`)).toBe('401 unauthenticated');
  });

  it('401 with two such headers', async () => {
    const ann = await api.join();
    const header = `Authorization: Bearer ${ann.token}\r\n`;
    const raw = await rawRequest(
      `GET /api/v2/users/me HTTP/1.1\r\nHost: x\r\n${header}${header}Connection: close\r\n\r\n`,
    );
    expect(raw).toMatch(/^HTTP\/1\.1 401 /);
  });
});

describe('an unexpected error', () => {
  it('is an opaque 500 internal_error, or 503 when MongoDB is the cause', async () => {
    const ann = await api.join();
    const failFind = (errorCode: number) =>
      catchCommand(api.db, {
        failCommands: ['find', 'aggregate'],
        errorCode,
        namespace: `${api.db.name}.users`,
      });
    const secret = 'BadValue';
    await failFind(2);
    const { status, body } = await ann.request('GET', '/users/me');
    expect({ status, body }).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(JSON.stringify(body)).not.toContain(secret);
    const { body: metrics } = await api.anonymous.request('GET', '//metrics');
    expect(metrics).toMatch(/^unknown_faults_total 1$/m);
    await failFind(50);
    expect(await ann.problem('GET', '/users/me')).toBe('503 dependency_unavailable');
    await ann.get('/users/me');
  });
});

describe('an error while an answer is written', () => {
  it('carries no header of the abandoned answer', async () => {
    const ann = await api.join();
    await ann.call(201, 'PUT', '/users/me/wishlist/JP');
    // Content-Language is set before the items are serialized.
    await api.db.collection('wishlists').updateMany({}, { $set: { 'items.$[].addedAt': 'never' } });
    const list = await ann.request('GET', '/users/me/wishlist');
    expect([list.status, list.headers.get('content-language')]).toEqual([500, null]);

    const broken = new Readable({
      read() {
        this.destroy(new Error('broken'));
      },
    });
    const exports = jest.spyOn(api.app.get(ExportService), 'open').mockResolvedValue(broken);
    const { status, headers } = await ann.request('GET', '/users/me/export');
    exports.mockRestore();
    expect([status, headers.get('content-disposition')]).toEqual([500, null]);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});

describe('CORS', () => {
  it('allows the configured origins', async () => {
    const preflight = (origin: string) =>
      fetch(`${api.anonymous.url}/api/v2/users/me`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'PATCH' },
      });
    expect((await preflight('https://app.example')).headers.get('access-control-allow-origin')).toBe(
      'https://app.example',
    );
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('Vary', () => {
  it('names origin and accept-language', async () => {
    const { headers } = await api.anonymous.request('GET', '/countries', {
      headers: { origin: 'https://app.example' },
    });
    const vary = headers
      .get('vary')
      ?.split(', ')
      .map((name) => name.toLowerCase());
    expect(vary?.sort()).toEqual(['accept-language', 'origin']);
  });
});

describe('malformed HTTP', () => {
  it.each([
    ['no request line', 'hello\r\n\r\n', '400 validation_failed'],
    ['a broken header', 'GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n', '400 validation_failed'],
    [
      'two lengths',
      'POST /api/v2/webhooks/clerk HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      '400 validation_failed',
    ],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
      '431 headers_too_large',
    ],
  ])('%s: a problem, and the connection is closed', async (_name, request, expected) => {
    const raw = await rawRequest(request, false);
    expect(problemIn(raw)).toBe(expected);
  });

  it('408 request_timeout for incomplete headers', async () => {
    const raw = await rawRequest('GET /api/v2/countries HTTP/1.1\r\nHost: x\r\n', false);
    expect(problemIn(raw)).toBe('408 request_timeout');
  });
});

it('408 request_timeout for a missing body, and the connection is closed', async () => {
  const headers = 'Host: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n';
  const raw = await rawRequest(`PATCH /api/v2/users/me HTTP/1.1\r\n${headers}\r\n`, false);
  expect(problemIn(raw)).toBe('408 request_timeout');
});

describe('security headers', () => {
  it('are set on answers of handlers, of the router and of Node', async () => {
    const expected = {
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'SAMEORIGIN',
    };
    for (const path of ['/countries', '/nothing', '//problems/not-found']) {
      const { headers } = await api.anonymous.request('GET', path);
      for (const [name, value] of Object.entries(expected))
        expect([name, headers.get(name)]).toEqual([name, value]);
      expect(headers.get('x-powered-by')).toBeNull();
    }
    for (const request of ['GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 'hello\r\n\r\n']) {
      const raw = (await rawRequest(request, false)).toLowerCase();
      for (const [name, value] of Object.entries(expected))
        expect(raw).toContain(`${name}: ${value}\r\n`.toLowerCase());
    }
  });

  it('allow Swagger UI its own scripts only', async () => {
    const { headers } = await api.anonymous.request('GET', '//docs');
    expect(headers.get('content-security-policy')).toMatch(/script-src 'self';/);
  });
});

/** All bytes until the server closes the connection. `half`: the client ends its side first. */
async function rawRequest(request: string, half = true): Promise<string> {
  const { hostname, port } = new URL(api.anonymous.url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  if (half) socket.end(request);
  else socket.write(request);
  const answer = await text(socket);
  socket.destroy();
  return answer;
}

/** Status and code of a raw answer that is a problem. */
function problemIn(raw: string): string {
  const [head = '', body = ''] = raw.split('\r\n\r\n');
  expect(head).toMatch(/^content-type: application\/problem\+json/im);
  const { status, code, requestId } = JSON.parse(body) as Record<string, unknown>;
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `));
  expect(head.toLowerCase()).toContain(`x-request-id: ${String(requestId)}`);
  return `${String(status)} ${String(code)}`;
}
