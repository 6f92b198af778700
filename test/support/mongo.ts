import { randomBytes } from 'node:crypto';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';

/** A URI of a replica set with a database of its own; by default of the one that the whole run shares. */
export function testDatabaseUri(base = process.env['TEST_MONGODB_URI']): string {
  if (!base) throw new Error('TEST_MONGODB_URI is not set: it comes from test/support/global-setup.ts');
  // Not with URL: it reads no list of hosts.
  return base.replace(/^(mongodb:\/\/[^/]+\/)/, `$1test-${randomBytes(6).toString('hex')}`);
}

/** A replica set for one test file that injects faults: a fail point holds for a whole mongod. */
export function startFaultyReplicaSet(): Promise<ReplicaSet> {
  return startReplicaSet({ args: ['--setParameter', 'enableTestCommands=1'] });
}
