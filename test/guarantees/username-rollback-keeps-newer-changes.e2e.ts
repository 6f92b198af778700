import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type ClerkProxy, startClerkProxy } from '../support/clerk-proxy.js';
import { type Person, startTestApp, type TestApp } from '../support/test-app.js';

let proxy: ClerkProxy;
let api: TestApp;
beforeAll(async () => {
  proxy = await startClerkProxy(() => api.clerk.url);
  api = await startTestApp({ CLERK_API_URL: proxy.url });
});
afterAll(async () => {
  await api.close();
  await proxy.close();
});

let ann: Person;
let before: string;
/** Clerk refuses every change of names. */
let endRefusals: () => void;
beforeEach(async () => {
  ann = await api.join();
  before = await usernameOf(ann);
  endRefusals = api.clerk.fail({ method: 'PATCH', mode: 'status', status: 422 });
});
afterEach(() => {
  endRefusals();
});

const usernameOf = async (person: Person) => (await person.get<{ username: string }>('/users/me')).username;
let names = 0;
const newName = () => `wanted.${++names}`;

/** Starts a change of username and name; Clerk's answer is held until the returned function is called. */
async function startChange(username: string) {
  const hold = proxy.holdNext((method) => method === 'PATCH');
  const body = { username, firstName: 'Changed' };
  const answer = ann.request('PATCH', '/users/me', { body });
  await hold.caught;
  return async () => {
    hold.release();
    const { status } = await answer;
    return status;
  };
}

it('when Clerk refuses the name, the reserved username is released', async () => {
  const end = await startChange(newName());
  expect(await end()).toBe(400);
  expect(await usernameOf(ann)).toBe(before);
  expect(await api.userOf(ann)).not.toHaveProperty('usernameReservation');
});

it('the same username set by another request meanwhile stays', async () => {
  const username = newName();
  const end = await startChange(username);
  await ann.call(200, 'PATCH', '/users/me', { body: { username } });
  expect(await end()).toBe(400);
  expect(await usernameOf(ann)).toBe(username);
});

it('another username set meanwhile stays, and so does the reserved one when it is set again after that', async () => {
  const username = newName();
  const end = await startChange(username);
  for (const wanted of [newName(), username]) {
    await ann.call(200, 'PATCH', '/users/me', { body: { username: wanted } });
  }
  expect(await end()).toBe(400);
  expect(await usernameOf(ann)).toBe(username);
});

it('a change of another field meanwhile does not prevent the release', async () => {
  const end = await startChange(newName());
  await ann.call(200, 'PATCH', '/users/me', { body: { bio: 'Meanwhile' } });
  expect(await end()).toBe(400);
  expect(await ann.get('/users/me')).toMatchObject({ username: before, bio: 'Meanwhile' });
});

it.each([
  ['the first ends first', 0],
  ['the second ends first', 1],
])('two refused changes at once: neither username stays; %s', async (_name, earlier) => {
  const ends = [await startChange(newName()), await startChange(newName())];
  expect(await ends[earlier]?.()).toBe(400);
  expect(await ends[1 - earlier]?.()).toBe(400);
  expect(await usernameOf(ann)).toBe(before);
});

it.each([
  ['the accepted one ends first', 0],
  ['the refused one ends first', 1],
])('one accepted and one refused change at once: the accepted username stays; %s', async (_name, earlier) => {
  endRefusals();
  const accepted = newName();
  const endAccepted = await startChange(accepted);
  endRefusals = api.clerk.fail({ method: 'PATCH', mode: 'status', status: 422 });
  const ends = [endAccepted, await startChange(newName())];
  await ends[earlier]?.();
  await ends[1 - earlier]?.();
  expect(await usernameOf(ann)).toBe(accepted);
});

it('a later change does not go back to the username that a crashed request reserved over', async () => {
  const { _id } = await api.userOf(ann);
  const usernameReservation = { id: 'died', previous: 'long.ago', until: new Date(0) };
  await api.db.collection('users').updateOne({ _id }, { $set: { usernameReservation } });
  const end = await startChange(newName());
  expect(await end()).toBe(400);
  expect(await usernameOf(ann)).toBe(before);
});
