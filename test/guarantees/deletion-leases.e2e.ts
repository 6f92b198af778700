import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Connection, createConnection, Types } from 'mongoose';
import { Deletion, DeletionSchema } from '../../src/deletion/deletion.schema.js';
import {
  DeletionsService,
  LEASE_MS,
  type LeasedDeletion,
  LostLeaseError,
} from '../../src/deletion/deletions.service.js';
import { Metrics } from '../../src/common/observability/metrics.js';
import { skewClock } from '../support/clock.js';
import { testDatabaseUri } from '../support/mongo.js';

const HOUR_MS = 3_600_000;

let db: Connection;
let deletions: DeletionsService;
beforeAll(async () => {
  db = await createConnection(testDatabaseUri()).asPromise();
  deletions = new DeletionsService(db.model(Deletion.name, DeletionSchema), new Metrics());
});
beforeEach(async () => {
  await begin('user_ann');
});
afterEach(async () => {
  skewClock(0);
  await db.collection('deletions').deleteMany({});
});
afterAll(async () => {
  await db.dropDatabase();
  await db.close();
});

async function begin(clerkId: string): Promise<void> {
  const deletion = {
    _id: new Types.ObjectId(),
    userId: new Types.ObjectId(),
    clerkId,
    reason: 'user_requested',
    erased: {},
  } as const;
  await db.transaction(async (session) => {
    await deletions.beginDeletion(deletion, false, session);
  });
}
async function leased(): Promise<LeasedDeletion> {
  const deletion = await deletions.lease();
  if (deletion === null) throw new Error('None is due');
  return deletion;
}
const set = (fields: object) => db.collection('deletions').updateOne({}, { $set: fields });

it('of twenty runs that ask at once, one has the deletion', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => deletions.lease()));
  expect(all.filter((deletion) => deletion !== null)).toHaveLength(1);
});

it.each([HOUR_MS, -HOUR_MS])(
  'an instance whose clock is off by %d ms takes no deletion of another one, and others take none of its own',
  async (ms) => {
    await leased();
    skewClock(ms);
    expect(await deletions.lease()).toBeNull();
    await begin('user_bob');
    const own = await leased();
    skewClock(0);
    expect(await deletions.lease()).toBeNull();
    skewClock(ms);
    await deletions.renew(own);
    skewClock(0);
    expect(await deletions.lease()).toBeNull();
    // Handed back, it is due for all at once.
    skewClock(ms);
    await deletions.putOff(own, { ms: 0, isFailure: false });
    skewClock(0);
    expect(await deletions.lease()).toMatchObject({ clerkId: 'user_bob' });
  },
);

it('a run that slept through its lease can neither renew it nor put the deletion off', async () => {
  const slept = await leased();
  await set({ dueAt: new Date(0) });
  const { run } = await leased();
  await expect(deletions.renew(slept)).rejects.toThrow(LostLeaseError);
  await deletions.putOff(slept, { ms: 0, isFailure: true });
  expect(await db.collection('deletions').findOne()).toMatchObject({ run });
});

it('a run that renews its lease has the deletion for as long again', async () => {
  const ann = await leased();
  await set({ dueAt: new Date(0) });
  await deletions.renew(ann);
  expect(await deletions.lease()).toBeNull();
});

it('the pause counts from now, the wait for the verification from the first run', async () => {
  const first = await leased();
  await deletions.putOff(first, { ms: HOUR_MS, isFailure: true });
  expect(await deletions.lease()).toBeNull();
  await set({ dueAt: new Date(0) });
  const second = await leased();
  expect([second.startedAt, second.failures]).toEqual([first.startedAt, 1]);
  expect(second.dueAt.getTime()).toBeLessThan(Date.now() + 2 * LEASE_MS);
});

it('a time that a wrong clock wrote is past: the deletion goes on', async () => {
  await set({ dueAt: new Date('2100-01-01'), run: 'another' });
  expect(await deletions.lease()).toMatchObject({ clerkId: 'user_ann' });
});

it('the one that has been due for longest comes first, and completed ones never', async () => {
  await begin('user_bob');
  await db.collection('deletions').updateOne({ clerkId: 'user_ann' }, { $set: { dueAt: new Date(1000) } });
  await db.collection('deletions').updateOne({ clerkId: 'user_bob' }, { $set: { dueAt: new Date(10) } });
  const bob = await leased();
  expect(bob.clerkId).toBe('user_bob');
  await deletions.completeDeletion(bob._id, new Date(), 'statement');
  expect(await leased()).toMatchObject({ clerkId: 'user_ann' });
  expect(await deletions.lease()).toBeNull();
  const completed = await db.collection('deletions').findOne({ _id: bob._id });
  expect(
    Object.keys(completed ?? {}).filter((name) => ['run', 'dueAt', 'startedAt', 'failures'].includes(name)),
  ).toEqual([]);
});
