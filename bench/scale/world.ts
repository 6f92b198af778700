import { hash, randomBytes } from 'node:crypto';
import { mongo, Types } from 'mongoose';
import type { Bench } from '../instance.ts';
import { load } from './load.ts';
import { random } from './numbers.ts';
import { Population, type Size, wishes } from './population.ts';

const ACTORS = 16;
/** What each actor has, whatever the size of the population. */
const FOLLOWING = 100;
const WISHES = 50;
const PURCHASES = 30;
export const LEAVER_FOLLOWERS = 200;
const TOKEN_SECONDS = 4 * 3600;
const MARK = 'scalePopulation';
/** Changes when the documents do: a kept database of another version is loaded again. */
const VERSION = 2;

export interface Actor {
  id: string;
  clerkId: string;
  token: string;
}

/** A population in a database of its own, a process of the service on it, and the users that ask. */
export interface World {
  size: Size;
  url: string;
  pid: number;
  uri: string;
  db: mongo.Db;
  population: Population;
  /** Fresh users: each follows 100 others, wants 50 countries, and paid 30 times. */
  actors: readonly Actor[];
  admin: Actor;
  star: string;
  /** Public users: with 21 to 40 followers; any; others, whom no actor follows. */
  known: readonly string[];
  anyone: readonly string[];
  strangers: readonly string[];
  usernames: readonly string[];
  /** Seconds for each collection, and for the first start of the service, which makes the indexes. */
  loaded: Record<string, number>;
  /** Makes a user with 200 followers, to be deleted. */
  leaver: () => Promise<Actor>;
}

/** Loads the population unless the database has it, and starts the service on it. */
export async function openWorld(
  bench: Bench,
  size: Size,
  progress: (step: string) => void,
  environment: Record<string, string>,
): Promise<World> {
  const population = new Population(size);
  const name = `scale_${size.users}_${size.edges}`;
  const uri = bench.mongo.uri.replace(/^(mongodb:\/\/[^/]+\/)/, `$1${name}`);
  const db = bench.db.getClient().db(name);
  const loaded = await loadOnce(db, population, progress);
  await keepClerkInstance(bench, db);
  progress(`starting the service on ${name}`);
  const started = performance.now();
  const { url, pid } = await bench.another({ ...environment, MONGODB_URI: uri });
  if (loaded['indexes'] === undefined) {
    loaded['indexes'] = (performance.now() - started) / 1000;
    await db.collection<Mark>(MARK).updateOne({ _id: MARK }, { $set: { loaded } });
  }
  const world = { size, url, pid, uri, db, population, ...targets(population) };
  const actors: Actor[] = [];
  while (actors.length < ACTORS) actors.push(await newActor(bench, world, FOLLOWING, 0));
  const admin = await newActor(bench, world, 0, 0);
  await db.collection('users').updateOne({ _id: new Types.ObjectId(admin.id) }, { $set: { role: 'admin' } });
  return {
    ...world,
    actors,
    admin,
    loaded,
    leaver: () => newActor(bench, world, 0, LEAVER_FOLLOWERS),
  };
}

interface Mark {
  _id: string;
  version: number;
  loaded: Record<string, number>;
}

async function loadOnce(
  db: mongo.Db,
  population: Population,
  progress: (step: string) => void,
): Promise<Record<string, number>> {
  const mark = db.collection<Mark>(MARK);
  const found = await mark.findOne({ _id: MARK });
  if (found?.version === VERSION) return found.loaded;
  await db.dropDatabase();
  const loaded = await load(db, population, progress);
  await mark.insertOne({ _id: MARK, version: VERSION, loaded });
  return loaded;
}

/** These users are none of the local Clerk's, so the service could not recognize its instance. */
async function keepClerkInstance({ clerk }: Bench, db: mongo.Db): Promise<void> {
  const headers = { authorization: `Bearer ${clerk.secretKey}` };
  const response = await fetch(`${clerk.url}/v1/instance`, { headers });
  const { id: instanceId } = (await response.json()) as { id: string };
  const instances = db.collection<{ _id: string }>('clerkInstances');
  await instances.replaceOne({ _id: 'ours' }, { instanceId, since: new Date() }, { upsert: true });
}

function targets(population: Population) {
  const { users } = population.size;
  const open = (index: number) => !population.isPrivate(index) && !population.isShutOut(index);
  const idAt = (index: number) => String(population.ids[index]);
  const star = population.userOfRank(0);
  const sample = Array.from({ length: Math.min(users * 2, 20_000) }, (_, nth) =>
    Math.floor(random(nth, 20) * users),
  ).filter((index) => open(index) && index !== star);
  const distinct = [...new Set(sample)];
  const known: number[] = [];
  for (let rank = 1; rank < users && known.length < 2000; rank++) {
    const index = population.userOfRank(rank);
    const followers = population.followersOf(index);
    if (open(index) && followers > 20 && followers <= 40) known.push(index);
  }
  return {
    star: idAt(star),
    known: known.map(idAt),
    anyone: distinct.filter((index) => index % 2 === 0).map(idAt),
    strangers: distinct.filter((index) => index % 2 === 1).map(idAt),
    usernames: distinct.map((index) => population.username(index)),
  };
}

/** Inserts a user with edges from or to users of the population, and counters that agree. */
async function newActor(
  bench: Bench,
  { db, population, anyone, star }: Pick<World, 'db' | 'population' | 'anyone' | 'star'>,
  following: number,
  followers: number,
): Promise<Actor> {
  const _id = new Types.ObjectId();
  const id = String(_id);
  const clerkId = `user_${randomBytes(14).toString('hex').slice(0, 27)}`;
  const now = new Date();
  const start = randomBytes(2).readUInt16BE();
  const others = (count: number) =>
    Array.from(
      { length: count },
      (_, nth) => new Types.ObjectId(anyone[(start + nth) % anyone.length] ?? star),
    );
  const [followees, fans] = [others(following), others(followers)];
  await db.collection('users').insertOne({
    ...population.user(0),
    _id,
    clerkId,
    username: `actor_${id.slice(-12)}`,
    email: `${id}@example.com`,
    banned: false,
    suspendedAt: null,
    visibility: 'public',
    followersCount: followers,
    followingCount: following,
    sentRequestsCount: 0,
    receivedRequestsCount: 0,
    purchasesCount: PURCHASES,
    activeOn: new Date(now.toISOString().slice(0, 10)),
    createdAt: now,
    updatedAt: now,
  });
  await db.collection('wishlists').insertOne({ _id, items: wishes(WISHES, start, now) });
  await db.collection('purchases').insertMany(
    Array.from({ length: PURCHASES }, (_, nth) => ({
      ...population.purchase(0, 0),
      _id: new Types.ObjectId(),
      userId: _id,
      attemptId: `payatt_${hash('sha256', `${id} ${nth}`, 'hex').slice(0, 27)}`,
    })),
  );
  const edges = [
    ...followees.map((followeeId) => ({ followerId: _id, followeeId, state: 'following' })),
    ...fans.map((followerId) => ({ followerId, followeeId: _id, state: 'following' })),
  ];
  if (edges.length > 0) await db.collection('follows').insertMany(edges);
  const users = db.collection('users');
  await users.updateMany({ _id: { $in: followees } }, { $inc: { followersCount: 1 } });
  await users.updateMany({ _id: { $in: fans } }, { $inc: { followingCount: 1 } });
  return { id, clerkId, token: await bench.clerk.mintToken(clerkId, { expiresInSeconds: TOKEN_SECONDS }) };
}
