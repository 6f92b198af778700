import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { ShutdownState } from '../../src/common/shutdown-state.js';
import { eventually } from '../support/eventually.js';
import { catchCommand } from '../support/fail-point.js';
import { metricOf } from '../support/metrics.js';
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

const detailOf = async (path: string) => {
  const { status, body } = await api.anonymous.request('GET', path);
  return [status, (body as { detail?: string }).detail];
};

describe('GET /health/live and /health/ready', () => {
  it('200 from both', async () => {
    expect(await api.anonymous.get('//health/live')).toEqual({ status: 'ok' });
    expect(await api.anonymous.get('//health/ready')).toEqual({ status: 'ok' });
  });

  it('not ready, but live, while MongoDB does not answer', async () => {
    await catchCommand(api.db, { failCommands: ['ping'], closeConnection: true });
    expect(await api.anonymous.problem('GET', '//health/ready')).toBe('503 dependency_unavailable');
    await api.anonymous.get('//health/live');
    await api.anonymous.get('//health/ready');
  });

  it('not ready while MongoDB is slower than two seconds', async () => {
    await catchCommand(api.db, { failCommands: ['ping'], blockTimeMS: 3000 });
    expect(await detailOf('//health/ready')).toEqual([503, 'MongoDB does not answer.']);
  });

  it('not ready while a unique index is missing; other missing indexes are only counted', async () => {
    const follows = api.db.collection('follows');
    await follows.dropIndex('followeeId_1_state_1__id_-1_followerId_1');
    await api.anonymous.get('//health/ready');
    // Checked every five seconds.
    await eventually('the missing index is counted', async () => (await missingIndexes()) !== 0);
    expect(await missingIndexes()).toBe(1);

    const users = api.db.collection('users');
    await users.dropIndex('clerkId_1');
    expect(await detailOf('//health/ready')).toEqual([
      503,
      'A unique index is missing: users {"clerkId":1}.',
    ]);
    await users.createIndex({ clerkId: 1 }, {}, {});
    expect((await detailOf('//health/ready'))[0]).toBe(503);
    await users.dropIndex('clerkId_1');
    await users.createIndex({ clerkId: 1 }, { unique: true }, {});
    await api.anonymous.get('//health/ready');
    await follows.createIndex({ followeeId: 1, state: 1, _id: -1, followerId: 1 }, {}, {});
    expect(await missingIndexes()).toBe(0);
  });
});

const missingIndexes = () => metricOf(api.anonymous.url, 'mongodb_missing_indexes');

describe('an instance that shuts down', () => {
  it('is not ready, still answers, and closes each connection after its answer', async () => {
    const other = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri) });
    other.app.get(ShutdownState).begin();
    expect(await other.anonymous.problem('GET', '//health/ready')).toBe('503 dependency_unavailable');
    const { status, headers } = await other.anonymous.request('GET', '/countries');
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    await other.close();
  });
});
