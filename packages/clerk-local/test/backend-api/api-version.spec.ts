import { verifyToken } from '@clerk/backend';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { backend, call, decode, startClerkLocal } from '../support.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());

function versioned(method: string, path: string, version: string | undefined, query = ''): Promise<Response> {
  return fetch(`${clerk.url}${path}${query}`, {
    method,
    headers: {
      authorization: `Bearer ${clerk.secretKey}`,
      ...(version === undefined ? {} : { 'clerk-api-version': version }),
    },
  });
}

describe('Clerk-API-Version', () => {
  it('decides between session tokens of version 1 and 2', async () => {
    const session = await clerk.createSession((await clerk.createUser()).id);
    const claimsOf = async (version: string | undefined, query = '') => {
      const response = await versioned('POST', `/v1/sessions/${session.id}/tokens`, version, query);
      const { jwt } = (await response.json()) as { jwt: string };
      await verifyToken(jwt, { jwtKey: clerk.jwtKey, issuer: clerk.issuer });
      return decode(jwt, 1);
    };
    for (const claims of [
      await claimsOf(undefined),
      await claimsOf('2021-02-05'),
      await claimsOf('2024-10-01'),
    ]) {
      expect(Object.keys(claims).sort()).toEqual(['exp', 'fva', 'iat', 'iss', 'nbf', 'sid', 'sts', 'sub']);
    }
    for (const claims of [
      await claimsOf('2025-04-10'),
      await claimsOf('2026-05-12'),
      await claimsOf(undefined, '?__clerk_api_version=2025-11-10'),
    ]) {
      expect(claims).toMatchObject({ v: 2, sub: session.user_id, sid: session.id });
    }
    const { jwt } = await backend(clerk).sessions.getToken(session.id);
    expect(decode(jwt, 1)['v']).toBe(2);
  });

  it('refuses an unknown version, and one in both places', async () => {
    const refused = [
      await versioned('GET', '/v1/users', '2020-01-01'),
      await versioned('GET', '/v1/users', 'newest'),
      await versioned('GET', '/v1/users', '2026-05-12', '?__clerk_api_version=2026-05-12'),
    ];
    for (const response of refused) {
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ code: 'api_version_invalid' }] });
    }
  });

  it('takes metadata of PATCH /v1/users/{id} before 2026-05-12 only', async () => {
    const user = await clerk.createUser();
    const change = (version: string) =>
      fetch(`${clerk.url}/v1/users/${user.id}`, {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${clerk.secretKey}`,
          'content-type': 'application/json',
          'clerk-api-version': version,
        },
        body: '{"public_metadata":{"a":1}}',
      });
    expect((await change('2026-05-12')).status).toBe(422);
    expect(clerk.getUser(user.id)?.public_metadata).toEqual({});
    expect((await change('2025-11-10')).status).toBe(200);
    expect(clerk.getUser(user.id)?.public_metadata).toEqual({ a: 1 });
    expect((await call(clerk, 'GET', '/v1/users')).status).toBe(200);
  });
});
