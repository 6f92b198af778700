import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { encodePart, partsOf } from '../support/tokens.js';
import { describeVector } from '../support/vectors.js';

interface Wycheproof {
  testGroups: {
    comment: string;
    public?: { kid?: string };
    private?: { kid?: string };
    tests: { tcId: number; jws: string }[];
  }[];
}

/** The status and code of the answer to a token, sent as it is. */
async function answerTo(api: TestApp, token: string): Promise<string> {
  return api.withToken(`Bearer ${token}`).problem('GET', '/users/me');
}

describeVector('every JWS of Wycheproof', 'wycheproof/json_web_signature_test.json', (vector) => {
  const { testGroups } = vector as Wycheproof;
  let jwks: Server;
  let api: TestApp;
  beforeAll(async () => {
    const keys = testGroups.flatMap((group) => group.public ?? group.private ?? []);
    jwks = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
    }).listen(0, '127.0.0.1');
    await once(jwks, 'listening');
    const { port } = jwks.address() as AddressInfo;
    api = await startTestApp({ CLERK_API_URL: `http://127.0.0.1:${port}` });
  });
  afterAll(async () => {
    await api.close();
    jwks.close();
  });

  it.each(testGroups.map(({ comment, tests }, index) => [index, comment, tests] as const))(
    'group %i, %s, with its key in the key set: 401',
    async (_index, _comment, tests) => {
      for (const { jws, tcId } of tests) {
        expect([tcId, await answerTo(api, jws)]).toEqual([tcId, '401 invalid_token']);
      }
    },
  );
});

describe('our own corpus', () => {
  let api: TestApp;
  let corpus: string[];
  beforeAll(async () => {
    api = await startTestApp();
    corpus = await hostileTokens(api);
  });
  afterAll(() => api.close());

  it('has at least 100 tokens', () => {
    expect(new Set(corpus).size).toBeGreaterThanOrEqual(100);
  });

  it('is refused with 401, every token', async () => {
    const person = await api.join();
    for (const token of corpus) {
      const answer = await answerTo(api, token);
      expect([token.slice(0, 200), answer]).toEqual([
        token.slice(0, 200),
        expect.stringMatching(/^401 (invalid_token|token_expired|unauthenticated)$/),
      ]);
    }
    await person.get('/users/me');
    expect(await api.db.collection('users').countDocuments()).toBe(1);
  });
});

