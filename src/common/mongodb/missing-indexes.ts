import type { Model } from 'mongoose';

interface IndexOptions {
  unique?: unknown;
  sparse?: unknown;
  partialFilterExpression?: unknown;
  hidden?: unknown;
}

/** An index that a schema asks for and its collection doesn't have. */
export interface MissingIndex {
  /** `users { clerkId: 1 }` */
  name: string;
  /** Without it, what must be there once can be there twice. */
  isUnique: boolean;
}

/** A model, as far as its indexes go. */
type Indexed = Pick<Model<unknown>, 'schema' | 'collection'>;

/** Those that the schemas of these models ask for and MongoDB doesn't have. */
export async function missingIndexes(models: readonly Indexed[]): Promise<MissingIndex[]> {
  return (await Promise.all(models.map(missingOf))).flat();
}

async function missingOf(model: Indexed): Promise<MissingIndex[]> {
  const wanted = model.schema.indexes();
  if (wanted.length === 0) return [];
  const found = await model.collection
    .listIndexes()
    .toArray()
    .catch((error: unknown) => {
      // No collection, no indexes.
      if ((error as { codeName?: unknown }).codeName === 'NamespaceNotFound') return [];
      throw error;
    });
  // A hidden one keeps documents unique, and no query may use it.
  const there = new Set(
    found
      .filter((index: IndexOptions) => index.hidden !== true || index.unique === true)
      .map((index: { key: object } & IndexOptions) => describe(index.key, index)),
  );
  return wanted
    .filter(([key, options]) => !there.has(describe(key, options)))
    .map(([key, options]) => ({
      name: `${model.collection.collectionName} ${JSON.stringify(key)}`,
      isUnique: options.unique === true,
    }));
}

/** What makes it the index it is: one with the same key that leaves documents out doesn't keep them unique. */
function describe(key: object, { unique, sparse, partialFilterExpression }: IndexOptions): string {
  return JSON.stringify([key, unique === true, sparse === true, partialFilterExpression]);
}
