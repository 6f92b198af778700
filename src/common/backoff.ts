/** How pauses between attempts grow, in ms. */
export interface Backoff {
  firstMs: number;
  maxMs: number;
  /** Each pause is multiplied by a random number between these two. */
  jitter: readonly [least: number, most: number];
}

/** ms before the next attempt: doubles with each attempt, which is counted from 0. */
export function backoff(attempt: number, { firstMs, maxMs, jitter: [least, most] }: Backoff): number {
  return Math.min(maxMs, firstMs * 2 ** attempt) * (least + Math.random() * (most - least));
}
