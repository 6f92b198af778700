import { decodeJwt, decodeProtectedHeader } from 'jose';

/** The three parts of a JWT, still encoded. */
export function partsOf(token: string): { header: string; claims: string; signature: string } {
  const [header = '', claims = '', signature = ''] = token.split('.');
  return { header, claims, signature };
}

/** A part of a JWT, encoded: JSON of a value; a text or bytes as they are. */
export function encodePart(value: unknown): string {
  const bytes = typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value);
  return Buffer.from(bytes as string).toString('base64url');
}

/** The id of the session that a token belongs to. */
export function sessionIdOf(token: string): string {
  const { sid } = decodeJwt<{ sid?: string }>(token);
  if (sid === undefined) throw new Error('The token has no sid');
  return sid;
}

/** The id of the key that signed a token. */
export function keyIdOf(token: string): string {
  const { kid } = decodeProtectedHeader(token);
  if (kid === undefined) throw new Error('The token has no kid');
  return kid;
}
