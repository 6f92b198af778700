import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { type Connection, Types } from 'mongoose';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { ArchivesService } from '../../src/deletion/archives.service.js';
import { DeletionsService } from '../../src/deletion/deletions.service.js';
import { AuditService } from '../../src/audit/audit.service.js';
import { Metrics } from '../../src/common/observability/metrics.js';
import { Cursors } from '../../src/common/http/page.js';
import { ArchivedPurchasesService } from '../../src/purchases/archived-purchases.service.js';
import { DeletedUsersService } from '../../src/deleted-users/deleted-users.service.js';
import { sets, watchFor } from '../support/changes.js';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { plansOf } from '../support/query-plans.js';
import { collectionsWith, snapshot } from '../support/snapshot.js';
import { type Joined, type Person, startTestApp, type TestApp } from '../support/test-app.js';

interface Gone extends Person {
  archiveId: Types.ObjectId;
}
const DAY_MS = 24 * 60 * 60_000;
const RETENTION_DAYS = 30;

let mongo: ReplicaSet;
let api: TestApp;
let archives: ArchivesService;
let admin: Joined;
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
  api = await startTestApp({
    MONGODB_URI: testDatabaseUri(mongo.uri),
    DELETED_USER_RETENTION_DAYS: String(RETENTION_DAYS),
  });
  archives = automatic();
  admin = await api.join({ public_metadata: { role: 'admin' } });
});
beforeEach(async () => {
  // Each test has archives of its own to purge.
  await api.db.collection('deletedUsers').deleteMany({});
  await api.db.collection('deletionPurchases').deleteMany({});
});
afterAll(async () => {
  await api.close();
  await mongo.stop();
});

/** The service of an instance with DELETED_USER_PURGE=automatic; tests call it. */
function automatic(): ArchivesService {
  const get = <T>(token: Type<T> | string): T => api.app.get<T>(token, { strict: false });
  return new ArchivesService(
    { ...api.config, deletions: { ...api.config.deletions, purge: 'automatic' } },
    get<Connection>(getConnectionToken()),
    get(DeletedUsersService),
    get(DeletionsService),
    get(ArchivedPurchasesService),
    get(AuditService),
    get(Cursors),
    get(Metrics),
  );
}

const purchases = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    item: 'eSIM',
    amount: index,
    currency: 'EUR',
    status: 'paid',
    purchasedAt: new Date(),
    refundedAt: null,
  }));
/** Adds purchases beside the archive. */
async function moved(archiveId: Types.ObjectId, count: number): Promise<void> {
  await api.db
    .collection('deletionPurchases')
    .insertMany(purchases(count).map((each) => ({ ...each, archiveId })));
  await api.db.collection('deletedUsers').updateOne({ _id: archiveId }, { $set: { movedPurchases: count } });
}
const movedLeft = (archiveId: Types.ObjectId) =>
  api.db.collection('deletionPurchases').countDocuments({ archiveId });
const archiveOf = (archiveId: Types.ObjectId) =>
  api.db.collection('deletedUsers').findOne({ _id: archiveId });

/** A user named Zaphod whose account was deleted some days ago. */
async function gone(daysAgo = 0): Promise<Gone> {
  const person = await api.join({ first_name: 'Zaphod', email_address: ['zaphod@example.com'] });
  await api.db
    .collection('purchases')
    .insertMany(purchases(2).map((each) => ({ ...each, userId: new Types.ObjectId(person.id) })));
  await person.call(202, 'DELETE', '/users/me');
  const { _id } = await api.deletionOf(person);
  const deletedAt = new Date(Date.now() - daysAgo * DAY_MS);
  await api.db.collection('deletedUsers').updateOne({ _id }, { $set: { deletedAt } });
  return Object.assign(person, { archiveId: _id });
}

const purge = ({ archiveId }: Gone) =>
  admin.request('POST', `/admin/deleted-users/${String(archiveId)}/purge`);
const hold = ({ archiveId }: Gone, legalHold = true) =>
  admin.request('PATCH', `/admin/deleted-users/${String(archiveId)}`, { body: { legalHold } });

