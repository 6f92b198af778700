// @vitest-environment jsdom
import { act, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { usePasswordReset } from '../../src/react/index.ts';
import { type ClerkInstance, newInstance } from '../support/clerk-instance.ts';
import { type ClerkApp, failure, openApp } from './clerk-app.tsx';

const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'staple of another horse';
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
  const { result, unmount } = app.render(usePasswordReset);
  await waitFor(() => {
    expect(result.current.state.status).not.toBe('loading');
  });
  return { app, form: result, unmount };
}

async function isPassword(password: string): Promise<boolean> {
  const verified = instance.call('POST', `/v1/users/${userId}/verify_password`, { password });
  return verified.then(
    () => true,
    () => false,
  );
}

async function activeSessions(): Promise<number> {
  const sessions = await instance.call('GET', `/v1/sessions?user_id=${userId}&status=active`);
  return (sessions as unknown[]).length;
}

describe('usePasswordReset', () => {
  it('sets a new password by a code, signs in, and ends the other sessions', async () => {
    await instance.call('POST', '/v1/sessions', { user_id: userId });
    const { app, form } = await openForm();
    await act(() => form.current.startReset(EMAIL));
    expect(form.current.state).toEqual({ status: 'needs-code', emailAddress: EMAIL });
    expect(form.current.canResendAt).not.toBeNull();
    expect(await act(() => form.current.verifyCode(CODE))).toBe(true);
    expect(form.current.state).toEqual({ status: 'needs-password', emailAddress: EMAIL });
    expect(await act(() => form.current.setPassword(NEW_PASSWORD))).toBe(true);
    expect(form.current.state).toEqual({ status: 'signed-in' });
    expect(app.clerk.user?.id).toBe(userId);
    expect(await isPassword(NEW_PASSWORD)).toBe(true);
    expect(await activeSessions()).toBe(1);
  });

  it('keeps the other sessions when it is told so', async () => {
    await instance.call('POST', '/v1/sessions', { user_id: userId });
    const { form } = await openForm();
    await act(() => form.current.startReset(EMAIL));
    await act(() => form.current.verifyCode(CODE));
    await act(() => form.current.setPassword(NEW_PASSWORD, { signOutOfOtherSessions: false }));
    expect(await activeSessions()).toBe(2);
  });

  it('says account_not_found', async () => {
    const { form } = await openForm();
    const error = await act(() => failure(form.current.startReset('lovelace@example.com')));
    expect(error).toMatchObject({ code: 'account_not_found', field: 'email' });
    expect(form.current.state).toEqual({ status: 'idle' });
  });

  it('says not_available for an account without a password', async () => {
    await instance.call('POST', '/v1/users', {
      email_address: ['grace@example.com'],
      skip_password_requirement: true,
    });
    const { form } = await openForm();
    const error = await act(() => failure(form.current.startReset('grace@example.com')));
    expect(error).toMatchObject({ code: 'not_available' });
  });

  it('says already_signed_in', async () => {
    const { form } = await openForm();
    await act(() => form.current.startReset(EMAIL));
    await act(() => form.current.verifyCode(CODE));
    await act(() => form.current.setPassword(NEW_PASSWORD));
    const error = await act(() => failure(form.current.startReset(EMAIL)));
    expect(error).toMatchObject({ code: 'already_signed_in' });
  });

  it('says code_wrong and password_too_weak, and goes on', async () => {
    const { form } = await openForm();
    await act(() => form.current.startReset(EMAIL));
    expect(await act(() => form.current.verifyCode('111111'))).toBe(false);
    expect(form.current.error).toMatchObject({ code: 'code_wrong', field: 'code' });
    expect(await act(() => form.current.verifyCode(CODE))).toBe(true);
    expect(await act(() => form.current.setPassword('short'))).toBe(false);
    expect(form.current.error).toMatchObject({ code: 'password_too_weak', field: 'password' });
    expect(await isPassword(PASSWORD)).toBe(true);
    expect(await act(() => form.current.setPassword(NEW_PASSWORD))).toBe(true);
  });

  it('says code_expired, and sends another one', async () => {
    const { form } = await openForm();
    await act(() => form.current.startReset(EMAIL));
    await instance.call('POST', '/_local/clock', { ms: 11 * 60_000 });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 });
    expect(await act(() => form.current.verifyCode(CODE))).toBe(false);
    expect(form.current.error).toMatchObject({ code: 'code_expired' });
    await act(() => form.current.resendCode());
    expect(await act(() => form.current.verifyCode(CODE))).toBe(true);
  });

  it('goes on after a restart of the app, at each step', async () => {
    const first = await openForm();
    await act(() => first.form.current.startReset(EMAIL));
    first.unmount();
    const second = await openForm(first.app.restart());
    expect(second.form.current.state).toEqual({ status: 'needs-code', emailAddress: EMAIL });
    await act(() => second.form.current.verifyCode(CODE));
    second.unmount();
    const third = await openForm(second.app.restart());
    expect(third.form.current.state).toEqual({ status: 'needs-password', emailAddress: EMAIL });
    expect(await act(() => third.form.current.setPassword(NEW_PASSWORD))).toBe(true);
  });

  it('is true for the right code once more', async () => {
    const { app, form } = await openForm();
    await act(() => form.current.startReset(EMAIL));
    expect(await act(() => form.current.verifyCode(CODE))).toBe(true);
    const asked = app.requests.length;
    expect(await act(() => form.current.verifyCode(CODE))).toBe(true);
    expect(app.requests).toHaveLength(asked);
  });

  it.each([
    ['prepare_first_factor', 'needs-code'],
    ['attempt_first_factor', 'needs-code'],
    ['reset_password', 'needs-password'],
  ])('recovers when the answer of %s got lost', async (step) => {
    const { app, form } = await openForm();
    app.loseAnswerOf = `/${step}`;
    const outcomes: boolean[] = [];
    const yes = async (perform: () => Promise<unknown>) => {
      const outcome = await act(() =>
        perform().then(
          (answer) => answer !== false,
          () => false,
        ),
      );
      outcomes.push(outcome);
      if (!outcome) expect(form.current.error?.code).toBe('network');
      return outcome;
    };
    if (!(await yes(() => form.current.startReset(EMAIL)))) await yes(() => form.current.startReset(EMAIL));
    if (!(await yes(() => form.current.verifyCode(CODE)))) await yes(() => form.current.verifyCode(CODE));
    if (!(await yes(() => form.current.setPassword(NEW_PASSWORD)))) {
      await yes(() => form.current.setPassword(NEW_PASSWORD));
    }
    expect(outcomes.filter((outcome) => !outcome)).toHaveLength(1);
    expect(form.current.state).toEqual({ status: 'signed-in' });
    expect(await isPassword(NEW_PASSWORD)).toBe(true);
  });

  it('forgets the reset', async () => {
    const { app, form } = await openForm();
    await act(() => form.current.startReset(EMAIL));
    await act(() => form.current.reset());
    await act(async () => {
      await app.clerk.client?.reload();
    });
    expect(form.current.state).toEqual({ status: 'idle' });
  });
});
