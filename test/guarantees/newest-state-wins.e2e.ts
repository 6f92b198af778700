import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { User } from 'clerk-local';
import type { ReplicaSet } from '../../scripts/mongod.ts';
import { ReconcilerService } from '../../src/reconciler/reconciler.service.js';
import { TombstonesService } from '../../src/deletion/tombstones.service.js';
import { ApiClient } from '../support/api-client.js';
import { type ClerkProxy, startClerkProxy } from '../support/clerk-proxy.js';
import { catchCommand } from '../support/fail-point.js';
import { startFaultyReplicaSet, testDatabaseUri } from '../support/mongo.js';
import { deliverPayment } from '../support/purchases.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

const IN_2100 = Date.UTC(2100, 0, 1);
const ROUNDS = 20;

let mongo: ReplicaSet;
let proxy: ClerkProxy;
let api: TestApp;
let urls: string[];
beforeAll(async () => {
  mongo = await startFaultyReplicaSet();
});
afterAll(() => mongo.stop());
beforeEach(async () => {
  api = await startTestApp(async (clerk) => {
    proxy = await startClerkProxy(() => clerk.url);
    return { MONGODB_URI: testDatabaseUri(mongo.uri), CLERK_API_URL: proxy.url };
  });
  urls = [api.anonymous.url, await api.secondInstance()];
});
afterEach(async () => {
  await api.close();
  await proxy.close();
});

function clerkUser({ clerkId }: { clerkId: string }): User {
  const user = api.clerk.getUser(clerkId);
  if (user === undefined) throw new Error('No such user in Clerk');
  return user;
}

/** One signed delivery to one of the two instances; anything but 200 fails the test. */
async function deliver(type: string, data: object, instance = 0): Promise<void> {
  const body = JSON.stringify({ type, data });
  const headers = { ...api.clerk.signWebhook(body) };
  const client = new ApiClient(urls[instance] ?? 'none');
  await client.call(200, 'POST', '/webhooks/clerk', { body, headers });
}

/** From now on, all users in Clerk's answers have these fields. */
function clerkTells(fields: Partial<User>): void {
  proxy.rewrite((path, body) => {
    if (!path.startsWith('/v1/users')) return body;
    const answer = JSON.parse(body) as User | User[];
    return JSON.stringify(
      Array.isArray(answer) ? answer.map((user) => ({ ...user, ...fields })) : { ...answer, ...fields },
    );
  });
}

/** A person whose name in Clerk is "Later"; "Earlier" is another state of the same millisecond. */
async function renamedTwiceAtOnce(): Promise<{ ann: Joined; earlier: User; later: User }> {
  const ann = await api.join({ first_name: 'Before' });
  const later = await api.clerk.updateUser(ann.clerkId, { first_name: 'Later' }, { webhook: false });
  return { ann, earlier: { ...later, first_name: 'Earlier' }, later };
}

const store = ({ clerkId }: { clerkId: string }, fields: object) =>
  api.db.collection('users').updateOne({ clerkId }, { $set: fields });
const reconcile = () => api.app.get(ReconcilerService).reconcile();

