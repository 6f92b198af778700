import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { type Connection, createConnection } from 'mongoose';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { killChildren, startChild } from '../support/child.js';
import { instanceEnvironment, startInstance } from '../support/instances.js';
import { testDatabaseUri } from '../support/mongo.js';
import { copyProject, type ProjectCopy } from '../support/project-copy.js';
import { collectionsWith } from '../support/snapshot.js';

let project: ProjectCopy;
let clerk: ClerkLocal;
let mongo: ReplicaSet;
let db: Connection;
let environment: Record<string, string>;
beforeAll(async () => {
  project = await copyProject();
  await project.build();
  mongo = await startReplicaSet();
  clerk = await startClerkLocal();
  const uri = testDatabaseUri(mongo.uri);
  db = await createConnection(uri).asPromise();
  environment = instanceEnvironment(clerk, uri);
});
afterAll(async () => {
  await killChildren();
  await clerk.close();
  await db.close();
  await mongo.stop();
  await project.remove();
});

it('kill -9 between the record of five roll-backs and the deletes in Clerk: the next instance finishes them', async () => {
  const first = await startInstance(project.folder, environment);
  await db.db?.command({ collMod: 'users', validator: { firstName: { $ne: 'Refused' } } });
  const people = await Promise.all(
    Array.from({ length: 5 }, () => clerk.createUser({ first_name: 'Refused' }, { webhook: false })),
  );
  const undo = clerk.fail({ method: 'DELETE', mode: 'hang' });
  const records = db
    .collection('deletionRollbacks')
    .watch([{ $match: { operationType: 'insert', 'fullDocument.clerkId': { $exists: true } } }]);
  await records.tryNext();
  for (const { id } of people) {
    const headers = { authorization: `Bearer ${await clerk.mintToken(id)}` };
    // Never answered: the instance is killed while it waits for Clerk.
    void fetch(`${first.url}/api/v2/users/me`, { headers }).catch(() => undefined);
  }
  for (const _ of people) await records.next();
  await records.close();
  process.kill(first.child.pid, 'SIGKILL');
  await first.child.exit;
  undo();
  expect(people.filter(({ id }) => clerk.getUser(id) !== undefined)).toHaveLength(5);

  const finished = db.collection('deletionRollbacks').watch([{ $match: { operationType: 'delete' } }]);
  await finished.tryNext();
  await startInstance(project.folder, environment);
  for (const _ of people) await finished.next();
  await finished.close();
  for (const { id } of people) {
    expect(clerk.getUser(id)).toBeUndefined();
    expect(await collectionsWith(db, id)).toEqual([]);
  }
  expect(await db.collection('users').countDocuments()).toBe(0);
});

it('npm run reconcile: a dry run, a run, and their summaries', async () => {
  await db.db?.command({ collMod: 'users', validator: {} });
  const { id } = await clerk.createUser({}, { webhook: false });
  for (const [args, title, users] of [
    [['--dry-run'], 'Reconciliation, dry run: nothing was changed.', 0],
    [[], 'Reconciliation', 1],
  ] as const) {
    const { code, stdout } = await startChild(process.execPath, ['dist/reconcile.js', ...args], {
      cwd: project.folder,
      env: environment,
    }).exit;
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe(title);
    expect(stdout).toMatch(/^ +1 {2}created: had an account, but no user$/m);
    expect(await db.collection('users').countDocuments({ clerkId: id })).toBe(users);
  }
});
