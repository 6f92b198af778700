import type { Connection, mongo } from 'mongoose';
import { batchesOf, findAll, idOf } from './reading.js';
import { sha256 } from './seed-shapes.js';

export const COUNTERS: { counter: string; collection: string; field: string; state?: string }[] = [
  { counter: 'followersCount', collection: 'follows', field: 'followeeId', state: 'following' },
  { counter: 'followingCount', collection: 'follows', field: 'followerId', state: 'following' },
  { counter: 'receivedRequestsCount', collection: 'follows', field: 'followeeId', state: 'requested' },
  { counter: 'sentRequestsCount', collection: 'follows', field: 'followerId', state: 'requested' },
  { counter: 'purchasesCount', collection: 'purchases', field: 'userId' },
];

/** Contradictions in the migrated database, each as a line of text. */
export async function findContradictions(to: Connection): Promise<string[]> {
  const problems: Record<string, number> = {
    'users whose counters differ from their edges or purchases': 0,
    'users without a wishlist': 0,
    'users with a tombstone': 0,
  };
  for await (const batch of batchesOf(to, 'users')) {
    const ids = batch.map(({ _id }) => _id as mongo.ObjectId);
    const counted = await countDocuments(to, ids);
    const wishlists = new Set((await findAll(to, 'wishlists', { _id: { $in: ids } })).map(idOf));
    const hashes = batch.map(({ clerkId }) => sha256(String(clerkId)));
    const tombstones = await findAll(to, 'deletedUsers', { subjectHash: { $in: hashes } });
    problems['users with a tombstone'] = (problems['users with a tombstone'] ?? 0) + tombstones.length;
    for (const user of batch) {
      const counts = counted.get(idOf(user)) ?? {};
      const wrong = COUNTERS.some(({ counter }) => (user[counter] ?? 0) !== (counts[counter] ?? 0));
      if (wrong) increase(problems, 'users whose counters differ from their edges or purchases');
      if (!wishlists.has(idOf(user))) increase(problems, 'users without a wishlist');
    }
  }
  for await (const batch of batchesOf(to, 'wishlists')) {
    const owners = await findAll(to, 'users', { _id: { $in: batch.map(({ _id }) => _id) } });
    for (let n = owners.length; n < batch.length; n++) increase(problems, 'wishlists without a user');
  }
  return Object.entries(problems)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`);
}

/** Sets all counters of all users by counting; the old ones are not migrated. */
export async function recount(to: Connection, checkpoint?: () => Promise<void>): Promise<void> {
  for await (const batch of batchesOf(to, 'users')) {
    const counted = await countDocuments(
      to,
      batch.map(({ _id }) => _id as mongo.ObjectId),
    );
    const wrong = batch.flatMap((user) => {
      const counts = counted.get(idOf(user)) ?? {};
      const right = Object.fromEntries(COUNTERS.map(({ counter }) => [counter, counts[counter] ?? 0]));
      const isRight = Object.entries(right).every(([counter, count]) => user[counter] === count);
      return isRight
        ? []
        : [{ updateOne: { filter: { _id: user._id as mongo.ObjectId }, update: { $set: right } } }];
    });
    if (wrong.length > 0) await to.collection('users').bulkWrite(wrong, { ordered: false });
    await checkpoint?.();
  }
}

async function countDocuments(
  to: Connection,
  ids: mongo.ObjectId[],
): Promise<Map<string, Record<string, number>>> {
  const counted = new Map<string, Record<string, number>>();
  for (const { counter, collection, field, state } of COUNTERS) {
    const match = { [field]: { $in: ids }, ...(state === undefined ? {} : { state }) };
    const rows = to
      .collection(collection)
      .aggregate<{ _id: unknown; count: number }>([
        { $match: match },
        { $group: { _id: `$${field}`, count: { $sum: 1 } } },
      ]);
    for await (const { _id, count } of rows) {
      counted.set(String(_id), { ...counted.get(String(_id)), [counter]: count });
    }
  }
  return counted;
}

function increase(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}
