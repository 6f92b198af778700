import type { Connection } from 'mongoose';

/** The one row that changes by itself: the clockwork of the jobs, not what they are about. */
const CLOCKWORK = { name: { $ne: 'sweep' } };
/** How often follows and blocks have claimed a user: it only ever grows, and says nothing of anybody. */
const WITHOUT_CLAIMS = { projection: { claims: 0 } };

/** Which versions of the schema the database has been through: of no user, under ids made anew. */
const BOOKKEEPING = 'schemaMigrations';

/** Every document of every collection, for comparing the whole database before and after. */
export async function snapshot(db: Connection): Promise<Record<string, unknown[]>> {
  const collections = await db.listCollections();
  const names = collections
    .map(({ name }) => name)
    .filter((name) => name !== BOOKKEEPING)
    .sort();
  const contents = await Promise.all(
    names.map((name) => db.collection(name).find(CLOCKWORK, WITHOUT_CLAIMS).sort({ _id: 1 }).toArray()),
  );
  return Object.fromEntries(names.map((name, index) => [name, contents[index] ?? []]));
}

/** The collections in which a text occurs anywhere, in any field, key or id. */
export async function collectionsWith(db: Connection, text: string): Promise<string[]> {
  const everything = await snapshot(db);
  return Object.keys(everything).filter((name) => JSON.stringify(everything[name]).includes(text));
}
