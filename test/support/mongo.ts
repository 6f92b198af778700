import { randomBytes } from 'node:crypto';
import { mongo } from 'mongoose';
import { type ReplicaSet, type ReplicaSetOptions, startReplicaSet } from '../../scripts/mongod.ts';

/** Set for a whole run by test/support/least-privilege-setup.ts. */
const ACCESS_CONTROL = 'TEST_ACCESS_CONTROL';
const USER_EXISTS = 51003;

/** Apps' URIs, each with the URI of the same database for the test itself. */
const adminUris = new Map<string, string>();

/** Replica sets started later have access control: apps get `readWrite`, tests all rights. */
export function useAccessControl(): void {
  process.env[ACCESS_CONTROL] = 'on';
}

/** A URI of a replica set with a database of its own; by default of the one that the whole run shares. */
export function testDatabaseUri(base = process.env['TEST_MONGODB_URI']): string {
  if (!base) throw new Error('TEST_MONGODB_URI is not set: it comes from test/support/global-setup.ts');
  // `URL` can't parse a list of hosts.
  return base.replace(/^(mongodb:\/\/[^/]+\/)/, `$1test-${randomBytes(6).toString('hex')}`);
}

/** A replica set as the run wants it: with access control, or without. */
export function startTestReplicaSet(options: ReplicaSetOptions = {}): Promise<ReplicaSet> {
  return startReplicaSet({ accessControl: process.env[ACCESS_CONTROL] === 'on', ...options });
}

/** A replica set for one test file that injects faults: a fail point holds for a whole mongod. */
export function startFaultyReplicaSet(options: ReplicaSetOptions = {}): Promise<ReplicaSet> {
  return startTestReplicaSet({ ...options, args: ['--setParameter', 'enableTestCommands=1'] });
}

/**
 * The URI that an app gets for a test's database. With access control it names a user with exactly
 * `readWrite` on this database; without, it is the same URI.
 */
export async function appUri(uri: string): Promise<string> {
  const [, database] = /^mongodb:\/\/root:[^/]+\/([^?]+)/.exec(uri) ?? [];
  if (database === undefined) return uri;
  const limited = await limitedUri(uri, database, [{ role: 'readWrite', db: database }]);
  adminUris.set(limited, uri);
  return limited;
}

/** The URI of a new user with these roles, whose password is its name. An existing user is not changed. */
export async function limitedUri(
  adminUri: string,
  name: string,
  roles: readonly (string | { role: string; db: string })[],
): Promise<string> {
  const client = await mongo.MongoClient.connect(adminUri);
  try {
    await client.db('admin').command({ createUser: name, pwd: name, roles });
  } catch (error) {
    if (!(error instanceof mongo.MongoServerError) || error.code !== USER_EXISTS) throw error;
  } finally {
    await client.close();
  }
  return adminUri.replace(/^mongodb:\/\/[^@]+@/, `mongodb://${name}:${name}@`);
}

/** The URI with which a test itself reads the database of an app. */
export function adminUri(uri: string): string {
  return adminUris.get(uri) ?? uri;
}
