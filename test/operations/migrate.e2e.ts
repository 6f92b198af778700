import { hash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Connection, createConnection, Types } from 'mongoose';
import { type Child, type Exit, freshEnvironment, killChildren, startChild } from '../support/child.js';
import { eventually } from '../support/eventually.js';
import { appUri, testDatabaseUri } from '../support/mongo.js';
import { copyProject, type ProjectCopy } from '../support/project-copy.js';
import { snapshot } from '../support/snapshot.js';

/** How many times a migration is killed before it may complete. */
const KILLS = 3;
const PEOPLE = 300;
/** Enough people for a migration that can be killed halfway. */
const CROWD = 2000;

let project: ProjectCopy;
let from: Connection;
let to: Connection;
let environment: Record<string, string>;
beforeAll(async () => {
  project = await copyProject();
  await project.build();
});
afterAll(async () => {
  await killChildren();
  await project.remove();
});
beforeEach(async () => {
  const [MIGRATE_FROM_URI, MONGODB_URI] = [testDatabaseUri(), testDatabaseUri()];
  from = await createConnection(MIGRATE_FROM_URI).asPromise();
  to = await createConnection(MONGODB_URI).asPromise();
  environment = { MIGRATE_FROM_URI: await appUri(MIGRATE_FROM_URI), MONGODB_URI: await appUri(MONGODB_URI) };
});
afterEach(async () => {
  for (const db of [from, to]) {
    await db.dropDatabase();
    await db.close();
  }
});

const start = (args: string[] = [], env = environment): Child =>
  startChild(process.execPath, ['dist/migrate.js', ...args], {
    cwd: project.folder,
    env: freshEnvironment(env),
  });
const migrate = (args: string[] = [], env = environment): Promise<Exit> => start(args, env).exit;

/** The number in front of a line of the report. */
function counted({ stdout }: Exit, label: string): number {
  const line = stdout.split('\n').find((each) =>
    each
      .trim()
      .replace(/^\d+ +/, '')
      .startsWith(label),
  );
  return Number.parseInt(line ?? 'NaN');
}

interface Old {
  _id: Types.ObjectId;
  clerkId: string;
  username: string;
  followers: unknown[];
  following: unknown[];
}
function last<T>(values: readonly T[]): T {
  const value = values.at(-1);
  if (value === undefined) throw new Error('An empty list');
  return value;
}
const clerkIdOf = (index: number) => `user_seed${String(index).padStart(6, '0')}`;
const hashOf = (clerkId: string) => hash('sha256', clerkId, 'hex');

/** People who follow the next three in a circle; their arrays disagree and contain invalid entries. */
function crowd(size: number): Old[] {
  const ids = Array.from({ length: size }, () => new Types.ObjectId());
  const at = (index: number) => ids[(index + size) % size] ?? new Types.ObjectId();
  return ids.map((_id, index) => ({
    _id,
    clerkId: clerkIdOf(index),
    email: `p${index}@example.com`,
    firstName: `First${index}`,
    lastName: '',
    username: `person_${index}`,
    profilePicture: '',
    // Every fifth lacks its last `following`, every seventh the matching `followers`.
    following: [at(index + 1), at(index + 2), ...(index % 5 === 0 ? [] : [at(index + 3)])],
    followers: [
      at(index - 1),
      at(index - 2),
      ...(((index - 3 + size) % size) % 7 === 0 ? [] : [at(index - 3)]),
    ],
    createdAt: new Date(Date.UTC(2025, 0, 1, 0, 0, index)),
    updatedAt: new Date(Date.UTC(2025, 5, 1)),
  }));
}

async function fill(people: Old[]): Promise<void> {
  await from.collection('users').insertMany(people);
  await from.collection<{ _id: string }>('wishlists').insertMany(
    people.map(({ clerkId }, index) => ({
      _id: clerkId,
      countries: index % 2 === 0 ? ['JP', 'PT'] : [{ countryId: 'is' }],
    })),
  );
  await from.collection('purchases').insertMany(
    people.map(({ clerkId }, index) => ({
      clerkId,
      item: 'eSIM',
      amount: index,
      currency: 'eur',
      status: 'completed',
    })),
  );
}

