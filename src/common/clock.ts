/**
 * How far Clerk's times may lie ahead of this machine's clock, ms. Not `CLOCK_SKEW_MS`, which is about whether a token is accepted: here a
 * time that lies further ahead costs one more question to Clerk, so a stricter or laxer deployment gains nothing (docs/decisions/0023).
 */
const EVENT_SKEW_MS = 5000;

/** The last moment that a `Date` holds, ms since the epoch. */
export const LAST_MOMENT = 8_640_000_000_000_000;

/** Whether a time (ms since the epoch) lies further in the future than clocks differ: nothing can have happened then. */
export function isAhead(time: number): boolean {
  return time > Date.now() + EVENT_SKEW_MS;
}

/** A time to store for something that happened (ms since the epoch): now, when the given one lies ahead. */
export function notAhead(time: number): number {
  return isAhead(time) ? Date.now() : time;
}
