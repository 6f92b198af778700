import { readFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Connection, createConnection, mongo, type Types } from 'mongoose';
import { AUDIT_DEFAULTS } from '../../src/audit/audit-event.schema.js';
import { PURCHASE_DEFAULTS } from '../../src/purchases/purchase.schema.js';
import { USER_DEFAULTS } from '../../src/users/user.schema.js';
import { ENTRY_DEFAULTS } from '../../src/wishlist/wishlist.schema.js';
import type { ApiClient } from '../support/api-client.js';
import { operationAt, operations } from '../support/document.js';
import { appUri, testDatabaseUri } from '../support/mongo.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** The commit that stored the data: the last one of 26 November 2026. See scripts/release-data.ts. */
const RELEASE = '7a4989e';

type Stored = Record<string, unknown> & { _id: Types.ObjectId };
const data = mongo.BSON.EJSON.parse(
  readFileSync(new URL(`data/release-${RELEASE}.json`, import.meta.url), 'utf8'),
  { relaxed: true },
) as Record<string, Stored[]>;

/** Starts on that data after `change`, with migrations. The client compares answers with the document. */
async function start(change?: (db: Connection) => Promise<void>): Promise<TestApp> {
  const uri = await appUri(testDatabaseUri());
  const db = await createConnection(uri).asPromise();
  for (const [name, documents] of Object.entries(data))
    if (documents.length > 0) await db.collection(name).insertMany(documents);
  await change?.(db);
  await db.close();
  return startTestApp({ MONGODB_URI: uri });
}

let asked = new Set<unknown>();
beforeEach(() => {
  asked = new Set();
});

/** Calls every operation that reads, and most that write, for all users of the data. */
async function callEverything(api: TestApp): Promise<Record<string, unknown>> {
  const usersByName = new Map(data['users']?.map((user) => [String(user['firstName']), user]));
  const as = async (name: string): Promise<ApiClient & { id: string }> => {
    const user = usersByName.get(name);
    const clerkId = String(user?.['clerkId']);
    const person = api.withToken(await api.clerk.mintToken(clerkId, { sessionId: 'sess_new' }));
    return Object.assign(person, { id: String(user?._id) });
  };
  const ask = async <T = Record<string, unknown>>(
    who: ApiClient,
    status: number,
    method: string,
    path: string,
    body?: object,
  ): Promise<T> => {
    const pathname = new URL(path.startsWith('//') ? path.slice(1) : `/api/v2${path}`, 'http://x').pathname;
    asked.add(operationAt(method, pathname)?.operationId);
    return who.call<T>(status, method, path, body === undefined ? {} : { body });
  };
  const [admin, ann, ben, cleo] = [await as('Admin'), await as('Ann'), await as('Ben'), await as('Cleo')];
  const all = [admin, ann, ben, cleo];
  const me: Record<string, unknown> = {};
  for (const who of all) {
    me[who.id] = await ask(who, 200, 'GET', '/users/me');
    for (const list of ['export', 'blocks', 'follow-requests', 'wishlist', 'purchases'])
      await ask(who, 200, 'GET', `/users/me/${list}`);
    await ask(who, 200, 'GET', `/users/me/relationships?userId=${ben.id}&userId=${ann.id}`);
    await ask(who, 200, 'GET', `/users?username=${String(usersByName.get('Ann')?.['username'])}`);
    await ask(who, 200, 'GET', '/users?q=an');
    await ask(who, 200, 'GET', `/users/${ann.id}`);
    for (const list of ['followers', 'following', 'wishlist'])
      await ask(who, 200, 'GET', `/users/${ann.id}/${list}`);
    await ask(who, 200, 'GET', '/countries/JP/people');
  }
  for (const path of ['/countries', '/countries/JP']) await ask(ann, 200, 'GET', path);
  for (const path of ['//account-deletion', '//.well-known/jwks.json', '//health/live', '//health/ready'])
    await ask(api.anonymous, 200, 'GET', path);
  for (const path of ['//metrics', '//problems/not-found']) await ask(api.anonymous, 200, 'GET', path);
  for (const deletion of data['deletions'] ?? []) {
    const token = `${String(deletion._id)}${String(deletion['receiptSecret'])}`;
    await ask(api.anonymous, 200, 'GET', `/deletion-receipts/${token}`);
  }

  await ask(admin, 200, 'GET', '/admin/audit-events?limit=100');
  await ask(admin, 200, 'GET', '/admin/webhook-events?limit=100');
  const { items } = await ask<{ items: { id: string }[] }>(admin, 200, 'GET', '/admin/deleted-users');
  expect(items).toHaveLength(2);
  for (const { id } of items) {
    await ask(admin, 200, 'GET', `/admin/deleted-users/${id}`);
    await ask(admin, 200, 'GET', `/admin/deleted-users/${id}/purchases`);
    await ask(admin, 200, 'PATCH', `/admin/deleted-users/${id}`, { notes: 'Seen' });
  }
  await ask(admin, 200, 'POST', `/admin/deleted-users/${items[0]?.id ?? ''}/purge`);
  for (const { _id } of data['webhookDeadLetters'] ?? []) {
    const letter = `/admin/webhook-events/${String(_id)}`;
    const { outcome } = await ask(admin, 200, 'POST', `${letter}/replay`);
    if (outcome === 'dead_letter') await ask(admin, 200, 'POST', `${letter}/dismiss`, { reason: 'Old' });
  }
  const bought = await ask<{ items: { id: string; status: string }[] }>(
    ann,
    200,
    'GET',
    '/users/me/purchases',
  );
  for (const { id, status } of bought.items)
    if (status === 'paid')
      await ask(admin, 200, 'POST', `/admin/purchases/${id}/refund`, { reason: 'Ticket 2' });
  const purchase = { userId: cleo.id, item: 'Guide', amount: 1, currency: 'EUR', reason: 'Shop' };
  await ask(admin, 201, 'POST', '/admin/purchases', purchase);
  await ask(admin, 204, 'PUT', `/admin/users/${cleo.id}/suspension`, { reason: 'Spam' });
  await ask(admin, 204, 'DELETE', `/admin/users/${cleo.id}/suspension`, { reason: 'Mistake' });

  await ask(ben, 200, 'PUT', `/users/me/follow-requests/${ann.id}`);
  await ask(ben, 204, 'DELETE', `/users/me/follow-requests/${ann.id}`);
  await ask(ben, 204, 'DELETE', `/users/me/followers/${ann.id}`);
  await ask(ben, 200, 'PATCH', '/users/me', { bio: 'Ships', visibility: 'public' });
  await ask(ben, 200, 'PUT', `/users/me/following/${cleo.id}`);
  await ask(ben, 204, 'DELETE', `/users/me/following/${cleo.id}`);
  await ask(ben, 204, 'PUT', `/users/me/blocks/${cleo.id}`);
  await ask(ben, 204, 'DELETE', `/users/me/blocks/${cleo.id}`);
  await ask(ann, 200, 'PUT', '/users/me/wishlist/JP', { visited: true });
  await ask(ann, 204, 'DELETE', '/users/me/wishlist/PT');
  const wishes = [{ countryCode: 'JP', priority: 1 }, { countryCode: 'NO' }];
  await ask(ann, 200, 'POST', '/users/me/wishlist/batch', { items: wishes });
  await ask(ann, 202, 'DELETE', '/users/me');
  await ask(admin, 202, 'DELETE', `/admin/users/${cleo.id}`, { reason: 'admin_action' });
  return me;
}

