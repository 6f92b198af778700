export interface Backoff {
  firstMs: number;
  maxMs: number;
  /** Each pause is multiplied by a random number between these two. */
  jitter: readonly [min: number, max: number];
}

/** ms before the next attempt: doubles with each attempt, which is counted from 0. */
export function backoff(attempt: number, { firstMs, maxMs, jitter: [min, max] }: Backoff): number {
  return Math.min(maxMs, firstMs * 2 ** attempt) * (min + Math.random() * (max - min));
}
