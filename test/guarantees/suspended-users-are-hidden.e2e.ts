import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Types } from 'mongoose';
import { ApiClient } from '../support/api-client.js';
import type { Command } from '../support/command-proxy.js';
import { commandsOf } from '../support/query-plans.js';
import { allPages, type Page } from '../support/pages.js';
import { testDatabaseUri } from '../support/mongo.js';
import { type Joined, startTestApp, type TestApp, UNKNOWN_ID } from '../support/test-app.js';

type CardPage = Page<{ id: string; relationship: Record<string, unknown> }>;

const body = { reason: 'Ticket 4711' };

let api: TestApp;
let admin: Joined;
/** The caller. */
let ann: Joined;
beforeAll(async () => {
  const uri = testDatabaseUri();
  api = await startTestApp({ MONGODB_URI: `${uri}${uri.includes('?') ? '&' : '?'}monitorCommands=true` });
  admin = await api.join({ public_metadata: { role: 'admin' } });
});
beforeEach(async () => {
  ann = await api.join();
});
afterAll(() => api.close());

const suspend = (who: Joined) => admin.call(204, 'PUT', `/admin/users/${who.id}/suspension`, { body });
const unsuspend = (who: Joined) => admin.call(204, 'DELETE', `/admin/users/${who.id}/suspension`, { body });
const setBanned = async (who: Joined, isBanned: boolean) => {
  await (isBanned ? api.clerk.banUser(who.clerkId) : api.clerk.unbanUser(who.clerkId));
  await api.clerk.idle();
  expect(await api.userOf(who)).toMatchObject({ banned: isBanned });
};
const WAYS = [
  { name: 'suspended', hide: suspend, lift: unsuspend },
  {
    name: 'banned in Clerk',
    hide: (who: Joined) => setBanned(who, true),
    lift: (who: Joined) => setBanned(who, false),
  },
];

const follow = (who: Joined, whom: { id: string }) =>
  who.call<{ state: string }>(200, 'PUT', `/users/me/following/${whom.id}`);
const goPrivate = (who: Joined) => who.call(200, 'PATCH', '/users/me', { body: { visibility: 'private' } });
const usernameOf = async (who: Joined) => String((await api.userOf(who))['username']);
const counters = async (who: Joined) => {
  const user = await api.userOf(who);
  return ['followersCount', 'followingCount', 'sentRequestsCount', 'receivedRequestsCount'].map(
    (name) => user[name],
  );
};