describe(`on the data of ${RELEASE}`, () => {
  let api: TestApp;
  afterAll(() => api.close());

  it('every operation is called, and every answer conforms to the document', async () => {
    api = await start();
    const me = await callEverything(api);
    // Ann has asked to follow Ben.
    const ben = data['users']?.find(({ firstName }) => firstName === 'Ben');
    expect(me[String(ben?._id)]).toMatchObject({ visibility: 'private', followRequestsCount: 1 });
    // Webhooks have tests of their own.
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(ids.filter((id) => !asked.has(id))).toEqual(['receiveClerkWebhook']);
  });
});

describe('on documents without the fields that have a default', () => {
  let api: TestApp;
  afterAll(() => api.close());

  it('every answer conforms to the document, with the defaults', async () => {
    const without = (fields: object, prefix = '') => ({
      $unset: Object.fromEntries(Object.keys(fields).map((name) => [prefix + name, 1])),
    });
    api = await start(async (db) => {
      await db.collection('users').updateMany({}, without(USER_DEFAULTS));
      // The calls below need an admin and a private account.
      await db.collection('users').updateMany({ firstName: 'Admin' }, { $set: { role: 'admin' } });
      await db.collection('users').updateMany({ firstName: 'Ben' }, { $set: { visibility: 'private' } });
      await db.collection('wishlists').updateMany({}, without(ENTRY_DEFAULTS, 'items.$[].'));
      for (const name of ['purchases', 'deletionPurchases'])
        await db.collection(name).updateMany({}, without(PURCHASE_DEFAULTS));
      await db
        .collection('deletedUsers')
        .updateMany({ purchases: { $type: 'array' } }, without(PURCHASE_DEFAULTS, 'purchases.$[].'));
      await db.collection('auditEvents').updateMany({}, without(AUDIT_DEFAULTS));
    });
    const me = await callEverything(api);
    const cleo = data['users']?.find(({ firstName }) => firstName === 'Cleo');
    expect(me[String(cleo?._id)]).toMatchObject({
      email: null,
      lastName: '',
      profilePicture: '',
      bio: '',
      homeCountry: null,
      visibility: 'public',
      role: 'user',
      followersCount: 0,
      followingCount: 0,
      followRequestsCount: 0,
    });
  });
});
