import { describe, expect, it, jest } from '@jest/globals';
import { backoff } from '../../src/common/backoff.js';

describe('backoff', () => {
  const settings = { firstMs: 100, maxMs: 1000, jitter: [0.5, 1.5] } as const;

  it('doubles with each attempt, up to the longest pause', () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const pauses = [0, 1, 2, 3, 4, 60, 5000].map((attempt) => backoff(attempt, settings));
    expect(pauses).toEqual([100, 200, 400, 800, 1000, 1000, 1000]);
  });

  it.each([
    [0, 50],
    [0.25, 75],
    [1, 150],
  ])('multiplies a pause by a number between the two of its jitter: %d', (random, pause) => {
    jest.spyOn(Math, 'random').mockReturnValue(random);
    expect(backoff(0, settings)).toBe(pause);
  });
});