describe('two changes of one millisecond', () => {
  it.each(['earlier', 'later'] as const)(
    'over two instances, the %s one is overtaken between its read and its write: the later one stays',
    async (held) => {
      const { ann, earlier, later } = await renamedTwiceAtOnce();
      const caught = await catchCommand(api.db, {
        failCommands: ['update'],
        namespace: `${api.db.name}.users`,
        blockTimeMS: 500,
      });
      const overtaken = deliver('user.updated', held === 'later' ? later : earlier, 0);
      await caught();
      await deliver('user.updated', held === 'later' ? earlier : later, 1);
      await overtaken;
      expect(await ann.get('/users/me')).toMatchObject({ firstName: 'Later' });
    },
  );

  it(`over two instances at once, ${ROUNDS} times: the later one stays`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { ann, earlier, later } = await renamedTwiceAtOnce();
      await Promise.all([deliver('user.updated', later, 0), deliver('user.updated', earlier, 1)]);
      expect(await ann.get('/users/me')).toMatchObject({ firstName: 'Later' });
    }
  });

  it('before the user exists: the later one stays', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const ann = await api.signUp({ first_name: 'Before' });
      const later = await api.clerk.updateUser(ann.clerkId, { first_name: 'Later' }, { webhook: false });
      const states = [{ ...later, first_name: 'Earlier' }, later];
      for (const index of order) await deliver('user.updated', states[index] ?? {});
      expect(await ann.get('/users/me')).toMatchObject({ firstName: 'Later' });
    }
  });

  it.each([
    ['the same instance', 0],
    ['another one', 1],
  ])(
    "Clerk's answer about the first change is late and outdated; the second change comes to %s",
    async (_where, instance) => {
      const { ann, later } = await renamedTwiceAtOnce();
      await store(ann, { firstName: 'Stored', clerkUpdatedAt: later.updated_at });
      const signals = new EventTarget();
      const [asked, released] = [once(signals, 'asked'), once(signals, 'released')];
      let answers = 0;
      proxy.rewrite(async (path, body) => {
        if (!path.startsWith('/v1/users/')) return body;
        if (answers++ > 0) return JSON.stringify({ ...later, first_name: 'Last' });
        signals.dispatchEvent(new Event('asked'));
        await released;
        return body;
      });
      const first = deliver('user.updated', { ...later, first_name: 'Another' }, 0);
      await asked;
      // It sends its own request to Clerk, and doesn't wait for the first answer.
      await deliver('user.updated', { ...later, first_name: 'Last' }, instance);
      signals.dispatchEvent(new Event('released'));
      await first;
      expect(await ann.get('/users/me')).toMatchObject({ firstName: 'Last' });
    },
  );

  it("Clerk's answer about one change is not used for another change that comes before the first commits", async () => {
    const { ann, later } = await renamedTwiceAtOnce();
    await store(ann, { firstName: 'Stored', clerkUpdatedAt: later.updated_at });
    const caught = await catchCommand(api.db, { failCommands: ['commitTransaction'], blockTimeMS: 700 });
    const first = deliver('user.updated', { ...later, first_name: 'Another' });
    await caught();
    const last = { ...later, first_name: 'Last' };
    clerkTells({ first_name: 'Last' });
    await Promise.all([first, deliver('user.updated', last)]);
    expect(await ann.get('/users/me')).toMatchObject({ firstName: 'Last' });
  });

  it("a change by PATCH and one of Clerk's dashboard: Clerk's state stays", async () => {
    const ann = await api.join({ first_name: 'Before' });
    // Clerk's events of the two changes haven't arrived yet.
    api.clerk.setWebhookUrl(null);
    const at = Date.now() - 1000;
    proxy.rewrite(async (path, body) => {
      if (!path.startsWith('/v1/users/')) return body;
      const answer = { ...(JSON.parse(body) as User), updated_at: at };
      if (answer.first_name !== 'Mine') return JSON.stringify(answer);
      // Before the answer comes back, another change of the same millisecond is stored here.
      await api.clerk.updateUser(ann.clerkId, { first_name: 'Dashboard' }, { webhook: false });
      await store(ann, { firstName: 'Dashboard', clerkUpdatedAt: at });
      return JSON.stringify(answer);
    });
    await ann.call(200, 'PATCH', '/users/me', { body: { firstName: 'Mine' } });
    expect(await ann.get('/users/me')).toMatchObject({ firstName: 'Dashboard' });
  });

  it("a reconciliation takes Clerk's state, once", async () => {
    const { ann, later } = await renamedTwiceAtOnce();
    await store(ann, { firstName: 'Earlier', clerkUpdatedAt: later.updated_at });
    expect(await reconcile()).toMatchObject({ updated: 1 });
    expect(await ann.get('/users/me')).toMatchObject({ firstName: 'Later' });
    expect(await reconcile()).toMatchObject({ updated: 0 });
  });

  it("Clerk's answer is taken although it stays older than the stored state", async () => {
    const { ann, later } = await renamedTwiceAtOnce();
    const ahead = { ...later, updated_at: later.updated_at + 1 };
    await deliver('user.updated', { ...ahead, first_name: 'One' });
    await deliver('user.updated', { ...ahead, first_name: 'Two' });
    expect(await ann.get('/users/me')).toMatchObject({ firstName: 'Later' });
  });
});

