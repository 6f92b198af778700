import { type Connection, mongo } from 'mongoose';
import { edgeId, readUser, type SeedDocument, type SeedUser } from './seed-shapes.js';

/** As `follows` has it. */
export interface Edge {
  _id: mongo.ObjectId;
  followerId: mongo.ObjectId;
  followeeId: mongo.ObjectId;
  state: 'following';
}

/** An edge, and the array it was found in. */
export interface SeedEdge {
  array: 'following' | 'followers';
  edge: Edge;
}

/** The edges that a user's document names, in both of its arrays; `left`: entries that name nobody, or somebody twice. */
export function edgesOf(document: SeedDocument): { edges: Iterable<SeedEdge>; left: number } {
  const user = readUser(document);
  if (user === undefined) return { edges: [], left: 0 };
  const found = (['following', 'followers'] as const).map((array) => ({ array, ...idsIn(document[array]) }));
  // One by one: there may be hundreds of thousands.
  const edges = function* (): Generator<SeedEdge> {
    for (const { array, ids } of found)
      for (const [index, id] of ids.entries()) yield edgeOf(user, array, id, index);
  };
  return { edges: edges(), left: found.reduce((sum, { left }) => sum + left, 0) };
}

/** Of edges out of arrays of followers, those that the follower's own array has as well. */
export async function toldByFollower(from: Connection, edges: readonly SeedEdge[]): Promise<Set<string>> {
  const followees = different(edges.map(({ edge }) => edge.followeeId));
  const rows = from
    .collection('users')
    .aggregate<{ _id: unknown; following: unknown[] }>([
      { $match: { _id: { $in: edges.map(({ edge }) => edge.followerId) } } },
      { $set: { following: { $cond: [{ $isArray: '$following' }, '$following', []] } } },
      { $project: { following: { $setIntersection: ['$following', followees] } } },
    ]);
  const told = new Set<string>();
  for await (const { _id, following } of rows) {
    for (const id of following) told.add(pairOf({ followerId: _id, followeeId: id }));
  }
  return told;
}

function edgeOf(owner: SeedUser, array: SeedEdge['array'], other: mongo.ObjectId, index: number): SeedEdge {
  const [followerId, followeeId] = array === 'following' ? [owner._id, other] : [other, owner._id];
  const _id = edgeId(String(followerId), String(followeeId), owner, index);
  return { array, edge: { _id, followerId, followeeId, state: 'following' } };
}

/** Each id once. */
export function different(ids: readonly mongo.ObjectId[]): mongo.ObjectId[] {
  return [...new Map(ids.map((id) => [String(id), id])).values()];
}

/** The different ids in an array, in their order; `left`: what is none, or there twice. */
function idsIn(array: unknown): { ids: mongo.ObjectId[]; left: number } {
  const values: unknown[] = Array.isArray(array) ? array : [];
  const ids = new Map<string, mongo.ObjectId>();
  for (const value of values) if (value instanceof mongo.ObjectId) ids.set(String(value), value);
  return { ids: [...ids.values()], left: values.length - ids.size };
}

/** Who follows whom, as one text. */
export function pairOf({ followerId, followeeId }: { followerId: unknown; followeeId: unknown }): string {
  return `${String(followerId)}>${String(followeeId)}`;
}
