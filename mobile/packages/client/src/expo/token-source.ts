import { getClerkInstance } from '@clerk/expo';
import { clerkTokenSource } from '../core/clerk-token-source.ts';
import type { TokenSource } from '../core/session.ts';

/**
 * The Clerk of `ClerkProvider` of `@clerk/expo` as the source of tokens, also outside of React. Until the
 * provider is there, its state is `loading`.
 */
export function expoTokenSource(): TokenSource {
  return clerkTokenSource(() => {
    try {
      return getClerkInstance();
    } catch {
      // On a device, it throws before the provider has given it the publishable key.
      return undefined;
    }
  });
}
