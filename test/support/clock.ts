import { jest } from '@jest/globals';

/** Not faked: everything except `Date`. */
const REAL = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

/** Stops the wall clock of this process at a time, in ms since the epoch; `skewClock(0)` restores it. */
export function stopClock(at: number): void {
  jest.useFakeTimers({ now: at, doNotFake: [...REAL] });
}

/** Sets the wall clock of this process off by `ms`, and stops it there; 0 restores it. */
export function skewClock(ms: number): void {
  jest.useRealTimers();
  if (ms !== 0) stopClock(Date.now() + ms);
}