it('migrates users, wishlists, edges, purchases and archives, and counts what it migrated', async () => {
  const people = crowd(PEOPLE);
  await fill(people);
  const [ann, bob, eve, max] = people as [Old, Old, Old, Old];
  const users = from.collection('users');
  // Data as it accumulates over years.
  const stranger = new Types.ObjectId();
  await users.updateOne({ _id: ann._id }, {
    $push: { following: { $each: [ann._id, stranger, bob._id, 'x'] } },
  } as never);
  await users.updateOne({ _id: bob._id }, { $set: { username: 'Not Allowed!' } });
  await users.updateOne({ _id: eve._id }, { $set: { username: max.username } });
  await users.insertOne({ username: 'no_clerk_id', email: 'none@example.com' });
  await from
    .collection<{ _id: string }>('wishlists')
    .updateOne(
      { _id: ann.clerkId },
      { $set: { countries: ['PT', 'JP', 'XX', 'jp', { countryId: 'XK', note: 'soon' }] } },
    );
  await from.collection<{ _id: string }>('wishlists').deleteOne({ _id: max.clerkId });
  await from.collection('purchases').insertMany([
    { clerkId: ann.clerkId, item: 'Half a cent', amount: 9.9, currency: 'EUR', status: 'paid' },
    { clerkId: ann.clerkId, item: 'Odd', amount: 5, currency: 'EUR', status: 'disputed' },
    { clerkId: 'user_unknown', item: 'Lost', amount: 5, currency: 'EUR', status: 'paid' },
  ]);
  // A deleted user who exists again, with a purchase; and one with more purchases than fit into an archive.
  const back = last(people);
  const rich = 'user_rich';
  await from.collection('deletedusers').insertMany([
    {
      clerkId: back.clerkId,
      reason: 'user_requested',
      userData: { email: 'old@example.com', followers: [ann._id] },
      purchases: [],
    },
    { clerkId: back.clerkId, reason: 'user_requested', userData: {}, purchases: [] },
    {
      clerkId: rich,
      deletedAt: new Date('2026-01-02'),
      reason: 'because',
      notes: 'Refunded once',
      userData: { _id: stranger, email: 'rich@example.com' },
      purchases: Array.from({ length: 510 }, (_, amount) => ({
        _id: new Types.ObjectId(),
        amount,
        currency: 'EUR',
        status: 'paid',
        item: 'eSIM',
      })),
    },
  ]);
  const untouched = await snapshot(from);

  const dry = await migrate(['--dry-run']);
  expect(dry.code).toBe(0);
  expect(await to.listCollections()).toEqual([]);
  const exit = await migrate();
  expect({ code: exit.code, stderr: exit.stderr }).toEqual({ code: 0, stderr: '' });
  expect(await snapshot(from)).toEqual(untouched);

  // Derived from the circle: three edges each, without those to or from the deleted user.
  const living = people.slice(0, -1);
  const edges = new Set<string>();
  for (const [index, { _id }] of people.entries()) {
    for (const step of [1, 2, 3]) {
      const other = last(people.slice(0, ((index + step) % PEOPLE) + 1));
      const isForgotten = step === 3 && index % 5 === 0 && index % 7 === 0;
      if (![_id, other._id].includes(back._id) && !isForgotten)
        edges.add(`${String(_id)}>${String(other._id)}`);
    }
  }
  const found = await to.collection('follows').find().toArray();
  expect(
    new Set(found.map(({ followerId, followeeId }) => `${String(followerId)}>${String(followeeId)}`)),
  ).toEqual(edges);
  expect(found).toHaveLength(edges.size);
  const migrated = await to.collection('users').find().sort({ _id: 1 }).toArray();
  expect(migrated.map(({ _id }) => String(_id))).toEqual(living.map(({ _id }) => String(_id)));
  for (const user of migrated) {
    const id = String(user._id);
    const of = (match: (edge: string) => boolean) => [...edges].filter(match).length;
    expect(user).toMatchObject({
      followersCount: of((edge) => edge.endsWith(`>${id}`)),
      followingCount: of((edge) => edge.startsWith(`${id}>`)),
      purchasesCount: 1,
      clerkUpdatedAt: 0,
    });
  }
  const names = new Map(migrated.map(({ _id, username }) => [String(_id), String(username)]));
  expect(new Set(names.values()).size).toBe(living.length);
  expect(names.get(String(bob._id))).toMatch(/^notallowed_[0-9a-f]{8}$/);
  expect([names.get(String(eve._id)), names.get(String(max._id))].sort()).toEqual([
    'person_3',
    expect.stringMatching(/^person_3_[0-9a-f]{8}$/),
  ]);

  const wishlists = to.collection<{ _id: Types.ObjectId; items: { countryCode: string; note: string }[] }>(
    'wishlists',
  );
  expect(await wishlists.countDocuments()).toBe(living.length);
  const items = (await wishlists.findOne({ _id: ann._id }))?.items;
  expect(items?.map(({ countryCode, note }) => [countryCode, note])).toEqual([
    ['PT', ''],
    ['JP', ''],
    ['XK', 'soon'],
  ]);
  expect((await wishlists.findOne({ _id: max._id }))?.items).toEqual([]);

  expect(await to.collection('purchases').countDocuments()).toBe(living.length);
  const tombstones = await to.collection('deletedUsers').find().toArray();
  expect(tombstones.map(({ subjectHash }) => String(subjectHash)).sort()).toEqual(
    [hashOf(back.clerkId), hashOf(rich)].sort(),
  );
  const archive = tombstones.find(({ clerkId }) => clerkId === rich);
  expect(archive).toMatchObject({
    reason: 'user_requested',
    notes: 'Refunded once',
    userData: { email: 'rich@example.com' },
    movedPurchases: 10,
    deletedAt: new Date('2026-01-02'),
  });
  expect(archive?.['purchases']).toHaveLength(500);
  const comeback = tombstones.find(({ clerkId }) => clerkId === back.clerkId);
  expect(comeback).toMatchObject({ userData: { email: 'old@example.com' }, movedPurchases: 1 });
  expect(comeback?.['userData']).not.toHaveProperty('followers');
  expect(await to.collection('deletionPurchases').countDocuments()).toBe(11);

  for (const [label, count] of [
    ['users migrated', living.length],
    ['users skipped: deleted', 1],
    ['users skipped: no Clerk id', 1],
    ['users renamed', 2],
    ['countries skipped', 2],
    ['follow edges migrated', edges.size],
    ['purchases skipped: no user', 1],
    ['purchases skipped: amount', 2],
    ['archives migrated before, or archived twice', 1],
  ] as const) {
    expect([label, counted(exit, label)]).toEqual([label, count]);
    if (!label.startsWith('archives')) expect([label, counted(dry, label)]).toEqual([label, count]);
  }

  const once = await snapshot(to);
  const again = await migrate();
  expect(again.code).toBe(0);
  expect(counted(again, 'users migrated')).toBe(0);
  const { locks: _, ...twice } = await snapshot(to);
  const { locks: __, ...expected } = once;
  expect(twice).toEqual(expected);
});

