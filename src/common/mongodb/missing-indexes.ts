import type { Model } from 'mongoose';

interface IndexOptions {
  unique?: unknown;
  sparse?: unknown;
  partialFilterExpression?: unknown;
  hidden?: unknown;
}

export interface MissingIndex {
  /** `users { clerkId: 1 }` */
  name: string;
  /** Without it, duplicates are possible. */
  isUnique: boolean;
}

type Indexed = Pick<Model<unknown>, 'schema' | 'collection'>;

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
      if ((error as { codeName?: unknown }).codeName === 'NamespaceNotFound') return [];
      throw error;
    });
  // A hidden index keeps documents unique, but queries can't use it.
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

/** All that must be equal: a sparse or partial index with the same key does not keep all documents unique. */
function describe(key: object, { unique, sparse, partialFilterExpression }: IndexOptions): string {
  return JSON.stringify([key, unique === true, sparse === true, partialFilterExpression]);
}
