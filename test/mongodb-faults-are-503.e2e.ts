import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { isUnavailable } from '../src/common/mongo-errors.js';
import type { ReplicaSet } from '../scripts/mongod.ts';
import { catchCommand } from './support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from './support/mongo.js';
import { startTestApp, type TestApp } from './support/test-app.js';

/** By MongoDB's error_codes.yml. A shutdown isn't among them: the driver believes it, and waits for another primary. */
const UNAVAILABLE = {
  HostUnreachable: 6,
  HostNotFound: 7,
  MaxTimeMSExpired: 50,
  NetworkTimeout: 89,
  PrimarySteppedDown: 189,
  ExceededTimeLimit: 262,
  NotWritablePrimary: 10107,
  NotPrimaryNoSecondaryOk: 13435,
};

let replicaSet: ReplicaSet;
let api: TestApp;
beforeAll(async () => {
  replicaSet = await startFaultyReplicaSet();
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(replicaSet.uri) });
});
afterAll(async () => {
  await api.close();
  await replicaSet.stop();
});

/** Fails matching commands until it is undone: the driver tries some of them again. */
async function failAll(
  data: { failCommands: string[]; errorCode?: number; closeConnection?: boolean },
  collection = 'users',
) {
  const admin = api.db.getClient().db('admin');
  await admin.command({
    configureFailPoint: 'failCommand',
    mode: 'alwaysOn',
    data: { ...data, namespace: `${api.db.name}.${collection}`, appName: 'roavelo-api' },
  });
  return () => admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
}

const faults = Object.entries(UNAVAILABLE).map(([name, errorCode]) => [name, { errorCode }] as const);

it.each([...faults, ['a closed connection', { closeConnection: true }] as const])(
  '%s when a user is read: 503 with Retry-After',
  async (_name, fault) => {
    const ann = await api.join();
    const undo = await failAll({ failCommands: ['find'], ...fault });
    const { status, headers } = await ann.request('GET', '/users/me');
    await undo();
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    await ann.get('/users/me');
  },
);

// One of each kind: a transaction is tried for 5 s before it gives up.
it.each([
  ['a primary that steps down', { errorCode: UNAVAILABLE.PrimarySteppedDown }],
  ['an exceeded time limit', { errorCode: UNAVAILABLE.MaxTimeMSExpired }],
  ['a closed connection', { closeConnection: true }],
])('%s when a user is inserted: 503, nothing is there; then one user', async (_name, fault) => {
  const ann = await api.signUp();
  const undo = await failAll({ failCommands: ['insert'], ...fault });
  expect(await ann.problem('GET', '/users/me')).toBe('503 dependency_unavailable');
  await undo();
  expect(await api.db.collection('users').countDocuments({ clerkId: ann.clerkId })).toBe(0);
  expect(api.clerk.getUser(ann.clerkId)).toBeDefined();
  await ann.get('/users/me');
  expect(await api.db.collection('users').countDocuments({ clerkId: ann.clerkId })).toBe(1);
});

it('a commit that takes longer than a transaction may: 503, and one user all the same', async () => {
  const ann = await api.signUp();
  await catchCommand(api.db, { failCommands: ['commitTransaction'], blockTimeMS: 6000 });
  expect(await ann.problem('GET', '/users/me')).toBe('503 dependency_unavailable');
  await ann.get('/users/me');
  expect(await api.db.collection('users').countDocuments({ clerkId: ann.clerkId })).toBe(1);
  expect(await api.db.collection('wishlists').countDocuments()).toBe(
    await api.db.collection('users').countDocuments(),
  );
});

it('not ready while MongoDB holds its answer back, but alive', async () => {
  const caught = await catchCommand(api.db, { failCommands: ['ping'], blockTimeMS: 4000 });
  const ready = api.anonymous.problem('GET', '//health/ready');
  await caught();
  await api.anonymous.get('//health/live');
  expect(await ready).toBe('503 dependency_unavailable');
});

it.each(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'])(
  '%s of the socket to a dead primary is no 500',
  (code) => {
    expect(
      isUnavailable(Object.assign(new Error('This socket has been ended by the other party'), { code })),
    ).toBe(true);
  },
);

it.each([...Object.values(UNAVAILABLE), 91, 11600, 11602])('code %i of the server is an outage', (code) => {
  expect(isUnavailable(new mongo.MongoServerError({ message: 'x', code }))).toBe(true);
});

it('what is no outage is none', () => {
  expect(isUnavailable(new Error('x'))).toBe(false);
  expect(isUnavailable(new mongo.MongoServerError({ message: 'x', code: 11000 }))).toBe(false);
  expect(isUnavailable(new mongo.MongoServerError({ message: 'x', code: 121 }))).toBe(false);
  expect(isUnavailable(undefined)).toBe(false);
});

it('countries are answered all the same: without counts until they can be counted, with the last ones afterwards', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => api.join()));
  for (const person of people) await person.call(201, 'PUT', '/users/me/wishlist/JP');
  const wantedBy = async () => (await api.anonymous.get('/countries/JP'))['wantedBy'];
  const failCounting = () =>
    failAll({ failCommands: ['aggregate'], errorCode: UNAVAILABLE.MaxTimeMSExpired }, 'wishlists');
  let undo = await failCounting();
  expect(await wantedBy()).toBeNull();
  await undo();
  // The test's own limit ends it.
  while ((await wantedBy()) !== 5);

  undo = await failCounting();
  const before = await entered();
  while ((await entered()) === before) expect(await wantedBy()).toBe(5);
  expect(await wantedBy()).toBe(5);
  await undo();
}, 60_000);

/** How often the fail point has caught a command. */
async function entered(): Promise<number> {
  const answer = await api.db
    .getClient()
    .db('admin')
    .command({ getParameter: 1, 'failpoint.failCommand': 1 });
  return (answer['failpoint.failCommand'] as { timesEntered: number }).timesEntered;
}