it('a migration that was killed several times has the same result', async () => {
  await fill(crowd(CROWD));
  const clean = testDatabaseUri();
  expect((await migrate([], { ...environment, MONGODB_URI: await appUri(clean) })).code).toBe(0);
  const cleanDb = await createConnection(clean).asPromise();
  for (let kill = 1; kill <= KILLS; kill++) {
    const child = start();
    const sizes = () =>
      Promise.all(
        ['users', 'follows', 'purchases'].map((name) => to.collection(name).estimatedDocumentCount()),
      );
    const goal = (CROWD * 5 * kill) / (KILLS + 1);
    await eventually(
      `${goal} documents are written`,
      async () => (await sizes()).reduce((total, size) => total + size, 0) >= goal,
      { everyMs: 5 },
    );
    child.signalGroup('SIGKILL');
    expect((await child.exit).signal).toBe('SIGKILL');
    // The lock of the killed process would expire after a minute.
    await to.collection('locks').updateMany({}, { $set: { until: new Date(0) } });
  }
  expect((await migrate()).code).toBe(0);
  const { locks: _, ...left } = await snapshot(to);
  const { locks: __, ...expected } = await snapshot(cleanDb);
  expect(left).toEqual(expected);
  await cleanDb.dropDatabase();
  await cleanDb.close();
});

it('does not change users who exist already', async () => {
  const people = crowd(5);
  await fill(people);
  expect((await migrate()).code).toBe(0);
  const { _id } = last(people.slice(0, 1));
  await to.collection('users').updateOne({ _id }, { $set: { bio: 'Changed here', clerkUpdatedAt: 7 } });
  expect((await migrate()).code).toBe(0);
  expect(await to.collection('users').findOne({ _id })).toMatchObject({
    bio: 'Changed here',
    clerkUpdatedAt: 7,
  });
});

it('reports missing variables, the same database, another migration, and inconsistent data', async () => {
  const none = await migrate([], {});
  expect(none.code).toBe(78);
  expect(none.stderr).toMatch(/MIGRATE_FROM_URI is missing[^]*MONGODB_URI is missing/);
  const uri = environment['MONGODB_URI'] ?? '';
  const same = await migrate([], {
    MONGODB_URI: uri,
    MIGRATE_FROM_URI: `${uri}${uri.includes('?') ? '&' : '?'}appName=x`,
  });
  expect(same.code).toBe(78);
  expect(same.stderr).toContain('name the same database');

  expect((await migrate()).code).toBe(0);
  await to
    .collection<{ _id: string }>('locks')
    .updateOne({ _id: 'migrate' }, { $set: { until: new Date(Date.now() + 60_000) } });
  expect((await migrate()).code).toBe(75);
  await to.collection('locks').deleteMany({});
  await to.collection('wishlists').insertOne({ items: [] });
  const wrong = await migrate();
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain('1 wishlists without a user');
});