describe('POST /admin/deleted-users/{id}/purge', () => {
  it('leaves hash, reason and dates, removes all else, and changes only the audit log besides', async () => {
    const [ann, other] = [await gone(), await gone()];
    const body = { notes: 'Zaphod was rude', legalHold: false };
    await admin.call(200, 'PATCH', `/admin/deleted-users/${String(ann.archiveId)}`, { body });
    await moved(ann.archiveId, 1200);
    await moved(other.archiveId, 3);
    const before = await snapshot(api.db);
    const archive = await archiveOf(ann.archiveId);
    expect(Object.keys(archive ?? {}).sort()).toEqual([
      ...['_id', 'clerkId', 'deletedAt', 'keptUntil', 'legalHold', 'movedPurchases', 'notes'],
      ...['purchases', 'reason', 'subjectHash', 'userData'],
    ]);

    expect((await purge(ann)).status).toBe(200);

    const { deletedUsers, deletionPurchases, auditEvents, users, ...rest } = await snapshot(api.db);
    const stays = Object.entries(archive ?? {}).filter(([name]) =>
      ['_id', 'subjectHash', 'reason', 'deletedAt', 'keptUntil'].includes(name),
    );
    expect(deletedUsers).toEqual([
      { ...Object.fromEntries(stays), legalHold: false, purgedAt: expect.any(Date) },
      ...(before['deletedUsers'] ?? []).slice(1),
    ]);
    expect(deletionPurchases).toHaveLength(3);
    expect(auditEvents).toEqual([
      ...(before['auditEvents'] ?? []),
      expect.objectContaining({ action: 'deleted_user.purged' }),
    ]);
    expect(users).toHaveLength(before['users']?.length ?? 0);
    const changed = ['deletedUsers', 'deletionPurchases', 'auditEvents', 'users', 'deletionJobs'];
    for (const [name, documents] of Object.entries(before)) {
      if (!changed.includes(name)) expect(rest[name]).toEqual(documents);
    }
    expect(await collectionsWith(api.db, ann.clerkId)).toEqual([]);
    expect(await collectionsWith(api.db, 'rude')).toEqual([]);
  });

  it('keeps the tombstone: late events do not restore the user', async () => {
    const ann = await gone();
    await purge(ann);
    expect(await ann.problem('GET', '/users/me')).toBe('401 account_deleted');
    for (const type of ['user.created', 'user.updated', 'user.deleted']) {
      const data = { id: ann.clerkId, object: 'user', email_addresses: [], first_name: 'Zaphod' };
      expect((await api.clerk.deliverWebhook({ type, data })).status).toBe(200);
    }
    expect(await collectionsWith(api.db, ann.clerkId)).toEqual([]);
    expect(await ann.problem('GET', '/users/me')).toBe('401 account_deleted');
    expect(await api.db.collection('deletedUsers').countDocuments()).toBe(1);
  });

  it('that failed between its batches is completed by a repeat', async () => {
    const ann = await gone();
    await moved(ann.archiveId, 20);
    await failBetweenBatches(ann);
    expect((await purge(ann)).status).toBe(200);
    expect(await movedLeft(ann.archiveId)).toBe(0);
    expect(await archiveOf(ann.archiveId)).not.toHaveProperty('purging');
  });

  it('that failed between its batches is resumed by any instance', async () => {
    const [ann, bob] = [await gone(), await gone()];
    await moved(ann.archiveId, 20);
    await moved(bob.archiveId, 20);
    await failBetweenBatches(ann);
    await archives.resumePurges();
    expect(await movedLeft(ann.archiveId)).toBe(0);
    expect(await archiveOf(ann.archiveId)).not.toHaveProperty('purging');
    expect(await movedLeft(bob.archiveId)).toBe(20);
  });

  it.each([
    ['while the deletion moves purchases', holdTheMove],
    ['before the deletion moves purchases', holdTheStepBefore],
  ])('that comes %s removes those as well', async (_when, holdBack) => {
    const person = await api.join();
    const userId = new Types.ObjectId(person.id);
    await api.db.collection('purchases').insertMany(purchases(700).map((each) => ({ ...each, userId })));
    const { isHeld, release } = await holdBack();
    const { id } = await person.call<{ id: string }>(202, 'DELETE', '/users/me');
    const archiveId = new Types.ObjectId(id);
    await isHeld();
    const { status, body } = await purge(Object.assign(person, { archiveId }));
    expect([status, body]).toMatchObject([200, { clerkId: null, purchases: [], purchasesCount: 0 }]);
    release();
    await api.deletionOf(person);
    expect(await api.db.collection('purchases').countDocuments({ userId })).toBe(0);
    expect(await movedLeft(archiveId)).toBe(0);
    expect(await archiveOf(archiveId)).not.toHaveProperty('purging');
    expect(await admin.get(`/admin/deleted-users/${id}`)).toMatchObject({ state: 'purged' });
  });

  async function holdTheMove() {
    const isHeld = await catchCommand(api.db, {
      failCommands: ['insert'],
      namespace: `${api.db.name}.deletionPurchases`,
      blockTimeMS: 700,
    });
    return { isHeld, release: () => undefined };
  }

  function holdTheStepBefore() {
    const path = /^\/v1\/users\//;
    const release = api.clerk.fail({ method: 'DELETE', path, mode: 'slow', delayMs: 1500 });
    return Promise.resolve({ isHeld: () => Promise.resolve(), release });
  }

  /** A purge that fails after its transaction, before its first batch. */
  async function failBetweenBatches(who: Gone): Promise<void> {
    await catchCommand(api.db, {
      failCommands: ['delete'],
      namespace: `${api.db.name}.deletionPurchases`,
      errorCode: 8,
    });
    expect((await purge(who)).status).toBe(503);
    expect(await archiveOf(who.archiveId)).toMatchObject({ purging: true, purgedAt: expect.any(Date) });
    expect(await movedLeft(who.archiveId)).toBe(20);
  }
});

