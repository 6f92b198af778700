import { configureRoavelo } from '@roavelo/client';
import { expoStorage, expoTokenSource } from '@roavelo/client/expo';
import { retry, retryDelay } from '@roavelo/client/react';
import { QueryClient } from '@tanstack/react-query';
import { AppState, Platform } from 'react-native';
import { announce } from './announcements.tsx';
import { showSentWishes } from './sent-wishes.ts';

const isWeb = Platform.OS === 'web';
/** `npm run demo` serves app, API and Clerk at one origin, and names Clerk's key in the page. */
const servedKey = isWeb
  ? document.querySelector<HTMLMetaElement>('meta[name="clerk-publishable-key"]')?.content
  : undefined;

/** Expo puts `EXPO_PUBLIC_…` variables into the bundle; each must be written out in full. */
export const publishableKey = process.env.EXPO_PUBLIC_CLERK_PUBLISHABLE_KEY ?? servedKey;
export const proxyUrl =
  process.env.EXPO_PUBLIC_CLERK_PROXY_URL ?? (servedKey === undefined ? undefined : '/__clerk');
const apiUrl = process.env.EXPO_PUBLIC_API_URL ?? (isWeb ? location.origin : undefined);

/** Whether the app knows its service and its Clerk instance; `mobile/README.md` says how to tell it. */
export const isConfigured = publishableKey !== undefined && apiUrl !== undefined;

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry, retryDelay }, mutations: { retry, retryDelay } },
});

const ENDS = {
  account_deleted: 'This account was deleted.',
  session_revoked: 'You were signed out on this device. Sign in again to go on.',
  account_suspended: 'This account is suspended. You can still export and delete it.',
} as const;

export const roavelo = configureRoavelo({
  baseUrl: apiUrl ?? 'http://127.0.0.1:3000',
  tokenSource: expoTokenSource(),
  storage: expoStorage(),
  // A guest's ♥ is kept on the device at once.
  localActions: ['ADD_WISHLIST'],
  onWishesSent: (items) => {
    const state = roavelo.tokenSource.getState();
    if (state.status === 'signed-in') showSentWishes(queryClient, state.userId, items);
  },
  onFirstSignIn: () => {
    announce('Welcome to Roavelo!');
  },
  onSessionEnded: ({ code }) => {
    announce(ENDS[code]);
  },
});

// Browsers say when they are online again; on a phone, coming to the foreground is the occasion.
if (!isWeb) {
  AppState.addEventListener('change', (state) => {
    if (state === 'active') void roavelo.wishlist.flush();
  });
}

export const { api } = roavelo;
