import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { completedDeletion } from '../support/completed-deletion.js';
import { expectEnded, MARKER, seedLargeAccount } from '../support/large-account.js';
import { testDatabaseUri } from '../support/mongo.js';
import { killPrimary, stepDown } from '../support/replica-set.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

const RETRY_MS = 50;
/** How many of the app's commands fail while fail points are on. */
const SHARE = 0.05;
const COMMANDS = ['find', 'insert', 'update', 'delete', 'findAndModify', 'commitTransaction'];

let mongo: ReplicaSet;
let api: TestApp;
beforeAll(async () => {
  mongo = await startReplicaSet({
    members: 3,
    electionTimeoutMillis: 1000,
    args: ['--setParameter', 'enableTestCommands=1'],
  });
});
afterAll(() => mongo.stop());

async function failSome(data: object): Promise<void> {
  await api.db
    .getClient()
    .db('admin')
    .command({
      configureFailPoint: 'failCommand',
      mode: { activationProbability: SHARE },
      data: { failCommands: COMMANDS, appName: 'roavelo-api', ...data },
    });
}

/** Resolves when the graph of the deletion has begun to go. */
async function untilGraph(): Promise<void> {
  const changes = api.db.collection('deletions').watch([], { maxAwaitTimeMS: 20 });
  await changes.tryNext();
  for (;;) if (JSON.stringify(await changes.next()).includes('erased.follows')) break;
  await changes.close();
}

/** As an app does: again until it is anything but 503. Never a 500. */
async function deleteMe(person: Person): Promise<number> {
  for (;;) {
    const { status } = await person.request('DELETE', '/users/me');
    if (status !== 503) return status;
    await sleep(RETRY_MS);
  }
}

it.each<[string, () => Promise<void>]>([
  [
    'the primary steps down in the middle of the graph',
    async () => {
      await untilGraph();
      await stepDown(api.db, 1);
    },
  ],
  ['one command in twenty loses its connection', () => failSome({ closeConnection: true })],
  ['one command in twenty meets a primary that steps down', () => failSome({ errorCode: 189 })],
  [
    'one command in twenty meets a write conflict',
    () => failSome({ errorCode: 112, errorLabels: ['TransientTransactionError'] }),
  ],
  // The last one: a member that was killed doesn't come back.
  [
    'the primary is killed in the middle of the graph',
    async () => {
      await untilGraph();
      await killPrimary(api.db, mongo);
    },
  ],
])('%s: the deletion ends the same', async (_what, disturb) => {
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri) });
  await api.secondInstance();
  const ann = await api.join({ first_name: MARKER, email_address: [`${MARKER}@example.com`] });
  await seedLargeAccount(api.db, new Types.ObjectId(ann.id));
  const disturbed = disturb();
  expect(await deleteMe(ann)).toBe(202);
  await disturbed;
  await completedDeletion(api.db, ann.clerkId);
  await api.db
    .getClient()
    .db('admin')
    .command({ configureFailPoint: 'failCommand', mode: 'off' })
    .catch(() => undefined);
  await expectEnded({ ...api, clerkId: ann.clerkId, userId: ann.id, isByWebhook: false });
  await api.close();
});
