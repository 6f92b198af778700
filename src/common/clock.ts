/** How far the clocks of well-kept machines may differ, ms. */
export const CLOCK_SKEW_MS = 5000;

/** The last moment that a `Date` holds, ms since the epoch. */
export const LAST_MOMENT = 8_640_000_000_000_000;

/** Whether a time (ms since the epoch) lies further in the future than clocks differ: nothing can have happened then. */
export function isAhead(time: number): boolean {
  return time > Date.now() + CLOCK_SKEW_MS;
}

/** A time to store for something that happened (ms since the epoch): now, when the given one lies ahead. */
export function notAhead(time: number): number {
  return isAhead(time) ? Date.now() : time;
}
