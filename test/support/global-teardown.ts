import type { Config } from '@jest/types';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { takeUnseenStatuses } from './statuses-seen.ts';

declare global {
  var testReplicaSet: ReplicaSet | undefined;
}

/** Ends the run; a whole run in which no test saw some documented status of an operation has failed. */
export default async function globalTeardown(config: Config.GlobalConfig): Promise<void> {
  await globalThis.testReplicaSet?.stop();
  const unseen = takeUnseenStatuses();
  const isWholeRun = config.testPathPatterns.patterns.length === 0 && config.testNamePattern === undefined;
  if (isWholeRun && unseen.length > 0) {
    throw new Error(
      `Documented, but no test has seen it:\n${unseen.map((line) => `  - ${line}`).join('\n')}`,
    );
  }
}