describe('a time in the future', () => {
  const stored = async (who: { clerkId: string }) => {
    const { clerkUpdatedAt } = await api.userOf(who);
    return Number(clerkUpdatedAt);
  };

  it('of an event: Clerk is asked, and a ban that follows counts', async () => {
    const ann = await api.join({ first_name: 'Ann' });
    const frozen = { ...clerkUser(ann), first_name: 'Frozen', banned: false, updated_at: IN_2100 };
    await deliver('user.updated', frozen);
    expect(await ann.get('/users/me')).toMatchObject({ firstName: 'Ann' });
    expect(await stored(ann)).toBeLessThanOrEqual(Date.now());
    await deliver('user.updated', await api.clerk.banUser(ann.clerkId, { webhook: false }));
    expect(await ann.problem('GET', '/users/me')).toBe('403 account_suspended');
  });

  it('of the event that creates the user: Clerk is asked', async () => {
    const ann = await api.signUp({ first_name: 'Ann' });
    await deliver('user.created', {
      ...clerkUser(ann),
      first_name: 'Frozen',
      updated_at: Number.MAX_SAFE_INTEGER,
    });
    expect(await api.userOf(ann)).toMatchObject({ firstName: 'Ann' });
    expect(await stored(ann)).toBeLessThanOrEqual(Date.now());
  });

  it('of an event about an account that is gone in Clerk: nothing is changed', async () => {
    const ann = await api.join({ first_name: 'Ann' });
    const data = { ...clerkUser(ann), first_name: 'Frozen', updated_at: IN_2100 };
    await api.clerk.deleteUser(ann.clerkId, { webhook: false });
    await deliver('user.updated', data);
    expect(await api.userOf(ann)).toMatchObject({ firstName: 'Ann' });
  });

  it.each(['first request', 'webhook', 'reconciliation', 'PATCH'])(
    "in Clerk's own answer to a %s: it is stored as now",
    async (how) => {
      const ann = how === 'first request' ? await api.signUp() : await api.join();
      clerkTells({ updated_at: IN_2100 });
      if (how === 'webhook') await deliver('user.updated', { ...clerkUser(ann), updated_at: IN_2100 });
      if (how === 'reconciliation') await reconcile();
      if (how === 'PATCH') await ann.call(200, 'PATCH', '/users/me', { body: { firstName: 'New' } });
      await ann.get('/users/me');
      expect(await stored(ann)).toBeLessThanOrEqual(Date.now());
      proxy.rewrite(undefined);
      await deliver('user.updated', await api.clerk.banUser(ann.clerkId, { webhook: false }));
      expect(await ann.problem('GET', '/users/me')).toBe('403 account_suspended');
    },
  );

  it.each(['webhook', 'reconciliation', 'PATCH'])(
    'stored by an earlier version: the next %s corrects it',
    async (how) => {
      const ann = await api.join({ first_name: 'Ann' });
      await store(ann, { firstName: 'Frozen', clerkUpdatedAt: IN_2100 });
      if (how === 'webhook') await deliver('user.updated', clerkUser(ann));
      if (how === 'reconciliation') expect(await reconcile()).toMatchObject({ updated: 1 });
      if (how === 'PATCH') await ann.call(200, 'PATCH', '/users/me', { body: { lastName: 'New' } });
      expect(await ann.get('/users/me')).toMatchObject({ firstName: 'Ann' });
      expect(await stored(ann)).toBeLessThanOrEqual(Date.now());
    },
  );

  it('of a payment: stored as now, so that later events count; one that is stored already counts as older', async () => {
    const ann = await api.join();
    const purchases = () => api.db.collection('purchases').find().toArray();
    await deliverPayment(api, ann.clerkId, 'paid', IN_2100);
    const [paid] = await purchases();
    expect(Number(paid?.['attemptUpdatedAt'])).toBeLessThanOrEqual(Date.now());
    expect((paid?.['purchasedAt'] as Date).getTime()).toBeLessThanOrEqual(Date.now());
    await api.db.collection('purchases').updateOne({}, { $set: { attemptUpdatedAt: IN_2100 } });
    await deliverPayment(api, ann.clerkId, 'failed', Date.now());
    expect(await purchases()).toMatchObject([{ status: 'failed' }]);
    await deliverPayment(api, ann.clerkId, 'refunded', IN_2100);
    const [refunded] = await purchases();
    expect(refunded).toMatchObject({ status: 'refunded' });
    expect((refunded?.['refundedAt'] as Date).getTime()).toBeLessThanOrEqual(Date.now());
  });

  it("of an account's creation: the account counts as old, and is not rolled back", async () => {
    await api.db.db?.command({ collMod: 'users', validator: { firstName: { $ne: 'Refused' } } });
    const ann = await api.signUp({ first_name: 'Refused' });
    clerkTells({ created_at: IN_2100 });
    expect(await ann.problem('GET', '/users/me')).toBe('422 user_sync_failed');
    expect(api.clerk.getUser(ann.clerkId)).toBeDefined();
    expect(await api.db.collection('deletedUsers').countDocuments()).toBe(0);
  });

  it('of a deletion, in a replayed tombstone: retention counts from now', async () => {
    const ann = await api.join();
    await ann.call(202, 'DELETE', '/users/me');
    await api.deletionOf(ann);
    const [tombstoneBefore] = await api.db
      .collection<{ subjectHash: string }>('deletedUsers')
      .find()
      .toArray();
    await api.db.collection('deletedUsers').deleteMany({});
    const deletedAt = new Date(IN_2100).toISOString();
    const tombstone = {
      subjectHash: tombstoneBefore?.subjectHash ?? '',
      deletedAt,
      reason: 'user_requested',
    } as const;
    expect(await api.app.get(TombstonesService).replay([tombstone])).toMatchObject({ tombstoned: 1 });
    const [again] = await api.db.collection('deletedUsers').find().toArray();
    expect((again?.['deletedAt'] as Date).getTime()).toBeLessThanOrEqual(Date.now());
  });
});
