import { ClerkProvider } from '@clerk/expo';
import { tokenCache } from '@clerk/expo/token-cache';
import { configureRoavelo } from '@roavelo/client';
import { expoStorage, expoTokenSource, useAuthRoutes } from '@roavelo/client/expo';
import { RoaveloProvider } from '@roavelo/client/react';
import { Stack } from 'expo-router';

const client = configureRoavelo({
  baseUrl: 'https://api.example.com',
  tokenSource: expoTokenSource(),
  storage: expoStorage(),
  localActions: ['ADD_WISHLIST'],
});

export default function Layout() {
  return (
    <ClerkProvider publishableKey="pk_test_Y2xlcmsuZXhhbXBsZS5jb20k" tokenCache={tokenCache}>
      <RoaveloProvider client={client}>
        <Routes />
      </RoaveloProvider>
    </ClerkProvider>
  );
}

function Routes() {
  const { isLoading, isGuest } = useAuthRoutes();
  if (isLoading) return null;
  return (
    <Stack>
      <Stack.Screen name="index" />
      <Stack.Protected guard={isGuest}>
        <Stack.Screen name="sign-in" />
      </Stack.Protected>
    </Stack>
  );
}
