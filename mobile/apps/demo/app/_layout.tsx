import { ClerkProvider } from '@clerk/expo';
import { tokenCache } from '@clerk/expo/token-cache';
import { useAuthRoutes } from '@roavelo/client/expo';
import { RoaveloProvider } from '@roavelo/client/react';
import { onlineManager, QueryClientProvider } from '@tanstack/react-query';
import { addNetworkStateListener } from 'expo-network';
import { router, Stack, usePathname } from 'expo-router';
import { StatusBar } from 'expo-status-bar';
import { Platform, View } from 'react-native';
import { SafeAreaProvider } from 'react-native-safe-area-context';
import { Announcements } from '../src/announcements.tsx';
import { LoginSheet } from '../src/login-sheet.tsx';
import { isConfigured, proxyUrl, publishableKey, queryClient, roavelo } from '../src/roavelo.ts';
import { useColors } from '../src/theme.ts';
import { Empty } from '../src/shown.tsx';

// Browsers tell TanStack Query themselves.
if (Platform.OS !== 'web') {
  onlineManager.setEventListener((setOnline) => {
    const subscription = addNetworkStateListener(({ isConnected }) => {
      setOnline(isConnected !== false);
    });
    return () => {
      subscription.remove();
    };
  });
}

export default function RootLayout() {
  if (!isConfigured || publishableKey === undefined) {
    return (
      <Empty
        emoji="🧭"
        title="Where is the service?"
        text="Start the app by `npm run demo`, or set the EXPO_PUBLIC_… variables of mobile/README.md."
      />
    );
  }
  return (
    <ClerkProvider
      publishableKey={publishableKey}
      proxyUrl={proxyUrl}
      tokenCache={tokenCache}
      telemetry={false}
      // The app has forms of its own: neither Clerk's components for browsers nor its native ones.
      prefetchUI={false}
      __experimental_disableNativeClientSync
      // Without these, Clerk reloads the page after a sign-out.
      routerPush={(to) => {
        router.push(to);
      }}
      routerReplace={(to) => {
        router.replace(to);
      }}
    >
      <QueryClientProvider client={queryClient}>
        <RoaveloProvider client={roavelo}>
          <SafeAreaProvider>
            <StatusBar style="auto" />
            <Screens />
            <LoginSheet />
            <Announcements />
          </SafeAreaProvider>
        </RoaveloProvider>
      </QueryClientProvider>
    </ClerkProvider>
  );
}

/** The gatekeeper: who is signed in and opens an auth route, or goes back to one, lands on the tabs. */
function Screens() {
  const colors = useColors();
  const { isLoading, isGuest } = useAuthRoutes();
  const path = usePathname();
  // Neither the form nor the tabs, until Clerk has said who is there. Other routes are for everybody.
  if (isLoading && path.startsWith('/auth')) {
    return (
      <View
        role="status"
        aria-busy
        aria-label="Loading"
        style={{ flex: 1, backgroundColor: colors.background }}
      />
    );
  }
  return (
    <Stack
      screenOptions={{
        headerShown: false,
        contentStyle: { backgroundColor: colors.background },
        title: 'Roavelo',
      }}
    >
      <Stack.Screen name="(tabs)" />
      <Stack.Protected guard={isGuest}>
        <Stack.Screen name="auth" />
      </Stack.Protected>
    </Stack>
  );
}
