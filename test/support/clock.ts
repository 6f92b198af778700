import { jest } from '@jest/globals';

/** Everything but `Date`: timers go on as they are. */
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

/** Stops the clock of this process at a time, ms since the epoch; `skewClock(0)` puts it right. */
export function stopClock(at: number): void {
  jest.useFakeTimers({ now: at, doNotFake: [...REAL] });
}

/** Puts the clock of this process off by so many ms; 0 puts it right. */
export function skewClock(ms: number): void {
  jest.useRealTimers();
  if (ms !== 0) stopClock(Date.now() + ms);
}
