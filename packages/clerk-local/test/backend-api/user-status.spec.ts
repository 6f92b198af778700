import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { apiError, backend, call, rejection, startClerkLocal } from '../support.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('bans of several users', () => {
  it('bans and unbans all of them, and with an unknown id none of them', async () => {
    const { sessions } = backend(clerk);
    const users = [await clerk.createUser(), await clerk.createUser()];
    const ids = users.map(({ id }) => id);
    const session = await sessions.createSession({ userId: ids[0] ?? '' });
    const response = await call(clerk, 'POST', '/v1/users/ban', { user_ids: [...ids, ids[0]] });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject(ids.map((id) => ({ id, banned: true })));
    expect((await sessions.getSession(session.id)).status).toBe('revoked');

    const unknown = await call(clerk, 'POST', '/v1/users/unban', { user_ids: [ids[0], 'user_x'] });
    expect(unknown.status).toBe(404);
    expect(clerk.getUser(ids[0] ?? '')?.banned).toBe(true);
    expect((await call(clerk, 'POST', '/v1/users/unban', { user_ids: ids })).status).toBe(200);
    expect(ids.map((id) => clerk.getUser(id)?.banned)).toEqual([false, false]);

    const many = Array.from({ length: 51 }, (_, i) => `user_${i}`);
    const tooMany = await call(clerk, 'POST', '/v1/users/ban', { user_ids: many });
    expect(tooMany.status).toBe(400);
    expect(await tooMany.json()).toMatchObject({ errors: [{ code: 'bulk_size_exceeded' }] });
  });
});

describe('locks, by @clerk/backend', () => {
  it('locks and unlocks a user', async () => {
    const { users } = backend(clerk);
    const { id } = await clerk.createUser();
    const locked = await users.lockUser(id);
    expect(locked.locked).toBe(true);
    expect(locked.raw?.lockout_expires_in_seconds).toBe(3600);
    expect(await users.getUser(id)).toMatchObject({ locked: true });
    const unlocked = await users.unlockUser(id);
    expect([unlocked.locked, unlocked.raw?.lockout_expires_in_seconds]).toEqual([false, null]);
    expect(await apiError(users.lockUser('user_x'))).toMatchObject({ status: 404 });
    expect(await apiError(users.unlockUser('user_x'))).toMatchObject({ status: 404 });
  });
});

describe('passwords, by @clerk/backend', () => {
  it('verifies, changes and removes a password, and ends the sessions if asked to', async () => {
    const { users, sessions } = backend(clerk);
    const { id } = await clerk.createUser({ password: 'correct horse battery' });
    expect(await users.verifyPassword({ userId: id, password: 'correct horse battery' })).toEqual({
      verified: true,
    });
    expect(await rejection(users.verifyPassword({ userId: id, password: 'wrong' }))).toMatchObject({
      status: 422,
      errors: [{ code: 'incorrect_password', message: 'incorrect password' }],
    });
    await users.updateUser(id, { password: 'another battery staple' });
    await users.verifyPassword({ userId: id, password: 'another battery staple' });

    const session = await sessions.createSession({ userId: id });
    expect((await users.removePassword(id)).passwordEnabled).toBe(false);
    expect((await sessions.getSession(session.id)).status).toBe('active');
    expect(await apiError(users.verifyPassword({ userId: id, password: 'x' }))).toEqual({
      status: 400,
      code: 'no_password_set',
    });
    const before = await users.getUser(id);
    const unchanged = await users.removePassword(id, { signOutOfOtherSessions: true });
    expect(unchanged).toEqual(before);
    expect((await sessions.getSession(session.id)).status).toBe('revoked');
    expect(await apiError(users.removePassword('user_x'))).toMatchObject({ status: 404 });
    expect(await apiError(users.verifyPassword({ userId: 'user_x', password: 'x' }))).toMatchObject({
      status: 404,
    });
  });
});

describe('profile images, by @clerk/backend', () => {
  it('sets and deletes the picture', async () => {
    const { users } = backend(clerk);
    const { id, image_url: initial } = await clerk.createUser();
    const file = new File([PNG], 'me.png', { type: 'image/png' });
    const changed = await users.updateUserProfileImage(id, { file });
    expect(changed.hasImage).toBe(true);
    expect(changed.imageUrl.startsWith(`${clerk.proxyUrl}/images/`)).toBe(true);
    expect(await users.getUser(id)).toEqual(changed);

    expect(await users.deleteUserProfileImage(id)).toMatchObject({ hasImage: false, imageUrl: initial });
    expect(await apiError(users.deleteUserProfileImage(id))).toEqual({
      status: 404,
      code: 'image_not_found',
    });
  });

  it('refuses a request without a file, other kinds of files, broken forms and unknown users', async () => {
    const { users } = backend(clerk);
    const { id } = await clerk.createUser();
    const path = `${clerk.url}/v1/users/${id}/profile_image`;
    const headers = { authorization: `Bearer ${clerk.secretKey}` };
    const empty = await fetch(path, { method: 'POST', headers, body: new FormData() });
    expect(empty.status).toBe(400);
    expect(await empty.json()).toMatchObject({ errors: [{ code: 'form_param_missing' }] });
    const html = new File(['<script>'], 'me.html', { type: 'text/html' });
    expect(await apiError(users.updateUserProfileImage(id, { file: html }))).toEqual({
      status: 422,
      code: 'form_param_value_invalid',
    });
    const type = 'multipart/form-data; boundary=x';
    const broken = await fetch(path, {
      method: 'POST',
      headers: { ...headers, 'content-type': type },
      body: 'nonsense',
    });
    expect(broken.status).toBe(400);
    const file = new File([PNG], 'me.png', { type: 'image/png' });
    expect(await apiError(users.updateUserProfileImage('user_x', { file }))).toMatchObject({ status: 404 });
    expect(clerk.getUser(id)?.has_image).toBe(false);
  });
});
