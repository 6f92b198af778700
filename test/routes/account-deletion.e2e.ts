import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { ApiClient } from '../support/api-client.js';
import { sets, watchFor } from '../support/changes.js';
import { userDeletedEvent } from '../support/events.js';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { collectionsWith } from '../support/snapshot.js';
import { type Joined, type Person, startTestApp, type TestApp } from '../support/test-app.js';

interface Accepted {
  id: string;
  state: string;
  receiptUrl: string;
}

let mongo: ReplicaSet;
let api: TestApp;
let otherUrl: string;
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
  api = await startTestApp({ MONGODB_URI: testDatabaseUri(mongo.uri) });
  otherUrl = await api.secondInstance();
});
afterAll(async () => {
  await api.close();
  await mongo.stop();
});

const deleteMe = (person: Pick<ApiClient, 'call'>) => person.call<Accepted>(202, 'DELETE', '/users/me');
const receiptOf = ({ receiptUrl }: Accepted) => api.anonymous.get(receiptUrl.replace('/api/v2', ''));
const archiveOf = ({ clerkId }: Person) =>
  api.db.collection('deletedUsers').findOne({ subjectHash: hash('sha256', clerkId, 'hex') });

describe('DELETE /users/me', () => {
  it('202: deletes the account here and in Clerk; its receipt becomes completed', async () => {
    const [ann, bob] = [await api.join(), await api.join()];
    await bob.call(200, 'PUT', `/users/me/following/${ann.id}`);
    const accepted = await deleteMe(ann);
    expect(await ann.problem('GET', '/users/me')).toBe('401 account_deleted');
    expect(await bob.problem('GET', `/users/${ann.id}`)).toBe('404 user_not_found');
    await api.deletionOf(ann);
    expect(api.clerk.getUser(ann.clerkId)).toBeUndefined();
    expect(await collectionsWith(api.db, ann.id)).toEqual([]);
    expect(await bob.get('/users/me')).toMatchObject({ followingCount: 0 });
    expect(await receiptOf(accepted)).toMatchObject({ id: accepted.id, state: 'completed' });
  });

  it('202: repeated requests, concurrent and on both instances, get the same answer', async () => {
    const ann = await api.join();
    const there = new ApiClient(otherUrl, `Bearer ${ann.token}`);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => deleteMe(index % 2 === 0 ? ann : there)),
    );
    await api.deletionOf(ann);
    answers.push(await deleteMe(there));
    expect(new Set(answers.map(({ id, receiptUrl }) => `${id} ${receiptUrl}`)).size).toBe(1);
    expect(answers.at(-1)?.state).toBe('completed');
    const subjectHash = hash('sha256', ann.clerkId, 'hex');
    expect(await api.db.collection('deletedUsers').countDocuments({ subjectHash })).toBe(1);
  });

  it('202: for a subject without a user: creates none, and deletes the account in Clerk', async () => {
    const ann = await api.signUp();
    const accepted = await deleteMe(ann);
    await api.deletionOf(ann);
    expect(api.clerk.getUser(ann.clerkId)).toBeUndefined();
    expect(await archiveOf(ann)).not.toHaveProperty('userData');
    expect(await receiptOf(accepted)).toMatchObject({ erased: {}, kept: [{ what: 'tombstone' }] });
    expect(await collectionsWith(api.db, ann.clerkId)).toEqual([]);
  });

  it('202 for suspended and banned users', async () => {
    const ann = await api.join();
    await api.db
      .collection('users')
      .updateOne({ clerkId: ann.clerkId }, { $set: { suspendedAt: new Date(), banned: true } });
    await deleteMe(ann);
    await api.deletionOf(ann);
    expect(await archiveOf(ann)).toMatchObject({ reason: 'user_requested', userData: { banned: true } });
  });

  it('202 while Clerk is away: deletes everything here now, and in Clerk once it is back', async () => {
    const [ann, bob] = [await api.join(), await api.join()];
    await bob.call(200, 'PUT', `/users/me/following/${ann.id}`);
    const undo = api.clerk.fail({ method: 'DELETE', mode: 'status', status: 400 });
    const lastStepHere = await watchFor(api.db.collection('deletions'), sets('done.traces'));
    const accepted = await deleteMe(ann);
    await lastStepHere();
    expect(await receiptOf(accepted)).toMatchObject({
      state: 'archived',
      completedAt: null,
      statement: null,
    });
    expect(await bob.get('/users/me')).toMatchObject({ followingCount: 0 });
    expect(await collectionsWith(api.db, ann.id)).toEqual(['deletions']);
    undo();
    await api.deletionOf(ann);
    expect(api.clerk.getUser(ann.clerkId)).toBeUndefined();
    expect(await receiptOf(accepted)).toMatchObject({ state: 'completed' });
  });

  it("Clerk's own webhook of the deletion completes it without another call of Clerk", async () => {
    const ann = await api.join();
    const undo = api.clerk.fail({ method: 'DELETE', mode: 'status', status: 400 });
    await deleteMe(ann);
    expect((await api.clerk.deliverWebhook(userDeletedEvent(ann))).status).toBe(200);
    // Completed although Clerk still refuses to delete: its webhook says that the account is gone.
    await api.deletionOf(ann);
    undo();
    expect(await archiveOf(ann)).toMatchObject({ reason: 'user_requested' });
  });

  it('401 unauthenticated without a token', async () => {
    expect(await api.anonymous.problem('DELETE', '/users/me')).toBe('401 unauthenticated');
  });

  it('401 account_deleted for a subject that has only a tombstone', async () => {
    const ann = await api.signUp();
    await api.clerk.deliverWebhook(userDeletedEvent(ann));
    expect(await ann.problem('DELETE', '/users/me')).toBe('401 account_deleted');
  });

  it('202 while a validator refuses every user; the webhook as well, also without a user', async () => {
    const [ann, ben, cleo] = [await api.join(), await api.join(), await api.signUp()];
    await api.db.db?.command({ collMod: 'users', validator: { firstName: null } });
    await deleteMe(ann);
    for (const each of [ben, cleo]) {
      expect((await api.clerk.deliverWebhook(userDeletedEvent(each))).status).toBe(200);
    }
    await api.db.db?.command({ collMod: 'users', validator: {} });
    for (const { clerkId } of [ann, ben]) {
      expect(await api.db.collection('users').countDocuments({ clerkId })).toBe(0);
      await api.deletionOf({ clerkId });
    }
    expect(await cleo.problem('GET', '/users/me')).toBe('401 account_deleted');
  });

  it('403 forbidden for an impersonator', async () => {
    const ann = await api.join();
    const token = await api.clerk.mintToken(ann.clerkId, { claims: { act: { sub: 'user_support' } } });
    expect(await api.withToken(token).problem('DELETE', '/users/me')).toBe('403 forbidden');
    await ann.get('/users/me');
  });

  it('503 dependency_unavailable when the fence cannot commit; nothing is deleted', async () => {
    const ann = await api.join();
    await catchCommand(api.db, {
      failCommands: ['find'],
      namespace: `${api.db.name}.deletions`,
      errorCode: 50,
    });
    expect(await ann.problem('DELETE', '/users/me')).toBe('503 dependency_unavailable');
    await ann.get('/users/me');
    expect(await archiveOf(ann)).toBeNull();
  });
});

