import { randomInt } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** An id in Clerk's form: the prefix, an underscore and 27 base62 characters, e.g. `user_2abc…`. */
export function newId(prefix: string): string {
  const letters = Array.from({ length: 27 }, () => BASE62[randomInt(BASE62.length)]);
  return `${prefix}_${letters.join('')}`;
}
