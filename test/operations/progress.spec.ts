import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { startProgress } from '../../src/common/progress.js';

let written = '';
const terminal = (isTTY: boolean) => ({
  isTTY,
  write: (text: string) => {
    written += text;
  },
});

beforeEach(() => {
  written = '';
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it('without a terminal, prints a line every ten seconds, also without progress', () => {
  const { onProgress, stop } = startProgress(terminal(false));
  jest.advanceTimersByTime(5000);
  onProgress(0.1, '100 of 1000 users');
  expect(written).toBe('');
  jest.advanceTimersByTime(5000);
  onProgress(0.25, '250 of 1000 users');
  jest.advanceTimersByTime(10_000);
  jest.advanceTimersByTime(10_000);
  stop();
  jest.advanceTimersByTime(60_000);
  expect(written.split('\n')).toEqual([
    '10 %: 100 of 1000 users, about 90 s left',
    '25 %: 250 of 1000 users, about 60 s left',
    '25 %: 250 of 1000 users, about 90 s left',
    '',
  ]);
});

it('prints long times in minutes and hours', () => {
  const { onProgress, stop } = startProgress(terminal(false));
  onProgress(0.02, 'few');
  jest.advanceTimersByTime(10_000);
  onProgress(0.000_1, 'fewer');
  jest.advanceTimersByTime(10_000);
  stop();
  expect(written).toBe('2 %: few, about 9 min left\n0 %: fewer, about 56 h left\n');
});

it('on a terminal, draws one bar, and ends its line', () => {
  const { onProgress, stop } = startProgress(terminal(true));
  onProgress(0.5, '5 of 10 users');
  jest.advanceTimersByTime(30_000);
  onProgress(1, '10 of 10 users');
  stop();
  const bars = written.split('\r');
  expect(bars).toHaveLength(3);
  expect(bars[1]).toMatch(/^█{15}░{15} 50 %: 5 of 10 users/);
  expect(bars[2]).toMatch(/^█{30} 100 %: 10 of 10 users/);
  expect(written.endsWith('\n')).toBe(true);
});
