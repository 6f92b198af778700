import type { Connection } from 'mongoose';

type Collection = ReturnType<Connection['collection']>;

/** How long mongod holds an empty answer back; opening a stream waits for one. */
const MAX_AWAITED_MS = 20;

/**
 * Watches a collection from now on. The returned function waits for the first change that matches, and
 * ends the watch.
 * @param matches gets each event of the change stream
 */
export async function watchFor(
  collection: Collection,
  matches: (change: unknown) => boolean | Promise<boolean>,
): Promise<() => Promise<void>> {
  const changes = collection.watch([], { maxAwaitTimeMS: MAX_AWAITED_MS });
  // Opens the stream.
  await changes.tryNext();
  return async () => {
    for await (const change of changes) if (await matches(change)) break;
    await changes.close();
  };
}

/** Whether a change sets a field, e.g. `done.traces`. */
export function sets(field: string): (change: unknown) => boolean {
  return (change) => JSON.stringify(change).includes(`"${field}"`);
}
