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

/** Puts the clock of this process off by so many ms; 0 puts it right. */
export function skewClock(ms: number): void {
  jest.useRealTimers();
  if (ms !== 0) jest.useFakeTimers({ now: Date.now() + ms, doNotFake: [...REAL] });
}
