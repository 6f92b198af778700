import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document, operations } from '../support/document.js';
import { type Joined, startTestApp, type TestApp } from '../support/test-app.js';

let api: TestApp;
/** The caller. */
let eve: Joined;
let blocker: Joined;
let blockerName: string;
/** Each was connected with Eve and the friend before. */
let suspended: Joined;
let banned: Joined;
/** Ids whose answers Eve must not be able to tell apart. */
let hidden: Record<
  'unknown' | 'deleted' | 'suspended' | 'banned' | 'blocking' | 'malformed' | 'upper case',
  string
>;
/** A public account that the blocker follows and is followed by. */
let friend: Joined;
beforeAll(async () => {
  api = await startTestApp();
  [eve, blocker, friend] = [await api.join(), await api.join(), await api.join()];
  await blocker.call(201, 'PUT', '/users/me/wishlist/JP');
  const deleted = await api.join();
  await eve.call(200, 'PUT', `/users/me/following/${deleted.id}`);
  await deleted.call(202, 'DELETE', '/users/me');
  await api.deletionOf(deleted);
  // Follows in both directions, and then the block.
  await eve.call(200, 'PUT', `/users/me/following/${blocker.id}`);
  await blocker.call(200, 'PUT', `/users/me/following/${eve.id}`);
  await blocker.call(200, 'PUT', `/users/me/following/${friend.id}`);
  await friend.call(200, 'PUT', `/users/me/following/${blocker.id}`);
  await blocker.call(204, 'PUT', `/users/me/blocks/${eve.id}`);
  blockerName = await nameOf(blocker);
  [suspended, banned] = [await api.join(), await api.join()];
  for (const person of [suspended, banned]) {
    await person.call(201, 'PUT', '/users/me/wishlist/JP');
    await person.call(200, 'PUT', `/users/me/following/${eve.id}`);
    await person.call(200, 'PUT', `/users/me/following/${friend.id}`);
    await friend.call(200, 'PUT', `/users/me/following/${person.id}`);
  }
  const admin = await api.join({ public_metadata: { role: 'admin' } });
  await admin.call(204, 'PUT', `/admin/users/${suspended.id}/suspension`, { body: { reason: 'Spam' } });
  await api.clerk.banUser(banned.clerkId);
  await api.clerk.idle();
  hidden = {
    unknown: '6741f0c2a4b5c6d7e8f90a1b',
    deleted: deleted.id,
    suspended: suspended.id,
    banned: banned.id,
    blocking: blocker.id,
    malformed: 'x',
    'upper case': eve.id.toUpperCase().replaceAll(/\d/g, 'A'),
  };
});
afterAll(() => api.close());

const nameOf = async (person: Joined) => String((await api.userOf(person))['username']);

const aboutUsers = operations()
  .filter(({ path }) => path.includes('{userId}') && !path.includes('/admin/'))
  .map((each) => ({ ...each, name: `${each.method.toUpperCase()} ${each.path}` }));

/** All bytes of an answer, without its date and request id. */
async function bytesOf(client: Joined, method: string, path: string, body?: unknown): Promise<string> {
  const response = await fetch(`${api.anonymous.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${client.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const requestId = response.headers.get('x-request-id') ?? '';
  const headers = [...response.headers].filter(([name]) => name !== 'date');
  const text = `${response.status}\n${JSON.stringify(headers)}\n${await response.text()}`;
  return text.replaceAll(requestId, '<request id>');
}

describe.each(aboutUsers)('$name', ({ method, path }) => {
  it.each([
    '',
    '?limit=2',
    '?limit=0',
    '?visited=true&sort=name',
    '?sort=x',
    '?cursor=bm8.bm8',
    '?unknown=1',
  ])(
    'with %p: the answers for unknown, deleted, suspended, banned and blocking users are equal in every byte',
    async (query) => {
      const answers = new Map<string, string>();
      for (const [kind, id] of Object.entries(hidden)) {
        answers.set(kind, await bytesOf(eve, method.toUpperCase(), path.replace('{userId}', id) + query));
      }
      const [first = ''] = answers.values();
      expect(Object.fromEntries(answers)).toEqual(
        Object.fromEntries([...answers.keys()].map((kind) => [kind, first])),
      );
      if (query === '') expect(first).toMatch(/^404\n.*user_not_found/s);
    },
  );
});

it('all routes with the id of a user are covered above', () => {
  expect(aboutUsers.length).toBeGreaterThanOrEqual(11);
});

it('ids and names in queries: a hidden user is answered like an unknown one', async () => {
  const lists = await Promise.all(
    Object.values(hidden).map((id) => bytesOf(eve, 'GET', `/api/v2/users/me/relationships?userId=${id}`)),
  );
  expect(new Set(lists).size).toBe(1);
  for (const name of [blockerName, await nameOf(suspended), await nameOf(banned)]) {
    for (const parameter of ['username', 'q']) {
      const search = (text: string) => bytesOf(eve, 'GET', `/api/v2/users?${parameter}=${text}`);
      expect(await search(name)).toBe(await search('nobody_here'));
    }
  }
});

it('no list that Eve can read contains a hidden user or their data', async () => {
  const lists = operations()
    .filter(
      ({ method, path }) => method === 'get' && path.startsWith('/api/v2/') && !path.includes('/admin/'),
    )
    .map(({ path }) => path);
  const found: string[] = [];
  for (const person of [blocker, suspended, banned]) {
    const name = await nameOf(person);
    for (const path of lists) {
      // An export contains the ids of all followers of the caller.
      if (path.endsWith('/export') && person !== blocker) continue;
      const address = path
        .replace('{userId}', friend.id)
        .replace('{code}', 'JP')
        .replace('{token}', `${person.id}${'A'.repeat(43)}`);
      const query = path === '/api/v2/users' ? `?q=${name.slice(0, 4)}` : '';
      const text = await bytesOf(eve, 'GET', address + query);
      if (text.includes(person.id) || text.includes(name)) found.push(path);
    }
  }
  expect(found).toEqual([]);
});

it('ids in paths of admins and receipts are refused alike, whether they exist or not', async () => {
  const { _id: archiveId } = (await api.db.collection('deletedUsers').findOne({})) as { _id: unknown };
  for (const { method, path, operation } of operations().filter(({ path: each }) =>
    each.includes('/admin/'),
  )) {
    const body = operation.requestBody === undefined ? undefined : exampleOf(operation.requestBody);
    const ids = [hidden.unknown, hidden.deleted, blocker.id, String(archiveId)];
    const answers = await Promise.all(
      ids.map((id) => bytesOf(eve, method.toUpperCase(), path.replaceAll(/\{\w+\}/g, id), body)),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^40[03]\n/);
    if (body !== undefined || method === 'get') expect(answers[0]).toMatch(/^403\n.*forbidden/s);
  }
  const receipts = [String(archiveId), hidden.unknown].map((id) =>
    bytesOf(eve, 'GET', `/api/v2/deletion-receipts/${id}${'A'.repeat(43)}`),
  );
  const [real, unknown] = await Promise.all(receipts);
  expect(real).toBe(unknown);
  expect(real).toMatch(/^404\n/);
});

function exampleOf(requestBody: { content: Record<string, { schema: object; example?: unknown }> }): unknown {
  const { schema, example } = requestBody.content['application/json'] as {
    schema: { $ref?: string; example?: unknown };
    example?: unknown;
  };
  const named = document.components.schemas[schema.$ref?.split('/').at(-1) ?? ''] as
    { example?: unknown } | undefined;
  return example ?? schema.example ?? named?.example;
}
