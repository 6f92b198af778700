import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { clerkPrice, withCosts } from '../../bench/costs/section.ts';
import { faultsOf, ratioOf, type Scale } from '../../bench/scale/report.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

const scale = JSON.parse(read('bench/results/scale.json')) as Scale;

describe('docs/operations.md: what it costs', () => {
  it('is what `npm run bench:costs` makes of the measured figures', async () => {
    const page = read('docs/operations.md');
    expect(await withCosts(page, scale)).toBe(page);
  });
});

describe('the measured figures', () => {
  it('are of a million users, by indexes, each operation within 1.5 times of that with a thousand', () => {
    expect(scale.large).toEqual({ users: 1e6, edges: 1e7 });
    expect(scale.operations.length).toBeGreaterThan(20);
    for (const operation of scale.operations) {
      const { name } = operation;
      expect([name, faultsOf(operation), ratioOf(operation) <= 1.5]).toEqual([name, [], true]);
    }
  });
});

describe('clerkPrice', () => {
  it.each([
    [50_000, 25],
    [50_100, 27],
    [100_000, 1025],
    [1_000_000, 17_225],
  ])('%d users: $%d', (users, price) => {
    expect(clerkPrice(users)).toBeCloseTo(price);
  });
});
