import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { bearerOf, hasCredentials } from '../../src/auth/authentication.js';
import { parseToken } from '../../src/clerk/session-token.js';
import { RefusedToken } from '../../src/common/refused-token.js';

const HEADER = { alg: 'RS256', kid: 'ins_1', typ: 'JWT', cat: 'cl_B7d4PD111AAA' };
const CLAIMS = { sub: 'user_2abc', sid: 'sess_1', iss: 'https://clerk.example', exp: 160, nbf: 90, iat: 100 };
const DAY = 86_400;

const encode = (part: unknown) =>
  (Buffer.isBuffer(part)
    ? part
    : Buffer.from(typeof part === 'string' ? part : JSON.stringify(part))
  ).toString('base64url');
const tokenOf = (header: unknown, claims: unknown) => `${encode(header)}.${encode(claims)}.c2ln`;

/** Parses a token without verifying it: 'read', or the code, reason and part of the refusal. */
function outcomeOf(token: string): string {
  try {
    parseToken(token);
    return 'read';
  } catch (error) {
    if (!(error instanceof RefusedToken)) return String(error);
    const { reason, part } = error.refusal;
    return `${error.code}: ${reason} ${part}`;
  }
}

describe('a token is read', () => {
  it('with its header and all claims, also those that the API ignores', () => {
    const claims = { ...CLAIMS, fva: [0, -1], act: { sub: 'user_admin' }, azp: 'https://app.example' };
    expect(parseToken(tokenOf(HEADER, claims))).toEqual({ header: HEADER, claims });
  });

  it.each([
    ['without type and category', { alg: 'RS256', kid: 'k' }, {}],
    ['with header parameters without an effect', { ...HEADER, critical: 1, jwks: 1, kjku: 1, 'x-5': 1 }, {}],
    ['with the shortest subject and session', HEADER, { sub: 'user_2', sid: 's' }],
    ['with the longest of everything', { ...HEADER, kid: 'k'.repeat(128) }, longest()],
    ['with a start at zero', HEADER, { nbf: 0, iat: 0, exp: 1 }],
    ['with a session that is active', HEADER, { sts: 'active' }],
    ['with a lifetime of a day', HEADER, { exp: CLAIMS.iat + DAY }],
    [
      'with one name in several objects',
      HEADER,
      { act: { sub: 'a', o: { sub: 'b' } }, o: [{ sub: 1 }, { sub: 1 }] },
    ],
    [
      'with the name of an outer object after an inner one',
      HEADER,
      { act: { sub: 'a', exp: 1 }, zz: { a: {} }, a: 1 },
    ],
  ])('%s', (_what, header, claims) => {
    expect(outcomeOf(tokenOf(header, { ...CLAIMS, ...claims }))).toBe('read');
  });

  it('up to 8,192 characters', () => {
    const short = tokenOf(HEADER, CLAIMS);
    expect(outcomeOf(short + 'A'.repeat(8192 - short.length))).toBe('read');
    expect(outcomeOf(short + 'A'.repeat(8196 - short.length))).toBe('invalid_token: malformed token');
  });
});

function longest(): object {
  const act = { sub: 'a'.repeat(256) };
  return {
    sub: `user_${'x'.repeat(120)}`,
    sid: 's'.repeat(128),
    iss: 'i'.repeat(512),
    azp: 'a'.repeat(512),
    act,
  };
}

