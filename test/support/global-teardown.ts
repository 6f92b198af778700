import type { ReplicaSet } from '../../scripts/mongod.ts';

declare global {
  var testReplicaSet: ReplicaSet | undefined;
}

export default async function globalTeardown(): Promise<void> {
  await globalThis.testReplicaSet?.stop();
}
