import type { ClerkLocal } from 'clerk-local';

/** The variables with which the API uses a local Clerk. */
export function clerkEnvironment(clerk: ClerkLocal): Record<string, string> {
  return {
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_WEBHOOK_SIGNING_SECRET: clerk.webhookSecret,
    CLERK_API_URL: clerk.url,
  };
}
