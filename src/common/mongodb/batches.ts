import type { Types } from 'mongoose';

export interface Batch {
  /** 0: nothing is left after the start of the batch. */
  count: number;
  /** The next batch starts after this id. Undefined: at the front again. */
  last?: Types.ObjectId | undefined;
}

/**
 * Runs batches until one that starts at the front finds nothing. Each starts after the one before:
 * removed entries stay in MongoDB's indexes for some minutes, and a search from the front reads all of
 * them, so that a million rows would take quadratic time.
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
