import { type Connection, mongo } from 'mongoose';
import { DUPLICATE_KEY } from '../../common/mongodb/mongo-errors.js';

const SAME_DOCUMENT = / index: (_id_|followerId_1_followeeId_1) /;

/**
 * Inserts documents that aren't there yet: one with the same id is the same document, from an earlier run.
 * @returns how many were there
 * @throws on a conflict with any other unique index, a taken username for example: a document would be lost
 */
export async function insertNew(
  to: Connection,
  collection: string,
  documents: readonly object[],
): Promise<number> {
  if (documents.length === 0) return 0;
  try {
    const options = { ordered: false, writeConcern: { w: 'majority' } } as const;
    await to.collection(collection).insertMany([...documents], options);
    return 0;
  } catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
    const failures = [error.writeErrors].flat();
    const isSame = failures.every(
      ({ code, errmsg = '' }) => code === DUPLICATE_KEY && SAME_DOCUMENT.test(errmsg),
    );
    if (!isSame) throw error;
    return failures.length;
  }
}
