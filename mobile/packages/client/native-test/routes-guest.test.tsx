import { getClerkInstance } from '@clerk/expo';
import { expect, it } from '@jest/globals';
import { act, screen, waitFor } from '@testing-library/react-native';
import { router } from 'expo-router';
import { openNativeApp } from './native-app.tsx';
import { openAt } from './routed-app.tsx';

const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery';

it('a guest sees the form; after the sign-in the tabs, also when going back', async () => {
  const clerkMayLoad = Promise.withResolvers<null>();
  const app = await openNativeApp(() => clerkMayLoad.promise);
  await app.instance.createUser(EMAIL, PASSWORD);
  const { seen, getPathname, getSegments } = openAt('/auth/email-auth', app);
  await act(() => new Promise((resolve) => setImmediate(resolve)));
  expect(new Set(seen)).toEqual(new Set(['splash']));

  clerkMayLoad.resolve(null);
  await screen.findByText('form');
  expect(getPathname()).toBe('/auth/email-auth');

  const clerk = getClerkInstance();
  await act(async () => {
    const signIn = await clerk.client?.signIn.create({ identifier: EMAIL, password: PASSWORD });
    await clerk.setActive({ session: signIn?.createdSessionId ?? null });
  });
  await screen.findByText('tabs');
  expect(getSegments()).toEqual(['(tabs)']);
  const before = seen.length;

  act(() => {
    if (router.canGoBack()) router.back();
  });
  expect(getSegments()).toEqual(['(tabs)']);
  expect(seen.slice(before)).not.toContain('form');

  await act(() => app.signOut());
  act(() => {
    router.push('/auth/email-auth');
  });
  await waitFor(() => {
    expect(getPathname()).toBe('/auth/email-auth');
  });
});
