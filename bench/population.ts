import { setTimeout as sleep } from 'node:timers/promises';
import { Types } from 'mongoose';
import type { Bench } from './instance.ts';

const INSERT_AT_ONCE = 10_000;

export interface Actor {
  clerkId: string;
  id: string;
  token: string;
}

/** A user as the service stores it, to insert many without the service. */
export const userDocument = (_id: Types.ObjectId, index: number, counts: object) => ({
  _id,
  clerkId: `user_bench${index}`,
  username: `bench_${index}`,
  email: null,
  firstName: 'Bench',
  lastName: '',
  profilePicture: '',
  role: 'user',
  banned: false,
  clerkUpdatedAt: 0,
  bio: '',
  homeCountry: null,
  visibility: 'public',
  suspendedAt: null,
  revokedSessions: [],
  followersCount: 0,
  followingCount: 0,
  sentRequestsCount: 0,
  receivedRequestsCount: 0,
  purchasesCount: 0,
  createdAt: new Date(),
  updatedAt: new Date(),
  ...counts,
});

export async function join(bench: Bench, name: string): Promise<Actor> {
  const { id: clerkId } = await bench.clerk.createUser({ first_name: name }, { webhook: false });
  const token = await bench.clerk.mintToken(clerkId, { expiresInSeconds: 3600 * 4 });
  const response = await fetch(`${bench.url}/api/v2/users/me`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { id } = (await response.json()) as { id: string };
  return { clerkId, id, token };
}

export async function insertInBatches(
  bench: Bench,
  collection: string,
  count: number,
  make: (index: number) => object,
): Promise<void> {
  for (let from = 0; from < count; from += INSERT_AT_ONCE) {
    const size = Math.min(INSERT_AT_ONCE, count - from);
    await bench.db
      .collection(collection)
      .insertMany(Array.from({ length: size }, (_, index) => make(from + index)));
  }
}

/** Resolves when the deletion has reached this state. */
export async function until(bench: Bench, id: string, field: 'done.graph' | 'completedAt'): Promise<void> {
  const _id = new Types.ObjectId(id);
  while ((await bench.db.collection('deletions').countDocuments({ _id, [field]: { $ne: null } })) === 0) {
    await sleep(200);
  }
}

export async function deleteMe(bench: Bench, { token }: Actor): Promise<{ id: string; receiptUrl: string }> {
  const response = await fetch(`${bench.url}/api/v2/users/me`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  });
  if (response.status !== 202) throw new Error(`DELETE /users/me: ${response.status}`);
  return (await response.json()) as { id: string; receiptUrl: string };
}