describe('a legal hold set during a purge', () => {
  it.each([
    ['after the purge wrote, before it committed: too late', purge, hold, [200, 404]],
    ['before the purge, but not yet committed: in time', hold, purge, [200, 409]],
  ])('%s', async (_when, first, second, statuses) => {
    const ann = await gone();
    const caught = await catchCommand(api.db, { failCommands: ['commitTransaction'], blockTimeMS: 700 });
    const early = first(ann);
    await caught();
    const late = second(ann);
    expect([(await early).status, (await late).status]).toEqual(statuses);
    const archive = await archiveOf(ann.archiveId);
    const isHeld = archive?.['legalHold'] === true;
    expect(archive?.['purgedAt'] === undefined).toBe(isHeld);
    expect('userData' in (archive ?? {})).toBe(isHeld);
  });

  it('20 concurrent times: held and complete, or purged and never held', async () => {
    for (let round = 0; round < 20; round++) {
      const ann = await gone();
      const [purged, held] = await Promise.all([purge(ann), hold(ann)]);
      expect([
        [200, 404],
        [409, 200],
      ]).toContainEqual([purged.status, held.status]);
      const archive = await archiveOf(ann.archiveId);
      expect(archive?.['purgedAt'] === undefined).toBe(held.status === 200);
    }
  });
});

