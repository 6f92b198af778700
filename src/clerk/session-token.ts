import { visit } from 'jsonc-parser';
import { z } from 'zod';
import { MAX_TOKEN_SECONDS, SUBJECT } from '../common/principal.js';
import { RefusedToken } from '../common/refused-token.js';

const MAX_TOKEN_LENGTH = 8192;

/** `cat` of a session token; JWT templates, machine tokens and the like carry others (Clerk's `jwtCategories.ts`). */
const SESSION_CATEGORY = 'cl_B7d4PD111AAA';

const seconds = z.int().min(0);

/** Header parameters that would move the choice of key or algorithm to the sender stay out: no `jwk`, `x5u`, `crit`… */
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
  // A pending session has tasks left before it may act (a second factor, an organisation).
  .refine((claims) => claims.sts !== 'pending', { path: ['sts'] })
  .refine((claims) => claims.exp > claims.iat && claims.exp - claims.iat <= MAX_TOKEN_SECONDS, {
    path: ['exp'],
  });

export type TokenHeader = z.infer<typeof headerSchema>;
export type TokenClaims = z.infer<typeof claimsSchema>;

/** What a token says before anything is proven. */
export interface UnverifiedToken {
  header: TokenHeader;
  claims: TokenClaims;
}

/**
 * The strict reading of a session token, before its signature is looked at: `verifyToken` of @clerk/backend accepts
 * more than a session token, and throws bare errors at some input (docs/decisions/0004).
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

/** Base64url without padding and with no spare bits, so that one token has one spelling. */
function decodeSegment(segment: string): Buffer {
  const bytes = Buffer.from(segment, 'base64url');
  if (bytes.toString('base64url') !== segment) throw new RefusedToken('malformed', 'token');
  return bytes;
}

/** @param part what a refusal names, with the member that is wrong */
function parseWith<T>(schema: z.ZodType<T>, bytes: Buffer, part: string): T {
  const parsed = schema.safeParse(strictJson(bytes));
  if (parsed.success) return parsed.data;
  // Paths of the schema: names that the sender chose aren't among them.
  const path = parsed.error.issues[0]?.path ?? [];
  throw new RefusedToken('malformed', [part, ...path].join('.'));
}

/** JSON in UTF-8 that names no member twice, at any depth: two readers must see one meaning. Undefined for anything else. */
function strictJson(bytes: Buffer): unknown {
  try {
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(json);
    return namesTwice(json) ? undefined : value;
  } catch {
    // Not JSON, not UTF-8, or nested deeper than the parser goes.
    return undefined;
  }
}

function namesTwice(json: string): boolean {
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
