import { hash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Types } from 'mongoose';
import { ApiClient } from '../support/api-client.js';
import { userDeletedEvent } from '../support/events.js';
import { snapshot } from '../support/snapshot.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

/** How many histories are tried; `PROPERTY_RUNS` and `PROPERTY_SEED` repeat or extend a run. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 200);
const SEED = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 2 ** 31);
const PEOPLE = 4;
/** Collections that are not emptied between runs. */
const KEPT = new Set(['serviceSecrets', 'schemaMigrations', 'receiptKeys', 'locks', 'deletionJobs']);
/** Collections that may still name a deleted user. */
const ARCHIVES = new Set(['deletedUsers']);

let api: TestApp;
let urls: string[];
let admin: Person;
beforeAll(async () => {
  api = await startTestApp();
  urls = [api.anonymous.url, await api.secondInstance()];
});
afterEach(empty);
afterAll(() => api.close());

const KINDS = [
  'first request',
  'follow',
  'unfollow',
  'accept',
  'remove follower',
  'block',
  'unblock',
  'go private',
  'go public',
  'wishlist',
  'wishlist batch',
  'profile',
  'payment',
  'purchase by admin',
  'delete by oneself',
  'delete by webhook',
  'delete by admin',
] as const;

/** An action of one person, perhaps on another one, through one of two instances. */
const step = fc.record({
  kind: fc.constantFrom(...KINDS),
  who: fc.nat({ max: PEOPLE - 1 }),
  whom: fc.nat({ max: PEOPLE - 1 }),
  instance: fc.nat({ max: 1 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Batches run one after the other, the steps of a batch at once. */
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 });

it('deletions of every kind during all other actions: no orphan, no resurrection, counters equal edges', async () => {
  process.stdout.write(`seed ${SEED}, ${RUNS} runs\n`);
  await fc.assert(
    fc.asyncProperty(history, async (batches) => {
      await empty();
      admin = await api.join({ public_metadata: { role: 'admin' } });
      const people = await Promise.all(Array.from({ length: PEOPLE }, () => api.signUp()));
      const ids = await joinHalf(people);
      for (const batch of batches) {
        const statuses = await Promise.all(batch.map((each) => act(each, people, ids)));
        // 403: a blocked user can't be followed. Nothing here is a reason for 409 or 503.
        expect(statuses.filter((status) => status > 403 && status !== 404 && status !== 422)).toEqual([]);
      }
      const deleted = await deletedOf(people);
      for (const person of deleted) await api.deletionOf(person);
      await expectWhole(people, deleted, ids);
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 600_000);

/** Creates a user for every second person. @returns ids of users by Clerk id, to search for them later */
async function joinHalf(people: readonly Person[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const person of people.filter((_, index) => index % 2 === 0)) {
    ids.set(person.clerkId, (await person.get<{ id: string }>('/users/me')).id);
  }
  return ids;
}

async function act(
  { kind, who, whom, instance }: Step,
  people: readonly Person[],
  ids: Map<string, string>,
): Promise<number> {
  const [person, other] = [people[who], people[whom]];
  if (person === undefined || other === undefined) throw new Error('No such person');
  const client = new ApiClient(urls[instance] ?? '', `Bearer ${person.token}`);
  const otherId = ids.get(other.clerkId) ?? '0'.repeat(24);
  const send = async (...request: Parameters<ApiClient['request']>) =>
    (await client.request(...request)).status;
  switch (kind) {
    case 'first request': {
      const { status, body } = await client.request('GET', '/users/me');
      if (status === 200) ids.set(person.clerkId, (body as { id: string }).id);
      return status;
    }
    case 'follow':
      return send('PUT', `/users/me/following/${otherId}`);
    case 'unfollow':
      return send('DELETE', `/users/me/following/${otherId}`);
    case 'accept':
      return send('PUT', `/users/me/follow-requests/${otherId}`);
    case 'remove follower':
      return send('DELETE', `/users/me/followers/${otherId}`);
    case 'block':
      return send('PUT', `/users/me/blocks/${otherId}`);
    case 'unblock':
      return send('DELETE', `/users/me/blocks/${otherId}`);
    case 'go private':
      return send('PATCH', '/users/me', { body: { visibility: 'private' } });
    case 'go public':
      return send('PATCH', '/users/me', { body: { visibility: 'public' } });
    case 'wishlist':
      return send('PUT', '/users/me/wishlist/JP', { body: { note: person.clerkId } });
    case 'wishlist batch': {
      const items = ['JP', 'PE', 'JP', 'ZZ'].map((countryCode) => ({ countryCode, note: person.clerkId }));
      return send('POST', '/users/me/wishlist/batch', { body: { items } });
    }
    case 'profile':
      return send('PATCH', '/users/me', { body: { bio: person.clerkId } });
    case 'payment':
      return deliver(client, payment(person, whom));
    case 'purchase by admin': {
      const there = new ApiClient(urls[instance] ?? '', `Bearer ${admin.token}`);
      // The first request takes the reference; later ones are refused.
      const order = { item: 'eSIM', amount: 500, currency: 'EUR', reference: `order-${whom}` };
      const body = { userId: ids.get(person.clerkId) ?? otherId, ...order, reason: 'Ticket 1' };
      return (await there.request('POST', '/admin/purchases', { body })).status;
    }
    case 'delete by oneself':
      return send('DELETE', '/users/me');
    case 'delete by webhook':
      await api.clerk.deleteUser(person.clerkId, { webhook: false }).catch(() => undefined);
      return deliver(client, userDeletedEvent(person));
    case 'delete by admin': {
      const there = new ApiClient(urls[instance] ?? '', `Bearer ${admin.token}`);
      const body = { reason: 'policy_violation' };
      return (await there.request('DELETE', `/admin/users/${ids.get(person.clerkId) ?? otherId}`, { body }))
        .status;
    }
  }
}

let deliveries = 0;
async function deliver(client: ApiClient, event: object): Promise<number> {
  const body = JSON.stringify(event);
  const headers = { ...api.clerk.signWebhook(body, { svixId: `msg_${++deliveries}` }) };
  return (await client.request('POST', '/webhooks/clerk', { body, headers })).status;
}

function payment({ clerkId }: Person, index: number): object {
  const at = Date.now();
  return {
    type: 'paymentAttempt.updated',
    data: {
      // Like Clerk's ids of attempts, it does not contain the Clerk id.
      id: `pa_${hashOf(clerkId)}_${index}`,
      status: 'paid',
      created_at: at,
      updated_at: at,
      paid_at: at,
      payer: { user_id: clerkId },
      totals: { grand_total: { amount: 990, currency: 'EUR' } },
      subscription_items: [{ plan: { name: 'Explorer' } }],
    },
  };
}

/** People with a deletion. A subject that never had a user gets a tombstone, but no deletion to wait for. */
async function deletedOf(people: readonly Person[]): Promise<Person[]> {
  const hashes = new Set(
    (await api.db.collection('deletions').find().toArray()).map((each) => String(each['subjectHash'])),
  );
  return people.filter(({ clerkId }) => hashes.has(hashOf(clerkId)));
}

async function expectWhole(
  people: readonly Person[],
  deleted: readonly Person[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const everything = await snapshot(api.db);
  const users = (everything['users'] ?? []) as ({ _id: Types.ObjectId; clerkId: string } & Counts)[];
  const tombstones = (everything['deletedUsers'] ?? []) as { subjectHash: string }[];

  // No resurrection: one tombstone for each, and no user beside it.
  const tombstoneHashes = tombstones.map(({ subjectHash }) => subjectHash);
  expect(new Set(tombstoneHashes).size).toBe(tombstoneHashes.length);
  expect(users.filter(({ clerkId }) => tombstoneHashes.includes(hashOf(clerkId)))).toEqual([]);

  // No orphan: only archives name deleted users; each wishlist has a user, each user a wishlist.
  for (const { clerkId } of deleted) {
    const id = ids.get(clerkId);
    const where = Object.keys(everything).filter((name) => {
      const text = JSON.stringify(everything[name]);
      return (id !== undefined && text.includes(id)) || (!ARCHIVES.has(name) && text.includes(clerkId));
    });
    expect(where).toEqual([]);
  }
  const owners = ((everything['wishlists'] ?? []) as { _id: Types.ObjectId }[]).map(({ _id }) => String(_id));
  expect(owners.sort()).toEqual(users.map(({ _id }) => String(_id)).sort());
  const purchases = (everything['purchases'] ?? []) as { userId: Types.ObjectId }[];
  for (const { userId } of purchases) expect(owners).toContain(String(userId));

  // Counters equal edges.
  const edges = (everything['follows'] ?? []) as Edge[];
  for (const user of users) {
    const of = (end: 'followerId' | 'followeeId', state: string) =>
      edges.filter((edge) => edge[end].equals(user._id) && edge.state === state).length;
    expect(user).toMatchObject({
      purchasesCount: purchases.filter(({ userId }) => userId.equals(user._id)).length,
      followersCount: of('followeeId', 'following'),
      followingCount: of('followerId', 'following'),
      sentRequestsCount: of('followerId', 'requested'),
      receivedRequestsCount: of('followeeId', 'requested'),
    });
  }
  const blocks = (everything['blocks'] ?? []) as { blockerId: Types.ObjectId; blockedId: Types.ObjectId }[];
  for (const { blockerId, blockedId } of blocks) {
    expect(owners).toEqual(expect.arrayContaining([String(blockerId), String(blockedId)]));
    const isBetween = ({ followerId, followeeId }: Edge) =>
      [blockerId, blockedId].every((id) => id.equals(followerId) || id.equals(followeeId));
    expect(edges.filter(isBetween)).toEqual([]);
  }
  for (const { followerId, followeeId } of edges) {
    expect(owners).toEqual(expect.arrayContaining([String(followerId), String(followeeId)]));
  }
  for (const person of people) {
    const isDeleted = tombstoneHashes.includes(hashOf(person.clerkId));
    expect((await person.request('GET', '/users/me')).status).toBe(isDeleted ? 401 : 200);
  }
}

const hashOf = (clerkId: string) => hash('sha256', clerkId, 'hex');

interface Counts {
  followersCount: number;
  followingCount: number;
}
interface Edge {
  followerId: Types.ObjectId;
  followeeId: Types.ObjectId;
  state: string;
}

async function empty(): Promise<void> {
  for (const { name } of await api.db.listCollections()) {
    if (!KEPT.has(name)) await api.db.collection(name).deleteMany({});
  }
}
