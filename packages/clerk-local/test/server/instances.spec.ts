import { verifyToken } from '@clerk/backend';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { apiError, backend, decode, rejection, startClerkLocal } from '../support.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());

/** What `GET /_local/instance` answers. */
interface Keys {
  id: string;
  secretKey: string;
  publishableKey: string;
  proxyUrl: string;
  webhookSecret: string;
  issuer: string;
  jwtKey: string;
}

async function keysOf(secretKey: string): Promise<Keys> {
  const response = await fetch(`${clerk.url}/_local/instance`, {
    headers: { authorization: `Bearer ${secretKey}` },
  });
  return (await response.json()) as Keys;
}

describe('instances', () => {
  it('are created by the first use of a local secret key, and see nothing of each other', async () => {
    const workers = Array.from({ length: 8 }, (_, i) => `sk_test_local_worker_${i}`);
    const email = 'same@example.com';
    const ids = await Promise.all(
      workers.map(async (secretKey) => {
        const { users } = backend({ url: clerk.url, secretKey });
        const [user] = await Promise.all([users.createUser({ emailAddress: [email] }), users.getCount()]);
        return user.id;
      }),
    );
    expect(new Set(ids).size).toBe(8);
    for (const [i, secretKey] of workers.entries()) {
      const { data } = await backend({ url: clerk.url, secretKey }).users.getUserList();
      expect(data.map(({ id }) => id)).toEqual([ids[i]]);
    }
    expect(clerk.users()).toEqual([]);
    expect(clerk.requestCount('POST', '/v1/users')).toBe(0);
    expect((await clerk.instance('sk_test_local_worker_0')).requestCount('POST', '/v1/users')).toBe(1);
  });

  it('sign with keys of their own, which their JWKS and publishable key belong to', async () => {
    const one = await clerk.instance('sk_test_local_one');
    const two = await clerk.instance('sk_test_local_two');
    const user = await one.createUser();
    const token = await one.mintToken(user.id);
    const { sub, iss } = await verifyToken(token, { secretKey: one.secretKey, apiUrl: clerk.url });
    expect(sub).toBe(user.id);
    expect(iss).toBe(one.issuer);
    expect(await rejection(verifyToken(token, { jwtKey: two.jwtKey }))).toMatchObject({
      reason: 'token-invalid-signature',
    });
    expect(
      await rejection(verifyToken(token, { secretKey: clerk.secretKey, apiUrl: clerk.url })),
    ).toMatchObject({
      reason: 'jwk-kid-mismatch',
    });
    const [, encoded = ''] = /^pk_test_([^=]+)$/.exec(one.publishableKey) ?? [];
    expect(`https://${Buffer.from(encoded, 'base64').toString()}`).toBe(`${one.issuer}$`);
    // Marked as local.
    expect(one.issuer).toMatch(/^https:\/\/i[0-9a-f]{15}\.localhost:\d+$/);
    expect(decode(token, 0)['kid']).toMatch(/^ins_local[0-9A-Za-z]{22}$/);
    const published = (await (await fetch(`${one.proxyUrl}/.well-known/jwks.json`)).json()) as {
      keys: { kid: string }[];
    };
    expect(published.keys.map(({ kid }) => kid)).toEqual([decode(token, 0)['kid']]);
  });

  it('say their keys to the holder of the secret key, for tests in any language', async () => {
    const { id, ...keys } = await keysOf('sk_test_local_keys');
    const instance = await clerk.instance('sk_test_local_keys');
    expect(instance).toMatchObject(keys);
    expect(id).toMatch(/^ins_local/);
    expect(await keysOf('sk_test_local_keys')).toEqual({ id, ...keys });
    const main = (await (await fetch(`${clerk.url}/_local/instance`)).json()) as Keys;
    expect([main.secretKey, main.proxyUrl]).toEqual([clerk.secretKey, clerk.proxyUrl]);
  });

  it('are not created by keys that are not marked as local', async () => {
    for (const secretKey of ['sk_test_abc', 'sk_live_localabc', 'sk_test_local', 'sk_test_local/../x']) {
      const { users } = backend({ url: clerk.url, secretKey });
      expect(await apiError(users.getCount())).toEqual({ status: 401, code: 'clerk_key_invalid' });
      await expect(clerk.instance(secretKey)).rejects.toThrow(/no key of a local instance/);
    }
  });
});
