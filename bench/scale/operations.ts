import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Types } from 'mongoose';
import type { Bench } from '../instance.ts';
import { type Actor, LEAVER_FOLLOWERS, type World } from './world.ts';

/** A request, or a few that leave everything as it was. */
export interface Operation {
  name: string;
  /** @param turn counts up, so that each one is about other users */
  run: (world: World, turn: number) => Promise<void>;
  /** How often it runs in a window; default 40, and more to warm up. */
  times?: number;
  /** Divides its cost, e.g. by the edges that it removes. */
  per?: number;
  /** Run by one caller: no others beside it. */
  alone?: boolean;
}

const NAMES = 'anna ben carla david elif finn greta hugo ines jonas'.split(' ');
const DEEP_PAGE = 100;
const DEEP_SHARE = 0.9;
const ERASED_WITHIN_MS = 30_000;

async function request(
  { url }: Pick<World, 'url'>,
  { token }: Pick<Actor, 'token'>,
  method: string,
  path: string,
  body?: string,
): Promise<unknown> {
  const response = await fetch(`${url}/api/v2${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

const at = <T>(list: readonly T[], turn: number): T => {
  const found = list[turn % list.length];
  if (found === undefined) throw new Error('Nobody to choose from');
  return found;
};
/** Neighbouring turns are about distant users. */
const other = (list: readonly string[], turn: number) => at(list, turn * 7919);

/** The query of the page of a star's followers that begins after 90 % of them. */
export async function deepCursor(world: World): Promise<string> {
  const { followersCount } = (await request(world, world.admin, 'GET', `/users/${world.star}`)) as {
    followersCount: number;
  };
  let cursor = '';
  for (let seen = 0; seen + DEEP_PAGE < followersCount * DEEP_SHARE; seen += DEEP_PAGE) {
    const path = `/users/${world.star}/followers?limit=${DEEP_PAGE}${cursor}`;
    const { nextCursor } = (await request(world, world.admin, 'GET', path)) as { nextCursor: string };
    cursor = `&cursor=${nextCursor}`;
  }
  return cursor;
}

/** All hot operations. @param cursors of each world, by its URL */
export function operationsOf(bench: Bench, cursors: ReadonlyMap<string, string>): Operation[] {
  const get = (name: string, path: (world: World, turn: number) => string): Operation => ({
    name,
    run: async (world, turn) => {
      await request(world, at(world.actors, turn), 'GET', path(world, turn));
    },
  });
  const byAdmin = (name: string, path: string | ((world: World) => string)): Operation => ({
    name,
    run: async (world) => {
      await request(world, world.admin, 'GET', typeof path === 'string' ? path : path(world));
    },
  });
  const inTurn = (
    name: string,
    steps: [method: string, path: (world: World, turn: number) => string][],
  ): Operation => ({
    name,
    run: async (world, turn) => {
      for (const [method, path] of steps) {
        await request(world, at(world.actors, turn), method, path(world, turn));
      }
    },
  });
  const follow = (name: string, id: (world: World, turn: number) => string) => {
    const path = (world: World, turn: number) => `/users/me/following/${id(world, turn)}`;
    return inTurn(name, [
      ['PUT', path],
      ['DELETE', path],
    ]);
  };
  const webhook = (name: string, event: (world: World, turn: number) => Promise<object>): Operation => ({
    name,
    run: async (world, turn) => {
      const body = JSON.stringify({ object: 'event', timestamp: Date.now(), ...(await event(world, turn)) });
      const headers = { 'content-type': 'application/json', ...bench.clerk.signWebhook(body) };
      const response = await fetch(`${world.url}/api/v2/webhooks/clerk`, { method: 'POST', headers, body });
      if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
    },
  });
  const template = bench.clerk.createUser({ first_name: 'Anna' }, { webhook: false });
  const block = (world: World, turn: number) => `/users/me/blocks/${other(world.strangers, turn)}`;
  const wish = () => '/users/me/wishlist/XK';

  return [
    {
      name: 'first request of a new user',
      times: 8,
      run: async (world) => {
        const { id } = await bench.clerk.createUser({ first_name: 'New' }, { webhook: false });
        const token = await bench.clerk.mintToken(id, { expiresInSeconds: 600 });
        await request(world, { token }, 'GET', '/users/me');
      },
    },
    get('GET me', () => '/users/me'),
    inTurn('PUT and DELETE of a wish', [
      ['PUT', wish],
      ['DELETE', wish],
    ]),
    get('own wishlist, 50 items', () => '/users/me/wishlist?limit=50'),
    get("another's wishlist", (world, turn) => `/users/${other(world.anyone, turn)}/wishlist`),
    get('card', (world, turn) => `/users/${other(world.anyone, turn)}`),
    get('followers of a user', (world, turn) => `/users/${other(world.known, turn)}/followers`),
    get('followers of the star', (world) => `/users/${world.star}/followers`),
    // A cursor is for one caller.
    byAdmin(
      'followers of the star, 90 % down',
      (world) => `/users/${world.star}/followers?limit=20${cursors.get(world.url) ?? ''}`,
    ),
    get('following', (world, turn) => `/users/${at(world.actors, turn + 1).id}/following`),
    get('search by prefix', (_world, turn) => `/users?q=${at(NAMES, turn)}_`),
    get('search by username', (world, turn) => `/users?username=${other(world.usernames, turn)}`),
    get('relationships of 100', (world, turn) => {
      const ids = Array.from({ length: 100 }, (_, nth) => other(world.anyone, turn * 100 + nth));
      return `/users/me/relationships?${[...new Set(ids)].map((id) => `userId=${id}`).join('&')}`;
    }),
    follow('follow and unfollow a user', ({ strangers }, turn) => other(strangers, turn)),
    follow('follow and unfollow the star', ({ star }) => star),
    inTurn('block and unblock', [
      ['PUT', block],
      ['DELETE', block],
    ]),
    webhook('webhook user.updated', async (world, turn) => {
      const { clerkId } = at(world.actors, turn);
      return {
        type: 'user.updated',
        data: { ...(await template), id: clerkId, updated_at: Date.now() },
      };
    }),
    webhook('webhook session.ended', ({ population }, turn) => {
      const user_id = population.clerkId((turn * 7919) % population.size.users);
      const data = { object: 'session', id: `sess_${randomBytes(12).toString('hex')}`, user_id };
      return Promise.resolve({ type: 'session.ended', data: { ...data, status: 'ended' } });
    }),
    get('people of a country', () => '/countries/JP/people'),
    get('purchases', () => '/users/me/purchases'),
    byAdmin('admin: webhook events', '/admin/webhook-events'),
    byAdmin('admin: dead letters', '/admin/webhook-events?state=dead_letter'),
    byAdmin('admin: audit log of an action', '/admin/audit-events?action=user.unsuspended'),
    byAdmin('admin: deleted users', '/admin/deleted-users'),
    {
      name: 'deletion, per edge',
      times: 1,
      per: LEAVER_FOLLOWERS,
      alone: true,
      run: async (world) => {
        const { id } = (await request(world, await nextLeaver(world), 'DELETE', '/users/me')) as {
          id: string;
        };
        await erased(world, new Types.ObjectId(id));
      },
    },
  ];
}

const leavers = new WeakMap<World, Actor[]>();

/** Made beforehand, outside of what is measured. */
export async function prepareLeavers(world: World, count: number): Promise<void> {
  const made = leavers.get(world) ?? [];
  while (made.length < count) made.push(await world.leaver());
  leavers.set(world, made);
}

function nextLeaver(world: World): Promise<Actor> {
  const leaver = leavers.get(world)?.pop();
  return leaver === undefined ? world.leaver() : Promise.resolve(leaver);
}

/** Waits until no deletion is under way, whose last steps would be taken for a part of other operations. */
export async function untilDeleted({ db }: World): Promise<void> {
  const until = performance.now() + ERASED_WITHIN_MS;
  while ((await db.collection('deletions').countDocuments({ completedAt: null })) > 0) {
    if (performance.now() > until) throw new Error('A deletion did not end');
    await sleep(100);
  }
}

async function erased({ db }: World, _id: Types.ObjectId): Promise<void> {
  const until = performance.now() + ERASED_WITHIN_MS;
  while ((await db.collection('deletions').countDocuments({ _id, 'done.graph': { $ne: null } })) === 0) {
    if (performance.now() > until) throw new Error('The graph of a deleted user was not erased');
    await sleep(100);
  }
}
