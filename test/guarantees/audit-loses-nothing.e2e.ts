import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { collectionsWith } from '../support/snapshot.js';
import { type Joined, type Person, startTestApp, type TestApp } from '../support/test-app.js';

let mongo: ReplicaSet;
let api: TestApp;
let admin: Joined;
let ann: Joined;
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri) });
});
beforeEach(async () => {
  admin = await api.join({ public_metadata: { role: 'admin' } });
  ann = await api.join();
});
afterAll(async () => {
  await api.close();
  await mongo.stop();
});

const suspend = (by: Person, who: Joined) =>
  by.request('PUT', `/admin/users/${who.id}/suspension`, { body: { reason: 'Ticket 1' } });
const rows = (filter = {}) => api.db.collection('auditEvents').find(filter).toArray();

it('an action does not happen when the database refuses its record', async () => {
  const before = await rows();
  await api.db.db?.command({ collMod: 'auditEvents', validator: { action: 'nothing' } });
  expect((await suspend(admin, ann)).status).toBe(500);
  expect(await api.userOf(ann)).toMatchObject({ suspendedAt: null });
  expect(await api.userOf(admin)).not.toHaveProperty('auditEventsCount');
  await api.db.db?.command({ collMod: 'auditEvents', validator: {} });
  expect(await rows()).toEqual(before);
});

it('an action that fails leaves no record, and an action that is tried again leaves one', async () => {
  const before = await rows();
  await catchCommand(api.db, { failCommands: ['update'], namespace: `${api.db.name}.users`, errorCode: 8 });
  expect((await suspend(admin, ann)).status).toBe(503);
  expect(await rows()).toEqual(before);
  // A write conflict at the commit: the whole transaction starts over.
  await catchCommand(api.db, { failCommands: ['commitTransaction'], errorCode: 112 });
  expect((await suspend(admin, ann)).status).toBe(204);
  expect(await rows()).toHaveLength(before.length + 1);
});

it('20 actions of one admin at once leave 20 records', async () => {
  const people = await Promise.all(Array.from({ length: 20 }, () => api.join()));
  const answers = await Promise.all(people.map((person) => suspend(admin, person)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
  expect(await rows({ actorId: new Types.ObjectId(admin.id) })).toHaveLength(20);
});

it('of deleted users with 1,200 records each no id stays, and all records are found by the ids of their archives', async () => {
  const [adminId, annId] = [new Types.ObjectId(admin.id), new Types.ObjectId(ann.id)];
  const other = await api.join();
  const row = (actorId: Types.ObjectId, target: string) => ({
    at: new Date(),
    actorId,
    action: 'user.suspended',
    target: { type: 'user', id: target },
    reason: 'Ticket 1',
    requestId: 'x',
  });
  await api.db
    .collection('auditEvents')
    .insertMany(
      Array.from({ length: 2400 }, (_, index) =>
        index % 2 === 0 ? row(adminId, other.id) : row(adminId, ann.id),
      ),
    );
  const ids = (await rows()).map(({ _id }) => String(_id));
  for (const person of [ann, admin]) await person.call(202, 'DELETE', '/users/me');
  const [annArchive, adminArchive] = [await api.deletionOf(ann), await api.deletionOf(admin)];

  expect(await collectionsWith(api.db, ann.id)).toEqual([]);
  expect(await collectionsWith(api.db, admin.id)).toEqual([]);
  expect((await rows()).map(({ _id }) => String(_id))).toEqual(ids);
  expect(annArchive['erased']).toMatchObject({ auditEvents: 1200 });
  expect(adminArchive['erased']).toMatchObject({ auditEvents: 2400 });
  expect(await rows({ actorId: annId })).toEqual([]);

  const second = await api.join({ public_metadata: { role: 'admin' } });
  const { items } = await second.get<{ items: object[] }>(
    `/admin/audit-events?targetId=${String(annArchive._id)}&actorId=${String(adminArchive._id)}`,
  );
  expect(items).toHaveLength(20);
  expect(items[0]).toMatchObject({
    actorId: String(adminArchive._id),
    target: { type: 'deleted_user', id: String(annArchive._id) },
    reason: 'Ticket 1',
  });
});

it.each([
  ['the actor', () => admin],
  ['the target', () => ann],
])('%s is deleted while the record is being written: the id is nowhere', async (_who, person) => {
  // A second suspension changes nothing of the user except by its record.
  await suspend(admin, ann);
  const caught = await catchCommand(api.db, {
    failCommands: ['insert'],
    namespace: `${api.db.name}.auditEvents`,
    blockTimeMS: 1500,
  });
  const action = suspend(admin, ann);
  await caught();
  await person().call(202, 'DELETE', '/users/me');
  await api.deletionOf(person());
  // The action came first, and its record was renamed; or the deletion came first.
  expect([204, 401, 404]).toContain((await action).status);
  expect(await collectionsWith(api.db, person().id)).toEqual([]);
});
