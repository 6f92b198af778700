import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp, UNKNOWN_ID } from '../support/test-app.js';

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

describe('GET /users/me', () => {
  it('200: the first request creates the user, before any webhook', async () => {
    const ada = await api.signUp({
      first_name: 'Ada',
      last_name: 'Lovelace',
      email_address: ['ada.l+x@example.com'],
    });
    const me = await ada.get('/users/me');
    expect(me).toMatchObject({
      clerkId: ada.clerkId,
      email: 'ada.l+x@example.com',
      firstName: 'Ada',
      lastName: 'Lovelace',
      username: expect.stringMatching(/^ada\.lx_[0-9a-f]{8}$/),
      bio: '',
      homeCountry: null,
      visibility: 'public',
      role: 'user',
      followersCount: 0,
      followingCount: 0,
      followRequestsCount: 0,
      wishlistCount: 0,
    });
    expect(await ada.get('/users/me')).toEqual(me);
  });

  it('200: without an e-mail and without names', async () => {
    const ann = await api.signUp({ email_address: [], phone_number: ['+15555550100'] });
    expect(await ann.get('/users/me')).toMatchObject({
      email: null,
      firstName: 'Unknown',
      lastName: '',
      username: expect.stringMatching(/^user_[0-9a-f]{8}$/),
    });
  });

  it("200: Clerk's username when it is allowed and free, a generated one otherwise", async () => {
    const first = await api.signUp({ username: 'grace_h' });
    expect(await first.get('/users/me')).toMatchObject({ username: 'grace_h' });
    // Taken here, although it is free in Clerk.
    await api.db
      .collection('users')
      .updateOne({ clerkId: first.clerkId }, { $set: { username: 'taken.here' } });
    const second = await api.signUp({ username: 'taken-here', email_address: ['second@example.com'] });
    expect(await second.get('/users/me')).toMatchObject({ username: expect.stringMatching(/^second_/) });
  });

  it('200: two accounts with one e-mail', async () => {
    const one = await api.join({ email_address: ['twice@example.com'] });
    await api.clerk.deleteUser(one.clerkId, { webhook: false });
    const two = await api.join({ email_address: ['twice@example.com'] });
    expect(two.id).not.toBe(one.id);
    expect(await one.get('/users/me')).toMatchObject({ email: 'twice@example.com' });
  });

  it('200: counts of followers, following and the wishlist', async () => {
    const [ann, bob] = [await api.join(), await api.join()];
    await ann.call(200, 'PUT', `/users/me/following/${bob.id}`);
    await ann.call(201, 'PUT', '/users/me/wishlist/PT');
    expect(await ann.get('/users/me')).toMatchObject({
      followingCount: 1,
      followersCount: 0,
      wishlistCount: 1,
    });
    expect(await bob.get('/users/me')).toMatchObject({
      followingCount: 0,
      followersCount: 1,
      wishlistCount: 0,
    });
  });

  it('401 unauthenticated, with WWW-Authenticate', async () => {
    const { status, headers, body } = await api.anonymous.request('GET', '/users/me');
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toMatch(/^Bearer error="/);
    expect(body).toMatchObject({ code: 'unauthenticated', type: '/problems/unauthenticated', status: 401 });
  });

  it('401 unauthenticated with an empty header; invalid_token with one without a token', async () => {
    const withHeader = (authorization: string) =>
      api.anonymous.problem('GET', '/users/me', { headers: { authorization } });
    expect(await withHeader('')).toBe('401 unauthenticated');
    expect(await withHeader('Basic YTpi')).toBe('401 invalid_token');
  });

  it('401 token_expired', async () => {
    const { clerkId } = await api.signUp();
    const now = Math.floor(Date.now() / 1000);
    const claims = { iat: now - 120, nbf: now - 130, exp: now - 60 };
    const expired = api.withToken(await api.clerk.mintToken(clerkId, { claims }));
    expect(await expired.problem('GET', '/users/me')).toBe('401 token_expired');
  });

  it('401 account_deleted: unknown to Clerk; creates no user', async () => {
    const token = await api.clerk.mintToken('user_unknowntoclerk000000000000');
    expect(await api.withToken(token).problem('GET', '/users/me')).toBe('401 account_deleted');
    expect(
      await api.db.collection('users').findOne({ clerkId: 'user_unknowntoclerk000000000000' }),
    ).toBeNull();
  });

  it('403 account_suspended: banned in Clerk, reported by a webhook', async () => {
    const mallory = await api.join();
    await api.clerk.banUser(mallory.clerkId);
    await api.clerk.idle();
    expect(await mallory.problem('GET', '/users/me')).toBe('403 account_suspended');
    await api.clerk.unbanUser(mallory.clerkId);
    await api.clerk.idle();
    await mallory.get('/users/me');
  });

  // The Clerk account of such a user: test/guarantees/rollback-leaves-no-ghost.e2e.ts.
  it('422 user_sync_failed: a user whom the database refuses', async () => {
    await api.db.db?.command({ collMod: 'users', validator: { firstName: { $ne: 'Refused' } } });
    const refused = await api.signUp({ first_name: 'Refused' });
    expect(await refused.problem('GET', '/users/me')).toBe('422 user_sync_failed');
    await api.db.db?.command({ collMod: 'users', validator: {} });
  });

  it('503 dependency_unavailable, with Retry-After: Clerk is away; creates no user', async () => {
    const late = await api.signUp();
    const undo = api.clerk.fail({ method: 'GET', path: /^\/v1\/users\//, mode: 'status', status: 500 });
    const { status, headers, body } = await late.request('GET', '/users/me');
    undo();
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'dependency_unavailable' } });
    expect(headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await api.db.collection('users').findOne({ clerkId: late.clerkId })).toBeNull();
    await late.get('/users/me');
  });
});

