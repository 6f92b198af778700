import { createHash } from 'node:crypto';
import { type ClientSession, type Connection, mongo } from 'mongoose';
import { z } from 'zod';

const BATCH = 500;

/** A document of the old database, whatever is in it. */
export type SeedDocument = Record<string, unknown> & { _id: unknown };

export interface ReadOptions {
  projection?: Record<string, unknown>;
  session?: ClientSession | undefined;
  /** How many documents at once. Small ones for collections of big documents. */
  size?: number;
}

/** Dates as BSON has them, or as ISO 8601 text. Numbers would be a guess: seconds or milliseconds. */
export const date = z.union([
  z.date(),
  z.iso.datetime({ offset: true }).transform((value) => new Date(value)),
]);

/** Text of at most `max` characters; empty for anything else. NUL breaks tools, half a surrogate pair is no text. */
export function text(max: number) {
  return z
    .string()
    .catch('')
    .transform((value) =>
      value
        .replaceAll('\0', '')
        .trim()
        .slice(0, max)
        .replace(/[\uD800-\uDBFF]$/, ''),
    );
}

/** The Clerk ids of people; anything else never signs in here. */
export function isClerkId(value: unknown): value is string {
  return typeof value === 'string' && /^user_[A-Za-z0-9_-]{1,120}$/.test(value);
}

/** All documents of a filter. Give it one that is as small as a batch. */
export function findAll(
  connection: Connection,
  collection: string,
  filter: object,
  { projection = {}, session }: ReadOptions = {},
): Promise<SeedDocument[]> {
  return connection
    .collection<SeedDocument>(collection)
    .find(filter, { projection, ...(session === undefined ? {} : { session }) })
    .toArray();
}

/** A collection in batches, by `_id`; each batch a query of its own: no cursor that times out behind a slow batch. */
export async function* batchesOf(
  connection: Connection,
  collection: string,
  { projection = {}, size = BATCH }: ReadOptions = {},
): AsyncGenerator<SeedDocument[]> {
  // From the first of all types on: a comparison by itself stays within one type, and ids may be of several.
  for (let after: unknown = new mongo.MinKey(); ;) {
    const batch = await connection
      .collection<SeedDocument>(collection)
      .find({ $expr: { $gt: ['$_id', { $literal: after }] } } as object, { projection })
      .sort({ _id: 1 })
      .limit(size)
      .toArray();
    if (batch.length === 0) return;
    yield batch;
    after = batch.at(-1)?._id;
  }
}

export function idOf({ _id }: { _id: unknown }): string {
  return String(_id);
}

/** An id in an array of ids: an ObjectId, or its 24 digits. */
export function readId(value: unknown): mongo.ObjectId | undefined {
  if (value instanceof mongo.ObjectId) return value;
  const isDigits = typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value);
  return isDigits ? new mongo.ObjectId(value) : undefined;
}

export function sha256(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}
