import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import type { ApiClient } from '../support/api-client.js';
import type { Command } from '../support/command-proxy.js';
import { commandsOf, explain } from '../support/query-plans.js';
import { allItems, type Page } from '../support/pages.js';
import { testDatabaseUri } from '../support/mongo.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

const [FEW, MANY] = [6, 3000];
const LIMIT = 2;

let api: TestApp;
/** Two sets of data of different size; each has an account with many rows, and one that reads them. */
let worlds: { star: Joined; viewer: Joined }[];
beforeAll(async () => {
  const uri = testDatabaseUri();
  api = await startTestApp({ MONGODB_URI: `${uri}${uri.includes('?') ? '&' : '?'}monitorCommands=true` });
  worlds = [await populate(FEW), await populate(MANY)];
});
afterAll(() => api.close());

/** Creates an account with `size` rows in each list, directly in the database. */
async function populate(size: number): Promise<{ star: Joined; viewer: Joined }> {
  const [star, viewer] = [await api.join({ public_metadata: { role: 'admin' } }), await api.join()];
  const { _id, ...user } = await api.userOf(star);
  const ids = Array.from({ length: size }, () => new Types.ObjectId());
  const insert = (name: string, documents: Record<string, unknown>[]) =>
    api.db.collection(name).insertMany(documents);
  await insert(
    'users',
    ids.map((id) => ({
      ...user,
      _id: id,
      clerkId: `user_${String(id)}`,
      username: `fan_${size}_${String(id)}`,
    })),
  );
  await insert(
    'wishlists',
    ids.map((id, index) => ({
      _id: id,
      items: [
        { countryCode: 'JP', addedAt: new Date(), note: '', priority: null, visited: index % 2 === 1 },
        { countryCode: 'PE', addedAt: new Date(), note: '', priority: null, visited: false },
      ],
    })),
  );
  const edges = (make: (id: Types.ObjectId) => Record<string, unknown>) => ids.map(make);
  await insert(
    'follows',
    edges((followerId) => ({ followerId, followeeId: _id, state: 'following' })),
  );
  await insert(
    'follows',
    edges((followeeId) => ({ followerId: _id, followeeId, state: 'following' })),
  );
  const others = Array.from({ length: size }, () => new Types.ObjectId());
  await insert(
    'users',
    others.map((id) => ({
      ...user,
      _id: id,
      clerkId: `user_${String(id)}`,
      username: `other_${String(id)}`,
    })),
  );
  await insert(
    'follows',
    others.map((followerId) => ({ followerId, followeeId: _id, state: 'requested' })),
  );
  await insert(
    'follows',
    others.map((followeeId) => ({ followerId: _id, followeeId, state: 'requested' })),
  );
  const blocked = Array.from({ length: size }, () => new Types.ObjectId());
  await insert(
    'users',
    blocked.map((id) => ({
      ...user,
      _id: id,
      clerkId: `user_${String(id)}`,
      username: `blocked_${String(id)}`,
    })),
  );
  await insert(
    'blocks',
    blocked.map((blockedId) => ({ blockerId: _id, blockedId })),
  );
  await insert(
    'purchases',
    ids.map(() => ({
      userId: _id,
      item: 'eSIM',
      amount: 1,
      currency: 'EUR',
      status: 'paid',
      purchasedAt: new Date(),
    })),
  );
  for (const code of ['JP', 'PE', 'NO']) await star.call(201, 'PUT', `/users/me/wishlist/${code}`);
  return { star, viewer };
}

/**
 * Every list for users: the commands of a page, with that of the caller's user; its caller and path.
 */
const LISTS: [
  name: string,
  commands: number,
  at: (world: (typeof worlds)[number], size: number) => [ApiClient, string],
][] = [
  ['followers', 3, ({ star, viewer }) => [viewer, `/users/${star.id}/followers?`]],
  ['following', 3, ({ star, viewer }) => [viewer, `/users/${star.id}/following?`]],
  ['my followers', 3, ({ star }) => [star, `/users/${star.id}/followers?`]],
  ['requests received', 3, ({ star }) => [star, '/users/me/follow-requests?']],
  ['requests sent', 3, ({ star }) => [star, '/users/me/follow-requests?direction=sent&']],
  ['blocks', 3, ({ star }) => [star, '/users/me/blocks?']],
  ['search', 3, ({ viewer }, size) => [viewer, `/users?q=fan_${size}_&`]],
  ['people of a country', 4, ({ star }) => [star, '/countries/JP/people?']],
  ['my wishlist', 2, ({ star }) => [star, '/users/me/wishlist?']],
  ['my wishlist by name', 2, ({ star }) => [star, '/users/me/wishlist?visited=false&sort=name&']],
  ["another user's wishlist", 3, ({ star, viewer }) => [viewer, `/users/${star.id}/wishlist?`]],
  ['my purchases', 2, ({ star }) => [star, '/users/me/purchases?']],
];

