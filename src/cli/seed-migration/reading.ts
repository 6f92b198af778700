import type { Connection } from 'mongoose';
import type { SeedDocument } from './seed-shapes.js';

const BATCH = 500;

/** All documents of a filter, in memory: use filters that match about a batch. */
export function findAll(connection: Connection, collection: string, filter: object): Promise<SeedDocument[]> {
  return connection.collection<SeedDocument>(collection).find(filter).toArray();
}

/**
 * A collection in batches, by `_id`. Each batch is a query of its own: a cursor would time out during a
 * slow batch.
 */
export async function* batchesOf(connection: Connection, collection: string): AsyncGenerator<SeedDocument[]> {
  for (let after: unknown; ;) {
    const filter = after === undefined ? {} : { _id: { $gt: after } };
    const batch = await connection
      .collection<SeedDocument>(collection)
      .find(filter as object)
      .sort({ _id: 1 })
      .limit(BATCH)
      .toArray();
    if (batch.length === 0) return;
    yield batch;
    after = batch.at(-1)?._id;
  }
}

export function idOf({ _id }: { _id: unknown }): string {
  return String(_id);
}
