import { createPublicKey, generateKeyPairSync, hash, type JsonWebKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let mongo: ReplicaSet;
let api: TestApp;
let uri: string;
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
  uri = testDatabaseUri(mongo.uri);
  api = await startTestApp({ MONGODB_URI: uri });
});
afterAll(async () => {
  await api.close();
  await mongo.stop();
});

interface Jwk extends JsonWebKey {
  kid: string;
}
const keys = async (from: TestApp) =>
  (await from.anonymous.get<{ keys: Jwk[] }>('//.well-known/jwks.json')).keys;

/** The receipt of a user who joined and was deleted. */
async function receiptOfDeletion(from: TestApp) {
  const ann = await from.join();
  await ann.call(201, 'PUT', '/users/me/wishlist/JP');
  const { receiptUrl } = await ann.call<{ receiptUrl: string }>(202, 'DELETE', '/users/me');
  await from.deletionOf(ann);
  const receipt = await from.anonymous.get<{ statement: string }>(receiptUrl.replace('/api/v2', ''));
  return { ann, receiptUrl, receipt };
}

/** Verifies as an outsider does: with another library and the published keys. */
function verify(statement: string, published: Jwk[]): jwt.JwtPayload {
  const { kid } = jwt.decode(statement, { complete: true })?.header ?? {};
  const key = published.find((each) => each.kid === kid);
  if (key === undefined) throw new Error('Signed with a key that is not published');
  const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  return jwt.verify(statement, pem, { algorithms: ['ES256'] }) as jwt.JwtPayload;
}

describe('GET /deletion-receipts/{token}', () => {
  it('200: a signed statement without personal data, verifiable with the published key', async () => {
    const { ann, receipt } = await receiptOfDeletion(api);
    const claims = verify(receipt.statement, await keys(api));
    expect(claims).toMatchObject({
      iss: 'roavelo-api',
      sub: hash('sha256', ann.clerkId, 'hex'),
      reason: 'user_requested',
      erased: { users: 1, wishlists: 1, purchases: 0 },
      kept: [
        { what: 'archive', until: expect.any(String) },
        {
          what: 'tombstone',
          until: null,
          why: expect.stringContaining('For 30 days a keyed hash of the username'),
        },
      ],
    });
    const { jti: id, completedAt, erased, kept } = claims as Record<string, unknown>;
    expect(receipt).toMatchObject({ id, state: 'completed', completedAt, erased, kept });
    const text = JSON.stringify({ receipt, claims });
    expect(text).not.toContain(ann.id);
    expect(text).not.toContain(ann.clerkId);
    expect(text).not.toMatch(/@example\.com/);
  });

  it('200: the archive is kept for DELETED_USER_RETENTION_DAYS', async () => {
    const { receipt } = await receiptOfDeletion(api);
    const { requestedAt, kept } = receipt as unknown as { requestedAt: string; kept: { until: string }[] };
    const days = (Date.parse(kept[0]?.until ?? '') - Date.parse(requestedAt)) / 86_400_000;
    expect(days).toBe(api.config.deletions.retentionDays);
  });

  it('404 not_found for anything but the whole token', async () => {
    const { receiptUrl } = await receiptOfDeletion(api);
    const token = receiptUrl.split('/').at(-1) ?? '';
    const id = token.slice(0, 24);
    const wrong = [
      id,
      `${id}${'A'.repeat(43)}`,
      `${'0'.repeat(24)}${token.slice(24)}`,
      `${token}A`,
      token.slice(0, -1),
      token.toUpperCase(),
      'x',
      '%00',
    ];
    for (const each of wrong) {
      expect(await api.anonymous.problem('GET', `/deletion-receipts/${each}`)).toBe('404 not_found');
    }
  });

  it('503 dependency_unavailable', async () => {
    const { receiptUrl } = await receiptOfDeletion(api);
    await catchCommand(api.db, {
      failCommands: ['find'],
      namespace: `${api.db.name}.deletions`,
      errorCode: 50,
    });
    expect(await api.anonymous.problem('GET', receiptUrl.replace('/api/v2', ''))).toBe(
      '503 dependency_unavailable',
    );
  });
});

describe('GET /.well-known/jwks.json', () => {
  it('200: without the private part; the same key on every instance', async () => {
    const [key, ...others] = await keys(api);
    expect(others).toEqual([]);
    expect(key).toEqual({
      kty: 'EC',
      crv: 'P-256',
      x: expect.any(String),
      y: expect.any(String),
      kid: expect.any(String),
      alg: 'ES256',
      use: 'sig',
    });
    const second = await fetch(new URL('/.well-known/jwks.json', await api.secondInstance()));
    expect(await second.json()).toEqual({ keys: [key] });
  });

  it('200: with a new key of the operator, earlier receipts stay verifiable', async () => {
    const { receipt: before } = await receiptOfDeletion(api);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const rotated = await startTestApp({
      MONGODB_URI: uri,
      // One line, as in an environment file.
      RECEIPT_SIGNING_KEY: pem.trim().replaceAll('\n', '\\n'),
    });
    try {
      const { receipt: after } = await receiptOfDeletion(rotated);
      const published = await keys(rotated);
      expect(published).toHaveLength(2);
      expect(verify(before.statement, published).jti).toEqual(expect.any(String));
      expect(verify(after.statement, published).jti).toEqual(expect.any(String));
      const kidOf = (statement: string) => jwt.decode(statement, { complete: true })?.header.kid;
      expect(kidOf(after.statement)).not.toBe(kidOf(before.statement));
    } finally {
      await rotated.close({ keepDatabase: true });
    }
  });

  it('503 dependency_unavailable', async () => {
    await catchCommand(api.db, {
      failCommands: ['find'],
      namespace: `${api.db.name}.receiptKeys`,
      errorCode: 50,
    });
    expect(await api.anonymous.problem('GET', '//.well-known/jwks.json')).toBe('503 dependency_unavailable');
  });
});

describe('GET /account-deletion', () => {
  it.each([
    ['1095', 'manual', 'kept for 3 years, then erased by our staff'],
    ['1095', 'manual', 'A hash of your username, for 30 days'],
    ['30', 'automatic', 'After 30 days it is erased automatically'],
  ])('200: states what is kept and for how long (%s days, %s)', async (days, purge, words) => {
    const each = await startTestApp({ DELETED_USER_RETENTION_DAYS: days, DELETED_USER_PURGE: purge });
    try {
      const { status, headers, body } = await each.anonymous.request('GET', '//account-deletion');
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(String(body).replaceAll(/\s+/g, ' ')).toContain(words);
    } finally {
      await each.close();
    }
  });
});
