import { toViolations } from '../common/http/validation-problem.js';
import { ProblemError, PROBLEMS, type Violation } from '../common/problem.js';
import { countryCode } from './countries.js';
import { applyWish, byCountry, type Outcome, type Wish } from './wishes.js';
import { type WishlistBatch, wishlistBatchItemSchema } from './wishlist.dto.js';
import type { WishlistEntry } from './wishlist.schema.js';

/** An item of a batch that can't be applied. */
export interface BadItem {
  /** As it was sent; empty when it was not text. */
  countryCode: string;
  problem: { code: 'unknown_country' | 'validation_failed'; detail: string };
  /** By pointers into the body. */
  violations: Violation[];
}

export type BatchResult = { countryCode: string } & (
  Outcome | { status: 'failed'; problem: BadItem['problem'] }
);

/**
 * Reads each item of a batch by itself, in the order of the batch.
 * @throws ProblemError `batch_failed` for a bad item of an atomic batch
 */
export function readBatch({ items, atomic }: WishlistBatch): (Wish | BadItem)[] {
  const now = Date.now();
  const read = items.map((item, index) => readItem(item, `/items/${index}`, now));
  const violations = read.flatMap((each) => (isWish(each) ? [] : each.violations));
  if (atomic === true && violations.length > 0)
    throw new ProblemError('batch_failed', undefined, { errors: violations });
  return read;
}

/** What became of each item of a batch, on the items that were there before. */
export function resultsOf(
  batch: readonly (Wish | BadItem)[],
  before: readonly WishlistEntry[],
): BatchResult[] {
  const items = byCountry(before);
  return batch.map((each) => {
    const { countryCode } = each;
    if (isWish(each)) return { countryCode, ...applyWish(items, each) };
    return { countryCode, status: 'failed', problem: each.problem };
  });
}

/** Whether an item can be applied. */
export function isWish(item: Wish | BadItem): item is Wish {
  return !('problem' in item);
}

function readItem(item: unknown, pointer: string, now: number): Wish | BadItem {
  const { data, error } = wishlistBatchItemSchema.safeParse(item);
  if (data === undefined) {
    const { issues } = error;
    const detail = toViolations(issues)
      .map((each) => `${each.pointer} ${each.detail}`.trim())
      .join('; ');
    return bad(item, { code: 'validation_failed', detail }, toViolations(issues, pointer));
  }
  const { countryCode: code, addedAt = now, name: _, ...change } = data;
  const known = countryCode(code);
  if (known === undefined) {
    const detail = PROBLEMS.unknown_country.explanation;
    return bad(item, { code: 'unknown_country', detail }, [{ pointer: `${pointer}/countryCode`, detail }]);
  }
  return { countryCode: known, change, addedAt: plausible(new Date(addedAt), now) };
}

/** Clocks of phones are wrong in both directions, and the year -1 is no time in an answer. */
function plausible(time: Date, now: number): Date {
  return new Date(Math.max(0, Math.min(time.getTime(), now)));
}

function bad(item: unknown, problem: BadItem['problem'], violations: Violation[]): BadItem {
  const sent = (item as { countryCode?: unknown } | null)?.countryCode;
  return { countryCode: typeof sent === 'string' ? sent.toWellFormed() : '', problem, violations };
}
