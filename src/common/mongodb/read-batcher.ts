import DataLoader from 'dataloader';

/** Keys of one query. */
export const MAX_BATCH = 500;
/** How long reads are collected while another one is under way: one that hangs must not hold up the rest. */
const MAX_COLLECTING_MS = 50;

/**
 * Joins reads by key into one query: a read starts at once while no other is under way; the reads that
 * arrive meanwhile start together when it ends. Nothing is cached: each read starts after its request
 * arrived, so no result is stale. `load` returns values in the order of its keys; if it fails, all reads
 * of its query fail.
 * @param maxBatch keys of one query
 */
export function joinedReads<V, K = string>(
  load: (keys: readonly K[]) => Promise<V[]>,
  maxBatch = MAX_BATCH,
): DataLoader<K, V> {
  const collected = new Set<() => void>();
  let underWay = 0;
  let timer: NodeJS.Timeout | undefined;

  const startCollected = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const start of collected) start();
    collected.clear();
  };
  const read = async (keys: readonly K[]) => {
    underWay++;
    try {
      return await load(keys);
    } finally {
      underWay--;
      startCollected();
    }
  };
  return new DataLoader(read, {
    cache: false,
    maxBatchSize: maxBatch,
    batchScheduleFn: (start) => {
      // Not before the batch has its first key.
      if (underWay === 0) process.nextTick(start);
      else {
        collected.add(start);
        timer ??= setTimeout(startCollected, MAX_COLLECTING_MS);
      }
    },
  });
}
