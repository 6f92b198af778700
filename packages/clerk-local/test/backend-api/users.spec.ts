import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal, User } from 'clerk-local';
import { apiError, backend, call, DAY_MS, instancesOfOneTest, startClerkLocal } from '../support.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());
const start = instancesOfOneTest();

describe('users, by @clerk/backend', () => {
  it('creates, reads, updates, bans and deletes a user', async () => {
    const { users } = backend(clerk);
    const created = await users.createUser({
      emailAddress: ['Ada@Example.com', 'second@example.com'],
      phoneNumber: ['+4915112345678'],
      firstName: 'Ada',
      username: 'ada-l',
      password: 'correct horse',
      publicMetadata: { role: 'admin' },
      createdAt: new Date('2020-01-01'),
    });
    expect(created.id).toMatch(/^user_[0-9A-Za-z]{27}$/);
    expect(created.primaryEmailAddress?.emailAddress).toBe('ada@example.com');
    expect(created.primaryEmailAddress?.verification?.status).toBe('verified');
    expect(created.emailAddresses).toHaveLength(2);
    expect(created.primaryPhoneNumber?.phoneNumber).toBe('+4915112345678');
    expect(created).toMatchObject({ firstName: 'Ada', lastName: null, username: 'ada-l', banned: false });
    expect(created).toMatchObject({
      passwordEnabled: true,
      publicMetadata: { role: 'admin' },
      hasImage: false,
    });
    expect(created.createdAt).toBe(Date.parse('2020-01-01'));
    expect(created.updatedAt).toBeGreaterThan(Date.now() - DAY_MS);
    expect(await users.getUser(created.id)).toEqual(created);

    const secondId = created.emailAddresses[1]?.id ?? '';
    const updated = await users.updateUser(created.id, { lastName: 'L', primaryEmailAddressID: secondId });
    expect(updated.primaryEmailAddress?.emailAddress).toBe('second@example.com');
    expect(updated.lastName).toBe('L');
    expect(updated.updatedAt).toBeGreaterThan(created.updatedAt);

    const third = await users.replaceUserEmailAddress(created.id, { emailAddress: 'Third@example.com' });
    expect(third.emailAddress).toBe('third@example.com');
    const moved = await users.getUser(created.id);
    expect(moved.emailAddresses).toEqual([third]);
    expect(moved.primaryEmailAddressId).toBe(third.id);

    expect((await users.banUser(created.id)).banned).toBe(true);
    expect((await users.unbanUser(created.id)).banned).toBe(false);
    expect((await users.lockUser(created.id)).locked).toBe(true);
    expect(await users.deleteUser(created.id)).toMatchObject({
      object: 'user',
      id: created.id,
      deleted: true,
    });
  });

  it("answers requests about a deleted or unknown user with Clerk's 404", async () => {
    const { users } = backend(clerk);
    const user = await clerk.createUser();
    await users.deleteUser(user.id);
    for (const attempt of [users.getUser(user.id), users.deleteUser(user.id), users.banUser('user_x')]) {
      expect(await apiError(attempt)).toEqual({ status: 404, code: 'resource_not_found' });
    }
    const response = await call(clerk, 'GET', `/v1/users/${user.id}`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      errors: [
        {
          code: 'resource_not_found',
          message: 'not found',
          long_message: `No user was found with id ${user.id}`,
        },
      ],
      clerk_trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it('merges metadata deeply, removes by null, replaces it, and never touches a prototype', async () => {
    const { users } = backend(clerk);
    const user = await clerk.createUser({ public_metadata: { a: { b: 1, c: 2 }, d: 3 } });
    const merged = await users.updateUserMetadata(user.id, { publicMetadata: { a: { b: null, e: 4 } } });
    expect(merged.publicMetadata).toEqual({ a: { c: 2, e: 4 }, d: 3 });
    const replaced = await users.replaceUserMetadata(user.id, { publicMetadata: { z: 1 } });
    expect(replaced.publicMetadata).toEqual({ z: 1 });
    const path = `/v1/users/${user.id}/metadata`;
    await call(clerk, 'PATCH', path, '{"public_metadata":{"__proto__":{"polluted":true}}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('raises updated_at with every change, within one millisecond too', async () => {
    const user = await clerk.createUser();
    const times = [user.updated_at];
    const changes = Array.from({ length: 20 }, (_, i) => clerk.updateUser(user.id, { first_name: `N${i}` }));
    for (const changed of await Promise.all(changes)) times.push(changed.updated_at);
    expect(new Set(times).size).toBe(times.length);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('refuses what Clerk refuses, with its errors, and changes nothing', async () => {
    const { users } = backend(clerk);
    const user = await clerk.createUser({ email_address: ['taken@example.com'], username: 'taken' });
    const other = await clerk.createUser({ first_name: 'Other' });
    const refused: [Promise<unknown>, string][] = [
      [users.createUser({ emailAddress: ['TAKEN@example.com'] }), 'form_identifier_exists'],
      [users.createUser({ username: 'Taken' }), 'form_identifier_exists'],
      [users.createUser({ emailAddress: ['nonsense'] }), 'form_param_format_invalid'],
      [users.createUser({ phoneNumber: ['123'] }), 'form_param_format_invalid'],
      [
        users.updateUser(other.id, { firstName: 'New', username: 'a b c' }),
        'form_username_invalid_character',
      ],
      [users.updateUser(other.id, { firstName: 'New', username: 'abc' }), 'form_username_invalid_length'],
      [
        users.updateUser(other.id, { primaryEmailAddressID: user.email_addresses[0]?.id ?? '' }),
        'form_resource_not_found',
      ],
      [
        users.updateUserMetadata(other.id, { publicMetadata: { x: 'x'.repeat(9000) } }),
        'form_param_exceeds_allowed_size',
      ],
      [users.getUserList({ limit: 501 }), 'form_param_value_invalid'],
      [
        users.getUserList({ userId: Array.from({ length: 101 }, (_, i) => `user_${i}`) }),
        'form_param_array_size_exceeded',
      ],
    ];
    for (const [promise, code] of refused) expect(await apiError(promise)).toEqual({ status: 422, code });
    expect(clerk.getUser(other.id)).toEqual(other);

    const response = await call(clerk, 'POST', '/v1/users', { first_name: 7, nonsense: 1 });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      errors: [
        { code: 'form_param_type_invalid', meta: { param_name: 'first_name' } },
        { code: 'form_param_unknown', meta: { param_name: 'nonsense' } },
      ],
    });
  });

  it('lists, filters, counts and pages by cursor while users are created and deleted', async () => {
    const own = await start({
      seedUsers: Array.from({ length: 25 }, (_, i) => ({
        email_address: [`u${i}@example.com`],
        created_at: 1_700_000_000_000 + Math.floor(i / 2),
      })),
    });
    const { users } = backend(own);
    const bare = (await (await call(own, 'GET', '/v1/users')).json()) as User[];
    expect(bare).toHaveLength(10);
    expect(bare[0]?.created_at).toBe(1_700_000_000_012);

    const all = await users.getUserList({ limit: 500 });
    expect(all.totalCount).toBe(25);
    const ids = all.data.map((user) => user.id);
    expect((await users.getUserList({ query: 'U2@EX' })).data).toHaveLength(1);
    const seen: string[] = [];
    for (const size of [7, 7, 7, 4]) {
      const cursor = seen.at(-1);
      const query = `limit=7${cursor === undefined ? '' : `&starting_after=${cursor}`}`;
      const batch = (await (await call(own, 'GET', `/v1/users?${query}`)).json()) as User[];
      expect(batch).toHaveLength(size);
      seen.push(...batch.map((user) => user.id));
      await own.deleteUser(seen[0] ?? '').catch(() => undefined);
      await own.createUser();
    }
    expect(seen).toEqual(ids);

    const oldestFirst = await users.getUserList({ orderBy: '+created_at', limit: 1 });
    expect(oldestFirst.data[0]?.createdAt).toBe(1_700_000_000_000);
    const found = await users.getUserList({ userId: [ids[3] ?? '', 'user_gone'] });
    expect(found.data.map((user) => user.id)).toEqual([ids[3]]);
    expect((await users.getUserList({ emailAddress: ['U7@example.com'] })).totalCount).toBe(1);
    expect((await users.getUserList({ offset: 20, limit: 100 })).data.length).toBeGreaterThan(4);
    const response = await call(own, 'GET', `/v1/users?order_by=updated_at&starting_after=${ids[9] ?? ''}`);
    expect(response.status).toBe(422);
  });

  it('requires the secret key', async () => {
    const wrong = backend({ url: clerk.url, secretKey: 'sk_test_wrong' });
    expect(await apiError(wrong.users.getUser('user_x'))).toEqual({
      status: 401,
      code: 'clerk_key_invalid',
    });
    const response = await fetch(`${clerk.url}/v1/nowhere`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      errors: [{ code: 'authorization_header_format_invalid' }],
    });
  });
});
