import { startTestReplicaSet } from './mongo.ts';

/** One replica set for the whole run; the workers read its URI from their environment. */
export default async function replicaSetSetup(): Promise<void> {
  const replicaSet = await startTestReplicaSet();
  globalThis.testReplicaSet = replicaSet;
  process.env['TEST_MONGODB_URI'] = replicaSet.uri;
}
