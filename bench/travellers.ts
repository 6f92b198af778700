import { createHmac } from 'node:crypto';
import { Types } from 'mongoose';
import type { Bench } from './instance.ts';
import { type Actor, join } from './population.ts';

/*
 * The data of `npm run bench`: users who joined through the service, with full lists and followers, and the
 * same data in the collections of the naive floor.
 */

export const TRAVELLERS = 200;
export const ITEMS = 50;
const FOLLOWERS = 30;
const JOINED_AT_ONCE = 20;
const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;

export interface Traveller extends Actor {
  /** A country on the list. */
  countryCode: string;
}

/** Creates everything that the jobs read and write. */
export async function populate(bench: Bench, serviceUrl: string): Promise<Traveller[]> {
  const actors: Actor[] = [];
  for (let from = 0; from < TRAVELLERS; from += JOINED_AT_ONCE) {
    const names = Array.from({ length: JOINED_AT_ONCE }, (_, index) => `Traveller ${from + index}`);
    actors.push(...(await Promise.all(names.map((name) => join({ ...bench, url: serviceUrl }, name)))));
  }
  const codes = await countryCodes(serviceUrl);
  const ids = actors.map(({ id }) => new Types.ObjectId(id));
  const idAt = (index: number) => ids[index % ids.length];
  const { db } = bench;
  await db.collection('follows').insertMany(
    ids.flatMap((followeeId, index) =>
      Array.from({ length: FOLLOWERS }, (_, offset) => ({
        followerId: idAt(index + offset + 1),
        followeeId,
        state: 'following',
      })),
    ),
  );
  await db.collection('users').bulkWrite(
    ids.map((_id, index) => ({
      updateOne: {
        filter: { _id },
        update: {
          $set: {
            username: `traveller_${String(index).padStart(3, '0')}`,
            email: `traveller.${index}@example.com`,
            lastName: 'Okonkwo',
            profilePicture: `https://img.example.com/people/${index}/portrait.jpeg`,
            bio: 'Slow travel, fast trains, a notebook full of border stamps.',
            homeCountry: codes[index % ITEMS] ?? null,
            followersCount: FOLLOWERS,
            followingCount: FOLLOWERS,
            // Every webhook is newer, and none is ahead of the clock.
            clerkUpdatedAt: Date.now() - DAY_MS,
          },
        },
      },
    })),
  );
  const firstAddedAt = Date.now() - 2 * DAY_MS;
  const items = codes.slice(0, ITEMS).map((countryCode, index) => ({
    countryCode,
    addedAt: new Date(firstAddedAt + index * (HOUR_MS / 2)),
    note: index % 5 === 0 ? 'By night train, in October, when the hotels are empty.' : '',
    priority: index % 3 === 0 ? 1 + (index % 5) : null,
    visited: index % 7 === 0,
  }));
  await db.collection('wishlists').updateMany({ _id: { $in: ids } }, { $set: { items } });
  await copyForNaive(bench, items);
  return actors.map((actor, index) => ({ ...actor, countryCode: codes[index % ITEMS] ?? '' }));
}

async function countryCodes(url: string): Promise<string[]> {
  const response = await fetch(`${url}/api/v2/countries`);
  const { items } = (await response.json()) as { items: { code: string }[] };
  return items.map(({ code }) => code);
}

/** The naive floor's users hold the size of their list, and its items are rows. */
async function copyForNaive({ db }: Bench, items: readonly object[]): Promise<void> {
  const users = await db.collection<{ clerkId: string }>('users').find().toArray();
  await db
    .collection('naiveUsers')
    .insertMany(users.map((user) => ({ ...user, wishlistCount: items.length })));
  await db
    .collection('naiveItems')
    .insertMany(users.flatMap(({ clerkId }) => items.map((item) => ({ ...item, clerkId }))));
  await db.collection('naiveUsers').createIndex({ clerkId: 1 }, { unique: true }, {});
  await db.collection('naiveItems').createIndex({ clerkId: 1, countryCode: 1 }, { unique: true }, {});
  await db.collection('naiveItems').createIndex({ clerkId: 1, addedAt: -1, countryCode: -1 }, {}, {});
}

/** Clerk's signed deliveries of `user.updated`, each one newer than all before. */
export class Deliveries {
  private made = 0;
  private readonly secret: Buffer;
  private readonly users: { id: string }[];
  private readonly firstAt = Date.now() - DAY_MS + HOUR_MS;
  private readonly run = Date.now().toString(36);

  constructor({ clerk }: Bench, travellers: readonly Traveller[]) {
    this.secret = Buffer.from(clerk.webhookSecret.slice('whsec_'.length), 'base64');
    this.users = travellers.flatMap(({ clerkId }) => clerk.getUser(clerkId) ?? []);
  }

  /** @param about whom; absent: one after the other */
  next(about?: Traveller): { headers: Record<string, string>; body: string; firstName: string } {
    const index = this.made++;
    const user = this.users.find(({ id }) => id === about?.clerkId) ?? this.users[index % this.users.length];
    const id = `msg_${this.run}${String(index).padStart(12, '0')}`;
    const firstName = `Traveller ${index}`;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const body = JSON.stringify({
      data: {
        ...user,
        first_name: firstName,
        updated_at: this.firstAt + index,
      },
      event_attributes: { http_request: { client_ip: '127.0.0.1', user_agent: 'bench' } },
      object: 'event',
      timestamp: Date.now(),
      type: 'user.updated',
    });
    const signature = createHmac('sha256', this.secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    return {
      headers: {
        'content-type': 'application/json',
        'svix-id': id,
        'svix-timestamp': timestamp,
        'svix-signature': `v1,${signature}`,
      },
      body,
      firstName,
    };
  }
}
