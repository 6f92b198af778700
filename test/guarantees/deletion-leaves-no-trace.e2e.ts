import { hash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { userDeletedEvent } from '../support/events.js';
import { eventually } from '../support/eventually.js';
import { collectionsWith, snapshot } from '../support/snapshot.js';
import { type Joined, type Person, startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

const archives = () => api.db.collection('deletedUsers').find().toArray();

/** Resolves once no job of a deletion is left: a job is removed after it has completed the deletion. */
async function noJobsLeft(): Promise<void> {
  const jobs = api.db.collection('deletionJobs');
  const isEmpty = async () => (await jobs.countDocuments({ name: 'deletion' })) === 0;
  await eventually('no deletion job is left', isEmpty);
}

/** A user with a wishlist, purchases, and edges both ways with `others`. */
async function settle(others: readonly Joined[], name: string): Promise<Joined> {
  const person = await api.join({ first_name: name, email_address: [`${name.toLowerCase()}@example.com`] });
  await person.call(201, 'PUT', '/users/me/wishlist/JP', { body: { note: `${name}'s dream` } });
  for (const other of others) {
    await person.call(200, 'PUT', `/users/me/following/${other.id}`);
    await other.call(200, 'PUT', `/users/me/following/${person.id}`);
  }
  await api.db.collection('purchases').insertMany(
    [500, 900].map((amount) => ({
      userId: new Types.ObjectId(person.id),
      item: 'eSIM',
      amount,
      currency: 'EUR',
      status: 'paid',
      purchasedAt: new Date(),
      refundedAt: null,
    })),
  );
  return person;
}

it('a signed user.deleted leaves one archive and no other trace; four repeats change nothing', async () => {
  const others = [await api.join(), await api.join(), await api.join()];
  await others[0]?.call(200, 'PUT', `/users/me/following/${others[1]?.id ?? ''}`);
  const before = await snapshot(api.db);
  const marvin = await settle(others, 'Marvin');
  expect(await collectionsWith(api.db, marvin.id)).toEqual(['follows', 'purchases', 'users', 'wishlists']);

  const { status } = await api.clerk.deliverWebhook(userDeletedEvent(marvin), { svixId: 'msg_first' });
  expect(status).toBe(200);
  await api.deletionOf(marvin);
  await noJobsLeft();

  const after = await snapshot(api.db);
  const { deletedUsers, deletions, deletionUsernames, webhookEvents, ...rest } = after;
  const {
    deletedUsers: _none,
    deletions: _noDeletion,
    deletionUsernames: _noName,
    webhookEvents: _noRow,
    ...restBefore
  } = before;
  // The other users, with their counters, are as if Marvin had never joined.
  expect(rest).toEqual(restBefore);
  expect(webhookEvents).toEqual([expect.objectContaining({ _id: 'msg_first', outcome: 'applied' })]);
  expect(deletedUsers).toEqual([
    {
      _id: expect.anything(),
      subjectHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      clerkId: marvin.clerkId,
      deletedAt: expect.any(Date),
      keptUntil: expect.any(Date),
      reason: 'user_requested',
      userData: expect.objectContaining({
        email: 'marvin@example.com',
        firstName: 'Marvin',
        followersCount: 3,
      }),
      purchases: [expect.objectContaining({ amount: 900 }), expect.objectContaining({ amount: 500 })],
    },
  ]);
  expect(deletions).toEqual([
    {
      _id: (deletedUsers?.[0] as { _id: unknown })._id,
      subjectHash: (deletedUsers?.[0] as { subjectHash: string }).subjectHash,
      reason: 'user_requested',
      receiptSecret: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      requestedAt: expect.any(Date),
      done: Object.fromEntries(
        ['clerk', 'purchases', 'graph', 'traces'].map((step) => [step, expect.any(Date)]),
      ),
      erased: { users: 1, wishlists: 1, purchases: 2, follows: 6 },
      completedAt: expect.any(Date),
      statement: expect.any(String),
    },
  ]);
  expect(deletionUsernames).toEqual([
    {
      _id: expect.anything(),
      nameHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      subjectHash: (deletedUsers?.[0] as { subjectHash: string }).subjectHash,
      until: expect.any(Date),
    },
  ]);
  expect(await collectionsWith(api.db, marvin.id)).toEqual([]);
  expect(await collectionsWith(api.db, 'Marvin')).toEqual(['deletedUsers']);

  // The same delivery three times more, and the same event under another id.
  for (const svixId of ['msg_first', 'msg_first', 'msg_first', 'msg_second']) {
    expect((await api.clerk.deliverWebhook(userDeletedEvent(marvin), { svixId })).status).toBe(200);
  }
  const { webhookEvents: rows, ...again } = await snapshot(api.db);
  expect(again).toEqual({ ...rest, deletedUsers, deletions, deletionUsernames });
  expect(rows).toHaveLength(2);
});

it('the deleted subject gets 401 account_deleted on all routes, and others get 404 for it', async () => {
  const [ann, bob] = [await api.join(), await api.join()];
  await api.clerk.deliverWebhook(userDeletedEvent(ann));
  expect(await ann.problem('GET', '/users/me')).toBe('401 account_deleted');
  expect(await ann.problem('PUT', '/users/me/wishlist/JP')).toBe('401 account_deleted');
  expect(await bob.problem('GET', `/users/${ann.id}`)).toBe('404 user_not_found');
  expect(await bob.problem('PUT', `/users/me/following/${ann.id}`)).toBe('404 user_not_found');
  await api.deletionOf(ann);
  expect(await collectionsWith(api.db, ann.id)).toEqual([]);
});

it('late events of a deleted subject create no user', async () => {
  const ann = await api.join();
  const data = api.clerk.getUser(ann.clerkId);
  if (data === undefined) throw new Error('No such user in Clerk');
  await api.clerk.deliverWebhook(userDeletedEvent(ann));
  for (const type of ['user.created', 'user.updated']) {
    // Clerk still has the account, so only the tombstone prevents a new user.
    expect((await api.clerk.deliverWebhook({ type, data })).status).toBe(200);
  }
  expect(await api.db.collection('users').findOne({ clerkId: ann.clerkId })).toBeNull();
});

it('the deletion of an unknown subject leaves a tombstone with its hash and nothing else', async () => {
  const unknown = { clerkId: 'user_neverseenhere00000000000000' } as Person;
  const before = await archives();
  await api.clerk.deliverWebhook(userDeletedEvent(unknown));
  const [tombstone, ...none] = (await archives()).slice(before.length);
  expect(none).toEqual([]);
  expect(Object.keys(tombstone ?? {}).sort()).toEqual(['_id', 'deletedAt', 'reason', 'subjectHash']);
  expect(await collectionsWith(api.db, unknown.clerkId)).toEqual([]);
});

it('user.deleted without an id changes no document', async () => {
  await api.join();
  const { webhookEvents: _, webhookDeadLetters: __, ...before } = await snapshot(api.db);
  for (const data of [
    { object: 'user', deleted: true },
    { id: null },
    { id: '' },
    { id: { $ne: null } },
    { id: ['x'] },
  ]) {
    expect((await api.clerk.deliverWebhook({ type: 'user.deleted', data })).status).toBe(200);
  }
  const { webhookEvents, webhookDeadLetters, ...after } = await snapshot(api.db);
  expect(after).toEqual(before);
  expect(webhookDeadLetters).toHaveLength(5);
  expect(
    (webhookEvents as { outcome: string }[]).filter(({ outcome }) => outcome === 'dead_letter'),
  ).toHaveLength(5);
});

it('the next instance that starts finishes a deletion whose instance died right after the fence', async () => {
  const others = [await api.join(), await api.join()];
  const ann = await settle(others, 'Halfway');
  const { _id: userId, clerkId, ...userData } = await api.userOf(ann);
  // What the fence commits; the process dies before it inserts a job.
  await api.db.collection('users').deleteOne({ _id: userId });
  await api.db.collection('wishlists').deleteOne({ _id: userId });
  await api.db.collection('purchases').deleteMany({ userId });
  const tombstone = {
    _id: new Types.ObjectId(),
    subjectHash: hash('sha256', ann.clerkId, 'hex'),
    reason: 'user_requested',
  };
  await api.db
    .collection('deletedUsers')
    .insertOne({ ...tombstone, clerkId, deletedAt: new Date(), userData });
  await api.db.collection('deletions').insertOne({
    ...tombstone,
    userId,
    clerkId,
    receiptSecret: 'x'.repeat(43),
    requestedAt: new Date(),
    done: {},
    erased: { users: 1 },
    completedAt: null,
  });

  await api.secondInstance();
  await api.deletionOf(ann);
  expect(await collectionsWith(api.db, ann.id)).toEqual([]);
  for (const other of others) {
    expect(await other.get('/users/me')).toMatchObject({ followersCount: 0, followingCount: 0 });
  }
  expect(api.clerk.getUser(ann.clerkId)).toBeUndefined();
});
