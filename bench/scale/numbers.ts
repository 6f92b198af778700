/** Followers by rank fall as rank^-0.8: of 10^7 edges between 10^6 users the first has 134,000. */
const POPULARITY = 0.8;

/** A number in [0, 1) for an index and a purpose, always the same. */
export function random(index: number, purpose: number): number {
  let h = Math.imul(index ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(purpose + 1, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
}

/** Whole numbers that add up to `total` and fall with the rank. */
export function shares(count: number, total: number): Int32Array {
  let sum = 0;
  for (let rank = 1; rank <= count; rank++) sum += rank ** -POPULARITY;
  const degrees = new Int32Array(count);
  let [weight, given] = [0, 0];
  for (let rank = 1; rank <= count; rank++) {
    weight += rank ** -POPULARITY;
    const until = Math.round((weight / sum) * total);
    degrees[rank - 1] = until - given;
    given = until;
  }
  return degrees;
}

/** The first number from `near` on that has no factor in common with `to`. */
export function coprime(near: number, to: number): number {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  let candidate = near;
  while (gcd(candidate, to) !== 1) candidate++;
  return candidate;
}

/** Times `value` it is 1, modulo `modulus`. */
export function inverseOf(value: number, modulus: number): bigint {
  let [oldR, r, oldS, s] = [BigInt(value), BigInt(modulus), 1n, 0n];
  while (r !== 0n) {
    const quotient = oldR / r;
    [oldR, r] = [r, oldR - quotient * r];
    [oldS, s] = [s, oldS - quotient * s];
  }
  return ((oldS % BigInt(modulus)) + BigInt(modulus)) % BigInt(modulus);
}
