import { useAuth } from '@clerk/react';
import { useState } from 'react';

/** Which routes are there now, for the `guard` of `Stack.Protected`. */
export interface AuthRoutes {
  /** Clerk has not said yet who is there: show the splash screen and no route. */
  isLoading: boolean;
  /** Guard of the routes of a guest: sign-in, sign-up. */
  isGuest: boolean;
  /** Guard of the routes of a signed-in person. */
  isSignedIn: boolean;
}

/**
 * The gatekeeper of an Expo Router layout. A person who opens a route that isn't there for them, or goes back
 * to one, lands on the layout's first route, without seeing the other one.
 *
 * @example
 * const { isLoading, isGuest } = useAuthRoutes();
 * if (isLoading) return <Splash />;
 * return (
 *   <Stack>
 *     <Stack.Screen name="(tabs)" />
 *     <Stack.Protected guard={isGuest}>
 *       <Stack.Screen name="auth" />
 *     </Stack.Protected>
 *   </Stack>
 * );
 */
export function useAuthRoutes(): AuthRoutes {
  const { isLoaded, isSignedIn } = useAuth();
  // Clerk reloads, e.g. with another key: a navigator that goes away then would lose where the person is.
  const [wasLoaded, setWasLoaded] = useState(isLoaded);
  if (isLoaded && !wasLoaded) setWasLoaded(true);
  return {
    isLoading: !isLoaded && !wasLoaded,
    isGuest: isSignedIn !== true,
    isSignedIn: isSignedIn === true,
  };
}
