import type { Connection } from 'mongoose';

/** The row of the sweep changes by itself. */
const WITHOUT_SWEEP = { name: { $ne: 'sweep' } };
/** The counter of a user's claims by follows and blocks only grows, and is no personal data. */
const WITHOUT_CLAIMS = { projection: { claims: 0 } };

/** The migrations of the schema: without users, with new ids in each run. */
const BOOKKEEPING = 'schemaMigrations';

/** All documents of all collections, to compare the whole database before and after. */
export async function snapshot(db: Connection): Promise<Record<string, unknown[]>> {
  const collections = await db.listCollections();
  const names = collections
    .map(({ name }) => name)
    .filter((name) => name !== BOOKKEEPING)
    .sort();
  const contents = await Promise.all(
    names.map((name) => db.collection(name).find(WITHOUT_SWEEP, WITHOUT_CLAIMS).sort({ _id: 1 }).toArray()),
  );
  return Object.fromEntries(names.map((name, index) => [name, contents[index] ?? []]));
}

/** The collections in which a text occurs anywhere, in any field, key or id. */
export async function collectionsWith(db: Connection, text: string): Promise<string[]> {
  const everything = await snapshot(db);
  return Object.keys(everything).filter((name) => JSON.stringify(everything[name]).includes(text));
}
