import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testDatabaseUri } from '../support/mongo.js';
import { commandNamesOf } from '../support/query-plans.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
let ann: Joined;
beforeAll(async () => {
  const uri = testDatabaseUri();
  api = await startTestApp({ MONGODB_URI: `${uri}${uri.includes('?') ? '&' : '?'}monitorCommands=true` });
  ann = await api.join();
  await ann.call(201, 'PUT', '/users/me/wishlist/JP');
});
afterAll(() => api.close());

/** The commands that MongoDB gets for one request alone; concurrent ones share reads. */
const COSTS: [route: string, request: () => Promise<unknown>, commands: string[]][] = [
  // The user and the size of its wishlist.
  ['GET /users/me', () => ann.get('/users/me'), ['aggregate']],
];

it.each(COSTS)('%s', async (_route, request, commands) => {
  // The first request of a token finds its user's id.
  await request();
  expect(await commandNamesOf(api.app, request)).toEqual(commands);
});

it('requests that arrive while a read is under way share the next one', async () => {
  const others = await Promise.all(Array.from({ length: 20 }, () => api.join()));
  await Promise.all(others.map((other) => other.get('/users/me')));
  const answers: { id: string }[] = [];
  const commands = await commandNamesOf(api.app, async () => {
    answers.push(...(await Promise.all(others.map((other) => other.get<{ id: string }>('/users/me')))));
  });
  expect(answers.map(({ id }) => id)).toEqual(others.map(({ id }) => id));
  expect(commands.length).toBeLessThan(others.length / 2);
});
