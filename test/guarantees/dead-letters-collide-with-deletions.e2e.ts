import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { userDeletedEvent } from '../support/events.js';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let mongo: ReplicaSet;
let api: TestApp;
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri) });
});
afterAll(async () => {
  await api.close();
  await mongo.stop();
});

const letters = () => api.db.collection('webhookDeadLetters').countDocuments();
const tombstones = () => api.db.collection('deletedUsers').countDocuments();

/** Two events of a subject without a user here: one that can't be handled, and its deletion. */
function events() {
  const id = `user_${randomBytes(8).toString('hex')}`;
  return {
    broken: { type: 'user.updated', data: { id, first_name: 7 } },
    deleted: userDeletedEvent({ clerkId: id }),
  };
}

it.each([
  ['its query of the tombstone and its dead letter', 'broken', 'update', 'webhookDeadLetters'],
  ['its dead letter and its commit', 'broken', 'commitTransaction', undefined],
  ['its query of dead letters and its commit', 'deleted', 'commitTransaction', undefined],
] as const)(
  'a dead letter and a deletion of one subject, one of them between %s of the other: no dead letter stays',
  async (_where, held, command, collection) => {
    const before = await tombstones();
    const pair = events();
    const caught = await catchCommand(api.db, {
      failCommands: [command],
      blockTimeMS: 500,
      ...(collection === undefined ? {} : { namespace: `${api.db.name}.${collection}` }),
    });
    const overtaken = api.clerk.deliverWebhook(pair[held]);
    await caught();
    const other = await api.clerk.deliverWebhook(pair[held === 'broken' ? 'deleted' : 'broken']);
    expect([(await overtaken).status, other.status]).toEqual([200, 200]);
    expect([await letters(), await tombstones()]).toEqual([0, before + 1]);
  },
);

it('five dead letters of one subject at once are all kept, and its deletion removes them', async () => {
  const { broken, deleted } = events();
  const before = await tombstones();
  const answers = await Promise.all(Array.from({ length: 5 }, () => api.clerk.deliverWebhook(broken)));
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
  expect([await letters(), await tombstones()]).toEqual([5, before]);
  await api.clerk.deliverWebhook(deleted);
  expect([await letters(), await tombstones()]).toEqual([0, before + 1]);
});
