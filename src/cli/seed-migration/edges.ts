import { type Connection, mongo } from 'mongoose';
import { insertNew } from './inserting.js';
import { findAll, idOf } from './reading.js';
import { findDeleted, type Run } from './run.js';
import { edgeId, readUser, type SeedDocument, type SeedUser } from './seed-shapes.js';

/** Edges looked up at once: an array may hold hundreds of thousands. */
const EDGE_BATCH = 1000;

interface Edge {
  _id: mongo.ObjectId;
  followerId: mongo.ObjectId;
  followeeId: mongo.ObjectId;
  state: 'following';
}

interface SeedEdge {
  array: 'following' | 'followers';
  edge: Edge;
}

/**
 * Migrates the follow edges in the arrays of users. The old service wrote each edge into two arrays,
 * which drift apart: an edge in one of them is migrated.
 */
export async function migrateEdges(run: Run, batch: readonly SeedDocument[]): Promise<void> {
  let chunk: SeedEdge[] = [];
  for (const document of batch) {
    const { edges, dropped } = edgesOf(document);
    run.counts.edges.dropped += dropped;
    for (const edge of edges) {
      chunk.push(edge);
      if (chunk.length < EDGE_BATCH) continue;
      await insertEdges(run, chunk);
      chunk = [];
    }
  }
  await insertEdges(run, chunk);
}

async function insertEdges(run: Run, edges: readonly SeedEdge[]): Promise<void> {
  const { edges: counts } = run.counts;
  const users = await findMigrated(
    run,
    edges.flatMap(({ edge }) => [edge.followerId, edge.followeeId]),
  );
  const possible = edges.filter(
    ({ edge: { followerId, followeeId } }) =>
      !followerId.equals(followeeId) && users.has(String(followerId)) && users.has(String(followeeId)),
  );
  counts.dropped += edges.length - possible.length;
  const inBothArrays = await findInFollowingArrays(
    run.from,
    possible.filter(({ array }) => array === 'followers'),
  );
  const ids = possible.map(({ edge }) => edge._id);
  const known = new Set((await findAll(run.to, 'follows', { _id: { $in: ids } })).map(idOf));
  const unknown = possible
    .filter(({ array, edge }) => !(array === 'followers' && inBothArrays.has(pairOf(edge))))
    .map(({ edge }) => edge)
    .filter((edge) => !known.has(idOf(edge)));
  const duplicates = run.dryRun ? 0 : await insertNew(run.to, 'follows', unknown);
  counts.known += possible.length - unknown.length + duplicates;
  counts.migrated += unknown.length - duplicates;
}

/** Which of these ids have users in the new database; in a dry run, which would have. */
async function findMigrated(run: Run, ids: readonly mongo.ObjectId[]): Promise<Set<string>> {
  const unique = { _id: { $in: uniqueIds(ids) } };
  if (!run.dryRun) return new Set((await findAll(run.to, 'users', unique)).map(idOf));
  const users = (await findAll(run.from, 'users', unique)).flatMap((document) => readUser(document) ?? []);
  const deleted = await findDeleted(
    run,
    users.map(({ clerkId }) => clerkId),
  );
  return new Set(users.filter(({ clerkId }) => !deleted.has(clerkId)).map(idOf));
}

/** Which of these edges, found in `followers` arrays, are in their follower's `following` array as well. */
async function findInFollowingArrays(from: Connection, edges: readonly SeedEdge[]): Promise<Set<string>> {
  const followees = uniqueIds(edges.map(({ edge }) => edge.followeeId));
  const rows = from
    .collection('users')
    .aggregate<{ _id: unknown; following: unknown[] }>([
      { $match: { _id: { $in: edges.map(({ edge }) => edge.followerId) } } },
      { $set: { following: { $cond: [{ $isArray: '$following' }, '$following', []] } } },
      { $project: { following: { $setIntersection: ['$following', followees] } } },
    ]);
  const found = new Set<string>();
  for await (const { _id, following } of rows) {
    for (const id of following) found.add(pairOf({ followerId: _id, followeeId: id }));
  }
  return found;
}

/** The edges in both arrays of a user's document. `dropped`: entries that are no id, or repeated. */
function edgesOf(document: SeedDocument): { edges: Iterable<SeedEdge>; dropped: number } {
  const user = readUser(document);
  if (user === undefined) return { edges: [], dropped: 0 };
  const found = (['following', 'followers'] as const).map((array) => ({ array, ...idsIn(document[array]) }));
  // A generator: there may be hundreds of thousands.
  const edges = function* (): Generator<SeedEdge> {
    for (const { array, ids } of found)
      for (const [index, id] of ids.entries()) yield edgeOf(user, array, id, index);
  };
  return { edges: edges(), dropped: found.reduce((sum, { dropped }) => sum + dropped, 0) };
}

function edgeOf(owner: SeedUser, array: SeedEdge['array'], other: mongo.ObjectId, index: number): SeedEdge {
  const [followerId, followeeId] = array === 'following' ? [owner._id, other] : [other, owner._id];
  const _id = edgeId(String(followerId), String(followeeId), owner, index);
  return { array, edge: { _id, followerId, followeeId, state: 'following' } };
}

function idsIn(array: unknown): { ids: mongo.ObjectId[]; dropped: number } {
  const values: unknown[] = Array.isArray(array) ? array : [];
  const ids = uniqueIds(values.filter((value) => value instanceof mongo.ObjectId));
  return { ids, dropped: values.length - ids.length };
}

function uniqueIds(ids: readonly mongo.ObjectId[]): mongo.ObjectId[] {
  return [...new Map(ids.map((id) => [String(id), id])).values()];
}

function pairOf({ followerId, followeeId }: { followerId: unknown; followeeId: unknown }): string {
  return `${String(followerId)}>${String(followeeId)}`;
}
