import { type Connection, createConnection, Types } from 'mongoose';
import { Metrics } from '../../src/common/observability/metrics.js';
import { Deletion, DeletionSchema } from '../../src/deletion/deletion.schema.js';
import { DeletionsService, type LeasedDeletion } from '../../src/deletion/deletions.service.js';
import { testDatabaseUri } from './mongo.js';

/** `DeletionsService` on a collection `deletions` of its own, without the rest of the app. */
export interface DeletionRecords {
  db: Connection;
  metrics: Metrics;
  deletions: DeletionsService;
  /** Records a deletion of a user with this Clerk id. */
  begin(clerkId: string, options?: { isClerkDone?: boolean; _id?: Types.ObjectId }): Promise<Deletion>;
  /** Leases a deletion that is due; fails when none is. */
  lease(): Promise<LeasedDeletion>;
  /** The document as it is stored. */
  stored(deletion: { _id: Types.ObjectId }): Promise<Record<string, unknown> | null>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function startDeletionRecords(): Promise<DeletionRecords> {
  const db = await createConnection(testDatabaseUri()).asPromise();
  const metrics = new Metrics();
  const deletions = new DeletionsService(db.model(Deletion.name, DeletionSchema), metrics);
  return {
    db,
    metrics,
    deletions,
    begin: (clerkId, { isClerkDone = false, _id = new Types.ObjectId() } = {}) => {
      const deletion = {
        _id,
        userId: new Types.ObjectId(),
        clerkId,
        reason: 'user_requested',
        erased: { users: 1 },
      } as const;
      return db.transaction((session) => deletions.beginDeletion(deletion, isClerkDone, session));
    },
    lease: async () => {
      const deletion = await deletions.lease();
      if (deletion === null) throw new Error('No deletion is due');
      return deletion;
    },
    stored: ({ _id }) => db.collection('deletions').findOne({ _id }),
    clear: async () => {
      await db.collection('deletions').deleteMany({});
    },
    close: async () => {
      await db.dropDatabase();
      await db.close();
    },
  };
}
