import { getClerkInstance } from '@clerk/expo';
import { act, waitFor } from '@testing-library/react-native';
import { useAuth } from '@clerk/react';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as WebBrowser from 'expo-web-browser';
import { useSocialAuth } from '../src/expo/use-social-auth.ts';
import { useEmailSignUp } from '../src/react/index.ts';
import { type NativeApp, openNativeApp } from './native-app.tsx';
import { inBrowser } from './person-in-browser.ts';

jest.mock('expo-web-browser', () => ({
  ...jest.requireActual<typeof WebBrowser>('expo-web-browser'),
  openAuthSessionAsync: jest.fn(),
  maybeCompleteAuthSession: jest.fn(),
}));

let app: NativeApp;
beforeAll(async () => {
  app = await openNativeApp();
});
afterEach(async () => {
  await app.instance.call('PATCH', '/_local/settings', { social: null, attributes: { username: null } });
  await act(() => app.signOut());
});

async function open() {
  const { result } = app.renderHook(() => ({ ...useSocialAuth(), isLoaded: useAuth().isLoaded }));
  await waitFor(() => {
    expect(result.current.isLoaded).toBe(true);
  });
  return result;
}

const user = () => getClerkInstance().user;

describe('handleSocialAuth', () => {
  it.each(['oauth_google', 'oauth_apple'] as const)(
    'signs up by %s, and signs in the next time',
    async (strategy) => {
      const email_address = `${strategy}@example.com`;
      inBrowser({ email_address });
      const social = await open();
      expect(await act(() => social.current.handleSocialAuth(strategy))).toEqual({
        status: 'signed-in',
        isNew: true,
      });
      expect(user()?.primaryEmailAddress?.emailAddress).toBe(email_address);
      const first = user()?.id;

      await act(() => app.signOut());
      expect(await act(() => social.current.handleSocialAuth(strategy))).toEqual({
        status: 'signed-in',
        isNew: false,
      });
      expect(user()?.id).toBe(first);
      expect((await app.log()).filter((request) => request.endsWith('/touch')).length).toBeGreaterThan(1);
    },
  );

  it('is one account for Google and Apple with one address', async () => {
    inBrowser({ email_address: 'both@example.com' });
    const social = await open();
    await act(() => social.current.handleSocialAuth('oauth_google'));
    const first = user()?.id;
    await act(() => app.signOut());
    expect(await act(() => social.current.handleSocialAuth('oauth_apple'))).toEqual({
      status: 'signed-in',
      isNew: false,
    });
    expect(user()?.id).toBe(first);
  });

  it('signs in to the account that has a password', async () => {
    const { id } = await app.instance.createUser('grace@example.com', 'correct horse battery');
    inBrowser({ email_address: 'grace@example.com' });
    const social = await open();
    await act(() => social.current.handleSocialAuth('oauth_google'));
    expect(user()?.id).toBe(id);
  });

  it('is cancelled, and no error, when the browser is closed', async () => {
    inBrowser('close');
    const social = await open();
    expect(await act(() => social.current.handleSocialAuth('oauth_google'))).toEqual({ status: 'cancelled' });
    expect(social.current.error).toBeNull();
    expect(social.current.isBusy).toBe(false);
  });

  it('says access_denied when the person does not consent, and works the next time', async () => {
    inBrowser('deny');
    const social = await open();
    await act(async () => {
      await expect(social.current.handleSocialAuth('oauth_google')).rejects.toMatchObject({
        code: 'access_denied',
      });
    });
    expect(social.current.error?.code).toBe('access_denied');
    inBrowser({ email_address: 'later@example.com' });
    await act(() => social.current.handleSocialAuth('oauth_google'));
    expect(user()?.primaryEmailAddress?.emailAddress).toBe('later@example.com');
  });

  it('opens one browser for a double tap', async () => {
    const browser = inBrowser('close');
    browser.mockClear();
    const social = await open();
    await act(() =>
      Promise.all([
        social.current.handleSocialAuth('oauth_google'),
        social.current.handleSocialAuth('oauth_apple'),
      ]),
    );
    expect(browser).toHaveBeenCalledTimes(1);
  });

  it('says what the account still needs', async () => {
    await app.instance.call('PATCH', '/_local/settings', { attributes: { username: 'required' } });
    inBrowser({ email_address: 'nameless@example.com' });
    const social = await open();
    await act(async () => {
      await expect(social.current.handleSocialAuth('oauth_google')).rejects.toMatchObject({
        code: 'missing_requirements',
        missing: ['username'],
      });
    });
  });

  it('says not_available for a provider that is switched off', async () => {
    await app.instance.call('PATCH', '/_local/settings', { social: ['oauth_google'] });
    inBrowser({ email_address: 'apple@example.com' });
    const social = await open();
    await act(async () => {
      await expect(social.current.handleSocialAuth('oauth_apple')).rejects.toMatchObject({
        code: 'not_available',
      });
    });
  });

  it('says already_signed_in, asks nothing of Clerk, and opens no browser', async () => {
    const browser = inBrowser({ email_address: 'twice@example.com' });
    const social = await open();
    await act(() => social.current.handleSocialAuth('oauth_google'));
    browser.mockClear();
    const asked = (await app.log()).length;
    await act(async () => {
      await expect(social.current.handleSocialAuth('oauth_google')).rejects.toMatchObject({
        code: 'already_signed_in',
      });
    });
    expect(browser).not.toHaveBeenCalled();
    expect(await app.log()).toHaveLength(asked);
  });

  it('signs in the person of the browser, not the one of a sign-up before', async () => {
    const { result: form } = app.renderHook(useEmailSignUp);
    await waitFor(() => {
      expect(form.current.state.status).toBe('idle');
    });
    await act(() => form.current.startSignUp('before@example.com', 'correct horse battery'));
    await act(() => form.current.verifyEmail('424242'));
    await act(() => app.signOut());
    await app.instance.createUser('after@example.com', 'correct horse battery');
    inBrowser({ email_address: 'after@example.com' });
    const social = await open();
    await act(() => social.current.handleSocialAuth('oauth_google'));
    expect(user()?.primaryEmailAddress?.emailAddress).toBe('after@example.com');
  });

  it('says network when the connection is gone, and works again after it', async () => {
    inBrowser({ email_address: 'offline@example.com' });
    const social = await open();
    const connected = globalThis.fetch;
    globalThis.fetch = () => Promise.reject(new TypeError('Network request failed'));
    try {
      await act(async () => {
        await expect(social.current.handleSocialAuth('oauth_google')).rejects.toMatchObject({
          code: 'network',
        });
      });
    } finally {
      globalThis.fetch = connected;
    }
    await act(() => social.current.handleSocialAuth('oauth_google'));
    expect(user()?.primaryEmailAddress?.emailAddress).toBe('offline@example.com');
  });

  it('leaves maybeCompleteAuthSession alone: on a device the browser itself returns to the app', () => {
    expect(WebBrowser.maybeCompleteAuthSession).not.toHaveBeenCalled();
  });
});
