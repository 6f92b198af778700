/**
 * How far Clerk's times may be ahead of this machine's clock, ms. Not `CLOCK_SKEW_MS`, which decides
 * whether a token is accepted: here a time further ahead only costs one more call of Clerk, so there is
 * nothing to configure (docs/decisions/0023).
 */
const EVENT_SKEW_MS = 5000;

/** The last time that a `Date` can hold, ms since the epoch. */
export const LAST_MOMENT = 8_640_000_000_000_000;

/** Whether a time (ms since the epoch) is further in the future than clocks differ. */
export function isAhead(time: number): boolean {
  return time > Date.now() + EVENT_SKEW_MS;
}

/** The time to store for an event (ms since the epoch): now, if the given one is in the future. */
export function notAhead(time: number): number {
  return isAhead(time) ? Date.now() : time;
}
