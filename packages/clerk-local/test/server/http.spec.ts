import { verifyToken } from '@clerk/backend';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { apiError, backend, call, instancesOfOneTest, startClerkLocal } from '../support.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());
const start = instancesOfOneTest();

describe('the HTTP server', () => {
  it("answers bad input with Clerk's errors, and stays up", async () => {
    const deep = `{"public_metadata":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`;
    const cases: [Response, number, string][] = [
      [await call(clerk, 'POST', '/v1/users', '{"first_name":'), 400, 'request_body_invalid'],
      [await call(clerk, 'POST', '/v1/users', '[]'), 400, 'request_body_invalid'],
      [await call(clerk, 'POST', '/v1/users', 'null'), 400, 'request_body_invalid'],
      [await call(clerk, 'POST', '/v1/users', `"${'x'.repeat(1_100_000)}"`), 413, 'request_body_too_large'],
      [await call(clerk, 'GET', '/v1/nowhere'), 404, 'resource_not_found'],
      [await call(clerk, 'PUT', '/v1/users'), 404, 'resource_not_found'],
      [await call(clerk, 'GET', '/v1/users/%E0%A4%A'), 404, 'resource_not_found'],
      [await call(clerk, 'GET', '/v1/users?limit=x'), 422, 'form_param_type_invalid'],
      [await call(clerk, 'POST', '/v1/sessions', {}), 422, 'form_param_missing'],
      [await fetch(`${clerk.url}/nowhere`), 404, 'resource_not_found'],
    ];
    for (const [response, status, code] of cases) {
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await response.json()).toMatchObject({ errors: [{ code, long_message: expect.any(String) }] });
    }
    expect((await call(clerk, 'POST', '/v1/users', deep)).status).toBeGreaterThanOrEqual(400);
    expect((await call(clerk, 'GET', '/v1/users')).status).toBe(200);
  });

  it('takes a content type without a value for none, as Clerk does', async () => {
    const { id } = await clerk.createUser();
    const headers = { authorization: `Bearer ${clerk.secretKey}`, 'content-type': '' };
    const deleted = await fetch(`${clerk.url}/v1/users/${id}`, { method: 'DELETE', headers });
    expect(deleted.status).toBe(200);
  });

  it('refuses host names and listen addresses that are not loopback', async () => {
    const port = Number(new URL(clerk.url).port);
    for (const host of ['evil.example', `localhost.evil.example:${port}`, '10.0.0.1']) {
      const request = httpRequest({ port, host: '127.0.0.1', path: '/', headers: { host } }).end();
      const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }];
      response.resume();
      expect(response.statusCode).toBe(403);
    }
    await expect(startClerkLocal({ host: '0.0.0.0' })).rejects.toThrow(/loopback/);
  });

  it('gives a fresh token to pages of this machine, and to no other origin', async () => {
    const user = await clerk.createUser();
    const path = `${clerk.url}/_local/users/${user.id}/token`;
    for (const origin of ['http://127.0.0.1:3000', 'http://localhost:3000']) {
      const response = await fetch(path, { headers: { origin } });
      expect(response.headers.get('access-control-allow-origin')).toBe(origin);
      const { token, expiresAt } = (await response.json()) as { token: string; expiresAt: string };
      const claims = await verifyToken(token, { jwtKey: clerk.jwtKey, issuer: clerk.issuer });
      expect(claims.sub).toBe(user.id);
      expect((await backend(clerk).sessions.getSession(claims.sid)).status).toBe('active');
      expect(Math.abs(Date.parse(expiresAt) - claims.exp * 1000)).toBeLessThan(2000);
    }
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null']) {
      const response = await fetch(path, { headers: { origin } });
      expect(response.status).toBe(403);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
    const other = { origin: 'http://localhost:3000' };
    expect(
      (await fetch(`${clerk.url}/_local/users/${user.id}`, { method: 'DELETE', headers: other })).status,
    ).toBe(403);
    expect((await fetch(`${clerk.url}/_local/deliveries`, { headers: other })).status).toBe(403);
    expect((await fetch(`${clerk.url}/_local/users/user_x/token`)).status).toBe(404);
    const image = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect((await fetch(path, { headers: image })).status).toBe(403);
  });

  it('lists the users to pages of this machine, which may not change them', async () => {
    const own = await start();
    const ann = await own.createUser({
      first_name: 'Ann',
      last_name: 'Lee',
      email_address: ['ann@example.com'],
      public_metadata: { role: 'admin' },
    });
    const bob = await own.createUser({ username: 'bobby', banned: true });
    const path = `${own.url}/_local/users`;
    const response = await fetch(path, { headers: { origin: 'http://localhost:3000' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    expect(await response.json()).toEqual({
      items: [
        { id: ann.id, name: 'Ann Lee', email: 'ann@example.com', role: 'admin', banned: false },
        { id: bob.id, name: 'bobby', email: null, role: null, banned: true },
      ],
    });
    expect(own.users().map(({ id }) => id)).toEqual([ann.id, bob.id]);
    expect((await fetch(path, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    const posted = await fetch(path, {
      method: 'POST',
      headers: { origin: 'http://localhost:3000', 'content-type': 'application/json' },
      body: '{}',
    });
    expect([posted.status, own.users().length]).toEqual([403, 2]);
  });

  it('serves its page, whose script and style are files of its own and may load nothing else', async () => {
    const response = await fetch(clerk.url);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self';/,
    );
    const html = await response.text();
    const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(files).toEqual(expect.arrayContaining(['/icon.svg', '/page.css', '/page.js']));
    for (const path of files.filter((name) => name !== '/icon.svg')) {
      const file = await fetch(`${clerk.url}${path}`);
      expect([file.status, file.headers.get('content-type')]).toEqual([
        200,
        path.endsWith('css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
      ]);
    }
  });

  it('refuses operations of Clerk that it does not have otherwise than paths that Clerk does not have', async () => {
    const unsupported = await call(clerk, 'GET', '/v1/organizations/org_x?limit=1');
    expect(unsupported.status).toBe(501);
    expect(await unsupported.json()).toMatchObject({
      errors: [
        {
          code: 'not_supported_by_clerk_local',
          long_message: 'not supported by clerk-local: GET /v1/organizations/{organization_id}',
        },
      ],
    });
    const { organizations } = backend(clerk);
    expect(await apiError(organizations.getOrganization({ organizationId: 'org_x' }))).toEqual({
      status: 501,
      code: 'not_supported_by_clerk_local',
    });
    expect((await call(clerk, 'GET', '/v1/organisations')).status).toBe(404);
    expect((await fetch(`${clerk.url}/__clerk/v1/account_portal`)).status).toBe(501);
    expect((await fetch(`${clerk.url}/__clerk/v1/nowhere`)).status).toBe(404);
  });

  it("takes the Frontend API's method from clerk-js's `_method`, and answers pages with cookies", async () => {
    const unsupported = await fetch(`${clerk.url}/__clerk/v1/me/totp?_method=DELETE`, {
      method: 'POST',
      headers: { origin: 'http://localhost:5173', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a=1',
    });
    expect(await unsupported.json()).toMatchObject({
      errors: [{ long_message: 'not supported by clerk-local: DELETE /v1/me/totp' }],
    });
    expect(unsupported.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(unsupported.headers.get('access-control-allow-credentials')).toBe('true');
    const preflight = await fetch(`${clerk.url}/__clerk/v1/client`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:5173', 'access-control-request-headers': 'authorization' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'authorization',
    ]);
    const evil = await fetch(`${clerk.url}/__clerk/v1/client`, {
      headers: { origin: 'https://evil.example' },
    });
    expect([evil.status, evil.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  it('refuses pages from elsewhere the Backend API, also with the key', async () => {
    const response = await fetch(`${clerk.url}/v1/users`, {
      headers: { authorization: `Bearer ${clerk.secretKey}`, origin: 'https://evil.example' },
    });
    expect(response.status).toBe(403);
  });
});
