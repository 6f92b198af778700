import { visit } from 'jsonc-parser';
import { z } from 'zod';
import { MAX_TOKEN_SECONDS, SUBJECT } from '../common/principal.js';
import { RefusedToken } from '../common/refused-token.js';

const MAX_TOKEN_LENGTH = 8192;

/** `cat` of a session token. JWT templates and machine tokens differ (Clerk's `jwtCategories.ts`). */
const SESSION_CATEGORY = 'cl_B7d4PD111AAA';

const seconds = z.int().min(0);

/** Without header parameters by which the sender could choose key or algorithm: `jwk`, `x5u`, `crit`… */
const headerSchema = z
  .looseObject({
    alg: z.literal('RS256'),
    kid: z.string().min(1).max(128),
    typ: z.literal('JWT').optional(),
    cat: z.literal(SESSION_CATEGORY).optional(),
  })
  .refine((header) => !Object.keys(header).some((name) => /^(crit|b64|jwk|jku|x5.*)$/.test(name)));

const claimsSchema = z
  .looseObject({
    sub: z.string().regex(SUBJECT),
    sid: z.string().regex(/^[\x21-\x7e]{1,128}$/),
    iss: z.string().max(512),
    azp: z.string().max(512).optional(),
    sts: z.string().optional(),
    exp: seconds,
    nbf: seconds,
    iat: seconds,
    act: z.looseObject({ sub: z.string().min(1).max(256) }).optional(),
  })
  // A pending session still has to complete tasks (a second factor, an organisation).
  .refine((claims) => claims.sts !== 'pending', { path: ['sts'] })
  .refine((claims) => claims.exp > claims.iat && claims.exp - claims.iat <= MAX_TOKEN_SECONDS, {
    path: ['exp'],
  });

export type TokenHeader = z.infer<typeof headerSchema>;
export type TokenClaims = z.infer<typeof claimsSchema>;

/** The content of a token before its signature is verified. */
export interface UnverifiedToken {
  header: TokenHeader;
  claims: TokenClaims;
}

/**
 * Parses a session token strictly, before its signature is verified: `verifyToken` of @clerk/backend
 * accepts other tokens as well, and throws untyped errors for some input (docs/decisions/0004).
 * @throws RefusedToken `malformed`, whatever the bytes
 */
export function parseToken(token: string): UnverifiedToken {
  const segments = token.split('.');
  if (token.length > MAX_TOKEN_LENGTH || segments.length !== 3) throw new RefusedToken('malformed', 'token');
  const [header, claims, signature] = segments.map(decodeSegment) as [Buffer, Buffer, Buffer];
  if (signature.length === 0) throw new RefusedToken('malformed', 'token');
  return {
    header: parseWith(headerSchema, header, 'header'),
    claims: parseWith(claimsSchema, claims, 'claims'),
  };
}

/** Base64url without padding and without spare bits: each token has one encoding. */
function decodeSegment(segment: string): Buffer {
  const bytes = Buffer.from(segment, 'base64url');
  if (bytes.toString('base64url') !== segment) throw new RefusedToken('malformed', 'token');
  return bytes;
}

/** @param part the part of the token that the refusal names, with the invalid member */
function parseWith<T>(schema: z.ZodType<T>, bytes: Buffer, part: string): T {
  const parsed = schema.safeParse(strictJson(bytes));
  if (parsed.success) return parsed.data;
  // Only paths of the schema, never names that the sender chose.
  const path = parsed.error.issues[0]?.path ?? [];
  throw new RefusedToken('malformed', [part, ...path].join('.'));
}

/**
 * JSON in UTF-8 without duplicate members, at any depth: two parsers must read the same. Otherwise
 * undefined.
 */
function strictJson(bytes: Buffer): unknown {
  try {
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(json);
    return hasDuplicateMembers(json) ? undefined : value;
  } catch {
    // Not JSON, not UTF-8, or nested deeper than the parser goes.
    return undefined;
  }
}

function hasDuplicateMembers(json: string): boolean {
  let objects = 0;
  const open: number[] = [];
  const members: string[] = [];
  visit(json, {
    onObjectBegin: () => void open.push(objects++),
    onObjectEnd: () => void open.pop(),
    onObjectProperty: (name) => void members.push(`${String(open.at(-1))} ${name}`),
  });
  return new Set(members).size < members.length;
}
