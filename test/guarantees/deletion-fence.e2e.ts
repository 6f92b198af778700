import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ClientSession, type Connection, createConnection, Types } from 'mongoose';
import { AccountDeletionService } from '../../src/deletion/account-deletion.service.js';
import { Deletion, DeletionSchema } from '../../src/deletion/deletion.schema.js';
import type { DeletionJobs } from '../../src/deletion/deletion-jobs.service.js';
import { DeletionsService } from '../../src/deletion/deletions.service.js';
import type { AuditService } from '../../src/audit/audit.service.js';
import { Metrics } from '../../src/common/observability/metrics.js';
import { PersonalDataRegistry } from '../../src/users/personal-data.js';
import type { Principal } from '../../src/common/principal.js';
import { ProblemError } from '../../src/common/problem.js';
import type { Config } from '../../src/config/config.js';
import type { PurchasesService } from '../../src/purchases/purchases.service.js';
import { DeletedUser, DeletedUserSchema } from '../../src/deleted-users/deleted-user.schema.js';
import { DeletedUsersService, hashSubject } from '../../src/deleted-users/deleted-users.service.js';
import { User, UserSchema } from '../../src/users/user.schema.js';
import type { UsernamesService } from '../../src/users/usernames.service.js';
import { type NewUser, UsersService } from '../../src/users/users.service.js';
import { USER_FIELDS } from '../../src/users/user-fields.js';
import type { WishlistService } from '../../src/wishlist/wishlist.service.js';
import { testDatabaseUri } from '../support/mongo.js';

// The fence with real `users`, `deletedUsers` and `deletions`, and stubs of the other services.
let db: Connection;
let users: UsersService;
let deletedUsers: DeletedUsersService;
let deletions: DeletionsService;
let service: AccountDeletionService;
/** Calls of the replaced services: jobs, wishlists, held usernames, audit records. */
let started: Types.ObjectId[];
let wishlists: Types.ObjectId[];
let names: string[];
let recorded: unknown[];
let record: () => Promise<void>;

beforeAll(async () => {
  db = await createConnection(testDatabaseUri()).asPromise();
  const model = db.model(User.name, UserSchema);
  const tombstones = db.model(DeletedUser.name, DeletedUserSchema);
  await Promise.all([model.createIndexes(), tombstones.createIndexes()]);
  users = new UsersService(model, new PersonalDataRegistry());
  deletedUsers = new DeletedUsersService(tombstones);
  deletions = new DeletionsService(db.model(Deletion.name, DeletionSchema), new Metrics());
  service = new AccountDeletionService(
    db,
    deletions,
    { start: (id: Types.ObjectId) => started.push(id) } as unknown as DeletionJobs,
    users,
    { hold: (name: string) => Promise.resolve(names.push(name)) } as unknown as UsernamesService,
    deletedUsers,
    {
      removeWishlist: (id: Types.ObjectId) => Promise.resolve(wishlists.push(id)),
    } as unknown as WishlistService,
    { takeForArchive: () => Promise.resolve([{ _id: PURCHASE }]) } as unknown as PurchasesService,
    {
      record: (entry: unknown) => {
        recorded.push(entry);
        return record();
      },
    } as unknown as AuditService,
    { deletions: { retentionDays: 30 } } as Config,
  );
});
beforeEach(() => {
  [started, wishlists, names, recorded] = [[], [], [], []];
  record = () => Promise.resolve();
});
afterEach(async () => {
  for (const name of ['users', 'deletedUsers', 'deletions']) await db.collection(name).deleteMany({});
});
afterAll(async () => {
  await db.dropDatabase();
  await db.close();
});

const PURCHASE = new Types.ObjectId();
const OWN = { reason: 'user_requested' } as const;
const admin = { userId: new Types.ObjectId(), requestId: 'req_1' };

