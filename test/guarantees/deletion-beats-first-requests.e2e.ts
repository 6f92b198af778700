import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TombstonesService } from '../../src/deletion/tombstones.service.js';
import type { ProblemError } from '../../src/common/problem.js';
import { ClerkDirectory } from '../../src/clerk/clerk-directory.js';
import { hashSubject } from '../../src/deleted-users/deleted-users.service.js';
import { RollbackService } from '../../src/users/rollback.service.js';
import { ApiClient } from '../support/api-client.js';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { userDeletedEvent } from '../support/events.js';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

const ROUNDS = 10;

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

/** The numbers of tombstones, users, and wishlists without a user. */
async function countDocuments() {
  const tombstones = await api.db.collection('deletedUsers').countDocuments();
  const users = await api.db
    .collection('users')
    .find({}, { projection: { _id: 1 } })
    .toArray();
  const orphans = await api.db
    .collection('wishlists')
    .countDocuments({ _id: { $nin: users.map(({ _id }) => _id) } });
  return { tombstones, users: users.length, orphans };
}

it('200 parallel first requests race the deletion of their subject: never both a user and a tombstone', async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    const ann = await api.signUp();
    const there = new ApiClient(otherUrl, `Bearer ${ann.token}`);
    const request = (index: number) => (index % 2 ? ann : there).request('GET', '/users/me');
    const event = userDeletedEvent(ann);

    // Clerk still has the account, so only the fence prevents a new user. It answers late, so that the
    // deletion comes between the requests' query of the tombstone and their insert.
    const undo = api.clerk.fail({ method: 'GET', path: /^\/v1\/users\//, mode: 'slow', delayMs: round * 4 });
    const early = Array.from({ length: 100 }, (_, index) => request(index));
    const deliveries = [api.clerk.deliverWebhook(event), api.clerk.deliverWebhook(event)];
    const late = Array.from({ length: 100 }, (_, index) => request(index));
    const statuses = (await Promise.all([...early, ...late])).map(({ status }) => status);
    for (const { status } of await Promise.all(deliveries)) expect(status).toBe(200);
    undo();

    // 200 before the fence, 401 after it, and no other failure.
    expect(statuses.filter((status) => status !== 200 && status !== 401)).toEqual([]);
    expect(await ann.problem('GET', '/users/me')).toBe('401 account_deleted');
    expect(await countDocuments()).toEqual({ tombstones: round, users: 0, orphans: 0 });
  }
});

/** The commands of a creation, in their order. */
const CREATION = [
  ['the placeholder of the tombstone is inserted', 'insert', 'deletedUsers'],
  ['the placeholder is deleted', 'delete', 'deletedUsers'],
  ['the user is inserted', 'insert', 'users'],
  ['its wishlist is inserted', 'insert', 'wishlists'],
  ['it commits', 'commitTransaction', undefined],
] as const;

/** The commands of a deletion by webhook. */
const DELETION = [
  ['the delivery is recorded', 'insert', 'webhookEvents'],
  ['the user is queried', 'findAndModify', 'users'],
  ['the tombstone is written', 'findAndModify', 'deletedUsers'],
  ['it commits', 'commitTransaction', undefined],
] as const;

/** The commands of a replay of tombstones. */
const REPLAY = [
  ['the tombstone is written', 'update', 'deletedUsers'],
  ['it commits', 'commitTransaction', undefined],
] as const;

/** Starts work, holds its first matching command back, and runs other work meanwhile. */
async function whileHeld<T>(
  command: string,
  collection: string | undefined,
  start: () => Promise<T>,
  meanwhile: () => Promise<unknown>,
): Promise<T> {
  const held = await catchCommand(api.db, {
    failCommands: [command],
    blockTimeMS: 300,
    ...(collection === undefined ? {} : { namespace: `${api.db.name}.${collection}` }),
  });
  const started = start();
  await held();
  await meanwhile();
  return started;
}

/** The end, no matter which of the two committed first. */
async function expectDeleted(ann: Person, firstStatus: number, tombstonesBefore: number): Promise<void> {
  expect([200, 401]).toContain(firstStatus);
  expect(await ann.problem('GET', '/users/me')).toBe('401 account_deleted');
  expect(await countDocuments()).toEqual({ tombstones: tombstonesBefore + 1, users: 0, orphans: 0 });
}

