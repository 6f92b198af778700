import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { LEASE_MS, LostLeaseError } from '../../src/deletion/deletions.service.js';
import { skewClock } from '../support/clock.js';
import { type DeletionRecords, startDeletionRecords } from '../support/deletion-records.js';

const HOUR_MS = 3_600_000;

let records: DeletionRecords;
let db: DeletionRecords['db'];
let deletions: DeletionRecords['deletions'];
beforeAll(async () => {
  records = await startDeletionRecords();
  ({ db, deletions } = records);
});
beforeEach(() => records.begin('user_ann'));
afterEach(async () => {
  skewClock(0);
  await records.clear();
});
afterAll(() => records.close());

const set = (fields: object) => db.collection('deletions').updateOne({}, { $set: fields });

it('one of twenty runs that ask at once gets the deletion', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => deletions.lease()));
  expect(all.filter((deletion) => deletion !== null)).toHaveLength(1);
});

it.each([HOUR_MS, -HOUR_MS])(
  'an instance whose clock is off by %d ms takes no deletion of another instance, and loses none of its own',
  async (ms) => {
    await records.lease();
    skewClock(ms);
    expect(await deletions.lease()).toBeNull();
    await records.begin('user_bob');
    const own = await records.lease();
    skewClock(0);
    expect(await deletions.lease()).toBeNull();
    skewClock(ms);
    await deletions.renew(own);
    skewClock(0);
    expect(await deletions.lease()).toBeNull();
    // Once it is released, it is due for all instances at once.
    skewClock(ms);
    await deletions.putOff(own, { ms: 0, isFailure: false });
    skewClock(0);
    expect(await deletions.lease()).toMatchObject({ clerkId: 'user_bob' });
  },
);

it('a run whose lease has expired can neither renew it nor postpone the deletion', async () => {
  const expired = await records.lease();
  await set({ dueAt: new Date(0) });
  const { run } = await records.lease();
  await expect(deletions.renew(expired)).rejects.toThrow(LostLeaseError);
  await deletions.putOff(expired, { ms: 0, isFailure: true });
  expect(await db.collection('deletions').findOne()).toMatchObject({ run });
});

it('a run that renews its lease keeps the deletion for another full lease', async () => {
  const ann = await records.lease();
  await set({ dueAt: new Date(0) });
  await deletions.renew(ann);
  expect(await deletions.lease()).toBeNull();
});

it('the pause after a failure starts now, the wait for the verification at the first run', async () => {
  const first = await records.lease();
  await deletions.putOff(first, { ms: HOUR_MS, isFailure: true });
  expect(await deletions.lease()).toBeNull();
  await set({ dueAt: new Date(0) });
  const second = await records.lease();
  expect([second.startedAt, second.failures]).toEqual([first.startedAt, 1]);
  expect(second.dueAt.getTime()).toBeLessThan(Date.now() + 2 * LEASE_MS);
});

it('a time that a wrong clock wrote counts as past: the deletion is leased', async () => {
  await set({ dueAt: new Date('2100-01-01'), run: 'another' });
  expect(await deletions.lease()).toMatchObject({ clerkId: 'user_ann' });
});

it('the deletion that has been due the longest comes first, completed ones never', async () => {
  await records.begin('user_bob');
  await db.collection('deletions').updateOne({ clerkId: 'user_ann' }, { $set: { dueAt: new Date(1000) } });
  await db.collection('deletions').updateOne({ clerkId: 'user_bob' }, { $set: { dueAt: new Date(10) } });
  const bob = await records.lease();
  expect(bob.clerkId).toBe('user_bob');
  await deletions.completeDeletion(bob._id, new Date(), 'statement');
  expect(await records.lease()).toMatchObject({ clerkId: 'user_ann' });
  expect(await deletions.lease()).toBeNull();
  const completed = await db.collection('deletions').findOne({ _id: bob._id });
  expect(
    Object.keys(completed ?? {}).filter((name) => ['run', 'dueAt', 'startedAt', 'failures'].includes(name)),
  ).toEqual([]);
});
