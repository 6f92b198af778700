import { randomBytes } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** The epoch of KSUID, 2014-05-13, in s since 1970. */
const KSUID_EPOCH_S = 1_400_000_000;

/**
 * An id in Clerk's form: the prefix, an underscore and a KSUID, which is 27 base62 characters (32 bits of
 * seconds, 128 random bits), e.g. `user_2abc…`. Ids of different seconds sort by time.
 */
export function newId(prefix: string, now = Date.now()): string {
  const seconds = Math.min(Math.max(Math.floor(now / 1000) - KSUID_EPOCH_S, 0), 0xff_ff_ff_ff);
  let number = (BigInt(seconds) << 128n) | BigInt(`0x${randomBytes(16).toString('hex')}`);
  let letters = '';
  while (letters.length < 27) {
    letters = `${BASE62[Number(number % 62n)] ?? ''}${letters}`;
    number /= 62n;
  }
  return `${prefix}_${letters}`;
}

/** Random base62 characters, for keys. */
export function randomLetters(count: number): string {
  return Array.from(randomBytes(count), (byte) => BASE62[byte % 62]).join('');
}
