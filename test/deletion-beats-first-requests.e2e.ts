import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiClient } from './support/api-client.js';
import type { ReplicaSet } from '../scripts/mongod.ts';
import { catchCommand } from './support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from './support/mongo.js';
import { startTestApp, type TestApp } from './support/test-app.js';

const ROUNDS = 10;

let mongo: ReplicaSet;
let api: TestApp;
let otherUrl: string;
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri) });
  otherUrl = await api.secondInstance();
});
afterAll(async () => {
  await api.close();
  await mongo.stop();
});

/** Users that have a tombstone, and wishlists that have no user: there is never one of either. */
async function undead() {
  const tombstones = await api.db.collection('deletedUsers').countDocuments();
  const users = await api.db
    .collection('users')
    .find({}, { projection: { _id: 1 } })
    .toArray();
  const orphans = await api.db
    .collection('wishlists')
    .countDocuments({ _id: { $nin: users.map(({ _id }) => _id) } });
  return { tombstones, users: users.length, orphans };
}

it('200 parallel first requests racing the deletion of the same subject: never a user beside a tombstone', async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    const ann = await api.signUp();
    const there = new ApiClient(otherUrl, `Bearer ${ann.token}`);
    const request = (index: number) => (index % 2 ? ann : there).request('GET', '/users/me');
    const event = { type: 'user.deleted', data: { object: 'user', id: ann.clerkId, deleted: true } };

    // Clerk goes on knowing the subject, so that nothing but the fence keeps it from coming back; and answers late, so
    // that the deletion falls between the requests' look at the tombstone and their insert.
    const undo = api.clerk.fail({ method: 'GET', path: /^\/v1\/users\//, mode: 'slow', delayMs: round * 4 });
    const early = Array.from({ length: 100 }, (_, index) => request(index));
    const deliveries = [api.clerk.deliverWebhook(event), api.clerk.deliverWebhook(event)];
    const late = Array.from({ length: 100 }, (_, index) => request(index));
    const statuses = (await Promise.all([...early, ...late])).map(({ status }) => status);
    for (const { status } of await Promise.all(deliveries)) expect(status).toBe(200);
    undo();

    // Before the fence 200, after it 401; no request fails otherwise.
    expect(statuses.filter((status) => status !== 200 && status !== 401)).toEqual([]);
    expect(await ann.problem('GET', '/users/me')).toBe('401 account_deleted');
    expect(await undead()).toEqual({ tombstones: round, users: 0, orphans: 0 });
  }
});

it.each([
  ['its look at the tombstone and its insert', { failCommands: ['insert'], users: true }],
  ['its insert and its commit', { failCommands: ['commitTransaction'], users: false }],
])(
  'a deletion that comes between %s: no user beside the tombstone',
  async (_where, { failCommands, users }) => {
    const { tombstones } = await undead();
    const ann = await api.signUp();
    const caught = await catchCommand(api.db, {
      failCommands,
      blockTimeMS: 300,
      ...(users ? { namespace: `${api.db.name}.users` } : {}),
    });
    const first = ann.request('GET', '/users/me');
    await caught();
    const event = { type: 'user.deleted', data: { object: 'user', id: ann.clerkId, deleted: true } };
    expect((await api.clerk.deliverWebhook(event)).status).toBe(200);
    // Whichever committed first: the creation (and was deleted at once), or the deletion.
    expect([200, 401]).toContain((await first).status);
    expect(await ann.problem('GET', '/users/me')).toBe('401 account_deleted');
    expect(await undead()).toEqual({ tombstones: tombstones + 1, users: 0, orphans: 0 });
  },
);
