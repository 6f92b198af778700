import { randomBytes } from 'node:crypto';

/** Usernames here: 3 to 30 of these characters. */
export const USERNAME = /^[a-z0-9_.]{3,30}$/;

const LONGEST_PREFIX = 21;
const SUFFIX_BYTES = 4;

/**
 * A new username: the e-mail's local part, lower case and reduced to the allowed characters, `user` when nothing is
 * left, then `_` and 8 random hex digits.
 */
export function generateUsername(email: string | null): string {
  const prefix = (email?.split('@', 1)[0] ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.]/g, '')
    .slice(0, LONGEST_PREFIX);
  return `${prefix || 'user'}_${randomBytes(SUFFIX_BYTES).toString('hex')}`;
}
