import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type Connection, createConnection } from 'mongoose';
import { Lock, LockSchema } from '../../src/common/mongodb/lock.schema.js';
import { LocksService } from '../../src/common/mongodb/locks.service.js';
import { skewClock } from '../support/clock.js';
import { eventually } from '../support/eventually.js';
import { testDatabaseUri } from '../support/mongo.js';

const HOUR_MS = 3_600_000;

let db: Connection;
let locks: LocksService;
beforeAll(async () => {
  db = await createConnection(testDatabaseUri()).asPromise();
  locks = new LocksService(db.model(Lock.name, LockSchema));
});
afterEach(async () => {
  skewClock(0);
  await db.collection('locks').deleteMany({});
});
afterAll(async () => {
  await db.dropDatabase();
  await db.close();
});

const stored = () => db.collection<Lock>('locks').findOne({ _id: 'work' });

it('a lock has one owner, also when twenty take it for the first time at once', async () => {
  const leases = await Promise.all(Array.from({ length: 20 }, () => locks.take('work')));
  expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1);
});

it('an instance whose clock is an hour ahead takes no held lock, and holds its own no longer than others', async () => {
  const held = await locks.take('work');
  skewClock(HOUR_MS);
  expect(await locks.take('work')).toBeUndefined();
  await held?.release(false);
  const lease = await locks.take('work');
  await lease?.renew();
  skewClock(0);
  const { until } = (await stored()) ?? {};
  expect(until?.getTime()).toBeLessThan(Date.now() + 2 * 60_000);
});

it('an instance whose clock is an hour late keeps its lock, and its finished work counts as finished now', async () => {
  skewClock(-HOUR_MS);
  const lease = await locks.take('work');
  skewClock(0);
  expect(await locks.take('work')).toBeUndefined();
  skewClock(-HOUR_MS);
  await lease?.renew();
  await lease?.release(true);
  skewClock(0);
  expect(await locks.take('work', HOUR_MS / 2)).toBeUndefined();
  expect(await locks.take('work')).toBeDefined();
});

it('a lock that was lost can neither be renewed nor released', async () => {
  const lost = await locks.take('work', 0, 1);
  await eventually('the lock has expired and is taken', () => locks.take('work', 0, 60_000));
  await expect(lost?.renew()).rejects.toThrow('lost');
  await expect(lost?.release(true)).rejects.toThrow('lost');
});

it.each([
  ['holds', { until: new Date('2100-01-01'), finishedAt: null }],
  ['finished', { until: new Date(0), finishedAt: new Date('2100-01-01') }],
])('a lock that a wrong clock %s until 2100 is free', async (_what, times) => {
  await db.collection<Lock>('locks').insertOne({ _id: 'work', owner: 'another', ...times });
  expect(await locks.take('work', HOUR_MS)).toBeDefined();
});
