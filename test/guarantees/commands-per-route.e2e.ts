import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { UsersService, type UserWithCounts } from '../../src/users/users.service.js';
import { UNHANDLED_EVENT_TYPE } from '../support/events.js';
import { testDatabaseUri } from '../support/mongo.js';
import { commandNamesOf } from '../support/query-plans.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
let ann: Joined;
let bob: Joined;
beforeAll(async () => {
  const uri = testDatabaseUri();
  api = await startTestApp({ MONGODB_URI: `${uri}${uri.includes('?') ? '&' : '?'}monitorCommands=true` });
  ann = await api.join({ username: 'ann_wong' });
  bob = await api.join();
  await bob.call(200, 'PUT', `/users/me/following/${ann.id}`);
  await ann.call(201, 'PUT', '/users/me/wishlist/JP');
  await api.db.collection('users').updateOne({ clerkId: ann.clerkId }, { $set: { clerkUpdatedAt: 0 } });
});
afterAll(() => api.close());

/** The caller, and what decides whether it may go on. */
const CALLER = 'find';
/** Reads after the lock: the follower's counters, the edge, the blocks. */
const LOCKED = ['findAndModify', 'find', 'find', 'find'];

/** The commands that MongoDB gets for one request alone; concurrent ones share reads. */
const COSTS: [route: string, request: () => Promise<unknown>, commands: string[]][] = [
  // The user and the size of its wishlist.
  ['GET /users/me', () => ann.get('/users/me'), ['aggregate']],
  ['PUT a wish', () => ann.call(200, 'PUT', '/users/me/wishlist/JP'), [CALLER, 'findAndModify']],
  [
    'POST a batch',
    () => ann.call(200, 'POST', '/users/me/wishlist/batch', { body: { items: [{ countryCode: 'JP' }] } }),
    [CALLER, 'findAndModify'],
  ],
  ['DELETE a wish', () => ann.call(204, 'DELETE', '/users/me/wishlist/FR'), [CALLER, 'update']],
  ['GET /users/me/wishlist', () => ann.get('/users/me/wishlist'), [CALLER, 'find']],
  // The user and the relation to the viewer, then the list.
  ['GET another wishlist', () => bob.get(`/users/${ann.id}/wishlist`), [CALLER, 'aggregate', 'find']],
  ['GET a card', () => bob.get(`/users/${ann.id}`), [CALLER, 'aggregate']],
  // The edges, then the cards with the owner's and their relations.
  ['GET followers', () => bob.get(`/users/${ann.id}/followers`), [CALLER, 'find', 'aggregate']],
  ['GET following', () => ann.get(`/users/${bob.id}/following`), [CALLER, 'find', 'aggregate']],
  ['GET a search', () => bob.get('/users?q=ann_wong'), [CALLER, 'find', 'aggregate']],
  ['GET relationships', () => bob.get(`/users/me/relationships?userId=${ann.id}`), [CALLER, 'aggregate']],
  // Empty lists, so there are no cards to read.
  ['GET follow requests', () => bob.get('/users/me/follow-requests'), [CALLER, 'find']],
  ['GET blocks', () => bob.get('/users/me/blocks'), [CALLER, 'find']],
  // Those whom one follows, those of them who want to go there, their cards.
  ['GET people', () => bob.get('/countries/JP/people'), [CALLER, 'find', 'aggregate', 'aggregate']],
  ['GET /countries', () => bob.get('/countries'), []],
  ['GET purchases', () => bob.get('/users/me/purchases'), [CALLER, 'find']],
  [
    'PUT and DELETE a follow',
    async () => {
      await ann.call(200, 'PUT', `/users/me/following/${bob.id}`);
      await ann.call(204, 'DELETE', `/users/me/following/${bob.id}`);
    },
    [
      // The edge, the counters of both.
      ...[CALLER, ...LOCKED, 'insert', 'update', 'commitTransaction'],
      ...[CALLER, ...LOCKED, 'delete', 'update', 'commitTransaction'],
    ],
  ],
  [
    'PUT a follow that is there',
    () => bob.call(200, 'PUT', `/users/me/following/${ann.id}`),
    [CALLER, ...LOCKED, 'abortTransaction'],
  ],
];

