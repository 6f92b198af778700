import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, Model } from 'mongoose';

/** An index that a schema asks for and its collection doesn't have. */
export interface MissingIndex {
  /** `users { clerkId: 1 }` */
  name: string;
  /** Without it, what must be there once can be there twice. */
  isUnique: boolean;
}

/** Compares the indexes that the schemas ask for with those that are there. */
@Injectable()
export class Indexes {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  async missing(): Promise<MissingIndex[]> {
    const models = Object.values(this.connection.models);
    return (await Promise.all(models.map(missingOf))).flat();
  }
}

async function missingOf(model: Model<unknown>): Promise<MissingIndex[]> {
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
  const there = new Set(found.map(({ key, unique }) => describe(key as object, unique === true)));
  return wanted
    .filter(([key, options]) => !there.has(describe(key, options.unique === true)))
    .map(([key, options]) => ({
      name: `${model.collection.collectionName} ${JSON.stringify(key)}`,
      isUnique: options.unique === true,
    }));
}

function describe(key: object, isUnique: boolean): string {
  return `${JSON.stringify(key)} ${isUnique}`;
}
