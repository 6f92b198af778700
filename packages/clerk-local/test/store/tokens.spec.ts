import { createClerkClient, verifyToken } from '@clerk/backend';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { backend, call, decode, instancesOfOneTest, rejection, startClerkLocal } from '../support.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());
const start = instancesOfOneTest();

describe('tokens', () => {
  it("have Clerk's header and claims", async () => {
    const token = await clerk.mintToken('user_x', { sessionId: 'sess_x', azp: 'http://localhost:3000' });
    expect(decode(token, 0)).toEqual({
      alg: 'RS256',
      cat: 'cl_B7d4PD111AAA',
      kid: expect.stringMatching(/^ins_[0-9A-Za-z]{27}$/),
      typ: 'JWT',
    });
    const claims = decode(token, 1);
    const iat = Number(claims['iat']);
    expect(claims).toEqual({
      azp: 'http://localhost:3000',
      exp: iat + 60,
      fva: [0, -1],
      iat,
      iss: clerk.issuer,
      jti: expect.stringMatching(/^[0-9a-f]{20}$/),
      nbf: iat - 10,
      sid: 'sess_x',
      sts: 'active',
      sub: 'user_x',
      v: 2,
    });
    expect(decode(await clerk.mintToken('user_x'), 1)).not.toHaveProperty('azp');
  });

  it('are accepted by verifyToken with the PEM and through either JWKS', async () => {
    const token = await clerk.mintToken('user_x');
    const byPem = await verifyToken(token, { jwtKey: clerk.jwtKey, issuer: clerk.issuer });
    const byJwks = await verifyToken(token, { secretKey: clerk.secretKey, apiUrl: clerk.url });
    expect(byPem.sub).toBe('user_x');
    expect(byJwks).toEqual(byPem);
    expect(clerk.requestCount('GET', '/v1/jwks')).toBe(1);
    const published = await fetch(`${clerk.url}/.well-known/jwks.json`);
    expect(await published.json()).toEqual(await (await call(clerk, 'GET', '/v1/jwks')).json());
  });

  it('name the instance that the Backend API reports', async () => {
    const { id } = await backend(clerk).instance.get();
    expect(decode(await clerk.mintToken('user_x'), 0)['kid']).toBe(id);
    expect(await (await call(clerk, 'GET', '/v1/instance')).json()).toEqual({
      object: 'instance',
      id: expect.stringMatching(/^ins_/),
      environment_type: 'development',
      allowed_origins: null,
      workspace_id: null,
    });
  });

  it('can be expired, of another instance, or of any header and claims, to test guards', async () => {
    const expired = await clerk.mintToken('user_x', { expiresInSeconds: -60 });
    expect(await rejection(verifyToken(expired, { jwtKey: clerk.jwtKey }))).toMatchObject({
      reason: 'token-expired',
    });
    const other = await start();
    const foreign = await other.mintToken('user_x');
    expect(await rejection(verifyToken(foreign, { jwtKey: clerk.jwtKey }))).toMatchObject({
      reason: 'token-invalid-signature',
    });
    const odd = await clerk.mintToken('user_x', {
      claims: { sid: undefined, sts: 'pending' },
      header: { cat: undefined, crit: ['b64'] },
    });
    expect(decode(odd, 1)).toMatchObject({ sts: 'pending' });
    expect(decode(odd, 1)).not.toHaveProperty('sid');
    expect(decode(odd, 0)).toEqual({ alg: 'RS256', crit: ['b64'], kid: expect.any(String), typ: 'JWT' });
  });

  it('match the publishable key', async () => {
    const [, encoded = ''] = /^pk_test_([^=]+)$/.exec(clerk.publishableKey) ?? [];
    expect(`https://${Buffer.from(encoded, 'base64').toString()}`).toBe(`${clerk.issuer}$`);
    const client = createClerkClient({ ...clerk, apiUrl: clerk.url, telemetry: { disabled: true } });
    const authorization = `Bearer ${await clerk.mintToken('user_x')}`;
    const state = await client.authenticateRequest(
      new Request('http://api.test', { headers: { authorization } }),
      {
        jwtKey: clerk.jwtKey,
      },
    );
    expect(state.isAuthenticated).toBe(true);
  });
});
