import { getClerkInstance } from '@clerk/expo';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { act, waitFor } from '@testing-library/react-native';
import { useEmailSignIn, useEmailSignUp, usePasswordReset } from '../src/react/index.ts';
import { type NativeApp, openNativeApp } from './native-app.tsx';

const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'staple of another horse';
const CODE = '424242';

let app: NativeApp;
beforeAll(async () => {
  app = await openNativeApp();
});
afterEach(async () => {
  await act(() => app.signOut());
});

async function open<Form extends { state: { status: string } }>(hook: () => Form) {
  const { result } = app.renderHook(hook);
  await waitFor(() => {
    expect(result.current.state.status).toBe('idle');
  });
  return result;
}

function signedInAddress(): string | undefined {
  return getClerkInstance().user?.primaryEmailAddress?.emailAddress;
}

describe('on a device', () => {
  it('signs up by e-mail address, password and code', async () => {
    const form = await open(useEmailSignUp);
    await act(() => form.current.startSignUp('ada@example.com', PASSWORD));
    expect(form.current.state.status).toBe('needs-verification');
    expect(await act(() => form.current.verifyEmail('111111'))).toBe(false);
    expect(form.current.error?.code).toBe('code_wrong');
    expect(await act(() => form.current.verifyEmail(CODE))).toBe(true);
    expect(signedInAddress()).toBe('ada@example.com');

    const log = await app.log();
    expect(log.filter((request) => request === 'POST /client/sign_ups')).toHaveLength(1);
    expect(log.filter((request) => request.endsWith('/attempt_verification'))).toHaveLength(2);
  });

  it('signs in, on a new device by a code', async () => {
    await app.instance.createUser('grace@example.com', PASSWORD);
    await app.instance.call('PATCH', '/_local/settings', { client_trust: true });
    const form = await open(useEmailSignIn);
    expect(await act(() => form.current.signIn('grace@example.com', PASSWORD))).toEqual({
      needsVerification: true,
    });
    expect(await act(() => form.current.verifyDevice(CODE))).toBe(true);
    expect(signedInAddress()).toBe('grace@example.com');
    expect((await app.log()).filter((request) => request.endsWith('/attempt_second_factor'))).toHaveLength(1);
  });

  it('sets a new password', async () => {
    await app.instance.createUser('edith@example.com', PASSWORD);
    const form = await open(usePasswordReset);
    await act(() => form.current.startReset('edith@example.com'));
    expect(await act(() => form.current.verifyCode(CODE))).toBe(true);
    expect(await act(() => form.current.setPassword(NEW_PASSWORD))).toBe(true);
    expect(signedInAddress()).toBe('edith@example.com');
    expect((await app.log()).filter((request) => request.endsWith('/reset_password'))).toHaveLength(1);
  });
});