async function deliverDeletion(person: Person): Promise<void> {
  expect((await api.clerk.deliverWebhook(userDeletedEvent(person))).status).toBe(200);
}

const replay = (...people: Person[]) =>
  api.app.get(TombstonesService).replay(
    people.map(({ clerkId }) => ({
      subjectHash: hashSubject(clerkId),
      deletedAt: new Date().toISOString(),
      reason: 'user_requested' as const,
    })),
  );

/** Holds one side before a command while the other side runs; the subject is deleted in the end. */
async function raceDeletion(
  held: 'creation' | 'deletion',
  [command, collection]: readonly [command: string, collection: string | undefined],
  deletion: (person: Person) => Promise<unknown>,
): Promise<void> {
  const { tombstones } = await countDocuments();
  const ann = await api.signUp();
  let status = 0;
  const sides: Record<typeof held, () => Promise<unknown>> = {
    creation: async () => ({ status } = await ann.request('GET', '/users/me')),
    deletion: () => deletion(ann),
  };
  await whileHeld(command, collection, sides[held], sides[held === 'creation' ? 'deletion' : 'creation']);
  await expectDeleted(ann, status, tombstones);
}

it.each(CREATION)(
  'a creation is held before %s while a deletion runs: no user beside the tombstone',
  (_where, command, collection) => raceDeletion('creation', [command, collection], deliverDeletion),
);

it.each(DELETION)(
  'a deletion is held before %s while a creation runs: no user beside the tombstone',
  (_where, command, collection) => raceDeletion('deletion', [command, collection], deliverDeletion),
);

it.each(CREATION)(
  'a creation is held before %s while tombstones are replayed: no user beside the tombstone',
  (_where, command, collection) => raceDeletion('creation', [command, collection], replay),
);

it.each(REPLAY)(
  'a replay of tombstones is held before %s while a creation runs: no user beside the tombstone',
  (_where, command, collection) => raceDeletion('deletion', [command, collection], replay),
);

it('after a replay that stopped between a tombstone and its user, the next replay deletes the user, with an archive', async () => {
  const { tombstones } = await countDocuments();
  const ann = await api.join();
  const subjectHash = hashSubject(ann.clerkId);
  await api.db
    .collection('deletedUsers')
    .insertOne({ subjectHash, deletedAt: new Date(0), reason: 'policy_violation' });
  expect(await replay(ann)).toEqual({ known: 0, deleted: 1, tombstoned: 0 });
  const { _id } = await api.deletionOf(ann);
  expect(await api.db.collection('deletedUsers').findOne({ _id })).toMatchObject({
    subjectHash,
    deletedAt: new Date(0),
    reason: 'policy_violation',
    clerkId: ann.clerkId,
    userData: { clerkId: ann.clerkId },
  });
  await expectDeleted(ann, 200, tombstones);
});

it.each([
  ['the tombstone is written', 'findAndModify', 'deletedUsers'],
  ['the roll-back is recorded', 'insert', 'deletionRollbacks'],
  ['it commits', 'commitTransaction', undefined],
])(
  'a roll-back is held before %s while a creation runs: both the account and its user exist, or neither',
  async (_where, command, collection) => {
    const { tombstones } = await countDocuments();
    const ann = await api.signUp();
    const clerkUser = await api.app.get(ClerkDirectory).getUser(ann.clerkId);
    if (clerkUser === undefined) throw new Error('No such user in Clerk');
    const rollBack = api.app.get(RollbackService).rollBack.bind(api.app.get(RollbackService));
    let status = 0;
    const outcome = await whileHeld(
      command,
      collection,
      () => rollBack(clerkUser).catch((error: unknown) => (error as ProblemError).code),
      async () => ({ status } = await ann.request('GET', '/users/me')),
    );
    // Either the roll-back is refused with 503 because there is a user, or the creation meets the tombstone.
    expect([outcome, status]).toEqual(
      status === 200 ? ['dependency_unavailable', 200] : ['rolled_back', 401],
    );
    const users = status === 200 ? 1 : 0;
    expect(await countDocuments()).toEqual({ tombstones: tombstones + 1 - users, users, orphans: 0 });
    expect(api.clerk.getUser(ann.clerkId) !== undefined).toBe(users === 1);
    if (users === 1) await ann.call(202, 'DELETE', '/users/me');
  },
);