function insert(clerkId: string): Promise<User> {
  const user = { clerkId, username: `name_${clerkId}`, firstName: 'Ann', clerkUpdatedAt: 1 } as NewUser;
  return db.transaction((session) => users.insert(user, session));
}
const deleteOwn = (subject: string, actor?: string) =>
  service.deleteOwn({ subject, ...(actor === undefined ? {} : { actor }) } as Principal);
const inCollection = (name: string) => db.collection(name).find().toArray();
const tombstoneOf = (subject: string) =>
  db.collection('deletedUsers').findOne({ subjectHash: hashSubject(subject) });

/** `resolved`, or the code and detail of a problem. */
async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'resolved';
  } catch (error) {
    return error instanceof ProblemError ? `${error.code}: ${error.message}` : String(error);
  }
}

/** Starts a transaction that the test ends. */
async function begun(work: (session: ClientSession) => Promise<unknown>): Promise<ClientSession> {
  const session = await db.startSession();
  session.startTransaction();
  await work(session);
  return session;
}
async function aborted(work: (session: ClientSession) => Promise<unknown>): Promise<void> {
  const session = await begun(work);
  await session.abortTransaction();
  await session.endSession();
}

/** Whether `USER_FIELDS` decides that archives keep the field. */
function isKept(field: string): boolean {
  const decisions: Partial<Record<string, { archive: string }>> = USER_FIELDS;
  return decisions[field]?.archive === 'kept';
}

describe("deleting one's own account", () => {
  it('inserts a tombstone with an archive, removes the user, and starts the deletion job', async () => {
    const [ann, bob] = [await insert('user_ann'), await insert('user_bob')];
    const deletion = await deleteOwn('user_ann');
    expect(await inCollection('users')).toMatchObject([{ _id: bob._id }]);
    expect(wishlists).toEqual([ann._id]);
    expect(names).toEqual([ann.username]);
    const tombstone = await tombstoneOf('user_ann');
    expect(tombstone).toMatchObject({
      _id: deletion._id,
      clerkId: 'user_ann',
      reason: 'user_requested',
      deletedAt: expect.any(Date),
      purchases: [{ _id: PURCHASE }],
    });
    expect(tombstone).not.toHaveProperty('notes');
    expect(tombstone?.['userData']).toEqual(
      Object.fromEntries(Object.entries(ann).filter(([field]) => isKept(field))),
    );
    expect(deletion).toMatchObject({
      userId: ann._id,
      clerkId: 'user_ann',
      reason: 'user_requested',
      done: {},
      erased: { users: 1, wishlists: 1, purchases: 1 },
    });
    expect(await deletions.findDeletion(deletion._id)).toEqual(deletion);
    expect(started).toEqual([deletion._id]);
    expect(await users.findBySubject('user_ann')).toBeUndefined();
  });

  it('archives no field that only serves requests', async () => {
    await insert('user_ann');
    const serving = {
      revokedSessions: [{ sid: 's', until: new Date() }],
      tokensFrom: new Date(),
      claims: 7,
      activeOn: new Date(),
      usernameReservation: { id: 'r', previous: 'p', until: new Date() },
    };
    await db.collection('users').updateOne({ clerkId: 'user_ann' }, { $set: serving });
    await deleteOwn('user_ann');
    const userData = (await tombstoneOf('user_ann'))?.['userData'] as object;
    expect(Object.keys(userData).filter((field) => field in serving || field === '_id')).toEqual([]);
  });

  it('answers the same when repeated, and starts no job once it is completed', async () => {
    await insert('user_ann');
    const deletion = await deleteOwn('user_ann');
    expect(await deleteOwn('user_ann')).toEqual(deletion);
    expect(started).toEqual([deletion._id, deletion._id]);
    await deletions.completeDeletion(deletion._id, new Date(), 'statement');
    expect((await deleteOwn('user_ann'))._id).toEqual(deletion._id);
    expect(started).toHaveLength(2);
    expect(await inCollection('deletions')).toHaveLength(1);
  });

  it('is forbidden to an impersonator', async () => {
    const ann = await insert('user_ann');
    expect(await outcomeOf(deleteOwn('user_ann', 'user_support'))).toMatch(/^forbidden: /);
    expect(await inCollection('users')).toMatchObject([{ _id: ann._id }]);
  });

  it('deletes the account in Clerk of a subject without a user here', async () => {
    const deletion = await deleteOwn('user_ann');
    expect(deletion).toMatchObject({
      userId: expect.any(Types.ObjectId),
      clerkId: 'user_ann',
      done: {},
      erased: {},
    });
    expect(Object.keys((await tombstoneOf('user_ann')) ?? {}).sort()).toEqual([
      '_id',
      'deletedAt',
      'reason',
      'subjectHash',
    ]);
    expect(started).toEqual([deletion._id]);
  });

  it('is account_deleted where only the hash of the subject is left', async () => {
    const deletedAt = new Date(0);
    const tombstone = { subjectHash: hashSubject('user_ann'), deletedAt, reason: 'admin_action' as const };
    await db.transaction((session) => deletedUsers.importTombstone(tombstone, session));
    expect(await outcomeOf(deleteOwn('user_ann'))).toMatch(/^account_deleted: /);
    expect(await inCollection('deletions')).toEqual([]);
    expect(started).toEqual([]);
  });
});