it.each(COSTS)('%s', async (_route, request, commands) => {
  // The first request of a token finds its user's id.
  await request();
  expect(await commandNamesOf(api.app, request)).toEqual(commands);
});

it('the users of requests that are read at once come by one command', async () => {
  const others = await Promise.all(Array.from({ length: 20 }, () => api.join()));
  const users = api.app.get(UsersService);
  const found: (UserWithCounts | undefined)[] = [];
  const commands = await commandNamesOf(api.app, async () => {
    found.push(...(await Promise.all(others.map(({ id }) => users.findWithCounts(new Types.ObjectId(id))))));
  });
  expect(found.map((each) => each?.user.clerkId)).toEqual(others.map(({ clerkId }) => clerkId));
  expect(commands).toEqual(['aggregate']);
});

/** Later than any time before, and long ago. */
const later = (() => {
  let time = 0;
  return () => ++time;
})();
const annInClerk = () => ({ ...api.clerk.getUser(ann.clerkId), updated_at: later() });
const endedSession = () => ({ id: `sess_${later()}`, user_id: ann.clerkId });
const payment = (id: string) => ({
  id,
  status: 'paid',
  updated_at: later(),
  paid_at: 1,
  payer: { user_id: ann.clerkId },
  totals: { grand_total: { amount: 990, currency: 'EUR' } },
});

/** As `COSTS`, for deliveries. */
const DELIVERIES: [what: string, type: string, data: () => object | Promise<object>, commands: string[]][] = [
  ['a newer state of a user', 'user.updated', annInClerk, ['insert', 'update', 'commitTransaction']],
  [
    'an older state of a user',
    'user.updated',
    () => ({ ...annInClerk(), updated_at: 0 }),
    ['insert', 'update', 'find', 'commitTransaction'],
  ],
  [
    'a new user',
    'user.created',
    async () => api.clerk.getUser((await api.signUp()).clerkId) ?? {},
    [
      ...['insert', 'update', 'find', 'abortTransaction'],
      // The delivery, the user and its tombstone, the placeholder of the tombstone, user and wishlist.
      ...['insert', 'find', 'find', 'insert', 'delete', 'insert', 'insert', 'commitTransaction'],
    ],
  ],
  [
    'a user whom Clerk does not know',
    'user.updated',
    () => ({ ...annInClerk(), id: `user_${later()}` }),
    ['insert', 'update', 'find', 'abortTransaction', 'insert', 'commitTransaction'],
  ],
  ['the end of a session', 'session.ended', endedSession, ['insert', 'update', 'commitTransaction']],
  [
    'a new payment',
    'paymentAttempt.created',
    () => payment(`pa_${later()}`),
    ['insert', 'find', 'find', 'find', 'find', 'update', 'insert', 'commitTransaction'],
  ],
  [
    'another state of a payment',
    'paymentAttempt.updated',
    () => payment('pa_1'),
    ['insert', 'find', 'update', 'commitTransaction'],
  ],
  ['a type without a handler', UNHANDLED_EVENT_TYPE, () => ({}), ['insert', 'commitTransaction']],
];

it.each(DELIVERIES)('POST /webhooks/clerk: %s', async (_what, type, data, commands) => {
  await api.clerk.deliverWebhook({ type, data: await data() });
  const event = { type, data: await data() };
  expect(await commandNamesOf(api.app, () => api.clerk.deliverWebhook(event))).toEqual(commands);
});

it('POST /webhooks/clerk: a repeat', async () => {
  const deliver = () =>
    api.clerk.deliverWebhook({ type: 'user.updated', data: annInClerk() }, { svixId: 'msg_1' });
  await deliver();
  expect(await commandNamesOf(api.app, deliver)).toEqual(['insert', 'find', 'abortTransaction']);
});