async function hostileTokens(api: TestApp): Promise<string[]> {
  const { clerkId, token } = await api.signUp();
  const { header, claims, signature } = partsOf(token);
  const headerText = Buffer.from(header, 'base64url').toString();
  const claimsText = Buffer.from(claims, 'base64url').toString();
  const now = Math.floor(Date.now() / 1000);
  const mint = (options: Parameters<typeof api.clerk.mintToken>[1]) => api.clerk.mintToken(clerkId, options);

  // Signed by Clerk's own key, each with one member that no session token has.
  const badClaims: Record<string, unknown>[] = [
    ...[
      undefined,
      null,
      '',
      0,
      {},
      [],
      true,
      'mch_1',
      'user_',
      'user_ x',
      'user_\u0000',
      `user_${'x'.repeat(200)}`,
      ['user_1'],
    ].map((sub) => ({ sub })),
    ...[undefined, null, '', 7, {}, [], ' ', 'x'.repeat(200), 'sess\n1'].map((sid) => ({ sid })),
    ...[
      undefined,
      null,
      '',
      7,
      'https://evil.example',
      `${api.clerk.issuer}/`,
      api.clerk.issuer.toUpperCase(),
    ].map((iss) => ({ iss })),
    ...[undefined, null, '', '9999999999', 1e300, -1, now + 0.5, now + 200_000, [now + 60]].map((exp) => ({
      exp,
    })),
    ...[undefined, null, '', 1e300, -1, now + 3600, 0.1].map((nbf) => ({ nbf })),
    ...[undefined, null, '', 1e300, -1, now + 3600, 0.1].map((iat) => ({ iat })),
    ...['pending', 7, null].map((sts) => ({ sts })),
    ...[7, null, {}, 'x'.repeat(600)].map((azp) => ({ azp })),
    ...[7, null, {}, { sub: 7 }, { sub: '' }].map((act) => ({ act })),
    { iat: now - 100_000, nbf: now - 100_000 },
    { iat: now - 120, nbf: now - 120, exp: now - 60 },
  ];
  const badHeaders: Record<string, unknown>[] = [
    ...[
      undefined,
      null,
      '',
      'none',
      'None',
      'NONE',
      'HS256',
      'RS384',
      'RS512',
      'PS256',
      'ES256',
      'EdDSA',
      'rs256',
      7,
    ].map((alg) => ({ alg })),
    ...[undefined, null, '', 7, {}, '../../etc/passwd', 'x'.repeat(500), '__proto__', 'constructor'].map(
      (kid) => ({ kid }),
    ),
    ...['at+jwt', 'jwt', '', null, 7].map((typ) => ({ typ })),
    ...['cl_B7d4PD222AAA', 'cl_B7d4PD333AAA', '', null].map((cat) => ({ cat })),
    { crit: [] },
    { crit: ['exp'] },
    { b64: true },
    { b64: false },
    { jwk: {} },
    { jku: 'http://127.0.0.1:1' },
    { x5u: 'http://127.0.0.1:1' },
    { x5c: [] },
    { x5t: '' },
    { 'x5t#S256': '' },
  ];
  const minted = await Promise.all([
    ...badClaims.map((each) => mint({ claims: each })),
    ...badHeaders.map((each) => mint({ header: each })),
  ]);

  // Unsigned, signed with the public key as a secret, in another spelling, or not a token.
  const confusion = `${encodePart({ alg: 'HS256', typ: 'JWT', kid: (JSON.parse(headerText) as { kid: string }).kid })}.${claims}`;
  const hmac = createHmac('sha256', api.clerk.jwtKey).update(confusion).digest('base64url');
  const oddHeaders = [
    'null',
    '[]',
    '""',
    '0',
    'true',
    '{',
    '',
    '{}',
    headerText.replace('{', '{"alg":"none",'),
    `${headerText} x`,
    `\uFEFF${headerText}`,
  ];
  const oddClaims = [
    'null',
    '[]',
    '""',
    '0',
    '{',
    '',
    '{}',
    claimsText.replace('{', '{"sub":"user_other",'),
    claimsText.replace('"sub"', '"s\\u0075b":"user_other","sub"'),
    '['.repeat(3000),
  ];
  const spelled = [
    '.',
    '..',
    '...',
    'a',
    'a.b',
    'a.b.c',
    'null',
    'undefined',
    '{}',
    'e30.e30.',
    'e30.e30.e30',
    `${header}.${claims}`,
    `${header}.${claims}.`,
    `.${claims}.${signature}`,
    `${header}..${signature}`,
    `${token}.`,
    `${token}.x`,
    `${token}=`,
    `${token}${token}`,
    `${header}.${claims}.${signature.slice(0, -2)}`,
    `${header}.${claims}.${'A'.repeat(signature.length)}`,
    `${header}=.${claims}.${signature}`,
    `${header}.${claims}=.${signature}`,
    `${claims}.${header}.${signature}`,
    `${header}.${claims}.${signature.replaceAll('-', '+').replaceAll('_', '/')}==`,
    'x'.repeat(9000),
    `${confusion}.${hmac}`,
    `${encodePart({ alg: 'none' })}.${claims}.`,
    `${Buffer.from([0xff]).toString('base64url')}.${claims}.${signature}`,
    ...oddHeaders.map((each) => `${encodePart(each)}.${claims}.${signature}`),
    ...oddClaims.map((each) => `${header}.${encodePart(each)}.${signature}`),
  ];
  return [...minted, ...spelled];
}
