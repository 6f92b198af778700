import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { SigningKeys } from '../../src/clerk/signing-keys.js';
import { type ClerkProxy, startClerkProxy } from '../support/clerk-proxy.js';
import { skewClock } from '../support/clock.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { keyIdOf } from '../support/tokens.js';

const HOUR_MS = 60 * 60_000;
const NEXT_KID = 'ins_next';
const next = generateKeyPairSync('rsa', { modulusLength: 2048 });

let api: TestApp;
let proxy: ClerkProxy;
/** The keys in Clerk's JWKS from now on. */
let keySet: ('own' | 'next')[];
/** Called for each fetch of the keys; its result is the answer. */
let onFetch: (body: string) => string;
let fetches: number;
const monotonic = performance.now.bind(performance);

beforeEach(async () => {
  keySet = ['own'];
  fetches = 0;
  onFetch = (body) => body;
  proxy = await startClerkProxy(() => api.clerk.url);
  proxy.rewrite((path, body) => {
    if (!path.startsWith('/v1/jwks')) return body;
    fetches++;
    const { keys: own } = JSON.parse(body) as { keys: unknown[] };
    const jwk = { ...next.publicKey.export({ format: 'jwk' }), kid: NEXT_KID, alg: 'RS256', use: 'sig' };
    return onFetch(JSON.stringify({ keys: keySet.flatMap((name) => (name === 'own' ? own : [jwk])) }));
  });
  api = await startTestApp({ CLERK_API_URL: proxy.url });
});
afterEach(async () => {
  skewClock(0);
  performance.now = monotonic;
  await api.close();
  await proxy.close();
});

/** Moves the monotonic clock forward. */
function pass(ms: number): void {
  performance.now = () => monotonic() + ms;
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
  it('ends its tokens at the next fetch, also tokens that were verified before', async () => {
    const person = await api.join();
    await person.get('/users/me');
    keySet = ['next'];
    // A token of the new key makes it known.
    await api.withToken(await nextToken(person)).get('/users/me');
    expect(await person.problem('GET', '/users/me')).toBe('401 invalid_token');
    expect(await answerTo(await api.clerk.mintToken(person.clerkId))).toBe('401 invalid_token');
  });

  it('ends them after some minutes without any other token', async () => {
    const person = await api.join();
    keySet = ['next'];
    pass(11 * 60_000);
    expect(await person.problem('GET', '/users/me')).toBe('401 invalid_token');
  });

  it('ends them after a sleep of the machine in which the monotonic clock stood still', async () => {
    const person = await api.join();
    keySet = ['next'];
    skewClock(11 * 60_000);
    expect(await person.problem('GET', '/users/me')).toBe('401 invalid_token');
  });

  it('ends them when another key has its kid', async () => {
    const person = await api.join();
    const kid = keyIdOf(person.token);
    keySet = ['next'];
    onFetch = (body) => body.replace(NEXT_KID, kid);
    pass(11 * 60_000);
    expect(await person.problem('GET', '/users/me')).toBe('401 invalid_token');
    await api.withToken(await nextToken(person, kid)).get('/users/me');
  });
});

describe('a token of a new key', () => {
  it('right after a fetch waits for the next fetch', async () => {
    const person = await api.join();
    const before = fetches;
    keySet = ['own', 'next'];
    const tokens = await Promise.all([1, 2, 3].map(() => nextToken(person)));
    await Promise.all(tokens.map((token) => api.withToken(token).get('/users/me')));
    expect(fetches - before).toBe(1);
    await person.get('/users/me');
  });

  it('is not refused by a fetch that began before the token came', async () => {
    const person = await api.join();
    let later: Promise<number> | undefined;
    onFetch = (body) => {
      // Clerk has answered without the key; the token comes before that answer arrives.
      onFetch = (same) => same;
      keySet = ['own', 'next'];
      later = nextToken(person)
        .then((token) => api.withToken(token).request('GET', '/users/me'))
        .then(({ status }) => status);
      return body;
    };
    pass(5000);
    expect(await answerTo(await forged(person, 'ins_forged'))).toBe('401 invalid_token');
    expect(await later).toBe(200);
  });

  it('is accepted after the clock was set back', async () => {
    const person = await api.join();
    skewClock(-HOUR_MS);
    keySet = ['own', 'next'];
    await api.withToken(await nextToken(person)).get('/users/me');
  });
});

describe('a token of a key that Clerk does not have', () => {
  it('many of them share the fetches, and cost none when repeated within a minute', async () => {
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

  it('2,000 tokens wait for a fetch, further ones are answered 503', async () => {
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