describe("deleting another person's account", () => {
  const request = { reason: 'policy_violation', notes: 'spam' } as const;
  const deleteUser = (id: Types.ObjectId) => service.deleteUser(admin, id, request);

  it('records the admin, and keeps the notes', async () => {
    const ann = await insert('user_ann');
    const deletion = await deleteUser(ann._id);
    expect(recorded).toEqual([
      {
        by: admin,
        action: 'user.deleted',
        target: { type: 'deleted_user', id: deletion._id },
        reason: 'policy_violation',
      },
    ]);
    expect(deletion).toMatchObject({ userId: ann._id, reason: 'policy_violation' });
    expect(await tombstoneOf('user_ann')).toMatchObject({ reason: 'policy_violation', notes: 'spam' });
    expect(started).toEqual([deletion._id]);
  });

  it('deletes nothing that could not be recorded', async () => {
    const ann = await insert('user_ann');
    record = () => Promise.reject(new Error('no record'));
    expect(await outcomeOf(deleteUser(ann._id))).toBe('Error: no record');
    expect(await inCollection('users')).toMatchObject([{ _id: ann._id }]);
    for (const name of ['deletedUsers', 'deletions']) expect(await inCollection(name)).toEqual([]);
    expect(started).toEqual([]);
  });

  it('returns the deletion in progress when there is one, and records nothing', async () => {
    const ann = await insert('user_ann');
    const deletion = await deleteOwn('user_ann');
    expect(await deleteUser(ann._id)).toEqual(deletion);
    expect(recorded).toEqual([]);
    expect(started).toHaveLength(1);
  });

  it('is user_not_found without such a user, and forbidden for the own account', async () => {
    await insert('user_ann');
    expect(await outcomeOf(deleteUser(new Types.ObjectId()))).toMatch(/^user_not_found: /);
    expect(await outcomeOf(deleteUser(admin.userId))).toBe(
      'forbidden: Delete your own account by `DELETE /users/me`.',
    );
    expect(await inCollection('users')).toHaveLength(1);
  });
});

