import type { mongo } from 'mongoose';
import type { Population } from './population.ts';

const BATCH = 5000;
const IN_FLIGHT = 4;
/** Nothing is lost by a crash that another load would not bring back. */
const OPTIONS = { ordered: false, writeConcern: { w: 1, j: false } } as const;

/**
 * Fills an empty database. It makes no index: the first start of the service does, by its migrations.
 * @returns seconds by collection
 */
export async function load(
  db: mongo.Db,
  population: Population,
  progress: (step: string) => void,
): Promise<Record<string, number>> {
  const { users, edges } = population.size;
  const collections: [name: string, documents: Iterable<object>][] = [
    ['users', rows(users, (index) => population.user(index))],
    ['wishlists', rows(users, (index) => population.wishlist(index))],
    ['follows', population.follows()],
    ['blocks', blocks(population)],
    ['purchases', purchases(population)],
    ['webhookEvents', rows(users * 2, (index) => population.webhookEvent(index))],
    ['deletedUsers', rows(users / 100, (index) => population.deletedUser(index))],
    ['auditEvents', rows(users / 100, (index) => population.auditEvent(index))],
  ];
  const seconds: Record<string, number> = {};
  for (const [name, documents] of collections) {
    progress(`inserting ${name} (${users} users, ${edges} edges)`);
    const started = performance.now();
    await insertAll(db.collection(name), documents);
    seconds[name] = (performance.now() - started) / 1000;
  }
  return seconds;
}

async function insertAll(collection: mongo.Collection, documents: Iterable<object>): Promise<void> {
  const inFlight = new Set<Promise<unknown>>();
  const send = (batch: object[]) => {
    const insert = collection.insertMany(batch, OPTIONS).finally(() => inFlight.delete(insert));
    inFlight.add(insert);
  };
  let batch: object[] = [];
  for (const document of documents) {
    if (batch.push(document) < BATCH) continue;
    send(batch);
    batch = [];
    if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
  }
  if (batch.length > 0) send(batch);
  await Promise.all(inFlight);
}

function* rows(count: number, make: (index: number) => object): Generator<object> {
  for (let index = 0; index < count; index++) yield make(index);
}

function* blocks(population: Population): Generator<object> {
  for (let index = 0; index < population.size.users / 10; index++) {
    if (population.hasBlock(index)) yield population.block(index);
  }
}

function* purchases(population: Population): Generator<object> {
  for (let index = 0; index < population.size.users; index++) {
    for (let nth = 0; nth < population.purchasesOf(index); nth++) yield population.purchase(index, nth);
  }
}

/** Bytes of a collection, as stored and compressed, with its indexes. */
export interface Storage {
  documents: number;
  /** Of an average document, uncompressed. */
  documentBytes: number;
  dataBytes: number;
  indexBytes: number;
}

export async function storageOf(db: mongo.Db): Promise<Record<string, Storage>> {
  const names = ['users', 'wishlists', 'follows', 'blocks', 'purchases', 'webhookEvents', 'deletedUsers'];
  const stored: Record<string, Storage> = {};
  for (const name of names) {
    const stats = await db.command({ collStats: name });
    stored[name] = {
      documents: Number(stats['count']),
      documentBytes: Number(stats['avgObjSize'] ?? 0),
      dataBytes: Number(stats['storageSize']),
      indexBytes: Number(stats['totalIndexSize']),
    };
  }
  return stored;
}