describe('X-User-Created of a first request', () => {
  const created = async (...request: Parameters<(typeof api.anonymous)['request']>) => {
    const ann = await api.signUp();
    const { status, headers } = await ann.request(...request);
    return { ann, seen: [status, headers.get('x-user-created')] };
  };

  it('true, also when the handler then refuses the request', async () => {
    const invalid = { body: { bio: 1 } };
    expect((await created('PATCH', '/users/me', invalid)).seen).toEqual([400, 'true']);
    expect((await created('GET', '/users/me/wishlist?cursor=forged')).seen).toEqual([400, 'true']);
    expect((await created('GET', '/admin/audit-events')).seen).toEqual([403, 'true']);
    expect((await created('GET', `/users/${UNKNOWN_ID}`)).seen).toEqual([404, 'true']);
    expect((await created('PUT', '/users/me/wishlist/ZZ')).seen).toEqual([422, 'true']);
    expect((await created('GET', '/users/me/export')).seen).toEqual([200, 'true']);
  });

  it('true with 403 account_suspended: the account was banned before', async () => {
    const mallory = await api.signUp();
    await api.clerk.banUser(mallory.clerkId, { webhook: false });
    const { status, headers } = await mallory.request('GET', '/users/me');
    expect([status, headers.get('x-user-created')]).toEqual([403, 'true']);
  });

  it('absent while no user is created: a refused body, Clerk away; the next request has it', async () => {
    const tooLarge = { body: { bio: 'x'.repeat(110_000) } };
    const { ann, seen } = await created('PATCH', '/users/me', tooLarge);
    expect(seen).toEqual([413, null]);
    const undo = api.clerk.fail({ method: 'GET', path: /^\/v1\/users\//, mode: 'status', status: 500 });
    const away = await ann.request('GET', '/users/me');
    undo();
    expect([away.status, away.headers.get('x-user-created')]).toEqual([503, null]);
    expect((await ann.request('GET', '/users/me')).headers.get('x-user-created')).toBe('true');
  });

  it('absent when the first request deletes the account: no user is created', async () => {
    const { ann, seen } = await created('DELETE', '/users/me');
    expect(seen).toEqual([202, null]);
    expect(await api.db.collection('users').findOne({ clerkId: ann.clerkId })).toBeNull();
  });
});

describe('PATCH /users/me', () => {
  it('200: bio, home country, visibility, username', async () => {
    const ann = await api.join();
    const change = {
      bio: 'Slow trains',
      homeCountry: 'pt',
      visibility: 'private',
      username: `ann.${ann.id.slice(-8)}`,
    };
    const changed = await ann.call(200, 'PATCH', '/users/me', { body: change });
    expect(changed).toMatchObject({ ...change, homeCountry: 'PT' });
    expect(await ann.get('/users/me')).toEqual(changed);
    expect(await ann.call(200, 'PATCH', '/users/me', { body: { homeCountry: null } })).toMatchObject({
      homeCountry: null,
      bio: 'Slow trains',
    });
  });

  it('200: names are written to Clerk, and its next webhook agrees', async () => {
    const ann = await api.join({ first_name: 'Ann', last_name: 'Old' });
    const changed = await ann.call(200, 'PATCH', '/users/me', { body: { firstName: 'Anna', lastName: '' } });
    expect(changed).toMatchObject({ firstName: 'Anna', lastName: '' });
    expect(api.clerk.getUser(ann.clerkId)).toMatchObject({ first_name: 'Anna' });
    await api.clerk.idle();
    expect(await ann.get('/users/me')).toMatchObject({ firstName: 'Anna', lastName: '' });
  });

  it('400 validation_failed, with a pointer to each error', async () => {
    const ann = await api.join();
    const body = { bio: 'x'.repeat(301), username: 'No Spaces', role: 'admin' };
    const { status, body: problem } = await ann.request('PATCH', '/users/me', { body });
    expect(status).toBe(400);
    const { errors } = problem as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['', '/bio', '/username']);
    expect(await ann.problem('PATCH', '/users/me', { body: '{"bio":' })).toBe('400 validation_failed');
    expect(await ann.problem('PATCH', '/users/me', { body: '{"__proto__":{"role":"admin"}}' })).toBe(
      '400 validation_failed',
    );
    expect(await ann.problem('PATCH', '/users/me')).toBe('400 validation_failed');
    expect(await ann.get('/users/me')).toMatchObject({ role: 'user', bio: '' });
  });

  it('401 account_deleted: deleted in Clerk, before its webhook', async () => {
    const gone = await api.join();
    await api.clerk.deleteUser(gone.clerkId, { webhook: false });
    expect(await gone.problem('PATCH', '/users/me', { body: { firstName: 'Late' } })).toBe(
      '401 account_deleted',
    );
  });

  it('409 username_taken; changes no name in Clerk', async () => {
    const [ann, bob] = [await api.join({ first_name: 'Ann' }), await api.join()];
    const { username } = await bob.get<{ username: string }>('/users/me');
    const body = { username, firstName: 'Changed' };
    expect(await ann.problem('PATCH', '/users/me', { body })).toBe('409 username_taken');
    expect(api.clerk.getUser(ann.clerkId)).toMatchObject({ first_name: 'Ann' });
  });

  it('413 payload_too_large', async () => {
    const ann = await api.join();
    const body = { bio: 'x'.repeat(110_000) };
    expect(await ann.problem('PATCH', '/users/me', { body })).toBe('413 payload_too_large');
  });

  it('415 unsupported_media_type', async () => {
    const ann = await api.join();
    const options = { body: 'bio=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect(await ann.problem('PATCH', '/users/me', options)).toBe('415 unsupported_media_type');
  });

  it('422 unknown_country', async () => {
    const ann = await api.join();
    expect(await ann.problem('PATCH', '/users/me', { body: { homeCountry: 'ZZ' } })).toBe(
      '422 unknown_country',
    );
  });

  it('503 dependency_unavailable: Clerk is away; changes nothing, frees the new username', async () => {
    const ann = await api.join({ first_name: 'Ann' });
    const before = await ann.get<{ updatedAt: string }>('/users/me');
    const undo = api.clerk.fail({ method: 'PATCH', mode: 'refuse' });
    const body = { firstName: 'Changed', bio: 'changed', username: 'wanted.name' };
    expect(await ann.problem('PATCH', '/users/me', { body })).toBe('503 dependency_unavailable');
    undo();
    expect({ ...(await ann.get('/users/me')), updatedAt: null }).toEqual({ ...before, updatedAt: null });
  });

  it('an emoji counts as one character', async () => {
    const ann = await api.join();
    const bio = '🌍'.repeat(300);
    expect(await ann.call(200, 'PATCH', '/users/me', { body: { bio } })).toMatchObject({ bio });
    const longer = { body: { bio: `${bio}🌍` } };
    expect(await ann.problem('PATCH', '/users/me', longer)).toBe('400 validation_failed');
  });

  it('400 validation_failed: control characters and lone surrogates', async () => {
    const ann = await api.join();
    for (const wrong of ['\0', 'a\0b', '\ud800', 'x\udc00y']) {
      for (const field of ['bio', 'firstName', 'lastName']) {
        // JSON escapes carry what UTF-8 can't.
        const body = JSON.stringify({ [field]: wrong });
        expect(await ann.problem('PATCH', '/users/me', { body })).toBe('400 validation_failed');
      }
      const note = JSON.stringify({ note: wrong });
      expect(await ann.problem('PUT', '/users/me/wishlist/JP', { body: note })).toBe('400 validation_failed');
    }
  });

  it('503 dependency_unavailable: also when the old username cannot be restored', async () => {
    const ann = await api.join({ first_name: 'Ann' });
    const undo = api.clerk.fail({ method: 'PATCH', mode: 'refuse' });
    // The new username can be written, the old one cannot.
    const { username } = await api.userOf(ann);
    await api.db.db?.command({ collMod: 'users', validator: { username: { $ne: username } } });
    const body = { firstName: 'Changed', username: 'kept.for.now' };
    expect(await ann.problem('PATCH', '/users/me', { body })).toBe('503 dependency_unavailable');
    undo();
    await api.db.db?.command({ collMod: 'users', validator: {} });
  });
});