describe('the fence', () => {
  const fence = (subject: string, request: Parameters<typeof service.fenceAndArchive>[1]) =>
    db.transaction((session) => service.fenceAndArchive(subject, request, session));

  it('marks the step of Clerk as done for a deletion that Clerk reports, also for an earlier one', async () => {
    await insert('user_ann');
    await insert('user_bob');
    const bob = await fence('user_bob', { ...OWN, isGoneInClerk: true });
    expect(bob).toMatchObject({ found: 'user', deletion: { done: { clerk: expect.any(Date) } } });
    const first = await fence('user_ann', OWN);
    expect(first).toMatchObject({ found: 'user', deletion: { done: {} } });
    expect(await fence('user_ann', OWN)).toEqual({ found: 'tombstone', deletion: first.deletion });
    expect((await deletions.findBySubject('user_ann'))?.done).toEqual({});
    expect(await fence('user_ann', { ...OWN, isGoneInClerk: true })).toMatchObject({ found: 'tombstone' });
    expect((await deletions.findBySubject('user_ann'))?.done).toEqual({ clerk: expect.any(Date) });
  });

  it('keeps only a tombstone for a subject without user and account', async () => {
    let records = 0;
    const deletion = await service.deleteAccount('user_ann', { ...OWN, isGoneInClerk: true }, () => {
      records++;
      return Promise.resolve();
    });
    expect([deletion, records, started]).toEqual([undefined, 0, []]);
    expect(await fence('user_bob', { ...OWN, isGoneInClerk: true })).toEqual({ found: 'nothing' });
    expect(await fence('user_bob', { ...OWN, isGoneInClerk: true })).toEqual({ found: 'tombstone' });
    expect(await fence('user_eve', OWN)).toMatchObject({
      found: 'nothing',
      deletion: { clerkId: 'user_eve' },
    });
    expect(await inCollection('deletedUsers')).toHaveLength(3);
  });

  it('adds the archive to an earlier tombstone, which keeps its date and reason', async () => {
    await insert('user_ann');
    const deletedAt = new Date(1000);
    const tombstone = { subjectHash: hashSubject('user_ann'), deletedAt, reason: 'admin_action' as const };
    await db.transaction((session) => deletedUsers.importTombstone(tombstone, session));
    expect(await fence('user_ann', OWN)).toMatchObject({ found: 'user' });
    expect(await tombstoneOf('user_ann')).toMatchObject({ ...tombstone, clerkId: 'user_ann' });
  });

  it('takes the date of a deletion that happened elsewhere', async () => {
    await fence('user_ann', { ...OWN, deletedAt: new Date(1000) });
    expect(await tombstoneOf('user_ann')).toMatchObject({ deletedAt: new Date(1000) });
  });

  it('writes nothing when its transaction does not commit', async () => {
    const ann = await insert('user_ann');
    await aborted(async (session) => {
      await service.fenceAndArchive('user_ann', OWN, session);
      expect(await deletedUsers.isDeleted('user_ann', session)).toBe(true);
      expect(await deletedUsers.isDeleted('user_ann')).toBe(false);
    });
    expect(await inCollection('users')).toMatchObject([{ _id: ann._id }]);
    for (const name of ['deletedUsers', 'deletions']) expect(await inCollection(name)).toEqual([]);
  });
});

describe('creation and deletion of one subject', () => {
  const creation = (subject: string) => (session: ClientSession) =>
    deletedUsers.collideWithDeletion(subject, session);
  const deletion = (subject: string) => (session: ClientSession) =>
    service.fenceAndArchive(subject, OWN, session);

  it.each([
    ['a deletion during a creation', creation, deletion],
    ['a creation during a deletion', deletion, creation],
    ['a creation during another', creation, creation],
  ])('collide: %s has to start over; other subjects do not collide', async (_which, one, other) => {
    await fenceOf('user_eve');
    const session = await begun(one('user_ann'));
    await expect(begun(other('user_ann'))).rejects.toMatchObject({ codeName: 'WriteConflict' });
    await (await begun(other('user_bob'))).abortTransaction();
    await session.commitTransaction();
  });

  it('a creation adds and removes no tombstone, whether it commits or not', async () => {
    await fenceOf('user_eve');
    await aborted(creation('user_ann'));
    await db.transaction(creation('user_ann'));
    expect(await inCollection('deletedUsers')).toMatchObject([{ subjectHash: hashSubject('user_eve') }]);
  });

  it('only the deleted subject counts as deleted', async () => {
    await fenceOf('user_eve');
    expect(await deletedUsers.isDeleted('user_eve')).toBe(true);
    expect(await deletedUsers.isDeleted('user_ann')).toBe(false);
  });

  async function fenceOf(subject: string): Promise<void> {
    await db.transaction(deletion(subject));
  }
});
