import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { type ReplicaSet, startReplicaSet } from '../../scripts/mongod.ts';
import { sets, watchFor } from '../support/changes.js';
import { completedDeletion } from '../support/completed-deletion.js';
import { expectEnded, MARKER, seedLargeAccount } from '../support/large-account.js';
import { testDatabaseUri } from '../support/mongo.js';
import { killPrimary, stepDown } from '../support/replica-set.js';
import { untilAvailable } from '../support/retry.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** The share of the app's commands that fail while the fail point is on. */
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

/** Resolves when the deletion has begun to erase the graph. */
async function untilGraph(): Promise<void> {
  const begun = await watchFor(api.db.collection('deletions'), sets('erased.follows'));
  await begun();
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
  // Last, because nothing restarts the member that was killed.
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
  expect(await untilAvailable(() => ann.request('DELETE', '/users/me'))).toMatchObject({ status: 202 });
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
