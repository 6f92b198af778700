import { type Connection, mongo } from 'mongoose';
import { DUPLICATE_KEY } from '../../common/mongodb/mongo-errors.js';

const SAME_DOCUMENT = / index: (_id_|followerId_1_followeeId_1) /;

/**
 * Inserts what isn't there: an id that is there is the same document, from a run before.
 * @returns how many were there
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
    // Any other unique index would mean that something is lost: a name taken meanwhile, an attempt of somebody else.
    const isSame = failures.every(
      ({ code, errmsg = '' }) => code === DUPLICATE_KEY && SAME_DOCUMENT.test(errmsg),
    );
    if (!isSame) throw error;
    return failures.length;
  }
}