describe.each(WAYS)('a user who is $name', ({ hide, lift }) => {
  /** All answers that Ann can get about the user, at this instance. */
  async function answersAbout(bob: Joined, carl: Joined, client: ApiClient = ann) {
    const username = await usernameOf(bob);
    const paths = [
      `/users/${bob.id}`,
      `/users/${bob.id}/wishlist`,
      `/users/${bob.id}/followers`,
      `/users/${bob.id}/following`,
      `/users?username=${username}`,
      `/users?q=${username}`,
      `/users/me/relationships?userId=${bob.id}&userId=${carl.id}`,
      `/users/${ann.id}/followers`,
      `/users/${ann.id}/following`,
      `/users/${carl.id}/followers`,
      `/users/${carl.id}/following`,
      '/countries/JP/people',
    ];
    const answers: Record<string, { status: number; body: unknown }> = {};
    for (const path of paths) {
      const { status, body: answer } = await client.request('GET', path);
      answers[path] = { status, body: answer };
    }
    return answers;
  }

  it('disappears from cards, lists, search and relationships on all instances at once, and comes back afterwards', async () => {
    const [bob, carl] = [await api.join(), await api.join()];
    await bob.call(201, 'PUT', '/users/me/wishlist/JP');
    for (const [who, whom] of [
      [ann, bob],
      [bob, ann],
      [bob, carl],
      [carl, bob],
    ] as const)
      await follow(who, whom);
    const other = new ApiClient(await api.secondInstance(), `Bearer ${ann.token}`);
    const before = await answersAbout(bob, carl);
    for (const answer of Object.values(before)) {
      expect(answer.status).toBe(200);
    }
    await answersAbout(bob, carl, other);
    await hide(bob);
    for (const client of [ann, other]) {
      const hidden = await answersAbout(bob, carl, client);
      for (const [path, answer] of Object.entries(hidden)) {
        if (path.startsWith(`/users/${bob.id}`)) {
          expect([path, answer]).toMatchObject([path, { status: 404, body: { code: 'user_not_found' } }]);
        } else {
          expect([path, answer.status]).toEqual([path, 200]);
          expect(JSON.stringify(answer.body)).not.toContain(bob.id);
          expect(answer.body).toMatchObject({ nextCursor: null });
        }
      }
    }
    await lift(bob);
    for (const client of [ann, other]) expect(await answersAbout(bob, carl, client)).toEqual(before);
  });

  it('disappears from requests in both directions and from blocks, and comes back afterwards', async () => {
    const [bob, carl, dora] = [await api.join(), await api.join(), await api.join()];
    for (const person of [ann, bob]) await goPrivate(person);
    await follow(ann, bob);
    await follow(carl, ann);
    await ann.call(204, 'PUT', `/users/me/blocks/${dora.id}`);
    const lists = () =>
      Promise.all(
        ['/users/me/follow-requests?direction=sent', '/users/me/follow-requests', '/users/me/blocks'].map(
          (path) => ann.get<CardPage>(path),
        ),
      );
    const before = await lists();
    expect(before.map(({ items }) => items.map(({ id }) => id))).toEqual([[bob.id], [carl.id], [dora.id]]);
    for (const person of [bob, carl, dora]) await hide(person);
    expect(await lists()).toEqual(Array(3).fill({ items: [], nextCursor: null }));
    // Counters include them.
    expect(await ann.get('/users/me')).toMatchObject({ followRequestsCount: 1 });
    for (const person of [bob, carl, dora]) await lift(person);
    expect(await lists()).toEqual(before);
  });

  it('404 user_not_found for every write about the user, and nothing is written', async () => {
    const [bob, carl] = [await api.join(), await api.join()];
    await goPrivate(ann);
    await follow(bob, ann);
    await ann.call(200, 'PUT', `/users/me/follow-requests/${bob.id}`);
    await follow(carl, ann);
    for (const person of [bob, carl]) await hide(person);
    const before = [await counters(ann), await counters(bob), await counters(carl)];
    for (const { id } of [bob, carl]) {
      for (const [method, path] of [
        ['PUT', `/users/me/following/${id}`],
        ['DELETE', `/users/me/following/${id}`],
        ['DELETE', `/users/me/followers/${id}`],
        ['PUT', `/users/me/follow-requests/${id}`],
        ['DELETE', `/users/me/follow-requests/${id}`],
        ['PUT', `/users/me/blocks/${id}`],
        ['DELETE', `/users/me/blocks/${id}`],
      ] as const) {
        expect([path, await ann.problem(method, path)]).toEqual([path, '404 user_not_found']);
      }
    }
    expect([await counters(ann), await counters(bob), await counters(carl)]).toEqual(before);
    for (const person of [bob, carl]) await lift(person);
    expect(await ann.get(`/users/${bob.id}`)).toMatchObject({ relationship: { followedBy: true } });
    await ann.call(200, 'PUT', `/users/me/follow-requests/${carl.id}`);
    await ann.call(204, 'DELETE', `/users/me/followers/${bob.id}`);
  });

  it('404 user_not_found for repeated follows, requests and blocks, which could reveal the user', async () => {
    const [bob, carl, dora] = [await api.join(), await api.join(), await api.join()];
    await goPrivate(carl);
    await follow(ann, bob);
    await follow(ann, carl);
    await ann.call(204, 'PUT', `/users/me/blocks/${dora.id}`);
    for (const person of [bob, carl, dora]) await hide(person);
    for (const path of [
      `following/${bob.id}`,
      `following/${carl.id}`,
      `blocks/${dora.id}`,
      `following/${dora.id}`,
    ]) {
      expect([path, await ann.problem('PUT', `/users/me/${path}`)]).toEqual([path, '404 user_not_found']);
    }
  });

  it("204 for DELETE of the caller's own follow, request or block; 404 afterwards, and it stays deleted", async () => {
    const [bob, carl, dora] = [await api.join(), await api.join(), await api.join()];
    await goPrivate(carl);
    await follow(ann, bob);
    expect(await follow(ann, carl)).toEqual({ state: 'requested' });
    await ann.call(204, 'PUT', `/users/me/blocks/${dora.id}`);
    for (const person of [bob, carl, dora]) await hide(person);
    const paths = [`following/${bob.id}`, `following/${carl.id}`, `blocks/${dora.id}`];
    for (const path of paths) await ann.call(204, 'DELETE', `/users/me/${path}`);
    for (const path of paths) {
      expect([path, await ann.problem('DELETE', `/users/me/${path}`)]).toEqual([path, '404 user_not_found']);
    }
    for (const person of [ann, bob, carl]) expect(await counters(person)).toEqual([0, 0, 0, 0]);
    for (const person of [bob, carl, dora]) await lift(person);
    for (const person of [bob, carl, dora]) {
      expect(await ann.get(`/users/${person.id}`)).toMatchObject({
        relationship: { following: false, requested: false, blocking: false },
      });
    }
  });

  it("when the user also blocks the caller, the caller's own block stays", async () => {
    const bob = await api.join();
    await ann.call(204, 'PUT', `/users/me/blocks/${bob.id}`);
    // As if the two had blocked each other at once, on two instances.
    const [{ _id: blockerId }, { _id: blockedId }] = [await api.userOf(bob), await api.userOf(ann)];
    await api.db.collection('blocks').insertOne({ blockerId, blockedId });
    await hide(bob);
    expect(await ann.problem('DELETE', `/users/me/blocks/${bob.id}`)).toBe('404 user_not_found');
  });

  it('admins see the user through the admin routes only', async () => {
    const bob = await api.join();
    await hide(bob);
    expect(await admin.problem('GET', `/users/${bob.id}`)).toBe('404 user_not_found');
    await suspend(bob);
    await unsuspend(bob);
    const purchase = { userId: bob.id, item: 'eSIM', amount: 100, currency: 'EUR', reason: 'By phone' };
    await admin.call(201, 'POST', '/admin/purchases', { body: purchase });
    await admin.call(202, 'DELETE', `/admin/users/${bob.id}`, { body: { reason: 'admin_action' } });
  });
});

