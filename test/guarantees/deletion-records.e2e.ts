import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import {
  ageOf,
  type DeletionsService,
  LEASE_MS,
  receiptToken,
} from '../../src/deletion/deletions.service.js';
import { hashSubject } from '../../src/deleted-users/deleted-users.service.js';
import { skewClock, stopClock } from '../support/clock.js';
import { type DeletionRecords, startDeletionRecords } from '../support/deletion-records.js';

let records: DeletionRecords;
let db: DeletionRecords['db'];
let deletions: DeletionRecords['deletions'];
let metrics: DeletionRecords['metrics'];
beforeAll(async () => {
  records = await startDeletionRecords();
  ({ db, deletions, metrics } = records);
  deletions.onModuleInit();
});
afterEach(async () => {
  skewClock(0);
  await records.clear();
});
afterAll(() => records.close());

const id = () => new Types.ObjectId();
const begin: DeletionRecords['begin'] = (...deletion) => records.begin(...deletion);
const stored = (_id: Types.ObjectId) => records.stored({ _id });

/** Runs work in a transaction that doesn't commit. */
async function aborted(
  work: (session: Parameters<DeletionsService['beginDeletion']>[2]) => Promise<unknown>,
) {
  const session = await db.startSession();
  session.startTransaction();
  await work(session);
  await session.abortTransaction();
  await session.endSession();
}

describe('a deletion that begins', () => {
  it('is recorded with the hash of its subject and its own secret, and is returned as it is stored', async () => {
    const [ann, bob] = [await begin('user_ann'), await begin('user_bob')];
    expect(ann).toEqual(await stored(ann._id));
    expect(ann).toEqual({
      _id: ann._id,
      userId: ann.userId,
      clerkId: 'user_ann',
      subjectHash: hashSubject('user_ann'),
      reason: 'user_requested',
      receiptSecret: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      requestedAt: expect.any(Date),
      done: {},
      erased: { users: 1 },
      completedAt: null,
    });
    expect(bob.receiptSecret).not.toBe(ann.receiptSecret);
  });

  it('has its first step done when Clerk reported it', async () => {
    const { requestedAt, done } = await begin('user_ann', { isClerkDone: true });
    expect(done).toEqual({ clerk: requestedAt });
  });

  it('is not stored when its transaction does not commit', async () => {
    const { _id, userId } = { _id: id(), userId: id() };
    const deletion = { _id, userId, clerkId: 'user_ann', reason: 'admin_action', erased: {} } as const;
    await aborted((session) => deletions.beginDeletion(deletion, false, session));
    expect(await db.collection('deletions').countDocuments()).toBe(0);
  });
});

describe('a deletion is found', () => {
  it('by its id, its subject, and the id of its user', async () => {
    const [, bob] = [await begin('user_ann'), await begin('user_bob')];
    expect(await deletions.findDeletion(bob._id)).toEqual(bob);
    expect(await deletions.findBySubject('user_bob')).toEqual(bob);
    expect(await deletions.findByUser(bob.userId ?? id())).toEqual(bob);
  });

  it('by nothing else', async () => {
    await begin('user_ann');
    // A completed deletion names no user.
    await deletions.completeDeletion((await begin('user_eve'))._id, new Date(), 'statement');
    expect(await deletions.findDeletion(id())).toBeNull();
    expect(await deletions.findBySubject('user_bob')).toBeNull();
    expect(await deletions.findByUser(id())).toBeNull();
  });

  it('by the whole token of its receipt', async () => {
    const [ann, bob] = [await begin('user_ann'), await begin('user_bob')];
    const token = receiptToken(ann);
    expect(await deletions.findByToken(token)).toEqual(ann);
    expect(await deletions.findByToken(receiptToken(bob))).toEqual(bob);
    const wrong = [
      '',
      `a${token}`,
      `!${token}`,
      `${token}a`,
      token.slice(1),
      token.slice(0, -1),
      `${String(ann._id)}${bob.receiptSecret}`,
      `${String(id())}${ann.receiptSecret}`,
      `${'g'.repeat(24)}${ann.receiptSecret}`,
      `${String(ann._id)}${'!'.repeat(43)}`,
    ];
    for (const each of wrong) expect([each, await deletions.findByToken(each)]).toEqual([each, null]);
  });
});

it('deletions that are not completed are found among ids and counted', async () => {
  const [ann, bob, eve] = [await begin('user_ann'), await begin('user_bob'), await begin('user_eve')];
  await deletions.completeDeletion(ann._id, new Date(), 'statement');
  expect(await deletions.openAmong([ann._id, bob._id, id()])).toEqual(new Set([String(bob._id)]));
  expect(await deletions.openAmong([ann._id, bob._id, eve._id])).toEqual(
    new Set([String(bob._id), String(eve._id)]),
  );
  expect(await deletions.countOpen()).toBe(2);
});

