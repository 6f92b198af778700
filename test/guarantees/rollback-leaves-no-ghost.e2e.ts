import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { ApiClient } from '../support/api-client.js';
import { collectionsWith, snapshot } from '../support/snapshot.js';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let mongo: ReplicaSet;
let api: TestApp;
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
});
beforeEach(async () => {
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri) });
});
afterEach(() => api.close());
afterAll(() => mongo.stop());

/** Makes the database refuse such users: a bug of ours, as in the seed. */
const refuse = (validator: object = { firstName: { $ne: 'Refused' } }) =>
  api.db.db?.command({ collMod: 'users', validator });
const accountExists = (clerkId: string) => api.clerk.getUser(clerkId) !== undefined;

describe('an account whose user can never be saved', () => {
  it('the bug of the seed: five such sign-ups leave nothing in Clerk and only tombstones in MongoDB', async () => {
    await refuse();
    const people = await Promise.all(Array.from({ length: 5 }, () => api.signUp({ first_name: 'Refused' })));
    const answers = people.flatMap((person) =>
      [person, person].map((each) => each.problem('GET', '/users/me')),
    );
    for (const answer of await Promise.all(answers)) {
      // The account may be gone before the second request of a person.
      expect(['422 user_sync_failed', '401 account_deleted']).toContain(answer);
    }
    // Clerk's own user.deleted events, as it sends them.
    await api.clerk.idle();
    for (const { clerkId } of people) {
      expect(accountExists(clerkId)).toBe(false);
      expect(await collectionsWith(api.db, clerkId)).toEqual([]);
    }
    const { users, wishlists, deletedUsers } = await snapshot(api.db);
    expect([users, wishlists]).toEqual([[], []]);
    expect(deletedUsers?.map((tombstone) => Object.keys(tombstone as object).sort())).toEqual(
      Array(5).fill(['_id', 'deletedAt', 'reason', 'subjectHash']),
    );
  });

  it('is rolled back by its webhook as well', async () => {
    await refuse();
    const { clerkId } = await api.signUp({ first_name: 'Refused' });
    const data = api.clerk.getUser(clerkId);
    if (data === undefined) throw new Error('No such user in Clerk');
    expect((await api.clerk.deliverWebhook({ type: 'user.created', data }, { svixId: 'msg_1' })).status).toBe(
      200,
    );
    expect(accountExists(clerkId)).toBe(false);
    expect(await api.db.collection<{ _id: string }>('webhookEvents').findOne({ _id: 'msg_1' })).toMatchObject(
      {
        outcome: 'rolled_back',
      },
    );
    expect(await collectionsWith(api.db, clerkId)).toEqual([]);
  });

  it('is rolled back by the next instance that starts when Clerk was away or the process died meanwhile', async () => {
    await refuse();
    const { clerkId, ...person } = await api.signUp({ first_name: 'Refused' });
    const undo = api.clerk.fail({ method: 'DELETE', mode: 'status', status: 401 });
    expect(await api.withToken(person.token).problem('GET', '/users/me')).toBe('422 user_sync_failed');
    expect(accountExists(clerkId)).toBe(true);
    undo();
    // The next instance has only the record, as after a kill -9.
    const records = api.db.collection('deletionRollbacks').watch([{ $match: { operationType: 'delete' } }]);
    await records.tryNext();
    await api.secondInstance();
    await records.next();
    await records.close();
    expect(accountExists(clerkId)).toBe(false);
    await api.clerk.idle();
    expect(await collectionsWith(api.db, clerkId)).toEqual([]);
  });

  it('is deleted once by parallel first requests over two instances', async () => {
    await refuse();
    const other = await api.secondInstance();
    const { clerkId, ...here } = await api.signUp({ first_name: 'Refused' });
    const clients = [api.withToken(here.token), new ApiClient(other, `Bearer ${here.token}`)];
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => clients.map((client) => client.problem('GET', '/users/me'))).flat(),
    );
    for (const answer of answers) {
      expect(['422 user_sync_failed', '401 account_deleted']).toContain(answer);
    }
    expect(accountExists(clerkId)).toBe(false);
    expect(await api.db.collection('deletedUsers').countDocuments()).toBe(1);
  });
});

