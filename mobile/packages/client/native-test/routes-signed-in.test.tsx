import { expect, it } from '@jest/globals';
import { act, screen } from '@testing-library/react-native';
import { router } from 'expo-router';
import { openNativeApp, signedInDevice } from './native-app.tsx';
import { openAt } from './routed-app.tsx';

const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery';

it('a signed-in person never sees an auth route: not by a link, a tap, or going back', async () => {
  const clerkMayLoad = Promise.withResolvers<undefined>();
  const app = await openNativeApp(async (instance) => {
    await instance.createUser(EMAIL, PASSWORD);
    await clerkMayLoad.promise;
    return signedInDevice(instance, EMAIL, PASSWORD);
  });
  const { seen, getPathname, getSegments } = openAt('/auth/email-auth', app);
  // While Clerk loads, neither is seen.
  await act(() => new Promise((resolve) => setImmediate(resolve)));
  expect(new Set(seen)).toEqual(new Set(['splash']));

  clerkMayLoad.resolve(undefined);
  await screen.findByText('tabs');
  expect(getPathname()).toBe('/');
  expect(getSegments()).toEqual(['(tabs)']);

  act(() => {
    router.push('/auth/email-auth');
  });
  expect(getSegments()).toEqual(['(tabs)']);
  expect(seen).not.toContain('form');
  expect((await app.log()).filter((request) => request === 'GET /client')).not.toHaveLength(0);
});