describe('DELETE /admin/users/{userId}', () => {
  let admin: Joined;
  beforeAll(async () => {
    admin = await api.join({ public_metadata: { role: 'admin' } });
  });
  const body = { reason: 'policy_violation', notes: 'Spam, third warning' };
  const deleteAs = (who: ApiClient, { id }: { id: string }, options: object = { body }) =>
    who.problem('DELETE', `/admin/users/${id}`, options);

  it('202: deletes the account; reason and notes are in the archive, an event in the audit log', async () => {
    const ann = await api.join();
    const accepted = await admin.call<Accepted>(202, 'DELETE', `/admin/users/${ann.id}`, { body });
    expect(await ann.problem('GET', '/users/me')).toBe('401 account_deleted');
    await api.deletionOf(ann);
    expect(api.clerk.getUser(ann.clerkId)).toBeUndefined();
    expect(await archiveOf(ann)).toMatchObject(body);
    expect(await receiptOf(accepted)).toMatchObject({ state: 'completed' });
    const { items } = await admin.get<{ items: object[] }>(`/admin/audit-events?targetId=${accepted.id}`);
    const target = { type: 'deleted_user', id: accepted.id };
    expect(items).toMatchObject([{ action: 'user.deleted', actorId: admin.id, target, reason: body.reason }]);
    expect(await collectionsWith(api.db, ann.id)).toEqual([]);
    expect(await deleteAs(admin, ann)).toBe('404 user_not_found');
  });

  it('202 on repeat during the deletion: the same answer; the first reason stays', async () => {
    const ann = await api.join();
    const undo = api.clerk.fail({ method: 'DELETE', mode: 'status', status: 400 });
    const first = await deleteMe(ann);
    const again = await admin.call<Accepted>(202, 'DELETE', `/admin/users/${ann.id}`, { body });
    expect(again).toMatchObject({ id: first.id, receiptUrl: first.receiptUrl });
    undo();
    await api.deletionOf(ann);
    expect(await archiveOf(ann)).toMatchObject({ reason: 'user_requested' });
  });

  it('400 validation_failed, 413 payload_too_large, 415 unsupported_media_type', async () => {
    const ann = await api.join();
    for (const wrong of [{}, { reason: 'user_requested' }, { ...body, more: 1 }]) {
      expect(await deleteAs(admin, ann, { body: wrong })).toBe('400 validation_failed');
    }
    expect(await deleteAs(admin, ann, { body: { ...body, notes: 'x'.repeat(200_000) } })).toBe(
      '413 payload_too_large',
    );
    const headers = { 'content-type': 'text/plain' };
    expect(await deleteAs(admin, ann, { body: 'x', headers })).toBe('415 unsupported_media_type');
    await ann.get('/users/me');
  });

  it('403 forbidden for users, for impersonators, and for the admin’s own account', async () => {
    const [ann, bob] = [await api.join(), await api.join()];
    expect(await deleteAs(bob, ann)).toBe('403 forbidden');
    expect(await deleteAs(admin, admin)).toBe('403 forbidden');
    const claims = { act: { sub: 'user_support' } };
    const token = await api.clerk.mintToken(admin.clerkId, { claims });
    expect(await deleteAs(api.withToken(token), ann)).toBe('403 forbidden');
    await ann.get('/users/me');
    await admin.get('/users/me');
  });

  it('404 user_not_found for unknown and malformed ids', async () => {
    for (const id of ['6741f0c2a4b5c6d7e8f90a1b', 'x', 'aaaaaaaaaaaa']) {
      expect(await deleteAs(admin, { id })).toBe('404 user_not_found');
    }
  });
});

