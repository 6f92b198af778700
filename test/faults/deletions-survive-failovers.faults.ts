import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ClerkLocal, startClerkLocal } from 'clerk-local';
import { type Connection, createConnection } from 'mongoose';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { isRunning, killChildren } from '../support/child.js';
import { completedDeletion } from '../support/completed-deletion.js';
import { eventually } from '../support/eventually.js';
import { type Instance, prepareInstances } from '../support/instances.js';
import { metricOf } from '../support/metrics.js';
import { type Members, membersOf } from '../support/replica-set.js';
import { testDatabaseUri } from '../support/mongo.js';
import type { ProjectCopy } from '../support/project-copy.js';
import { untilAvailable } from '../support/retry.js';

const FAILOVERS = Number(process.env['FAULT_FAILOVERS'] ?? 20);
const DELETIONS = 60;
/** This many are requested before the first kill, the others between the kills. */
const FIRST = 40;
/** Long enough that a kill also meets deletions that wait for their last step. */
const VERIFY_AFTER_MS = 5000;

interface Account {
  id: string;
  clerkId: string;
  token: string;
}

let mongo: ReplicaSet;
let members: Members;
let clerk: ClerkLocal;
let db: Connection;
let project: ProjectCopy;
let instances: Instance[];
let people: Account[];

beforeAll(async () => {
  mongo = await startReplicaSet({ members: 3, electionTimeoutMillis: 1000 });
  members = membersOf(mongo);
  clerk = await startClerkLocal();
  const uri = testDatabaseUri(mongo.uri);
  db = await createConnection(uri).asPromise();
  const environment = { DELETION_VERIFY_AFTER_MS: String(VERIFY_AFTER_MS) };
  ({ project, instances } = await prepareInstances(2, clerk, uri, environment));
  for (const instance of instances) await instance.start();
  people = await Promise.all(
    Array.from({ length: DELETIONS }, async () => {
      const { id: clerkId } = await clerk.createUser({}, { webhook: false });
      const token = await clerk.mintToken(clerkId, { expiresInSeconds: 3600 });
      const answer = await ask({ token }, 0, 'GET', '/users/me');
      const { id } = (await answer.json()) as { id: string };
      return { id, clerkId, token };
    }),
  );
  // A ring: each account has a follower and follows one, and its deletion erases both edges.
  for (const [index, person] of people.entries()) {
    const followee = people[(index + 1) % DELETIONS];
    const { status } = await ask(person, index, 'PUT', `/users/me/following/${followee?.id ?? ''}`);
    expect(status).toBe(200);
  }
});
afterAll(async () => {
  await killChildren();
  await clerk.close();
  await db.close();
  await members.stop();
  await mongo.stop();
  await project.remove();
});

function ask({ token }: { token: string }, index: number, method: string, path: string): Promise<Response> {
  const { url } = instances[index % instances.length] ?? { url: '' };
  return fetch(`${url}/api/v2${path}`, { method, headers: { authorization: `Bearer ${token}` } });
}

async function deleteOwn(person: Account, index: number): Promise<number> {
  return (await untilAvailable(() => ask(person, index, 'DELETE', '/users/me'))).status;
}

/** Counts deletions at the primary, once there is one. */
async function count(filter: object): Promise<number> {
  const { found } = await eventually('the deletions can be counted', async () => ({
    found: await db.collection('deletions').countDocuments(filter),
  }));
  return found;
}

it(`the primary of three is killed ${FAILOVERS} times during ${DELETIONS} deletions over two instances: no process ends, all deletions complete`, async () => {
  const pids = instances.map((instance) => instance.child().pid);
  const openAtKills: number[] = [];
  const answers: Promise<number>[] = [];
  for (let failover = 0; failover < FAILOVERS; failover++) {
    const begun = answers.length;
    const until = FIRST + Math.ceil(((DELETIONS - FIRST) * failover) / Math.max(FAILOVERS - 1, 1));
    for (const [index, person] of people.entries())
      if (index >= begun && index < until) answers.push(deleteOwn(person, index));
    // The fence of one of these is committed, the others are in any state.
    if (answers.length > begun) await Promise.any(answers.slice(begun));
    openAtKills.push(await count({ completedAt: null }));
    const completed = await count({ completedAt: { $ne: null } });
    const address = await members.killPrimary(db);
    await eventually(
      'a deletion is completed after the failover',
      async () => (await count({ completedAt: { $ne: null } })) > completed,
      { timeoutMs: 120_000, everyMs: 50 },
    );
    members.restart(address);
    expect(pids.map(isRunning)).toEqual([true, true]);
  }
  expect(new Set(await Promise.all(answers))).toEqual(new Set([202]));
  for (const { clerkId } of people) {
    const deletion = await completedDeletion(db, clerkId);
    expect(deletion).toMatchObject({ erased: { users: 1, wishlists: 1 }, statement: expect.any(String) });
    expect(clerk.getUser(clerkId)).toBeUndefined();
  }
  process.stdout.write(`${FAILOVERS} failovers, open deletions at each: ${openAtKills.join(' ')}\n`);

  expect(openAtKills).not.toContain(0);
  expect(pids.map(isRunning)).toEqual([true, true]);
  for (const instance of instances) {
    expect(await metricOf(instance.url, 'unhandled_rejections_total')).toBe(0);
    expect(instance.child().stdout()).not.toContain('internal_error');
  }
  expect(await db.collection('users').countDocuments()).toBe(0);
  expect(await db.collection('follows').countDocuments()).toBe(0);
  expect(await db.collection('deletedUsers').countDocuments()).toBe(DELETIONS);
  expect(await count({})).toBe(DELETIONS);
});