it('suspended and banned: visible only when both are lifted', async () => {
  const bob = await api.join();
  await suspend(bob);
  await setBanned(bob, true);
  await unsuspend(bob);
  expect(await ann.problem('GET', `/users/${bob.id}`)).toBe('404 user_not_found');
  await setBanned(bob, false);
  await ann.get(`/users/${bob.id}`);
});

/** A list that shows `rows` in their order to `viewer`. */
interface World {
  viewer: Joined;
  path: string;
  rows: Joined[];
}
type Build = (rows: Joined[]) => Promise<Pick<World, 'viewer' | 'path'>>;

const inTurn = async (rows: Joined[], make: (row: Joined) => Promise<unknown>) => {
  // The last one made comes first.
  for (const row of rows.toReversed()) await make(row);
};
let prefixes = 0;
const LISTS: [name: string, build: Build][] = [
  [
    'followers',
    async (rows) => {
      const star = await api.join();
      await inTurn(rows, (row) => follow(row, star));
      return { viewer: ann, path: `/users/${star.id}/followers?` };
    },
  ],
  [
    'following',
    async (rows) => {
      const star = await api.join();
      await inTurn(rows, (row) => follow(star, row));
      return { viewer: ann, path: `/users/${star.id}/following?` };
    },
  ],
  [
    'requests received',
    async (rows) => {
      await goPrivate(ann);
      await inTurn(rows, (row) => follow(row, ann));
      return { viewer: ann, path: '/users/me/follow-requests?' };
    },
  ],
  [
    'requests sent',
    async (rows) => {
      await inTurn(rows, async (row) => {
        await goPrivate(row);
        await follow(ann, row);
      });
      return { viewer: ann, path: '/users/me/follow-requests?direction=sent&' };
    },
  ],
  [
    'blocks',
    async (rows) => {
      await inTurn(rows, (row) => ann.call(204, 'PUT', `/users/me/blocks/${row.id}`));
      return { viewer: ann, path: '/users/me/blocks?' };
    },
  ],
  [
    'search',
    async (rows) => {
      const prefix = `gap${++prefixes}_`;
      for (const [index, row] of rows.entries()) {
        const username = `${prefix}${String(index).padStart(3, '0')}`;
        await row.call(200, 'PATCH', '/users/me', { body: { username } });
      }
      return { viewer: ann, path: `/users?q=${prefix}&` };
    },
  ],
  [
    'people of a country',
    async (rows) => {
      for (const row of rows) await row.call(201, 'PUT', '/users/me/wishlist/PE');
      await inTurn(rows, (row) => follow(ann, row));
      return { viewer: ann, path: '/countries/PE/people?' };
    },
  ],
];

/** Written to the database, which is faster for many users. The tests above hide users by the API. */
const HIDINGS: [name: string, hide: (viewer: Joined, who: Joined) => Promise<unknown>][] = [
  ['suspended', (_viewer, who) => mark(who, { suspendedAt: new Date() })],
  ['banned', (_viewer, who) => mark(who, { banned: true })],
  [
    'blocking the viewer',
    async (viewer, who) => {
      const [{ _id: blockerId }, { _id: blockedId }] = [await api.userOf(who), await api.userOf(viewer)];
      await api.db.collection('blocks').insertOne({ blockerId, blockedId });
    },
  ],
  [
    'gone, with the edges still there',
    (_viewer, who) => api.db.collection('users').deleteOne({ clerkId: who.clerkId }),
  ],
];
const mark = (who: Joined, fields: Record<string, unknown>) =>
  api.db.collection<{ _id: Types.ObjectId }>('users').updateOne({ clerkId: who.clerkId }, { $set: fields });

