import { verifyToken } from '@clerk/backend';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { apiError, backend, decode, startClerkLocal } from '../support.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());

describe('sessions, by @clerk/backend', () => {
  it('creates and lists sessions, mints tokens of a given lifetime, and revokes', async () => {
    const { sessions } = backend(clerk);
    const user = await clerk.createUser();
    const session = await sessions.createSession({ userId: user.id });
    expect(session).toMatchObject({ userId: user.id, status: 'active' });
    expect(await sessions.getSession(session.id)).toEqual(session);
    expect((await sessions.getSessionList({ userId: user.id })).data).toEqual([session]);

    const { jwt } = await sessions.getToken(session.id, '', 300);
    const claims = await verifyToken(jwt, { jwtKey: clerk.jwtKey, issuer: clerk.issuer });
    expect(claims).toMatchObject({ sub: user.id, sid: session.id });
    expect(claims.exp - claims.iat).toBe(300);
    expect(decode(await clerk.mintToken(user.id), 1)['sid']).toBe(session.id);

    expect((await sessions.revokeSession(session.id)).status).toBe('revoked');
    expect(await apiError(sessions.getToken(session.id, ''))).toEqual({
      status: 404,
      code: 'resource_not_found',
    });
    expect(await apiError(sessions.createSession({ userId: 'user_x' }))).toMatchObject({ status: 404 });
  });

  it('ends sessions with their user, and refuses them to a banned user', async () => {
    const { sessions, users } = backend(clerk);
    const user = await clerk.createUser();
    const first = await sessions.createSession({ userId: user.id });
    await users.banUser(user.id);
    expect((await sessions.getSession(first.id)).status).toBe('revoked');
    expect(await apiError(sessions.createSession({ userId: user.id }))).toEqual({
      status: 403,
      code: 'user_banned',
    });
    await users.unbanUser(user.id);
    const second = await sessions.createSession({ userId: user.id });
    await users.deleteUser(user.id);
    expect(await apiError(sessions.getSession(second.id))).toMatchObject({ status: 404 });
  });
});