describe.each(LISTS)('%s', (_name, wanted, at) => {
  it(`the first and the second page: ${wanted} commands, for ${FEW} rows and for ${MANY}`, async () => {
    const counts: number[] = [];
    for (const [index, world] of worlds.entries()) {
      const [client, path] = at(world, index === 0 ? FEW : MANY);
      let page: Page<unknown> | undefined;
      for (const cursor of ['', 'next']) {
        const query = cursor === '' ? '' : `&cursor=${String(page?.nextCursor)}`;
        const commands = await commandsOf(api.app, async () => {
          page = await client.get<Page<unknown>>(`${path}limit=${LIMIT}${query}`);
        });
        expect(page?.items.length).toBeGreaterThan(0);
        counts.push(commands.length);
      }
    }
    expect(counts).toEqual(counts.map(() => wanted));
  });

  it('every query uses an index, sorts nothing in memory, and examines no document that it does not return', async () => {
    const [, world] = worlds;
    if (world === undefined) throw new Error('No world');
    const [client, path] = at(world, MANY);
    const first = await client.get<Page<unknown>>(`${path}limit=${LIMIT}`);
    const commands = await commandsOf(api.app, () =>
      client.get(`${path}limit=${LIMIT}&cursor=${String(first.nextCursor)}`),
    );
    await expectIndexed(commands, 20);
    for (const each of commands) {
      for (const { command, docsExamined, returned } of await explain(api.db, each)) {
        expect({ command, isExamined: docsExamined > returned }).toEqual({ command, isExamined: false });
      }
    }
  });
});

/**
 * Every list for admins, with each combination of filters; the matching rows are the oldest. The commands of
 * a page: the caller's user and the list; of deleted users also the count and the records of this reading.
 */
const ADMIN_LISTS: [name: string, commands: number, path: string][] = [
  ['webhook events', 2, '/admin/webhook-events?'],
  ['webhook events of one outcome', 2, '/admin/webhook-events?state=dead_letter&'],
  ['the audit log', 2, '/admin/audit-events?'],
  ...[
    'actorId=ACTOR&',
    'targetId=target&',
    'action=user.suspended&',
    'actorId=ACTOR&action=user.suspended&',
    'targetId=target&action=user.suspended&',
    'actorId=ACTOR&targetId=target&',
  ].map((query): (typeof ADMIN_LISTS)[number] => [
    `the audit log by ${query}`,
    2,
    `/admin/audit-events?${query}`,
  ]),
  ['deleted users', 4, '/admin/deleted-users?'],
  ['purchases of a deleted user', 5, '/admin/deleted-users/ARCHIVE/purchases?'],
];

describe('lists for admins', () => {
  const [actorId, archiveId] = [new Types.ObjectId(), new Types.ObjectId()];
  beforeAll(async () => {
    const insert = (name: string, make: (index: number) => Record<string, unknown>) =>
      api.db.collection(name).insertMany(Array.from({ length: MANY }, (_, index) => make(index)));
    const isOld = (index: number) => index < 10;
    // 300 rows of each millisecond.
    await insert('webhookEvents', (index) => ({
      _id: `msg_${String(index).padStart(4, '0')}`,
      type: 'user.updated',
      outcome: isOld(index) ? 'dead_letter' : 'applied',
      at: new Date(Date.now() - 60_000 + Math.floor(index / 300)),
    }));
    const row = (rest: object) => ({ at: new Date(), reason: 'x', requestId: null, ...rest });
    const target = { type: 'purchase', id: 'target' };
    const other = { type: 'purchase', id: 'other' };
    await insert('auditEvents', (index) => {
      if (isOld(index)) return row({ actorId, target, action: 'user.suspended' });
      // Many rows for each filter by itself.
      if (index % 3 === 0) return row({ actorId, target: other, action: 'user.deleted' });
      if (index % 3 === 1) return row({ actorId: new Types.ObjectId(), target, action: 'user.deleted' });
      return row({ actorId: new Types.ObjectId(), target: other, action: 'user.suspended' });
    });
    await insert('deletedUsers', (index) => ({
      _id: index === 0 ? archiveId : new Types.ObjectId(),
      subjectHash: `hash ${index}`,
      clerkId: `user_${index}`,
      deletedAt: new Date(),
      reason: 'user_requested',
      ...(index === 0 ? { movedPurchases: 100 } : {}),
    }));
    await insert('deletionPurchases', (index) => ({
      archiveId: index < 100 ? archiveId : new Types.ObjectId(),
      item: 'eSIM',
      amount: 1,
      currency: 'EUR',
      status: 'paid',
    }));
  });

  it.each(ADMIN_LISTS)(
    '%s: %d commands a page, each by an index; it reads little more than it returns',
    async (_name, wanted, path) => {
      const [, world] = worlds;
      const at = path.replace('ACTOR', String(actorId)).replace('ARCHIVE', String(archiveId));
      let query = '';
      for (let page = 0; page < 3; page++) {
        let nextCursor: string | null = null;
        const commands = await commandsOf(api.app, async () => {
          const shown = await world?.star.get<Page<unknown>>(`${at}limit=${LIMIT}${query}`);
          expect(shown?.items).toHaveLength(LIMIT);
          nextCursor = shown?.nextCursor ?? null;
        });
        expect(commands).toHaveLength(wanted);
        await expectIndexed(commands, 20);
        query = `&cursor=${String(nextCursor)}`;
      }
    },
  );

  it('webhook events of one millisecond are each listed once', async () => {
    const [, world] = worlds;
    if (world === undefined) throw new Error('No world');
    const items = await allItems<{ id: string }>(world.star, '/admin/webhook-events?limit=100');
    const seen = items.map(({ id }) => id);
    const rows = await api.db.collection('webhookEvents').find().sort({ at: -1, _id: -1 }).toArray();
    expect(seen).toEqual(rows.map(({ _id }) => String(_id)));
  });
});

