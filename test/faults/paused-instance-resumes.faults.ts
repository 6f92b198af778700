import { hash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { type Connection, createConnection, Types } from 'mongoose';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { killChildren } from '../support/child.js';
import { eventually } from '../support/eventually.js';
import { completedDeletion } from '../support/completed-deletion.js';
import { type Instance, prepareInstances } from '../support/instances.js';
import { metricOf } from '../support/metrics.js';
import { testDatabaseUri } from '../support/mongo.js';
import type { ProjectCopy } from '../support/project-copy.js';

/** Longer than a lease and than every check of a connection. */
const STOPPED_MS = 12_500;
/** More than an instance works on at once. */
const DELETIONS = 8;

let mongo: ReplicaSet;
let clerk: ClerkLocal;
let db: Connection;
let project: ProjectCopy;
let instance: Instance;

beforeAll(async () => {
  mongo = await startReplicaSet();
  clerk = await startClerkLocal();
  const uri = testDatabaseUri(mongo.uri);
  db = await createConnection(uri).asPromise();
  const prepared = await prepareInstances(1, clerk, uri, {
    DELETION_VERIFY_AFTER_MS: '2000',
    DELETED_USER_RETENTION_DAYS: '0',
    DELETED_USER_PURGE: 'automatic',
  });
  project = prepared.project;
  [instance] = prepared.instances as [Instance];
  await instance.start();
});
afterAll(async () => {
  await killChildren();
  await clerk.close();
  await db.close();
  await mongo.stop();
  await project.remove();
});

async function joined(): Promise<{ clerkId: string; ask: (method: string) => Promise<Response> }> {
  const { id: clerkId } = await clerk.createUser({}, { webhook: false });
  const token = await clerk.mintToken(clerkId, { expiresInSeconds: 3600 });
  const ask = (method: string) =>
    fetch(`${instance.url}/api/v2/users/me`, { method, headers: { authorization: `Bearer ${token}` } });
  expect((await ask('GET')).status).toBe(200);
  return { clerkId, ask };
}

const runsOf = async (task: string) =>
  (await metricOf(instance.url, `background_runs_total{task="${task}",outcome="succeeded"}`)) ?? 0;

it('an instance that is paused for longer than a lease, during deletions, resumes all its background tasks', async () => {
  const people = await Promise.all(Array.from({ length: DELETIONS }, joined));
  for (const { ask } of people) expect((await ask('DELETE')).status).toBe(202);
  const { pid } = instance.child();
  process.kill(pid, 'SIGSTOP');
  await sleep(STOPPED_MS);
  process.kill(pid, 'SIGCONT');
  const tasks = ['deletions', 'purges', 'roll_backs', 'follow_requests', 'activity'];
  const before = await Promise.all(tasks.map(runsOf));
  for (const { clerkId } of people) await completedDeletion(db, clerkId);

  // As after an instance that dies right after the fence: no process knows of this deletion.
  const { id: clerkId } = await clerk.createUser({}, { webhook: false });
  await db.collection('deletions').insertOne({
    subjectHash: hash('sha256', clerkId, 'hex'),
    userId: new Types.ObjectId(),
    clerkId,
    reason: 'user_requested',
    receiptSecret: randomBytes(32).toString('base64url'),
    requestedAt: new Date(),
    done: {},
    erased: {},
    completedAt: null,
  });
  await completedDeletion(db, clerkId);
  expect(clerk.getUser(clerkId)).toBeUndefined();

  const everyMs = 100;
  const timeoutMs = 240_000;
  const archives = db.collection('deletedUsers');
  const isPurged = async () => (await archives.countDocuments({ purgedAt: null })) === 0;
  await eventually('all archives are purged', isPurged, { everyMs, timeoutMs });
  for (const [index, task] of tasks.entries()) {
    const hasRun = async () => (await runsOf(task)) > (before[index] ?? 0);
    await eventually(`the task ${task} has run again`, hasRun, { everyMs, timeoutMs });
  }
  expect(instance.child().stdout()).not.toContain('ALERT');
});
