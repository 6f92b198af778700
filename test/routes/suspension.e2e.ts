import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { type Joined, startTestApp, type TestApp, UNKNOWN_ID } from '../support/test-app.js';

const body = { reason: 'Ticket 4711' };

let api: TestApp;
let admin: Joined;
let ann: Joined;
beforeAll(async () => {
  api = await startTestApp();
  admin = await api.join({ public_metadata: { role: 'admin' } });
});
beforeEach(async () => {
  ann = await api.join();
});
afterAll(() => api.close());

const suspension = (userId: string) => `/admin/users/${userId}/suspension`;
const suspend = (who: Joined, by = admin) => by.call(204, 'PUT', suspension(who.id), { body });
const lift = (who: Joined, by = admin) => by.call(204, 'DELETE', suspension(who.id), { body });
const records = (userId: string) =>
  api.db.collection('auditEvents').find({ 'target.id': userId }).sort({ _id: 1 }).toArray();

describe('PUT /admin/users/{userId}/suspension', () => {
  it('204: effective with the next request on every instance, and so is its end', async () => {
    const other = new ApiClient(await api.secondInstance(), `Bearer ${ann.token}`);
    await other.get('/users/me');
    await suspend(ann);
    for (const client of [ann, other]) {
      expect(await client.problem('GET', '/users/me')).toBe('403 account_suspended');
    }
    await lift(ann);
    for (const client of [other, ann]) await client.get('/users/me');
  });

  it('204: export and deletion of the own account stay allowed', async () => {
    await suspend(ann);
    await ann.get('/users/me/export');
    await ann.call(202, 'DELETE', '/users/me');
  });

  it('204 on repeat: the first date stays; each call is audited', async () => {
    await suspend(ann);
    const { suspendedAt } = await api.userOf(ann);
    await suspend(ann);
    expect(suspendedAt).toBeInstanceOf(Date);
    expect(await api.userOf(ann)).toMatchObject({ suspendedAt });
    expect(await records(ann.id)).toHaveLength(2);
  });

  it('204: audited with actor, target, reason and request', async () => {
    const { status } = await admin.request('PUT', suspension(ann.id), {
      body,
      headers: { 'x-request-id': 'support-1' },
    });
    expect(status).toBe(204);
    await lift(ann);
    const { _id: actorId } = await api.userOf(admin);
    expect(await records(ann.id)).toMatchObject([
      {
        action: 'user.suspended',
        actorId,
        target: { type: 'user', id: ann.id },
        requestId: 'support-1',
        ...body,
      },
      { action: 'user.unsuspended', actorId, target: { type: 'user', id: ann.id }, ...body },
    ]);
  });

  it('403 forbidden for the admin’s own account', async () => {
    expect(await admin.problem('PUT', suspension(admin.id), { body })).toBe('403 forbidden');
    expect(await records(admin.id)).toEqual([]);
    await lift(admin);
  });

  it('204 for another admin, who cannot act until it is lifted', async () => {
    const second = await api.join({ public_metadata: { role: 'admin' } });
    await suspend(second);
    expect(await second.problem('PUT', suspension(ann.id), { body })).toBe('403 account_suspended');
    await lift(second);
    await suspend(ann, second);
  });
});

describe('DELETE /admin/users/{userId}/suspension', () => {
  it('204 also without a suspension', async () => {
    await lift(ann);
    expect(await api.userOf(ann)).toMatchObject({ suspendedAt: null });
  });

  it('204; a ban in Clerk stays', async () => {
    await api.db.collection('users').updateOne({ clerkId: ann.clerkId }, { $set: { banned: true } });
    await suspend(ann);
    await lift(ann);
    expect(await ann.problem('GET', '/users/me')).toBe('403 account_suspended');
  });
});

describe.each(['PUT', 'DELETE'])('%s /admin/users/{userId}/suspension', (method) => {
  it('400 validation_failed: a reason of 1 to 500 characters, and nothing else', async () => {
    for (const wrong of [
      {},
      { reason: '' },
      { reason: '   ' },
      { reason: 'x'.repeat(501) },
      { reason: 7 },
      { reason: 'x\u0000' },
      { ...body, until: '2030-01-01' },
      undefined,
    ]) {
      const options = wrong === undefined ? {} : { body: wrong };
      expect(await admin.problem(method, suspension(ann.id), options)).toBe('400 validation_failed');
    }
    expect(await records(ann.id)).toEqual([]);
    await admin.call(204, method, suspension(ann.id), { body: { reason: 'x'.repeat(500) } });
  });

  it('401 unauthenticated', async () => {
    expect(await api.anonymous.problem(method, suspension(ann.id), { body })).toBe('401 unauthenticated');
  });

  it('403 forbidden for users, and for an impersonated admin', async () => {
    const impersonating = api.withToken(
      await api.clerk.mintToken(admin.clerkId, { claims: { act: { sub: 'user_support' } } }),
    );
    for (const who of [await api.join(), impersonating]) {
      expect(await who.problem(method, suspension(ann.id), { body })).toBe('403 forbidden');
    }
    expect(await records(ann.id)).toEqual([]);
  });

  it('404 user_not_found: an unknown, a deleted, and a malformed id', async () => {
    const gone = await api.join();
    await gone.call(202, 'DELETE', '/users/me');
    for (const id of [UNKNOWN_ID, gone.id, 'x']) {
      expect(await admin.problem(method, suspension(id), { body })).toBe('404 user_not_found');
    }
    expect(await records(UNKNOWN_ID)).toEqual([]);
  });

  it('400 validation_failed of a bad body, also for what is no id', async () => {
    expect(await admin.problem(method, suspension('x'), { body: {} })).toBe('400 validation_failed');
  });

  it('413 payload_too_large and 415 unsupported_media_type', async () => {
    const large = { reason: 'x'.repeat(101 * 1024) };
    expect(await admin.problem(method, suspension(ann.id), { body: large })).toBe('413 payload_too_large');
    expect(
      await admin.problem(method, suspension(ann.id), {
        body: 'reason=x',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    ).toBe('415 unsupported_media_type');
  });
});
