import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { ArchivesService } from '../../src/deletion/archives.service.js';
import { failCommands } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** This many fit into the archive itself. */
const INLINE = 500;
const PURCHASES = 600;

let mongo: ReplicaSet;
let api: TestApp;
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
  api = await startTestApp({
    MONGODB_URI: testDatabaseUri(mongo.uri),
    DELETED_USER_RETENTION_DAYS: '0',
    DELETED_USER_PURGE: 'automatic',
  });
});
afterAll(async () => {
  await api.close();
  await mongo.stop();
});

it('an archive without retention is purged after its deletion, not while purchases are moved to it', async () => {
  const ann = await api.join();
  await api.db.collection('purchases').insertMany(
    Array.from({ length: PURCHASES }, (_, index) => ({
      userId: new Types.ObjectId(ann.id),
      attemptId: `pa_${index}`,
      attemptUpdatedAt: 1,
      item: 'eSIM',
      amount: index,
      currency: 'EUR',
      status: 'paid',
      purchasedAt: new Date(),
      refundedAt: null,
    })),
  );
  const purge = () => api.app.get(ArchivesService).purgeExpired(1);
  // While this fails, no purchase can be moved.
  const undo = await failCommands(api.db, {
    failCommands: ['insert'],
    closeConnection: true,
    namespace: `${api.db.name}.deletionPurchases`,
  });
  expect((await ann.request('DELETE', '/users/me')).status).toBe(202);
  expect(await purge()).toBe(0);
  expect(await api.db.collection('purchases').countDocuments()).toBe(PURCHASES - INLINE);

  // An archive whose deletion completes meanwhile doesn't wait.
  const bob = await api.join();
  await bob.request('DELETE', '/users/me');
  await api.deletionOf(bob);
  expect(await purge()).toBe(1);

  await undo();
  await api.deletionOf(ann);
  expect(await api.db.collection('deletionPurchases').countDocuments()).toBe(PURCHASES - INLINE);
  expect(await purge()).toBe(1);
  expect(await api.db.collection('deletionPurchases').countDocuments()).toBe(0);
});
