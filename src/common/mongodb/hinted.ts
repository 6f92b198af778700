import { Logger } from '@nestjs/common';
import { type Model, mongo } from 'mongoose';

/** Codes of MongoDB for a hint without its index, and for an index that was dropped while the query ran. */
const BAD_VALUE = 2;
const QUERY_PLAN_KILLED = 175;

const logger = new Logger('hinted');
const reported = new Set<string>();

/** The option of a query that names its index; empty: MongoDB chooses. */
export interface Hint {
  hint?: Record<string, 1 | -1>;
}

/**
 * Runs a query with a hint. MongoDB refuses a hint whose index is missing; the query is then repeated
 * without it, so a missing index makes a route slow, not fail. It is logged once per process;
 * `mongodb_missing_indexes` counts it while it lasts.
 *
 * Not for transactions: the refused attempt would abort them.
 * @param index a key that the schema of `model` has as an index
 * @param query makes the query anew for each attempt
 */
export async function hinted<T>(
  model: Pick<Model<never>, 'collection'>,
  index: Readonly<Record<string, 1 | -1>>,
  query: (options: Hint) => PromiseLike<T>,
): Promise<T> {
  try {
    return await query({ hint: index });
  } catch (error) {
    const { code } = error instanceof mongo.MongoServerError ? error : {};
    if (code !== BAD_VALUE && code !== QUERY_PLAN_KILLED) throw error;
    // Any other bad value fails again here.
    const result = await query({});
    report(`${model.collection.collectionName} ${JSON.stringify(index)}`);
    return result;
  }
}

function report(index: string): void {
  if (reported.has(index)) return;
  reported.add(index);
  logger.warn({ msg: 'queries run without their index, which is missing', index });
}