/** New users, the newest first. */
const join = async (count: number): Promise<Joined[]> => {
  const rows: Joined[] = [];
  for (let n = 0; n < count; n++) rows.unshift(await api.join());
  return rows;
};

/** The ids on each page of a list. */
async function idsOfPages(
  { viewer, path }: Pick<World, 'viewer' | 'path'>,
  limit: number,
): Promise<string[][]> {
  const pages = await allPages<{ id: string }>(viewer, `${path}limit=${limit}`);
  return pages.map(({ items }) => items.map(({ id }) => id));
}

function chunks(ids: readonly string[], size: number): string[][] {
  const pages = ids.flatMap((_, index) => (index % size === 0 ? [ids.slice(index, index + size)] : []));
  return pages.length === 0 ? [[]] : pages;
}

describe.each(LISTS)('%s', (_name, build) => {
  /** The first, the last, and some in the middle. */
  const IS_HIDDEN = [true, false, false, true, true, false, true, false, false, true];

  it.each(HIDINGS)('pages do not reveal omitted rows: %s', async (_reason, hide) => {
    const rows = await join(IS_HIDDEN.length);
    const world = await build(rows);
    expect(await idsOfPages(world, 3)).toEqual(
      chunks(
        rows.map(({ id }) => id),
        3,
      ),
    );
    for (const [index, row] of rows.entries()) if (IS_HIDDEN[index] === true) await hide(world.viewer, row);
    const shown = rows.filter((_, index) => IS_HIDDEN[index] === false).map(({ id }) => id);
    for (const limit of [1, 2, 3, 4, 5, 100]) {
      expect([limit, await idsOfPages(world, limit)]).toEqual([limit, chunks(shown, limit)]);
    }
  });

  it('all of them hidden: an empty page, and no cursor', async () => {
    // As many rows as a page of one item may read.
    const rows = await join(5);
    const world = await build(rows);
    for (const row of rows) await mark(row, { suspendedAt: new Date() });
    expect(await idsOfPages(world, 1)).toEqual([[]]);
  });

  it('a page reads at most five rows per item; if that is not enough it is short and has a cursor', async () => {
    const LIMIT = 2;
    const rows = await join(14);
    const world = await build(rows);
    for (const row of rows.slice(1, -1)) await mark(row, { banned: true });
    let page: CardPage | undefined;
    const first = await commandsOf(api.app, async () => {
      page = await world.viewer.get<CardPage>(`${world.path}limit=${LIMIT}`);
    });
    expect(rowsRead(first)).toBe(5 * LIMIT + 1);
    expect(page?.items.map(({ id }) => id)).toEqual([rows[0]?.id]);
    expect(page?.nextCursor).not.toBeNull();
    expect((await idsOfPages(world, LIMIT)).flat()).toEqual([rows[0]?.id, rows.at(-1)?.id]);
  });
});

/** The number of rows that these commands may read: the sum of their limits. */
function rowsRead(commands: readonly Command[]): number {
  return commands.reduce((sum, { limit, singleBatch, pipeline = [] }) => {
    const stage = (pipeline as { $limit?: number }[]).find(({ $limit }) => $limit !== undefined);
    // `findOne` is sent as a find with a single batch.
    return sum + (typeof limit === 'number' && singleBatch !== true ? limit : (stage?.$limit ?? 0));
  }, 0);
}

it('a page costs 3 commands while no row is hidden, and 2 more for each of two further batches', async () => {
  const rows = await join(31);
  const [newest] = rows as [Joined];
  const star = await api.join();
  await inTurn(rows, (row) => follow(row, star));
  const cost = async () =>
    (await commandsOf(api.app, () => ann.get(`/users/${star.id}/followers?limit=6`))).length;
  expect(await cost()).toBe(3);
  await mark(newest, { banned: true });
  expect(await cost()).toBe(5);
  for (const row of rows) await mark(row, { banned: true });
  // Even when no row is shown, the state of the owner is read.
  expect(await cost()).toBe(7);
});

it('relationships answer the same for an unknown and a hidden id', async () => {
  const bob = await api.join();
  await suspend(bob);
  const of = (id: string) => ann.get(`/users/me/relationships?userId=${id}`);
  expect(await of(bob.id)).toEqual(await of(UNKNOWN_ID));
});
