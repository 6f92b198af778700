import type { Types } from 'mongoose';

/** What a batch did. */
export interface Batch {
  /** 0: nothing is left, from where it began. */
  count: number;
  /** Where the next one begins: behind this id. Undefined: from the front again. */
  last?: Types.ObjectId | undefined;
}

/**
 * Does batches until one that begins at the front finds nothing. Each begins behind the one before: what was removed stays
 * in MongoDB's indexes for some minutes, and searches from the front walk through all of it, so that a million rows would take
 * their square.
 */
export async function untilNothingIsLeft(
  batch: (after: Types.ObjectId | undefined) => Promise<Batch>,
  between: () => Promise<void>,
): Promise<void> {
  let after: Types.ObjectId | undefined;
  for (;;) {
    const { count, last } = await batch(after);
    if (count === 0 && after === undefined) return;
    after = count === 0 ? undefined : last;
    await between();
  }
}