describe('a step', () => {
  it('is done once, at the first time, of its own deletion', async () => {
    const [ann, bob] = [await begin('user_ann'), await begin('user_bob')];
    await deletions.markDone(bob._id, 'graph');
    const first = await stored(bob._id);
    expect(first?.['done']).toEqual({ graph: expect.any(Date) });
    stopClock(Date.now() + 60_000);
    await deletions.markDone(bob._id, 'graph');
    expect(await stored(bob._id)).toEqual(first);
    expect(await stored(ann._id)).toEqual(ann);
  });

  it('is done only when its transaction commits', async () => {
    const ann = await begin('user_ann');
    await aborted((session) => deletions.markDone(ann._id, 'clerk', session));
    expect(await stored(ann._id)).toEqual(ann);
  });

  it('can be marked as not done', async () => {
    const [ann, bob] = [await begin('user_ann'), await begin('user_bob')];
    for (const { _id } of [ann, bob])
      for (const step of ['purchases', 'graph'] as const) await deletions.markDone(_id, step);
    await deletions.markUndone(bob._id, 'graph');
    expect((await stored(bob._id))?.['done']).toEqual({ purchases: expect.any(Date) });
    expect((await stored(ann._id))?.['done']).toEqual({
      purchases: expect.any(Date),
      graph: expect.any(Date),
    });
  });

  it('counts erased documents in the transaction that erases them', async () => {
    const [ann, bob] = [await begin('user_ann'), await begin('user_bob')];
    const count = (session: Parameters<DeletionsService['beginDeletion']>[2]) =>
      deletions.countErased(bob._id, 'follows', 3, session);
    await aborted(count);
    expect(await stored(bob._id)).toEqual(bob);
    await db.transaction(count);
    await db.transaction(count);
    expect((await stored(bob._id))?.['erased']).toEqual({ users: 1, follows: 6 });
    expect(await stored(ann._id)).toEqual(ann);
  });
});

it('a deletion is completed once, and names no user afterwards', async () => {
  const [ann, bob] = [await begin('user_ann'), await begin('user_bob')];
  const leased = await deletions.lease();
  await db.collection('deletions').updateOne({ _id: ann._id }, { $set: { failures: 1 } });
  expect(leased?._id).toEqual(ann._id);
  const completedAt = new Date();
  await deletions.completeDeletion(ann._id, completedAt, 'first');
  await deletions.completeDeletion(ann._id, new Date(0), 'second');
  const { clerkId: _, userId: __, ...rest } = ann;
  expect(await stored(ann._id)).toEqual({ ...rest, completedAt, statement: 'first' });
  expect(await stored(bob._id)).toEqual(bob);
});

describe('a lease', () => {
  it('starts now, and is released with its run and its failures', async () => {
    await begin('user_ann');
    const bob = await begin('user_bob');
    await deletions.lease();
    const lease = await deletions.lease();
    if (lease === null) throw new Error('None is due');
    expect(lease._id).toEqual(bob._id);
    expect(lease).toEqual(await stored(bob._id));
    expect(lease.dueAt.getTime() - lease.startedAt.getTime()).toBe(LEASE_MS);
    expect(ageOf(lease)).toBe(0);

    await deletions.renew(lease);
    expect((await stored(bob._id))?.['dueAt']).toBeInstanceOf(Date);
    lease.failures = 2;
    await deletions.putOff(lease, { ms: 0.4, isFailure: true });
    const { run: _, ...rest } = lease;
    expect(await stored(bob._id)).toEqual({ ...rest, dueAt: expect.any(Date), failures: 3 });
    const again = await deletions.lease();
    expect(again).toMatchObject({ _id: bob._id, failures: 3, startedAt: lease.startedAt });
    expect(again?.run).not.toBe(lease.run);
    lease.startedAt = new Date(lease.dueAt.getTime() - LEASE_MS - 500);
    expect(ageOf(lease)).toBe(500);
    if (again === null) throw new Error('None is due');
    await deletions.putOff(again, { ms: 0, isFailure: false });
    expect(await stored(bob._id)).toMatchObject({ failures: 0 });
  });
});

describe('metrics', () => {
  async function lines(name: string): Promise<string[]> {
    return (await metrics.text()).split('\n').filter((line) => line.startsWith(name));
  }
  const states = (counts: Partial<Record<string, number>>) =>
    ['archived', 'clerk_deleted', 'purchases_archived', 'graph_erased', 'traces_erased'].map(
      (state) => `deletions{state="${state}"} ${counts[state] ?? 0}`,
    );

  it('are zero while there is no deletion', async () => {
    expect(await lines('deletions{')).toEqual(states({}));
    expect(await lines('deletion_oldest')).toEqual(['deletion_oldest_age_seconds 0']);
  });

  it('count open deletions by state, and show the age of the oldest', async () => {
    const [first, second, third, fourth] = [id(), id(), id(), id()];
    // Inserted in another order than that of their ids.
    for (const _id of [third, second, fourth, first]) await begin(`user_${String(_id)}`, { _id });
    const set = (_id: Types.ObjectId, requestedAt: Date) =>
      db.collection('deletions').updateOne({ _id }, { $set: { requestedAt } });
    const now = Date.now();
    await set(first, new Date(now - 900_000));
    await set(second, new Date(now - 90_000));
    await set(third, new Date(now - 80_000));
    await deletions.completeDeletion(first, new Date(), 'statement');
    await deletions.markDone(fourth, 'clerk');
    stopClock(now);
    expect(await lines('deletions{')).toEqual(states({ archived: 2, clerk_deleted: 1 }));
    expect(await lines('deletion_oldest')).toEqual(['deletion_oldest_age_seconds 90']);
  });
});
