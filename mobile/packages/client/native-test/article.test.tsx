/**
 * The article's flows by the article's own calls, which today are in `@clerk/expo/legacy`; only its two hooks
 * are written anew here.
 */
import { getClerkInstance, useSSO } from '@clerk/expo';
import { useSignUp } from '@clerk/expo/legacy';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { act, waitFor } from '@testing-library/react-native';
import type * as WebBrowser from 'expo-web-browser';
import { type NativeApp, openNativeApp } from './native-app.tsx';
import { inBrowser } from './person-in-browser.ts';

jest.mock('expo-web-browser', () => ({
  ...jest.requireActual<typeof WebBrowser>('expo-web-browser'),
  openAuthSessionAsync: jest.fn(),
}));

let app: NativeApp;
beforeAll(async () => {
  app = await openNativeApp();
});
afterEach(async () => {
  await act(() => app.signOut());
});

function useArticleSignUp() {
  const { signUp, setActive, isLoaded } = useSignUp();

  const startSignUp = async (emailAddress: string, password: string) => {
    await signUp?.create({ emailAddress, password });
    await signUp?.prepareEmailAddressVerification({ strategy: 'email_code' });
    return { needsVerification: true };
  };

  const verifyEmail = async (code: string) => {
    const result = await signUp?.attemptEmailAddressVerification({ code });
    if (result?.status !== 'complete') return false;
    await setActive?.({ session: result.createdSessionId });
    return true;
  };

  return { isLoaded, startSignUp, verifyEmail };
}

function useArticleSocialAuth() {
  const { isLoaded } = useSignUp();
  const { startSSOFlow } = useSSO();

  const handleSocialAuth = async (strategy: 'oauth_google' | 'oauth_apple') => {
    const { createdSessionId, setActive } = await startSSOFlow({ strategy });
    if (createdSessionId !== null && setActive) await setActive({ session: createdSessionId });
  };

  return { isLoaded, handleSocialAuth };
}

describe("the article's flows, by its own calls", () => {
  it('signs up by e-mail address, password and code', async () => {
    const { result } = app.renderHook(useArticleSignUp);
    await waitFor(() => {
      expect(result.current.isLoaded).toBe(true);
    });
    expect(await act(() => result.current.startSignUp('ada@example.com', 'correct horse battery'))).toEqual({
      needsVerification: true,
    });
    expect(await act(() => result.current.verifyEmail('424242'))).toBe(true);
    expect(getClerkInstance().user?.primaryEmailAddress?.emailAddress).toBe('ada@example.com');
    expect(await app.log()).toEqual(
      expect.arrayContaining([
        'POST /client/sign_ups',
        expect.stringMatching(/^POST \/client\/sign_ups\/sua_\w+\/prepare_verification$/),
        expect.stringMatching(/^POST \/client\/sign_ups\/sua_\w+\/attempt_verification$/),
        expect.stringMatching(/^POST \/client\/sessions\/sess_\w+\/touch$/),
      ]),
    );
  });

  it.each(['oauth_google', 'oauth_apple'] as const)('signs in by %s', async (strategy) => {
    const { result } = app.renderHook(useArticleSocialAuth);
    await waitFor(() => {
      expect(result.current.isLoaded).toBe(true);
    });
    inBrowser({ email_address: `${strategy}@example.com` });
    await act(() => result.current.handleSocialAuth(strategy));
    expect(getClerkInstance().user?.primaryEmailAddress?.emailAddress).toBe(`${strategy}@example.com`);
    expect(await app.log()).toEqual(expect.arrayContaining(['POST /client/sign_ins']));
  });
});
