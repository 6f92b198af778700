// @vitest-environment jsdom
import { act, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { useEmailSignIn } from '../../src/react/index.ts';
import { type ClerkInstance, newInstance } from '../support/clerk-instance.ts';
import { type ClerkApp, failure, openApp } from './clerk-app.tsx';

const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery';
const CODE = '424242';

let instance: ClerkInstance;
let userId: string;
beforeEach(async () => {
  instance = await newInstance(inject('clerkUrl'));
  ({ id: userId } = await instance.createUser(EMAIL, PASSWORD));
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function openForm(app: ClerkApp = openApp(instance)) {
  const { result, unmount } = app.render(useEmailSignIn);
  await waitFor(() => {
    expect(result.current.state.status).not.toBe('loading');
  });
  return { app, form: result, unmount };
}

describe('useEmailSignIn', () => {
  it('signs in', async () => {
    const { app, form } = await openForm();
    expect(await act(() => form.current.signIn(` ${EMAIL}`, PASSWORD))).toEqual({ needsVerification: false });
    expect(form.current.state).toEqual({ status: 'signed-in' });
    expect(app.clerk.user?.id).toBe(userId);
  });

  it.each([
    ['password_wrong', 'password', EMAIL, 'another password'],
    ['account_not_found', 'email', 'lovelace@example.com', PASSWORD],
    ['email_invalid', 'email', '', PASSWORD],
  ])('says %s at the field %s', async (code, field, email, password) => {
    const { form } = await openForm();
    expect(await act(() => failure(form.current.signIn(email, password)))).toMatchObject({ code, field });
    expect(form.current.error).toMatchObject({ code, field });
    expect(form.current.state).toEqual({ status: 'idle' });
  });

  it('says locked, until when', async () => {
    await instance.call('PATCH', '/_local/settings', {
      user_lockout: { max_attempts: 2, duration_in_minutes: 30 },
    });
    const { form } = await openForm();
    await act(() => failure(form.current.signIn(EMAIL, 'wrong password 1')));
    await act(() => failure(form.current.signIn(EMAIL, 'wrong password 2')));
    const error = await act(() => failure(form.current.signIn(EMAIL, PASSWORD)));
    expect(error).toMatchObject({ code: 'locked' });
    const minutes = ((error.until?.getTime() ?? 0) - Date.now()) / 60_000;
    expect(Math.round(minutes)).toBe(30);
  });

  it('says account_suspended for a banned user', async () => {
    await instance.call('POST', `/v1/users/${userId}/ban`);
    const { form } = await openForm();
    const error = await act(() => failure(form.current.signIn(EMAIL, PASSWORD)));
    expect(error).toMatchObject({ code: 'account_suspended' });
  });

  it('says already_signed_in', async () => {
    const { form } = await openForm();
    await act(() => form.current.signIn(EMAIL, PASSWORD));
    const error = await act(() => failure(form.current.signIn(EMAIL, PASSWORD)));
    expect(error).toMatchObject({ code: 'already_signed_in' });
  });

  it('signs in once for a double tap', async () => {
    const { app, form } = await openForm();
    await act(() =>
      Promise.all([form.current.signIn(EMAIL, PASSWORD), form.current.signIn(EMAIL, PASSWORD)]),
    );
    expect(app.requests.filter((request) => request === 'POST /client/sign_ins')).toHaveLength(1);
  });

  it('signs in when the answer got lost and the person tries again', async () => {
    const { app, form } = await openForm();
    // With the answer to its first request, the device gets its client.
    await act(() => failure(form.current.signIn(EMAIL, 'another password')));
    app.loseAnswerOf = '/sign_ins';
    expect(await act(() => failure(form.current.signIn(EMAIL, PASSWORD)))).toMatchObject({ code: 'network' });
    expect(await act(() => form.current.signIn(EMAIL, PASSWORD))).toEqual({ needsVerification: false });
    expect(app.clerk.user?.id).toBe(userId);
  });

  it.each(['lost', 'offline'] as const)('says network without a connection (%s)', async (connection) => {
    const { app, form } = await openForm();
    app.disconnect(connection);
    expect(await act(() => failure(form.current.signIn(EMAIL, PASSWORD)))).toMatchObject({ code: 'network' });
    expect(form.current.state).toEqual({ status: 'idle' });
    app.connect();
    expect(await act(() => form.current.signIn(EMAIL, PASSWORD))).toEqual({ needsVerification: false });
  });

  it.each([
    ['second_factor_required', 'needs_second_factor'],
    ['password_reset_required', 'needs_new_password'],
  ])('says %s when Clerk says %s', async (code, status) => {
    const { app, form } = await openForm();
    // clerk-local has neither.
    app.alterAnswer = (body) => body.replaceAll('"status":"complete"', `"status":"${status}"`);
    const error = await act(() => failure(form.current.signIn(EMAIL, PASSWORD)));
    expect(error).toMatchObject({ code });
    expect(form.current.state.status).not.toBe('needs-verification');
  });

  it('says not_available for an account without a password', async () => {
    await instance.call('POST', '/v1/users', {
      email_address: ['grace@example.com'],
      skip_password_requirement: true,
    });
    const { form } = await openForm();
    const error = await act(() => failure(form.current.signIn('grace@example.com', PASSWORD)));
    expect(error).toMatchObject({ code: 'not_available' });
  });
});

describe('useEmailSignIn on a new device', () => {
  beforeEach(async () => {
    await instance.call('PATCH', '/_local/settings', { client_trust: true });
  });

  it('asks for a code, and signs in by it', async () => {
    const { app, form } = await openForm();
    expect(await act(() => form.current.signIn(EMAIL, PASSWORD))).toEqual({ needsVerification: true });
    expect(form.current.state).toEqual({ status: 'needs-verification', emailAddress: EMAIL });
    expect(form.current.canResendAt).not.toBeNull();
    expect(app.clerk.user ?? null).toBeNull();

    expect(await act(() => form.current.verifyDevice('111111'))).toBe(false);
    expect(form.current.error).toMatchObject({ code: 'code_wrong', field: 'code' });
    expect(await act(() => form.current.verifyDevice(CODE))).toBe(true);
    expect(app.clerk.user?.id).toBe(userId);
  });

  it('goes on after a restart of the app', async () => {
    const { app, form, unmount } = await openForm();
    await act(() => form.current.signIn(EMAIL, PASSWORD));
    unmount();
    const { form: restarted } = await openForm(app.restart());
    expect(restarted.current.state).toEqual({ status: 'needs-verification', emailAddress: EMAIL });
    expect(await act(() => restarted.current.verifyDevice(CODE))).toBe(true);
  });

  it('sends no other code within a minute, and one after it', async () => {
    const { form } = await openForm();
    await act(() => form.current.signIn(EMAIL, PASSWORD));
    const error = await act(() => failure(form.current.resendCode()));
    expect(error).toMatchObject({ code: 'too_many_requests', until: form.current.canResendAt });
    await instance.call('POST', '/_local/clock', { ms: 61_000 });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    await act(() => form.current.resendCode());
    expect(await instance.mails()).toHaveLength(2);
    expect(await act(() => form.current.verifyDevice(CODE))).toBe(true);
  });

  it('says locked after too many wrong codes', async () => {
    const { form } = await openForm();
    await act(() => form.current.signIn(EMAIL, PASSWORD));
    for (const wrong of ['111111', '222222', '333333', CODE]) {
      expect(await act(() => form.current.verifyDevice(wrong))).toBe(false);
    }
    expect(form.current.error).toMatchObject({ code: 'locked', until: form.current.canResendAt });
  });

  it('signs in when the answer to the code got lost and the person tries again', async () => {
    const { app, form } = await openForm();
    await act(() => form.current.signIn(EMAIL, PASSWORD));
    app.loseAnswerOf = '/attempt_second_factor';
    expect(await act(() => form.current.verifyDevice(CODE))).toBe(false);
    expect(form.current.error?.code).toBe('network');
    expect(await act(() => form.current.verifyDevice(CODE))).toBe(true);
    expect(app.clerk.user?.id).toBe(userId);
  });

  it('forgets the sign-in', async () => {
    const { app, form } = await openForm();
    await act(() => form.current.signIn(EMAIL, PASSWORD));
    await act(() => form.current.reset());
    await act(async () => {
      await app.clerk.client?.reload();
    });
    expect(form.current.state).toEqual({ status: 'idle' });
  });

  it('asks for no code on a device that the account knows', async () => {
    const { app, form } = await openForm();
    await act(() => form.current.signIn(EMAIL, PASSWORD));
    await act(() => form.current.verifyDevice(CODE));
    await act(() => app.clerk.signOut());
    expect(await act(() => form.current.signIn(EMAIL, PASSWORD))).toEqual({ needsVerification: false });
  });
});
