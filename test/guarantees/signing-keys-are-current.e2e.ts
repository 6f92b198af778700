import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { SigningKeys } from '../../src/clerk/signing-keys.js';
import { type ClerkProxy, startClerkProxy } from '../support/clerk-proxy.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const HOUR_MS = 60 * 60_000;
const NEXT_KID = 'ins_next';
const next = generateKeyPairSync('rsa', { modulusLength: 2048 });

let api: TestApp;
let proxy: ClerkProxy;
/** The keys that Clerk names from now on. */
let named: ('own' | 'next')[];
/** Called for each fetch of the keys; what it returns is sent. */
let onFetch: (body: string) => string;
let fetches: number;
const clocks = { now: Date.now.bind(Date), monotonic: performance.now.bind(performance) };

beforeEach(async () => {
  named = ['own'];
  fetches = 0;
  onFetch = (body) => body;
  proxy = await startClerkProxy(() => api.clerk.url);
  proxy.rewrite((path, body) => {
    if (!path.startsWith('/v1/jwks')) return body;
    fetches++;
    const { keys: own } = JSON.parse(body) as { keys: unknown[] };
    const jwk = { ...next.publicKey.export({ format: 'jwk' }), kid: NEXT_KID, alg: 'RS256', use: 'sig' };
    return onFetch(JSON.stringify({ keys: named.flatMap((name) => (name === 'own' ? own : [jwk])) }));
  });
  api = await startTestApp({ CLERK_API_URL: proxy.url });
});
afterEach(async () => {
  Date.now = clocks.now;
  performance.now = clocks.monotonic;
  await api.close();
  await proxy.close();
});

/** Moves the clock that only goes forward. */
function pass(ms: number): void {
  performance.now = () => clocks.monotonic() + ms;
}

/** A session token of Clerk's next key. */
function nextToken({ clerkId }: { clerkId: string }, kid = NEXT_KID): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ sub: clerkId, sid: 'sess_next', iss: api.clerk.issuer, nbf: now - 10 })
    .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
    .setIssuedAt(now)
    .setExpirationTime(now + 3600)
    .sign(next.privateKey);
}

const answerTo = (token: string) => api.withToken(token).problem('GET', '/users/me');
const forged = (person: { clerkId: string }, kid: string) =>
  api.clerk.mintToken(person.clerkId, { header: { kid } });

describe('a key that Clerk removed', () => {
  it('ends its tokens with the next fetch, also those that were proven before', async () => {
    const person = await api.join();
    await person.get('/users/me');
    named = ['next'];
    // Whoever shows the new key makes it known.
    await api.withToken(await nextToken(person)).get('/users/me');
    expect(await person.problem('GET', '/users/me')).toBe('401 invalid_token');
    expect(await answerTo(await api.clerk.mintToken(person.clerkId))).toBe('401 invalid_token');
  });

  it('ends them after minutes without any other token', async () => {
    const person = await api.join();
    named = ['next'];
    pass(11 * 60_000);
    expect(await person.problem('GET', '/users/me')).toBe('401 invalid_token');
  });

  it('ends them after a wake from a sleep in which the monotonic clock stood still', async () => {
    const person = await api.join();
    named = ['next'];
    Date.now = () => clocks.now() + 11 * 60_000;
    expect(await person.problem('GET', '/users/me')).toBe('401 invalid_token');
  });

  it('another key under the same kid ends them as well', async () => {
    const person = await api.join();
    const [header = ''] = person.token.split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    named = ['next'];
    onFetch = (body) => body.replace(NEXT_KID, kid);
    pass(11 * 60_000);
    expect(await person.problem('GET', '/users/me')).toBe('401 invalid_token');
    await api.withToken(await nextToken(person, kid)).get('/users/me');
  });
});

describe('a token of a new key', () => {
  it('right after a fetch waits for the next one', async () => {
    const person = await api.join();
    const before = fetches;
    named = ['own', 'next'];
    const tokens = await Promise.all([1, 2, 3].map(() => nextToken(person)));
    await Promise.all(tokens.map((token) => api.withToken(token).get('/users/me')));
    expect(fetches - before).toBe(1);
    await person.get('/users/me');
  });

  it('is not judged by a fetch that began before it came', async () => {
    const person = await api.join();
    let later: Promise<number> | undefined;
    onFetch = (body) => {
      // Clerk has answered without the key; the token is there before the answer is.
      onFetch = (same) => same;
      named = ['own', 'next'];
      later = nextToken(person)
        .then((token) => api.withToken(token).request('GET', '/users/me'))
        .then(({ status }) => status);
      return body;
    };
    pass(5000);
    expect(await answerTo(await forged(person, 'ins_forged'))).toBe('401 invalid_token');
    expect(await later).toBe(200);
  });

  it('is found after the clock was set back', async () => {
    const person = await api.join();
    Date.now = () => clocks.now() - HOUR_MS;
    named = ['own', 'next'];
    await api.withToken(await nextToken(person)).get('/users/me');
  });
});

describe('a token of a key that Clerk does not have', () => {
  it('many of them are asked for together, and again within a minute cost none', async () => {
    const person = await api.join();
    const before = fetches;
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, index) => forged(person, `ins_forged${index}`)),
    );
    const answers = new Set(await Promise.all(tokens.map(answerTo)));
    expect([...answers]).toEqual(['401 invalid_token']);
    const asked = fetches - before;
    expect(asked).toBeGreaterThan(0);
    expect(new Set(await Promise.all(tokens.map(answerTo)))).toEqual(answers);
    expect(fetches - before).toBe(asked);
    // After a minute Clerk is asked again.
    pass(61_000);
    expect(await answerTo(tokens[0] ?? '')).toBe('401 invalid_token');
    expect(fetches - before).toBe(asked + 1);
  });

  it('503 with Retry-After when the fetch fails', async () => {
    const person = await api.join();
    const undo = api.clerk.fail({ path: /jwks/, mode: 'status', status: 500 });
    const { status, headers } = await api
      .withToken(await forged(person, 'ins_forged'))
      .request('GET', '/users/me');
    expect([status, headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    await person.get('/users/me');
    undo();
    expect(await answerTo(await forged(person, 'ins_forged'))).toBe('401 invalid_token');
  });

  it('so many wait for a fetch, the others are told to come back', async () => {
    await api.join();
    const keys = api.app.get(SigningKeys);
    const codes = await Promise.all(
      Array.from({ length: 2100 }, (_, index) =>
        keys.find(`ins_flood${index}`).then(
          () => 'found',
          (error: unknown) => (error as { code: string }).code,
        ),
      ),
    );
    expect(codes.filter((code) => code === 'invalid_token')).toHaveLength(2000);
    expect(codes.filter((code) => code === 'dependency_unavailable')).toHaveLength(100);
  });
});

it('known keys serve while Clerk is away, for a day', async () => {
  const person = await api.join();
  api.clerk.fail({ path: /jwks/, mode: 'refuse' });
  pass(23 * HOUR_MS);
  await api.withToken(await api.clerk.mintToken(person.clerkId)).get('/users/me');
  await person.get('/users/me');
  pass(25 * HOUR_MS);
  expect(await person.problem('GET', '/users/me')).toBe('503 dependency_unavailable');
});