it('a payment written while its user is deleted ends in the archive, once', async () => {
  const ann = await api.join();
  const caught = await catchCommand(api.db, {
    failCommands: ['insert'],
    namespace: `${api.db.name}.purchases`,
    blockTimeMS: 300,
  });
  const at = Date.now();
  const data = {
    id: 'pa_between',
    status: 'paid',
    created_at: at,
    updated_at: at,
    paid_at: at,
    payer: { user_id: ann.clerkId },
    totals: { grand_total: { amount: 990, currency: 'EUR' } },
  };
  const paid = api.clerk.deliverWebhook({ type: 'paymentAttempt.updated', data });
  await caught();
  await deleteMe(ann);
  expect((await paid).status).toBe(200);
  await api.deletionOf(ann);
  expect(await api.db.collection('purchases').countDocuments({ attemptId: 'pa_between' })).toBe(0);
  const archive = await archiveOf(ann);
  const inline = (archive?.['purchases'] ?? []) as { attemptId: string }[];
  const moved = await api.db.collection('deletionPurchases').find({ archiveId: archive?._id }).toArray();
  expect([...inline, ...moved].map((purchase) => String(purchase.attemptId))).toEqual(['pa_between']);
});

describe('GET /users/me/export', () => {
  it('200: all data of the user, only the ids of other users, as an attachment', async () => {
    const [ann, bob, eve] = [
      await api.join({ first_name: 'Ann' }),
      await api.join({ first_name: 'Bobolink' }),
      await api.join({ first_name: 'Evergreen' }),
    ];
    await ann.call(201, 'PUT', '/users/me/wishlist/JP', { body: { note: 'Cherry blossom' } });
    await ann.call(201, 'PUT', '/users/me/wishlist/PT');
    await ann.call(200, 'PUT', `/users/me/following/${bob.id}`);
    await eve.call(200, 'PUT', `/users/me/following/${ann.id}`);
    await bob.call(201, 'PUT', '/users/me/wishlist/IS');
    const response = await ann.request('GET', '/users/me/export');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="roavelo-export.json"');
    const { exportedAt: _, ...body } = response.body as Record<string, unknown>;
    expect(body).toMatchObject({
      profile: await ann.get('/users/me'),
      wishlist: [{ countryCode: 'PT' }, { countryCode: 'JP', note: 'Cherry blossom' }],
      following: [{ userId: bob.id }],
      followers: [{ userId: eve.id }],
      sentFollowRequests: [],
      receivedFollowRequests: [],
    });
    expect(JSON.stringify(body)).not.toMatch(/Bobolink|Evergreen|"IS"/);
  });

  it('200 with thousands of followers: complete and in order', async () => {
    const ann = await api.join();
    const followeeId = new Types.ObjectId(ann.id);
    const edges = Array.from({ length: 5000 }, () => ({
      _id: new Types.ObjectId(),
      followerId: new Types.ObjectId(),
      followeeId,
      state: 'following',
    }));
    await api.db.collection('follows').insertMany(edges);
    const { followers } = await ann.get<{ followers: { userId: string }[] }>('/users/me/export');
    expect(followers.map(({ userId }) => userId)).toEqual(
      edges.toReversed().map(({ followerId }) => String(followerId)),
    );
  });

  it('200 for suspended users', async () => {
    const ann = await api.join();
    await api.db
      .collection('users')
      .updateOne({ clerkId: ann.clerkId }, { $set: { suspendedAt: new Date() } });
    expect(await ann.get('/users/me/export')).toMatchObject({
      profile: { id: ann.id },
      account: { banned: false, suspendedAt: expect.any(String) },
    });
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem('GET', '/users/me/export')).toBe('401 unauthenticated');
  });
});
