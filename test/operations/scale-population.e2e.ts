import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Population } from '../../bench/scale/population.ts';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

/** Fields that some documents lack: set later, or only for some. */
const OPTIONAL: Readonly<Record<string, readonly string[]>> = { users: ['claims'] };

let api: TestApp;
let person: Joined;
let other: Joined;
beforeAll(async () => {
  api = await startTestApp();
  [person, other] = [await api.join(), await api.join()];
  await person.call(201, 'PUT', '/users/me/wishlist/JP');
  await person.call(200, 'PUT', `/users/me/following/${other.id}`);
  await other.call(204, 'PUT', `/users/me/blocks/${(await api.join()).id}`);
  const { clerkId: user_id } = person;
  const session = { object: 'session', id: 'sess_1', user_id, status: 'ended' };
  await api.clerk.deliverWebhook({ type: 'session.ended', data: session });
});
afterAll(() => api.close());

const typeOf = (value: unknown) =>
  Array.isArray(value) ? 'array' : ((value as object | null)?.constructor.name ?? 'null');

/** The fields of a document in their types, without those that may be absent or null. */
const formOf = (name: string, document: object) =>
  Object.fromEntries(
    Object.entries(document)
      .filter(([field]) => !(OPTIONAL[name] ?? []).includes(field))
      .map(([field, value]) => [field, typeOf(value)] as const)
      .sort(([a], [b]) => a.localeCompare(b)),
  );

describe('documents of the scale run have the fields and types of those of the service', () => {
  const population = new Population({ users: 1000, edges: 10_000 });
  const [follow] = population.follows();
  const plain = population.ids.findIndex((_, index) => {
    const { homeCountry, suspendedAt } = population.user(index);
    return homeCountry === null && suspendedAt === null && population.wishesOf(index) > 0;
  });
  it.each<[string, () => object]>([
    ['users', () => population.user(plain)],
    ['wishlists', () => population.wishlist(plain)],
    ['follows', () => follow ?? {}],
    ['blocks', () => population.block(0)],
    ['webhookEvents', () => population.webhookEvent(0)],
  ])('%s', async (name, made) => {
    const stored = await api.db.collection(name).findOne(name === 'wishlists' ? { items: { $ne: [] } } : {});
    if (stored === null) throw new Error(`The service stored nothing in ${name}`);
    expect(formOf(name, made())).toEqual(formOf(name, stored));
    if (name !== 'wishlists') return;
    const [item] = (stored as unknown as ReturnType<Population['wishlist']>).items;
    const [generated] = population.wishlist(plain).items;
    expect({ ...formOf('item', generated ?? {}), priority: 'null' }).toEqual(formOf('item', item ?? {}));
  });
});
