import DataLoader from 'dataloader';

/** Reads of one turn of the event loop become one query, up to this many at a time. */
const LARGEST_BATCH = 500;

/**
 * Joins reads of one turn of the event loop. Nothing is cached: each read starts after its request arrived, so nothing is
 * stale. `load` answers in the order of its keys; when it fails, all that it was asked for fail.
 */
export function joinedReads<V>(load: (keys: readonly string[]) => Promise<V[]>): DataLoader<string, V> {
  return new DataLoader(load, {
    cache: false,
    maxBatchSize: LARGEST_BATCH,
    batchScheduleFn: (run) => void setImmediate(run),
  });
}