describe('a token is refused as invalid_token, whatever its signature', () => {
  const headers: Record<string, unknown>[] = [
    { alg: 'RS512' },
    { alg: undefined },
    { kid: '' },
    { kid: 'k'.repeat(129) },
    { typ: 'at+jwt' },
    { cat: 'cl_B7d4PD222AAA' },
    ...['crit', 'b64', 'jwk', 'jku', 'x5', 'x5u', 'x5c', 'x5t', 'x5t#S256'].map((name) => ({ [name]: [] })),
  ];
  it.each(headers)('header with %j', (header) => {
    const [name = ''] = Object.keys(header);
    // Names that the sender made up are not repeated.
    const part = ['alg', 'kid', 'typ', 'cat'].includes(name) ? `header.${name}` : 'header';
    expect(outcomeOf(tokenOf({ ...HEADER, ...header }, CLAIMS))).toBe(`invalid_token: malformed ${part}`);
  });

  const claims: Record<string, unknown>[] = [
    ...['', 'user_', 'auser_2', 'user_2!', 'user_ä', `user_${'x'.repeat(121)}`, 7].map((sub) => ({ sub })),
    ...['', ' sess', 'sess ', 's\n', 's'.repeat(129), 7].map((sid) => ({ sid })),
    ...[undefined, 7, 'i'.repeat(513)].map((iss) => ({ iss })),
    ...[7, 'a'.repeat(513)].map((azp) => ({ azp })),
    ...['pending', 7].map((sts) => ({ sts })),
    ...[7, {}, { sub: '' }, { sub: 'a'.repeat(257) }].map((act) => ({ act })),
    ...['exp', 'nbf', 'iat'].flatMap((name) => [undefined, '1', 0.5, -1].map((value) => ({ [name]: value }))),
    { exp: CLAIMS.iat },
    { exp: CLAIMS.iat - 1 },
    { exp: CLAIMS.iat + DAY + 1 },
  ];
  it.each(claims)('claims with %j', (change) => {
    const [[name, value] = []] = Object.entries(change);
    const part = name === 'act' && typeof value === 'object' ? 'claims.act.sub' : `claims.${String(name)}`;
    expect(outcomeOf(tokenOf(HEADER, { ...CLAIMS, ...change }))).toBe(`invalid_token: malformed ${part}`);
  });

  const [header = '', body = '', signature = ''] = tokenOf(HEADER, CLAIMS).split('.');
  const text = JSON.stringify(CLAIMS);
  it.each([
    ['two segments', `${header}.${body}`],
    ['four segments', `${header}.${body}.${signature}.`],
    ['no signature', `${header}.${body}.`],
    ['padding', `${header}.${body}.${signature}=`],
    ['spare bits', `${header}.${body}.YR`],
    ['the other alphabet', `${header}.${body}.a+/b`],
    ['claims that are null', `${header}.${encode('null')}.${signature}`],
    ['claims in an array', `${header}.${encode([CLAIMS])}.${signature}`],
    ['claims that are not JSON', `${header}.${encode(`${text} x`)}.${signature}`],
    ['claims after a byte order mark', `${header}.${encode(`\uFEFF${text}`)}.${signature}`],
    [
      'bytes that are not UTF-8',
      `${header}.${encode(Buffer.from(text.replace('{', '{"name":"\xff",'), 'latin1'))}.${signature}`,
    ],
    ['a name given twice', `${header}.${encode(text.replace('{', '{"sub":"user_2abc",'))}.${signature}`],
    [
      'a name given twice, deep inside',
      `${header}.${encode(text.replace('{', '{"a":[{"b":1,"c":{},"b":1}],'))}.${signature}`,
    ],
    [
      'a name given twice, spelled differently',
      `${header}.${encode(text.replace('{', '{"s\\u0075b":"user_2abc",'))}.${signature}`,
    ],
    ['nested too deep', `${header}.${encode('['.repeat(5000))}.${signature}`],
  ])('%s', (what, token) => {
    const part = /^(claims|bytes|a name|nested)/.test(what) ? 'claims' : 'token';
    expect(outcomeOf(token)).toBe(`invalid_token: malformed ${part}`);
  });
});

describe('a request', () => {
  const has = (headers: object) => hasCredentials({ headers } as FastifyRequest);

  it('has credentials when its Authorization header is not empty', () => {
    expect([{}, { authorization: '' }].map(has)).toEqual([false, false]);
    expect([{ authorization: 'Bearer a' }, { authorization: 'x' }].map(has)).toEqual([true, true]);
  });
});

describe('the token of a request', () => {
  const tokenIn = (...authorization: string[]) =>
    bearerOf({
      headers: { authorization: authorization[0] },
      raw: { rawHeaders: ['host', 'api', ...authorization.flatMap((value) => ['Authorization', value])] },
    } as FastifyRequest);

  it.each(['Bearer ab.CD-_~+/0=', 'bearer ab.CD-_~+/0=', 'BEARER ab.CD-_~+/0='])('%s', (header) => {
    expect(tokenIn(header)).toBe('ab.CD-_~+/0=');
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer  a',
    'Bearer a b',
    'xBearer a',
    'Basic a',
    'Bearer a=b',
    'Bearer "a"',
  ])('is missing from `%s`', (header) => {
    expect(tokenIn(header)).toBeUndefined();
  });

  it('is missing without the header, and with two headers', () => {
    expect(tokenIn()).toBeUndefined();
    expect(tokenIn('Bearer a', 'Bearer a')).toBeUndefined();
  });
});
