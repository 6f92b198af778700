import { jest } from '@jest/globals';
import { Slot, Stack } from 'expo-router';
import { renderRouter } from 'expo-router/testing-library';
import { Text } from 'react-native';
import { useAuthRoutes } from '../src/expo/use-auth-routes.ts';
import type { NativeApp } from './native-app.tsx';

type Screen = 'splash' | 'tabs' | 'form';

export interface RoutedApp {
  /** What was on the screen, in the order of the renders; none is left out. */
  seen: Screen[];
  getPathname: () => string;
  getSegments: () => string[];
}

/** Opens an app with the article's routes at an address, as a link does. */
export function openAt(initialUrl: string, { wrapper: Clerk }: NativeApp): RoutedApp {
  const seen: Screen[] = [];
  const screen = (name: Screen) =>
    function NamedScreen() {
      seen.push(name);
      return <Text>{name}</Text>;
    };
  const Splash = screen('splash');

  function Routes() {
    const { isLoading, isGuest } = useAuthRoutes();
    if (isLoading) return <Splash />;
    return (
      <Stack>
        <Stack.Screen name="(tabs)" />
        <Stack.Protected guard={isGuest}>
          <Stack.Screen name="auth" />
        </Stack.Protected>
      </Stack>
    );
  }

  const rendered = renderRouter(
    {
      _layout: () => (
        <Clerk>
          <Routes />
        </Clerk>
      ),
      '(tabs)/_layout': () => <Slot />,
      '(tabs)/index': screen('tabs'),
      'auth/_layout': () => <Stack />,
      'auth/email-auth': screen('form'),
    },
    { initialUrl },
  );
  // renderRouter puts false timers in their place, and Clerk waits by timers.
  jest.useRealTimers();
  return { seen, getPathname: () => rendered.getPathname(), getSegments: () => rendered.getSegments() };
}
