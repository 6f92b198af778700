import { hash } from 'node:crypto';
import { expect } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { type Connection, Types } from 'mongoose';
import { collectionsWith } from './snapshot.js';

const EDGES = 2000;
const BLOCKS = 600;
const PURCHASES = 600;
const INLINE = 500;
/** Part of all text that the user wrote. */
export const MARKER = 'Kilroywashere';
/** Collections that may still contain the marker. */
const ARCHIVE = ['deletedUsers'];

export const hashOf = (clerkId: string) => hash('sha256', clerkId, 'hex');

/** Edges (some are requests) and blocks both ways, and more purchases than an archive holds, all counted. */
export async function seedLargeAccount(db: Connection, userId: Types.ObjectId): Promise<void> {
  const ids = Array.from({ length: EDGES }, () => new Types.ObjectId());
  const edges = ids.map((id, index) => ({
    followerId: index % 2 === 0 ? id : userId,
    followeeId: index % 2 === 0 ? userId : id,
    state: index % 10 === 0 ? 'requested' : 'following',
  }));
  const among = ids
    .slice(1, 50)
    .map((id, index) => ({ followerId: ids[index], followeeId: id, state: 'following' }));
  const count = (id: Types.ObjectId, end: 'followerId' | 'followeeId', state: string) =>
    [...edges, ...among].filter((edge) => edge[end]?.equals(id) === true && edge.state === state).length;
  const countsOf = (id: Types.ObjectId) => ({
    followersCount: count(id, 'followeeId', 'following'),
    followingCount: count(id, 'followerId', 'following'),
    sentRequestsCount: count(id, 'followerId', 'requested'),
    receivedRequestsCount: count(id, 'followeeId', 'requested'),
  });
  await db.collection('users').insertMany(
    ids.map((_id, index) => ({
      _id,
      clerkId: `other_${index}`,
      username: `other_${index}`,
      ...countsOf(_id),
    })),
  );
  await db.collection('users').updateOne(
    { _id: userId },
    // Private: requests to a public account would be accepted.
    { $set: { ...countsOf(userId), visibility: 'private', bio: MARKER, purchasesCount: PURCHASES } },
  );
  await db.collection('follows').insertMany([...edges, ...among]);
  const strangers = Array.from({ length: BLOCKS }, () => new Types.ObjectId());
  await db
    .collection('blocks')
    .insertMany(
      strangers.map((id, index) =>
        index % 2 === 0 ? { blockerId: id, blockedId: userId } : { blockerId: userId, blockedId: id },
      ),
    );
  await db.collection('purchases').insertMany(
    Array.from({ length: PURCHASES }, (_, index) => ({
      userId,
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
  const note = { countryCode: 'JP', addedAt: new Date(), note: MARKER, priority: null, visited: false };
  await db
    .collection<{ _id: Types.ObjectId }>('wishlists')
    .updateOne({ _id: userId }, { $set: { items: [note] } });
}

/** The deleted account, and where it was. */
export interface Ended {
  db: Connection;
  clerk: ClerkLocal;
  clerkId: string;
  userId: string;
  /** The row of a delivery may contain the Clerk id, because the tests' delivery ids do. */
  isByWebhook: boolean;
}

/** Checks the end of the deletion of an account that `seedLargeAccount` filled. */
export async function expectEnded({ db, clerk, clerkId, userId, isByWebhook }: Ended): Promise<void> {
  const subjectHash = hashOf(clerkId);
  const archives = await db.collection('deletedUsers').find().toArray();
  expect(archives).toHaveLength(1);
  const [archive] = archives;
  expect(archive).toMatchObject({ subjectHash, clerkId, movedPurchases: PURCHASES - INLINE });
  const amounts = ((archive?.['purchases'] ?? []) as { amount: number }[]).map(({ amount }) => amount);
  const moved = await db.collection('deletionPurchases').find({ archiveId: archive?._id }).toArray();
  expect([...amounts, ...moved.map(({ amount }) => Number(amount))].sort((a, b) => a - b)).toEqual(
    Array.from({ length: PURCHASES }, (_, index) => index),
  );
  expect(amounts).toHaveLength(INLINE);

  const [deletion] = await db.collection('deletions').find().toArray();
  expect(deletion).toMatchObject({
    _id: archive?._id,
    erased: { users: 1, wishlists: 1, purchases: PURCHASES, follows: EDGES, blocks: BLOCKS },
    statement: expect.any(String),
  });
  expect(await db.collection('users').countDocuments({ clerkId })).toBe(0);
  expect(clerk.getUser(clerkId)).toBeUndefined();

  // Only the archive refers to the user or contains their text.
  expect(await collectionsWith(db, userId)).toEqual([]);
  expect(await collectionsWith(db, MARKER)).toEqual(ARCHIVE);
  expect(await collectionsWith(db, clerkId)).toEqual(isByWebhook ? [...ARCHIVE, 'webhookEvents'] : ARCHIVE);
  expect(await wrongCounters(db)).toEqual([]);
}

/** Users whose counters aren't the number of their edges. */
async function wrongCounters(db: Connection): Promise<unknown[]> {
  const edges = await db.collection('follows').find().toArray();
  const counted = new Map<string, Record<string, number>>();
  const add = (id: unknown, counter: string) => {
    const counts = counted.get(String(id)) ?? {};
    counted.set(String(id), { ...counts, [counter]: (counts[counter] ?? 0) + 1 });
  };
  for (const { followerId, followeeId, state } of edges) {
    add(followerId, state === 'following' ? 'followingCount' : 'sentRequestsCount');
    add(followeeId, state === 'following' ? 'followersCount' : 'receivedRequestsCount');
  }
  const users = await db.collection('users').find().toArray();
  const counters = ['followersCount', 'followingCount', 'sentRequestsCount', 'receivedRequestsCount'];
  return users.filter((user) =>
    counters.some((counter) => user[counter] !== (counted.get(String(user._id))?.[counter] ?? 0)),
  );
}