describe('single users', () => {
  const asked = () => {
    const [, world] = worlds;
    if (world === undefined) throw new Error('No world');
    return world;
  };

  it('relationships of 100: 2 commands; a card: 2', async () => {
    const { star, viewer } = asked();
    const { items } = await viewer.get<{ items: { id: string }[] }>(`/users/${star.id}/followers?limit=100`);
    const query = items.map(({ id }) => `userId=${id}`).join('&');
    const of = (path: string) => commandsOf(api.app, () => viewer.get(path));
    const many = await of(`/users/me/relationships?${query}`);
    expect(many).toHaveLength(2);
    await expectIndexed(many, 100);
    const card = await of(`/users/${star.id}`);
    expect(card).toHaveLength(2);
    await expectIndexed(card, 2);
    await expectIndexed(await of('/users?username=unknown'), 2);
  });

  it('changes of the graph use indexes as well', async () => {
    const { star, viewer } = asked();
    const { items } = await star.get<{ items: { id: string }[] }>('/users/me/follow-requests?limit=2');
    const [accepted, declined] = items.map(({ id }) => id);
    for (const [method, path] of [
      ['PUT', `/users/me/following/${star.id}`],
      ['PUT', `/users/me/following/${star.id}`],
      ['DELETE', `/users/me/following/${star.id}`],
    ] as const) {
      await expectIndexed(await commandsOf(api.app, () => viewer.request(method, path)), 4);
    }
    for (const [method, path] of [
      ['PUT', `/users/me/follow-requests/${String(accepted)}`],
      ['DELETE', `/users/me/follow-requests/${String(declined)}`],
      ['DELETE', `/users/me/followers/${String(accepted)}`],
      ['PUT', `/users/me/blocks/${viewer.id}`],
      ['DELETE', `/users/me/blocks/${viewer.id}`],
      ['PUT', '/users/me/wishlist/IT'],
      ['PUT', '/users/me/wishlist/IT'],
      ['DELETE', '/users/me/wishlist/IT'],
    ] as const) {
      await expectIndexed(await commandsOf(api.app, () => star.request(method, path)), 8);
    }
  });
});

/** Checks that no command scans a collection, sorts in memory, or reads more than `maxRead` documents. */
async function expectIndexed(commands: readonly Command[], maxRead: number): Promise<void> {
  expect(commands.length).toBeGreaterThan(0);
  for (const each of commands) {
    for (const { command, stages, docsExamined } of await explain(api.db, each)) {
      expect([command, stages.has('COLLSCAN'), stages.has('SORT')]).toEqual([command, false, false]);
      const byIndex = ['IXSCAN', 'IDHACK', 'EXPRESS_IXSCAN', 'COUNT_SCAN'].some((stage) => stages.has(stage));
      expect([command, [...stages], byIndex]).toEqual([command, [...stages], true]);
      expect({ command, docsExamined, isTooMuch: docsExamined > maxRead }).toEqual({
        command,
        docsExamined,
        isTooMuch: false,
      });
    }
  }
}
