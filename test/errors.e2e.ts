import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReplicaSet } from '../scripts/mongod.ts';
import { catchCommand } from './support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from './support/mongo.js';
import { startTestApp, type TestApp } from './support/test-app.js';

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
  it('404 not_found for an unknown address, inside the prefix and outside', async () => {
    expect(await api.anonymous.problem('GET', '/nothing')).toBe('404 not_found');
    expect(await api.anonymous.problem('GET', '//')).toBe('404 not_found');
    expect(await api.anonymous.problem('GET', '//problems/nothing')).toBe('404 not_found');
  });

  it('405 method_not_allowed, with Allow, for a known address', async () => {
    const { status, headers, body } = await api.anonymous.request('POST', '/users/me?x=1');
    expect({ status, body }).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(headers.get('allow')?.split(', ').sort()).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH']);
    expect(await api.anonymous.problem('GET', '/webhooks/clerk')).toBe('405 method_not_allowed');
  });

  it('400 validation_failed for an address that is no address', async () => {
    const raw = await rawRequest('GET /api/v2/users/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(raw).toMatch(/^HTTP\/1\.1 400 /);
    expect(raw).toMatch(/content-type: application\/problem\+json/i);
    expect(raw).toMatch(/"code":"validation_failed"/);
  });
});

describe('X-Request-Id', () => {
  it('is taken over when it is harmless, made otherwise', async () => {
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
  it('is one Bearer, in any case, with one space; never read from elsewhere', async () => {
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

  it('401 when it comes twice', async () => {
    const ann = await api.join();
    const header = `Authorization: Bearer ${ann.token}\r\n`;
    const raw = await rawRequest(
      `GET /api/v2/users/me HTTP/1.1\r\nHost: x\r\n${header}${header}Connection: close\r\n\r\n`,
    );
    expect(raw).toMatch(/^HTTP\/1\.1 401 /);
  });
});

describe('an unknown fault', () => {
  it('is an opaque 500 internal_error, and 503 when MongoDB is the reason', async () => {
    const ann = await api.join();
    const failFind = (errorCode: number) =>
      catchCommand(api.db, { failCommands: ['find'], errorCode, namespace: `${api.db.name}.users` });
    const secret = 'BadValue';
    await failFind(2);
    const { status, body } = await ann.request('GET', '/users/me');
    expect({ status, body }).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(JSON.stringify(body)).not.toContain(secret);
    await failFind(50);
    expect(await ann.problem('GET', '/users/me')).toBe('503 dependency_unavailable');
    await ann.get('/users/me');
  });
});

describe('CORS', () => {
  it('is for the configured origins', async () => {
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
  it('names all that an answer depends on, with CORS and languages', async () => {
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

describe('GET /health', () => {
  it('live and ready', async () => {
    expect(await api.anonymous.get('//health/live')).toEqual({ status: 'ok' });
    expect(await api.anonymous.get('//health/ready')).toEqual({ status: 'ok' });
  });

  it('503 dependency_unavailable while MongoDB does not answer', async () => {
    await catchCommand(api.db, { failCommands: ['ping'], closeConnection: true });
    expect(await api.anonymous.problem('GET', '//health/ready')).toBe('503 dependency_unavailable');
    await api.anonymous.get('//health/ready');
  });
});

async function rawRequest(request: string): Promise<string> {
  const { hostname, port } = new URL(api.anonymous.url);
  const socket = connect(Number(port), hostname);
  socket.end(request);
  return text(socket);
}
