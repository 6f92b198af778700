// @vitest-environment jsdom
import { act, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { useEmailSignUp } from '../../src/react/index.ts';
import { type ClerkInstance, newInstance } from '../support/clerk-instance.ts';
import { type ClerkApp, failure, openApp } from './clerk-app.tsx';

const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery';
const CODE = '424242';
const WRONG_CODE = '111111';

let instance: ClerkInstance;
beforeEach(async () => {
  instance = await newInstance(inject('clerkUrl'));
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function openForm(app: ClerkApp = openApp(instance)) {
  const { result, unmount } = app.render(useEmailSignUp);
  await waitFor(() => {
    expect(result.current.state.status).not.toBe('loading');
  });
  return { app, form: result, unmount };
}

/** A form whose code was sent. */
async function startedForm() {
  const opened = await openForm();
  await act(() => opened.form.current.startSignUp(EMAIL, PASSWORD));
  return opened;
}

/** Moves the clocks of the instance and of the app. */
async function advance(ms: number): Promise<void> {
  await instance.call('POST', '/_local/clock', { ms });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
}

describe('useEmailSignUp', () => {
  it('signs up by e-mail address, password and the code', async () => {
    const { app, form } = await openForm();
    expect(form.current.state).toEqual({ status: 'idle' });

    const started = await act(() => form.current.startSignUp(EMAIL, PASSWORD));
    expect(started).toEqual({ needsVerification: true });
    expect(form.current.state).toEqual({ status: 'needs-verification', emailAddress: EMAIL });

    expect(await act(() => form.current.verifyEmail(CODE))).toBe(true);
    expect(form.current.state).toEqual({ status: 'signed-in' });
    expect(app.clerk.user?.primaryEmailAddress?.emailAddress).toBe(EMAIL);
    expect(form.current.error).toBeNull();
  });

  it('sends one code for a double tap', async () => {
    const { app, form } = await openForm();
    await act(() =>
      Promise.all([form.current.startSignUp(EMAIL, PASSWORD), form.current.startSignUp(EMAIL, PASSWORD)]),
    );
    expect(await instance.mails()).toHaveLength(1);
    expect(app.requests.filter((request) => request === 'POST /client/sign_ups')).toHaveLength(1);
  });

  it('runs different steps one after the other', async () => {
    const { form } = await openForm();
    const { startSignUp, verifyEmail } = form.current;
    const [started, verified] = await act(() =>
      Promise.all([startSignUp(EMAIL, PASSWORD), verifyEmail(CODE)]),
    );
    expect(started).toEqual({ needsVerification: true });
    expect(verified).toBe(true);
  });

  it('is busy while a step runs', async () => {
    const { form } = await openForm();
    let started: Promise<unknown> | undefined;
    act(() => {
      started = form.current.startSignUp(EMAIL, PASSWORD);
    });
    expect(form.current.isBusy).toBe(true);
    await act(async () => {
      await started;
    });
    expect(form.current.isBusy).toBe(false);
  });

  it.each([
    ['a wrong code', WRONG_CODE],
    ['no code', ''],
  ])('says code_wrong for %s, and takes the right one then', async (_, wrong) => {
    const { form } = await startedForm();
    expect(await act(() => form.current.verifyEmail(wrong))).toBe(false);
    expect(form.current.error).toMatchObject({ code: 'code_wrong', field: 'code' });
    expect(form.current.state.status).toBe('needs-verification');
    expect(await act(() => form.current.verifyEmail(` ${CODE} `))).toBe(true);
    expect(form.current.error).toBeNull();
  });

  it('says locked after too many wrong codes, until another one may be sent', async () => {
    const { form } = await startedForm();
    const canResendAt = form.current.canResendAt;
    for (const wrong of ['111111', '222222', '333333', CODE]) {
      expect(await act(() => form.current.verifyEmail(wrong))).toBe(false);
    }
    expect(form.current.error).toMatchObject({ code: 'locked', until: canResendAt });

    await advance(61_000);
    await act(() => form.current.resendCode());
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(true);
  });

  it('says code_expired after ten minutes, and goes on with another code', async () => {
    const { form } = await startedForm();
    await advance(11 * 60_000);
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(false);
    expect(form.current.error).toMatchObject({ code: 'code_expired', field: 'code' });
    await act(() => form.current.resendCode());
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(true);
  });

  it('sends no other code within a minute', async () => {
    const { app, form } = await startedForm();
    const canResendAt = form.current.canResendAt;
    expect(canResendAt?.getTime()).toBeGreaterThan(Date.now() + 50_000);
    const asked = app.requests.length;
    const error = await act(() => failure(form.current.resendCode()));
    expect(error).toMatchObject({ code: 'too_many_requests', until: canResendAt });
    expect(app.requests).toHaveLength(asked);
  });

  it('opens the way to another code after a minute by itself', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { form } = await startedForm();
    await act(() => vi.advanceTimersByTimeAsync(59_000));
    expect(form.current.canResendAt).not.toBeNull();
    await act(() => vi.advanceTimersByTimeAsync(1500));
    expect(form.current.canResendAt).toBeNull();
  });

  it('learns from Clerk when the app does not know that a code was sent', async () => {
    const { app, unmount } = await startedForm();
    unmount();
    // The clock of the device is ahead: for the app, the minute is over.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 });
    const { form } = await openForm(app.restart());
    const error = await act(() => failure(form.current.resendCode()));
    expect(error).toMatchObject({ code: 'too_many_requests' });
    expect(form.current.canResendAt?.getTime()).toBeGreaterThan(Date.now() + 30_000);
  });

  it('says email_taken', async () => {
    await instance.createUser(EMAIL, PASSWORD);
    const { form } = await openForm();
    const error = await act(() => failure(form.current.startSignUp(EMAIL, PASSWORD)));
    expect(error).toMatchObject({ code: 'email_taken', field: 'email' });
    expect(form.current.error).toBe(error);
    expect(form.current.state.status).toBe('idle');
  });

  it.each([
    ['email_invalid', 'email', 'ada', PASSWORD],
    ['email_invalid', 'email', '', PASSWORD],
    ['password_too_weak', 'password', EMAIL, 'short'],
    ['password_too_weak', 'password', EMAIL, ''],
  ])('says %s at the field %s for %j, %j', async (code, field, email, password) => {
    const { form } = await openForm();
    const error = await act(() => failure(form.current.startSignUp(email, password)));
    expect(error).toMatchObject({ code, field });
    expect(await instance.mails()).toHaveLength(0);
  });

  it('begins anew with another address, whose code alone counts', async () => {
    const { app, form } = await startedForm();
    await act(() => form.current.reset());
    expect(form.current.state).toEqual({ status: 'idle' });
    await act(() => form.current.startSignUp('lovelace@example.com', PASSWORD));
    expect(form.current.state).toMatchObject({ emailAddress: 'lovelace@example.com' });
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(true);
    expect(app.clerk.user?.primaryEmailAddress?.emailAddress).toBe('lovelace@example.com');
  });

  it('stays reset when Clerk reports the sign-up again', async () => {
    const { app, form } = await startedForm();
    await act(() => form.current.reset());
    await act(async () => {
      await app.clerk.client?.reload();
    });
    expect(form.current.state).toEqual({ status: 'idle' });
  });

  it('begins anew in place of a sign-up that Clerk has given up', async () => {
    const { app } = await startedForm();
    await advance(25 * 3600 * 1000);
    const { form } = await openForm(app);
    expect(form.current.state).toEqual({ status: 'idle' });
    await act(() => form.current.startSignUp(EMAIL, PASSWORD));
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(true);
  });

  it('says attempt_expired for the code of such a sign-up', async () => {
    const { form } = await startedForm();
    await advance(25 * 3600 * 1000);
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(false);
    expect(form.current.error?.code).toBe('attempt_expired');
    expect(form.current.state).toEqual({ status: 'idle' });
  });

  it('goes on after a restart of the app', async () => {
    const { app, unmount } = await startedForm();
    unmount();
    const { app: restarted, form } = await openForm(app.restart());
    expect(form.current.state).toEqual({ status: 'needs-verification', emailAddress: EMAIL });
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(true);
    expect(restarted.clerk.user?.primaryEmailAddress?.emailAddress).toBe(EMAIL);
  });

  it('goes on in another screen, which knows when another code may be sent', async () => {
    const { app, form } = await startedForm();
    const { form: codeScreen } = await openForm(app);
    expect(codeScreen.current.state.status).toBe('needs-verification');
    expect(codeScreen.current.canResendAt).toEqual(form.current.canResendAt);
    expect(await act(() => codeScreen.current.verifyEmail(CODE))).toBe(true);
    expect(form.current.state.status).toBe('signed-in');
  });

  it('says already_signed_in, and asks nothing of Clerk', async () => {
    const { app, form } = await startedForm();
    await act(() => form.current.verifyEmail(CODE));
    const asked = app.requests.length;
    const error = await act(() => failure(form.current.startSignUp('lovelace@example.com', PASSWORD)));
    expect(error).toMatchObject({ code: 'already_signed_in' });
    expect(app.requests).toHaveLength(asked);
  });

  it('is true for the right code once more, with one request', async () => {
    const { app, form } = await startedForm();
    const twice = await act(() =>
      Promise.all([form.current.verifyEmail(CODE), form.current.verifyEmail(CODE)]),
    );
    expect(twice).toEqual([true, true]);
    const asked = app.requests.length;
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(true);
    expect(app.requests).toHaveLength(asked);
    expect(app.requests.filter((request) => request.endsWith('/attempt_verification'))).toHaveLength(1);
  });

  it('signs in when the answer to the code got lost and the person tries again', async () => {
    const { app, form } = await startedForm();
    app.loseAnswerOf = '/attempt_verification';
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(false);
    expect(form.current.error?.code).toBe('network');
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(true);
    expect(form.current.error).toBeNull();
    expect(form.current.state.status).toBe('signed-in');
    expect(app.clerk.user?.primaryEmailAddress?.emailAddress).toBe(EMAIL);
  });

  it('names what the account still needs, and takes it', async () => {
    await instance.call('PATCH', '/_local/settings', {
      attributes: { first_name: 'required', username: 'required' },
    });
    const { app, form } = await startedForm();
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(false);
    expect(form.current.error?.code).toBe('missing_requirements');
    expect([...(form.current.error?.missing ?? [])].sort()).toEqual(['first_name', 'username']);
    expect(form.current.state.status).toBe('missing-requirements');
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(false);
    expect(form.current.error?.code).toBe('missing_requirements');
    expect(await act(() => form.current.addDetails({ firstName: 'Ada' }))).toBe(false);
    expect(form.current.error?.missing).toEqual(['username']);
    expect(await act(() => form.current.addDetails({ username: 'ada_l' }))).toBe(true);
    expect(app.clerk.user?.firstName).toBe('Ada');
  });

  it('takes what the account needs with the first step', async () => {
    await instance.call('PATCH', '/_local/settings', { attributes: { first_name: 'required' } });
    const { form } = await openForm();
    await act(() => form.current.startSignUp(EMAIL, PASSWORD, { firstName: 'Ada' }));
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(true);
  });

  it('says not_available when sign-ups are switched off', async () => {
    await instance.call('PATCH', '/_local/settings', { sign_up: { mode: 'restricted' } });
    const { form } = await openForm();
    const error = await act(() => failure(form.current.startSignUp(EMAIL, PASSWORD)));
    expect(error).toMatchObject({ code: 'not_available' });
  });

  it('lets a step finish after the form is gone', async () => {
    const complaints = vi.spyOn(console, 'error');
    const { app, form, unmount } = await startedForm();
    const verified = form.current.verifyEmail(CODE);
    unmount();
    expect(await verified).toBe(true);
    expect(app.clerk.user?.primaryEmailAddress?.emailAddress).toBe(EMAIL);
    expect(complaints).not.toHaveBeenCalled();
  });
});

describe('useEmailSignUp without a connection', () => {
  // clerk-js throws when it notices nothing, and answers as if all were well when the device says "offline".
  const connections = ['lost', 'offline'] as const;

  it.each(connections)(
    'says network at the first step (%s), and works again after it',
    async (connection) => {
      const { app, form } = await openForm();
      app.disconnect(connection);
      const error = await act(() => failure(form.current.startSignUp(EMAIL, PASSWORD)));
      expect(error).toMatchObject({ code: 'network' });
      expect(form.current.state).toEqual({ status: 'idle' });
      app.connect();
      await act(() => form.current.startSignUp(EMAIL, PASSWORD));
      expect(form.current.state.status).toBe('needs-verification');
    },
  );

  it.each(connections)('says network at the code (%s), and takes it after it', async (connection) => {
    const { app, form } = await startedForm();
    app.disconnect(connection);
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(false);
    expect(form.current.error?.code).toBe('network');
    app.connect();
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(true);
  });

  it.each(connections)(
    'says network at the resend (%s), which then may be tried again',
    async (connection) => {
      const { app, form } = await startedForm();
      await advance(61_000);
      app.disconnect(connection);
      expect(await act(() => failure(form.current.resendCode()))).toMatchObject({ code: 'network' });
      app.connect();
      await act(() => form.current.resendCode());
      expect(await instance.mails()).toHaveLength(2);
    },
  );
});
