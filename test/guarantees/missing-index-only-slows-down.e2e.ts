import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { DeletedUsersService } from '../../src/deleted-users/deleted-users.service.js';
import { UserCountersService } from '../../src/users/user-counters.service.js';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { eventually } from '../support/eventually.js';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { captureLogs } from '../support/logs.js';
import { metricOf } from '../support/metrics.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

const QUERY_PLAN_KILLED = 175;

interface Index {
  v: number;
  name: string;
  key: Record<string, 1 | -1>;
}

let mongo: ReplicaSet;
let api: TestApp;
let admin: Joined;
/** The admin whose audit records are listed. */
let boss: Joined;
let ann: Joined;
/** The archive of a deleted user. */
let archiveId: string;
const logs = captureLogs();
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
  api = await startTestApp(
    { LOG_LEVEL: 'warn', DELETED_USER_RETENTION_DAYS: '0', MONGODB_URI: testDatabaseUri(mongo.uri) },
    logs.sink,
  );
  admin = await api.join({ public_metadata: { role: 'admin' } });
  ann = await api.join();
  boss = await api.join({ public_metadata: { role: 'admin' } });
  const gone = await api.join();
  for (const person of [admin, ann]) await person.call(201, 'PUT', '/users/me/wishlist/JP');
  await admin.call(200, 'PUT', `/users/me/following/${ann.id}`);
  await admin.call(204, 'PUT', `/users/me/blocks/${boss.id}`);
  await gone.call(202, 'DELETE', '/users/me');
  archiveId = String((await api.deletionOf(gone))._id);
  await boss.call(204, 'PUT', `/admin/users/${ann.id}/suspension`, { body: { reason: 'x' } });
  await boss.call(204, 'DELETE', `/admin/users/${ann.id}/suspension`, { body: { reason: 'x' } });
  await api.db.collection('deletionPurchases').insertOne({
    archiveId: new Types.ObjectId(archiveId),
    item: 'eSIM',
    amount: 1,
    currency: 'EUR',
    status: 'paid',
  });
  await api.db
    .collection('deletedUsers')
    .updateOne({ _id: new Types.ObjectId(archiveId) }, { $set: { movedPurchases: 1 } });
  await api.db
    .collection('users')
    .updateOne({ clerkId: ann.clerkId }, { $set: { receivedRequestsCount: 1 } });
});
afterAll(async () => {
  await api.close();
  await mongo.stop();
});

const metric = (name: string) => metricOf(api.anonymous.url, name);

const untilMissing = (count: number) =>
  eventually(
    `${count} indexes are reported as missing`,
    async () => (await metric('mongodb_missing_indexes')) === count,
  );

const items = async (path: string) => (await admin.get<{ items: unknown[] }>(path)).items;

/** Both queries that read the archives by their age. */
async function overdue(): Promise<unknown> {
  return [
    await metric('deleted_user_archives_overdue'),
    await api.app.get(DeletedUsersService).hasArchives(),
  ];
}

/** Each query that names its index, with a read that runs it. */
const HINTED: [collection: string, index: string, read: () => Promise<unknown>][] = [
  ['auditEvents', 'actorId_1__id_-1', () => items(`/admin/audit-events?actorId=${boss.id}`)],
  ['auditEvents', 'target.id_1__id_-1', () => items(`/admin/audit-events?targetId=${ann.id}`)],
  ['auditEvents', 'action_1__id_-1', () => items('/admin/audit-events?action=user.suspended')],
  [
    'auditEvents',
    'actorId_1_action_1__id_-1',
    () => items(`/admin/audit-events?actorId=${boss.id}&action=user.suspended`),
  ],
  [
    'auditEvents',
    'target.id_1_action_1__id_-1',
    () => items(`/admin/audit-events?targetId=${ann.id}&action=user.suspended`),
  ],
  [
    'auditEvents',
    'target.id_1_actorId_1__id_-1',
    () => items(`/admin/audit-events?targetId=${ann.id}&actorId=${boss.id}`),
  ],
  ['webhookEvents', 'at_-1__id_-1', () => items('/admin/webhook-events')],
  ['webhookEvents', 'outcome_1_at_-1__id_-1', () => items('/admin/webhook-events?state=applied')],
  ['deletionPurchases', 'archiveId_1__id_-1', () => items(`/admin/deleted-users/${archiveId}/purchases`)],
  ['follows', 'followerId_1_state_1__id_-1_followeeId_1', () => items('/countries/JP/people')],
  ['follows', 'followeeId_1_state_1__id_-1_followerId_1', () => items(`/users/${ann.id}/followers`)],
  ['follows', 'followerId_1_followeeId_1', () => items(`/users/me/relationships?userId=${ann.id}`)],
  ['blocks', 'blockerId_1__id_-1_blockedId_1', () => items('/users/me/blocks')],
  ['wishlists', 'items.countryCode_1_items.visited_1__id_-1', () => items('/countries/JP/people')],
  ['users', 'receivedRequestsCount_1', () => api.app.get(UserCountersService).findPublicWithRequests(10)],
  ['deletedUsers', 'deletedAt_1__id_1', overdue],
];

describe('a query whose index is missing answers as before, and the index is reported', () => {
  it('for each query that names its index', async () => {
    const wanted = await Promise.all(HINTED.map(([, , read]) => read()));
    for (const answer of wanted) expect(answer).not.toHaveLength(0);
    const dropped: { collection: string; index: Index }[] = [];
    for (const [collection, name] of HINTED) {
      const indexes = (await api.db.collection(collection).listIndexes().toArray()) as Index[];
      const index = indexes.find((each) => each.name === name);
      if (index === undefined) throw new Error(`No index ${name}`);
      await api.db.collection(collection).dropIndex(name);
      dropped.push({ collection, index });
    }
    for (let twice = 0; twice < 2; twice++) {
      expect(await Promise.all(HINTED.map(([, , read]) => read()))).toEqual(wanted);
    }
    const warnings = logs
      .lines()
      .filter(({ msg }) => msg === 'queries run without their index, which is missing');
    expect(new Set(warnings.map(({ level }) => level))).toEqual(new Set(['warn']));
    expect(warnings.map(({ index }) => index).sort()).toEqual(
      dropped.map(({ collection, index }) => `${collection} ${JSON.stringify(index.key)}`).sort(),
    );
    // Noticed within five seconds.
    await untilMissing(dropped.length);
    for (const { collection, index } of dropped) {
      const { v: _, key, ...options } = index;
      await api.db.collection(collection).createIndex(key, options, {});
    }
    expect(await metric('mongodb_missing_indexes')).toBe(0);
  });

  it('when the index is hidden', async () => {
    const hide = (hidden: boolean) =>
      api.db.db?.command({ collMod: 'webhookEvents', index: { name: 'at_-1__id_-1', hidden } });
    const wanted = await items('/admin/webhook-events');
    await hide(true);
    expect(await items('/admin/webhook-events')).toEqual(wanted);
    await untilMissing(1);
    await hide(false);
    expect(await metric('mongodb_missing_indexes')).toBe(0);
  });

  it('when the index is dropped while the query runs', async () => {
    const wanted = await items('/admin/webhook-events');
    const caught = await catchCommand(api.db, {
      failCommands: ['find'],
      errorCode: QUERY_PLAN_KILLED,
      namespace: `${api.db.name}.webhookEvents`,
    });
    expect(await items('/admin/webhook-events')).toEqual(wanted);
    await caught();
  });
});
