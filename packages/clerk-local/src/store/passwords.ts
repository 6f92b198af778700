import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** Cheap on purpose: tests sign many people up, and no real password is stored here. */
const COST = { N: 1024 };
const HASH_BYTES = 32;

export function hashPassword(password: string): string {
  const salt = randomBytes(16);
  return `${salt.toString('base64')}$${scryptSync(password, salt, HASH_BYTES, COST).toString('base64')}`;
}

export function isPassword(password: string, passwordHash: string): boolean {
  const [salt = '', digest = ''] = passwordHash.split('$').map((part) => Buffer.from(part, 'base64'));
  return timingSafeEqual(scryptSync(password, salt, HASH_BYTES, COST), Buffer.from(digest));
}
