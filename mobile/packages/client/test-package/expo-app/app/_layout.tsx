import { ClerkProvider, useClerk } from '@clerk/expo';
import { tokenCache } from '@clerk/expo/token-cache';
import AsyncStorage from '@react-native-async-storage/async-storage';
import { clerkTokenSource, configureRoavelo } from '@roavelo/client';
import { useAuthRoutes } from '@roavelo/client/expo';
import { RoaveloProvider } from '@roavelo/client/react';
import { Stack } from 'expo-router';
import { useState } from 'react';

export default function Layout() {
  return (
    <ClerkProvider publishableKey="pk_test_Y2xlcmsuZXhhbXBsZS5jb20k" tokenCache={tokenCache}>
      <Routes />
    </ClerkProvider>
  );
}

function Routes() {
  const clerk = useClerk();
  const [client] = useState(() =>
    configureRoavelo({
      baseUrl: 'https://api.example.com',
      tokenSource: clerkTokenSource(clerk),
      storage: AsyncStorage,
    }),
  );
  const { isLoading, isGuest } = useAuthRoutes();
  if (isLoading) return null;
  return (
    <RoaveloProvider client={client}>
      <Stack>
        <Stack.Screen name="index" />
        <Stack.Protected guard={isGuest}>
          <Stack.Screen name="sign-in" />
        </Stack.Protected>
      </Stack>
    </RoaveloProvider>
  );
}
