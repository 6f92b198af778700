// @vitest-environment jsdom
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type SessionEnd, unwrap } from '../../src/index.ts';
import { openDevice } from '../guards/device.ts';
import type { ClerkInstance } from '../support/clerk-instance.ts';
import { type SharedService, sharedService } from '../support/shared-service.ts';

let service: SharedService;
let instance: ClerkInstance;
beforeAll(async () => {
  service = await sharedService();
  instance = service.instance;
}, 180_000);

/** A new person at a device, and what the app was told. */
async function openPhone() {
  const ends: SessionEnd[] = [];
  const onFirstSignIn = vi.fn();
  const onSessionEnded = (end: SessionEnd) => void ends.push(end);
  const device = await openDevice(instance, { baseUrl: service.url, onFirstSignIn, onSessionEnded });
  const userId = await device.signIn(`ada-${crypto.randomUUID().slice(0, 8)}`);
  const getMe = () => device.roavelo.api.GET('/api/v2/users/me');
  return { device, userId, ends, onFirstSignIn, getMe };
}

/** The code with which the service refuses, once it has heard from Clerk. */
async function refusal(getMe: Awaited<ReturnType<typeof openPhone>>['getMe']): Promise<unknown> {
  return vi.waitUntil(async () => {
    const { error } = await getMe();
    return error?.code;
  });
}

describe('with the real service', () => {
  it('runs onFirstSignIn once for the parallel first requests of a new person, not after a restart', async () => {
    // Else the webhook may be faster than the first request. (Other tests use the same Clerk.)
    const noWebhook = { api: 'webhooks', path: '^user\\.created$', mode: 'status', status: 503 };
    const fault = (await instance.call('POST', '/_local/faults', noWebhook)) as { id: string };
    onTestFinished(async () => {
      await instance.call('DELETE', `/_local/faults/${fault.id}`);
    });
    const { device, userId, onFirstSignIn, getMe } = await openPhone();
    const answers = await Promise.all([getMe(), getMe(), getMe()]);
    expect(answers.map(({ data }) => data?.clerkId)).toEqual([userId, userId, userId]);
    await vi.waitUntil(() => onFirstSignIn.mock.calls.length > 0);

    const welcomed = vi.fn();
    const restarted = await device.restart({ onFirstSignIn: welcomed });
    await unwrap(restarted.roavelo.api.GET('/api/v2/users/me'));
    expect(onFirstSignIn.mock.calls).toEqual([[{ userId }]]);
    expect(welcomed).not.toHaveBeenCalled();
  });

  it('signs out when Clerk has revoked the session, and says so', async () => {
    const { device, userId, ends, getMe } = await openPhone();
    await unwrap(getMe());
    await instance.call('POST', `/v1/sessions/${String(device.app.clerk.session?.id)}/revoke`);
    expect(await refusal(getMe)).toBe('session_revoked');
    await vi.waitUntil(() => device.tokenSource.getState().status === 'signed-out');
    expect(ends).toEqual([{ code: 'session_revoked', userId }]);
  });

  it('signs out when the account was deleted elsewhere, and says so', async () => {
    const { device, userId, ends, getMe } = await openPhone();
    await unwrap(getMe());
    const headers = { authorization: `Bearer ${String(await device.tokenSource.getToken())}` };
    await instance.call('DELETE', `/v1/users/${userId}`);
    // Clerk reports the end of the session first.
    await vi.waitUntil(async () => {
      const response = await fetch(`${service.url}/api/v2/users/me`, { headers });
      return (await response.text()).includes('account_deleted');
    });
    expect(await refusal(getMe)).toBe('account_deleted');
    await vi.waitUntil(() => device.tokenSource.getState().status === 'signed-out');
    expect(ends).toEqual([{ code: 'account_deleted', userId }]);
  });

  it('says that the account is suspended, and stays signed in', async () => {
    const { device, userId, ends, getMe } = await openPhone();
    const me = await unwrap(getMe());
    const admin = (await instance.call('POST', '/v1/users', {
      email_address: [`admin-${crypto.randomUUID().slice(0, 8)}@example.com`],
      public_metadata: { role: 'admin' },
    })) as { id: string };
    const { token } = (await instance.call('GET', `/_local/users/${admin.id}/token`)) as { token: string };
    const suspended = await fetch(`${service.url}/api/v2/admin/users/${me.id}/suspension`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'spam' }),
    });
    expect(suspended.status).toBe(204);

    expect(await refusal(getMe)).toBe('account_suspended');
    expect(ends).toEqual([{ code: 'account_suspended', userId }]);
    expect(device.tokenSource.getState().status).toBe('signed-in');
  });
});