describe('an account is kept', () => {
  it('with USER_SYNC_ROLLBACK=false', async () => {
    const keeping = await startTestApp({
      MONGODB_URI: testDatabaseUri(mongo.uri),
      USER_SYNC_ROLLBACK: 'false',
    });
    await keeping.db.db?.command({ collMod: 'users', validator: { firstName: { $ne: 'Refused' } } });
    const person = await keeping.signUp({ first_name: 'Refused' });
    expect(await person.problem('GET', '/users/me')).toBe('422 user_sync_failed');
    expect(keeping.clerk.getUser(person.clerkId)).toBeDefined();
    await keeping.db.db?.command({ collMod: 'users', validator: {} });
    await person.get('/users/me');
    await keeping.close();
  });

  it('when it is older than 24 hours', async () => {
    await refuse();
    const created_at = Date.now() - 25 * 60 * 60_000;
    const person = await api.signUp({ first_name: 'Refused', created_at });
    expect(await person.problem('GET', '/users/me')).toBe('422 user_sync_failed');
    expect(accountExists(person.clerkId)).toBe(true);
    expect(await api.db.collection('deletedUsers').countDocuments()).toBe(0);
  });

  it('after 20 roll-backs within an hour: 503, because the fault is probably ours', async () => {
    await refuse();
    const people = await Promise.all(Array.from({ length: 24 }, () => api.signUp({ first_name: 'Refused' })));
    const answers = await Promise.all(people.map((person) => person.problem('GET', '/users/me')));
    expect(answers.filter((answer) => answer === '422 user_sync_failed')).toHaveLength(20);
    expect(answers.filter((answer) => answer === '503 dependency_unavailable')).toHaveLength(4);
    expect(people.filter(({ clerkId }) => accountExists(clerkId))).toHaveLength(4);
    // An hour later, roll-backs are allowed again.
    const anHourAgo = new Date(Date.now() - 60 * 60_000);
    await api.db
      .collection<{ _id: string }>('deletionRollbacks')
      .updateOne({ _id: 'limit' }, { $set: { recent: Array(20).fill(anHourAgo) } });
    await refuse({});
    for (const person of people.slice(0, 4))
      expect((await person.request('GET', '/users/me')).status).toBeLessThan(500);
  });

  it('not because of roll-backs that a wrong clock recorded in the future', async () => {
    await api.db
      .collection<{ _id: string; recent: Date[] }>('deletionRollbacks')
      .updateOne(
        { _id: 'limit' },
        { $set: { recent: Array<Date>(20).fill(new Date('2100-01-01')) } },
        { upsert: true },
      );
    await refuse();
    const person = await api.signUp({ first_name: 'Refused' });
    expect(await person.problem('GET', '/users/me')).toBe('422 user_sync_failed');
    expect(accountExists(person.clerkId)).toBe(false);
  });

  it('during an outage of MongoDB: 503, and the next request creates the user', async () => {
    for (const fault of [{ errorCode: 91 }, { closeConnection: true }]) {
      for (const failCommands of [['find'], ['insert'], ['commitTransaction']]) {
        const person = await api.signUp();
        await catchCommand(api.db, { failCommands, ...fault });
        const { status } = await person.request('GET', '/users/me');
        expect([200, 503]).toContain(status);
        expect(accountExists(person.clerkId)).toBe(true);
        await person.get('/users/me');
      }
    }
    expect(await api.db.collection('deletedUsers').countDocuments()).toBe(0);
  });

  it('after a duplicate key: another request created the user, or took the username', async () => {
    for (const key of ['clerkId', 'username', 'anythingElse']) {
      const person = await api.signUp();
      await catchCommand(api.db, {
        failCommands: ['insert'],
        namespace: `${api.db.name}.users`,
        errorCode: 11000,
        errorExtraInfo: { keyPattern: { [key]: 1 }, keyValue: { [key]: 'x' } },
      });
      await person.get('/users/me');
      expect(accountExists(person.clerkId)).toBe(true);
    }
    expect(await api.db.collection('deletedUsers').countDocuments()).toBe(0);
  });
});
