import { COUNTERS } from './counters.js';
import { insertNew } from './inserting.js';
import { findAll } from './reading.js';
import { findDeleted, type Run } from './run.js';
import {
  isAllowedUsername,
  readUser,
  readWishlist,
  replacementUsername,
  type SeedDocument,
  type SeedUser,
} from './seed-shapes.js';

/** Migrates users who are neither deleted nor known, each with its wishlist. */
export async function migrateUsers(run: Run, batch: readonly SeedDocument[]): Promise<void> {
  const { users: counts } = run.counts;
  const users = batch.flatMap((document) => readUser(document) ?? []);
  counts.unreadable += batch.length - users.length;
  const clerkIds = users.map(({ clerkId }) => clerkId);
  const deleted = await findDeleted(run, clerkIds);
  const known = new Set(
    (await findAll(run.to, 'users', { clerkId: { $in: clerkIds } })).map(({ clerkId }) => clerkId),
  );
  const unknown = users.filter(({ clerkId }) => {
    if (deleted.has(clerkId)) counts.deleted++;
    else if (known.has(clerkId)) counts.known++;
    else return known.add(clerkId);
    return false;
  });
  if (unknown.length === 0) return;
  const wishlists = await findAll(run.from, 'wishlists', {
    _id: { $in: unknown.map(({ clerkId }) => clerkId) },
  });
  const byClerkId = new Map(wishlists.map((wishlist) => [String(wishlist._id), wishlist]));
  const read = unknown.map((user) => ({
    user,
    ...readWishlist(byClerkId.get(user.clerkId), user.createdAt),
  }));
  for (const { items, dropped } of read) {
    run.counts.countries.migrated += items.length;
    run.counts.countries.dropped += dropped;
  }
  const documents = await toUserDocuments(run, unknown);
  counts.migrated += documents.length;
  if (run.dryRun) return;
  // Wishlists before their users: every user has one at any time.
  await insertNew(
    run.to,
    'wishlists',
    read.map(({ user, items }) => ({ _id: user._id, items })),
  );
  await insertNew(run.to, 'users', documents);
}

/** Users as `users` stores them, each with a username that is free. */
async function toUserDocuments({ to, counts }: Run, users: readonly SeedUser[]): Promise<object[]> {
  const usernames = users.map(({ username }) => username);
  const holders = await findAll(to, 'users', { username: { $in: usernames } });
  const taken = new Set(holders.map(({ username }) => String(username)));
  return users.map((user) => {
    const isFree = isAllowedUsername(user.username) && !taken.has(user.username);
    if (!isFree) counts.users.renamed++;
    const username = isFree ? user.username : replacementUsername(user);
    taken.add(username);
    const { _id, clerkId, profile, createdAt, updatedAt } = user;
    return {
      _id,
      clerkId,
      username,
      ...profile,
      // Clerk's fields: the next reconciliation, webhook or profile change sets them.
      role: 'user',
      banned: false,
      clerkUpdatedAt: 0,
      suspendedAt: null,
      revokedSessions: [],
      ...Object.fromEntries(COUNTERS.map(({ counter }) => [counter, 0])),
      createdAt,
      updatedAt,
    };
  });
}
