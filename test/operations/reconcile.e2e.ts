import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ReconcilerService, TooManyLossesError } from '../../src/reconciler/reconciler.service.js';
import { userDeletedEvent } from '../support/events.js';
import { eventually } from '../support/eventually.js';
import { collectionsWith, snapshot } from '../support/snapshot.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
beforeEach(async () => {
  api = await startTestApp();
});
afterEach(() => api.close());

/** Resolves once the schedule of an instance has counted a run with this outcome. */
async function counted({ anonymous }: TestApp, outcome: string): Promise<void> {
  const line = new RegExp(`^reconciliations_total\\{outcome="${outcome}"\\} [1-9]`, 'm');
  await eventually(`a scheduled run is ${outcome}`, async () =>
    line.test(String((await anonymous.request('GET', '//metrics')).body)),
  );
}

const reconcile = (options = {}) => api.app.get(ReconcilerService).reconcile(options);

describe('reconcile', () => {
  it('repairs what lost webhooks caused: users without account, accounts without user, old names', async () => {
    const [gone, renamed, same] = [await api.join(), await api.join({ first_name: 'Old' }), await api.join()];
    const fresh = await api.signUp({ first_name: 'Fresh' });
    await same.call(200, 'PUT', `/users/me/following/${gone.id}`);
    await api.clerk.deleteUser(gone.clerkId, { webhook: false });
    await api.clerk.updateUser(renamed.clerkId, { first_name: 'New' }, { webhook: false });

    const found = {
      inClerk: 3,
      inMongoDB: 3,
      created: 1,
      updated: 1,
      deleted: 1,
      deletedHereOnly: 0,
      refused: 0,
      unreadable: 0,
      allowedLosses: 10,
    };
    const before = await snapshot(api.db);
    expect(await reconcile({ dryRun: true })).toEqual(found);
    const { locks: _, ...untouched } = await snapshot(api.db);
    const { locks: __, ...expected } = before;
    expect(untouched).toEqual(expected);

    expect(await reconcile()).toEqual(found);
    expect(await gone.problem('GET', '/users/me')).toBe('401 account_deleted');
    await api.deletionOf(gone);
    expect(await collectionsWith(api.db, gone.id)).toEqual([]);
    expect(await same.get('/users/me')).toMatchObject({ followingCount: 0 });
    expect(await renamed.get('/users/me')).toMatchObject({ firstName: 'New' });
    expect(await api.userOf(fresh)).toMatchObject({ firstName: 'Fresh' });
    expect(await reconcile()).toEqual({ ...found, inMongoDB: 3, created: 0, updated: 0, deleted: 0 });
  });

  it('changes neither deleted users nor accounts that cannot be saved', async () => {
    const deleted = await api.join();
    await api.clerk.deliverWebhook(userDeletedEvent(deleted));
    await api.db.db?.command({ collMod: 'users', validator: { firstName: { $ne: 'Refused' } } });
    await api.signUp({ first_name: 'Refused' });
    expect(await reconcile()).toMatchObject({ created: 0, deletedHereOnly: 1, refused: 1 });
    expect(api.clerk.getUser(deleted.clerkId)).toBeDefined();
    expect(await api.db.collection('users').countDocuments()).toBe(0);
  });

  it('reads more users than fit into one list', async () => {
    await Promise.all(Array.from({ length: 1203 }, () => api.clerk.createUser({}, { webhook: false })));
    const progress: number[] = [];
    const summary = await reconcile({ onProgress: (done: number) => progress.push(done) });
    expect(summary).toMatchObject({ inClerk: 1203, created: 1203 });
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(await reconcile()).toMatchObject({ inClerk: 1203, inMongoDB: 1203, created: 0, deleted: 0 });
  });

  it('stops above 10 losses or 1 %: a wrong key must not erase all users', async () => {
    const people = [];
    for (let index = 0; index < 11; index++) people.push(await api.join());
    // An instance with our id that has none of our users.
    const another = await startTestApp();
    const kept = await another.db.collection('clerkInstances').findOne();
    await api.db
      .collection('clerkInstances')
      .updateOne({}, { $set: { instanceId: kept?.['instanceId'] as unknown } });
    const environment = {
      MONGODB_URI: api.config.mongodbUri,
      CLERK_SECRET_KEY: another.clerk.secretKey,
      CLERK_API_URL: another.clerk.url,
    };
    const once = await startTestApp(environment);
    await expect(once.app.get(ReconcilerService).reconcile()).rejects.toThrow(TooManyLossesError);
    await once.close({ keepDatabase: true });
    const scheduled = await startTestApp({ ...environment, RECONCILE_INTERVAL_MS: '1000' });
    await counted(scheduled, 'stopped');
    await scheduled.close({ keepDatabase: true });
    await another.close();
    expect(await api.db.collection('users').countDocuments()).toBe(11);
    expect(await api.db.collection('deletedUsers').countDocuments()).toBe(0);

    await api.clerk.deleteUser(people[0]?.clerkId ?? '', { webhook: false });
    expect(await reconcile()).toMatchObject({ deleted: 1 });
  });

  it('exceeds that up to `allowedLosses`, but never to all users', async () => {
    const people = [];
    for (let index = 0; index < 12; index++) people.push(await api.join());
    for (const { clerkId } of people.slice(1)) await api.clerk.deleteUser(clerkId, { webhook: false });
    await expect(reconcile()).rejects.toThrow(TooManyLossesError);
    await expect(reconcile({ allowedLosses: 10 })).rejects.toThrow(TooManyLossesError);
    expect(await api.db.collection('users').countDocuments()).toBe(12);
    expect(await reconcile({ allowedLosses: 11 })).toMatchObject({ deleted: 11 });
    await api.clerk.deleteUser(people[0]?.clerkId ?? '', { webhook: false });
    for (let index = 0; index < 2; index++) {
      await api.clerk.deleteUser((await api.join()).clerkId, { webhook: false });
    }
    await expect(reconcile({ allowedLosses: 100 })).rejects.toThrow(TooManyLossesError);
  });

  it('does not trust the list: a user who is missing from it is looked up', async () => {
    const person = await api.join();
    const undo = api.clerk.fail({ method: 'GET', path: /^\/v1\/users\/user_/, mode: 'status', status: 401 });
    await api.clerk.deleteUser(person.clerkId, { webhook: false });
    // Not in the list, but the lookup is no 404: nothing is deleted.
    await expect(reconcile()).rejects.toMatchObject({ code: 'dependency_unavailable' });
    expect(await api.db.collection('users').countDocuments()).toBe(1);
    undo();
    expect(await reconcile()).toMatchObject({ deleted: 1 });
  });

  it('does not trust a 404 of a proxy: deletes nothing', async () => {
    for (let index = 0; index < 3; index++) await api.join();
    const undo = api.clerk.fail({ path: /^\/v1\/users/, mode: 'html', status: 404 });
    await expect(reconcile()).rejects.toMatchObject({ code: 'dependency_unavailable' });
    undo();
    expect(await api.db.collection('users').countDocuments()).toBe(3);
  });

  it('runs on one instance at a time', async () => {
    await Promise.all(Array.from({ length: 30 }, () => api.clerk.createUser({}, { webhook: false })));
    const summaries = await Promise.all([reconcile(), reconcile(), reconcile()]);
    expect(summaries.filter((summary) => summary !== undefined)).toHaveLength(1);
  });

  it('runs on a schedule when RECONCILE_INTERVAL_MS is set', async () => {
    const changes = api.db.collection('users').watch([{ $match: { operationType: 'insert' } }]);
    await changes.tryNext();
    const { clerkId } = await api.signUp();
    const scheduled = await startTestApp({
      MONGODB_URI: api.config.mongodbUri,
      CLERK_API_URL: api.clerk.url,
      CLERK_SECRET_KEY: api.clerk.secretKey,
      RECONCILE_INTERVAL_MS: '1000',
    });
    await changes.next();
    await changes.close();
    expect(await api.db.collection('users').countDocuments({ clerkId })).toBe(1);
    await counted(scheduled, 'completed');
    api.clerk.fail({ path: /^\/v1\/users/, mode: 'status', status: 401 });
    await counted(scheduled, 'failed');
    api.clerk.clearFaults();
    await scheduled.close({ keepDatabase: true });
  });
});