describe('the automatic purge', () => {
  it('purges archives after their retention, without a legal hold; audited without an actor', async () => {
    const [old, young, held] = [
      await gone(RETENTION_DAYS + 1),
      await gone(RETENTION_DAYS - 1),
      await gone(90),
    ];
    await hold(held);
    const tombstone = { subjectHash: 'x', deletedAt: new Date(0), reason: 'user_requested' };
    await api.db.collection('deletedUsers').insertOne(tombstone);
    await moved(old.archiveId, 3);

    expect(await archives.purgeExpired(100)).toBe(1);
    expect(await archives.purgeExpired(100)).toBe(0);

    expect(await archiveOf(old.archiveId)).toMatchObject({ purgedAt: expect.any(Date) });
    expect(await archiveOf(old.archiveId)).not.toHaveProperty('purging');
    expect(await movedLeft(old.archiveId)).toBe(0);
    for (const { archiveId } of [young, held]) {
      expect(await archiveOf(archiveId)).toMatchObject({ userData: { firstName: 'Zaphod' } });
    }
    expect(await api.db.collection('deletedUsers').findOne({ subjectHash: 'x' })).toMatchObject(tombstone);
    const { items } = await admin.get<{ items: object[] }>(
      `/admin/audit-events?targetId=${String(old.archiveId)}`,
    );
    expect(items).toMatchObject([{ action: 'deleted_user.purged', actorId: null, requestId: null }]);

    await hold(held, false);
    expect(await archives.purgeExpired(100)).toBe(1);
  });

  it('purges the oldest first, up to a limit', async () => {
    const [second, first, third] = [await gone(50), await gone(60), await gone(40)];
    expect(await archives.purgeExpired(2)).toBe(2);
    const isPurged = async ({ archiveId }: Gone) => (await archiveOf(archiveId))?.['purgedAt'] !== undefined;
    expect([await isPurged(first), await isPurged(second), await isPurged(third)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('finds archives by an index without tombstones', async () => {
    await api.db.collection('deletedUsers').insertMany(
      Array.from({ length: 300 }, (_, index) => ({
        subjectHash: `hash-${index}`,
        deletedAt: new Date(index),
        purgedAt: new Date(),
        reason: 'user_requested',
      })),
    );
    await gone(60);
    const plans = await plansOf(api.db, 'deletedUsers', () => archives.purgeExpired(100));
    expect(plans.slice(0, 2)).toMatchObject([
      { planSummary: 'IXSCAN { keptUntil: 1, _id: 1 }', docsExamined: 0 },
      { planSummary: 'IXSCAN { deletedAt: 1, _id: 1 }', docsExamined: 1 },
    ]);
    const resumed = await plansOf(api.db, 'deletedUsers', () => archives.resumePurges());
    expect(resumed).toMatchObject([{ planSummary: 'IXSCAN { purging: 1 }', docsExamined: 0 }]);
  });

  it('reads no further once the archives past keptUntil reach the limit', async () => {
    for (const { archiveId } of [await gone(60), await gone(50), await gone(40)]) {
      await api.db
        .collection('deletedUsers')
        .updateOne({ _id: archiveId }, { $set: { keptUntil: new Date(0) } });
    }
    const plans = await plansOf(api.db, 'deletedUsers', () => archives.purgeExpired(2));
    const used = plans.map(({ planSummary }) => planSummary);
    expect(used).toContain('IXSCAN { keptUntil: 1, _id: 1 }');
    expect(used).not.toContain('IXSCAN { deletedAt: 1, _id: 1 }');
  });

  it('purges the others when one archive fails', async () => {
    const [first, second] = [await gone(60), await gone(50)];
    await catchCommand(api.db, {
      failCommands: ['update'],
      namespace: `${api.db.name}.deletedUsers`,
      errorCode: 8,
    });
    expect(await archives.purgeExpired(100)).toBe(1);
    expect(await archiveOf(first.archiveId)).not.toHaveProperty('purgedAt');
    expect(await archiveOf(second.archiveId)).toHaveProperty('purgedAt');
    expect(await archives.purgeExpired(100)).toBe(1);
  });

  it('does nothing where the purge is manual', async () => {
    const { archiveId } = await gone(60);
    expect(await api.app.get(ArchivesService, { strict: false }).purgeExpired(100)).toBe(0);
    expect(await archiveOf(archiveId)).toHaveProperty('userData');
  });

  it('runs when an instance starts', async () => {
    const other = await startTestApp({ DELETED_USER_PURGE: 'automatic' });
    try {
      const archive = { subjectHash: 'x', clerkId: 'user_x', reason: 'user_requested', userData: {} };
      const purged = await watchFor(other.db.collection('deletedUsers'), sets('purgedAt'));
      await other.db.collection('deletedUsers').insertOne({ ...archive, deletedAt: new Date(0) });
      await other.secondInstance();
      await purged();
      expect(await other.db.collection('deletedUsers').findOne()).toHaveProperty('purgedAt');
    } finally {
      await other.close();
    }
  });
});
