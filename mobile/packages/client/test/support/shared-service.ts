import { inject } from 'vitest';
import { type ClerkInstance, newInstance } from './clerk-instance.ts';

/** The real service of the run, and its Clerk. */
export interface SharedService {
  url: string;
  instance: ClerkInstance;
}

/** The first caller waits until it is built and started: half a minute. */
export async function sharedService(): Promise<SharedService> {
  const answer = await fetch(inject('serviceUrl'));
  if (!answer.ok) throw new Error(await answer.text());
  const { url, clerkUrl } = (await answer.json()) as { url: string; clerkUrl: string };
  const keys = await fetch(`${clerkUrl}/_local/instance`);
  const { secretKey } = (await keys.json()) as { secretKey: string };
  return { url, instance: await newInstance(clerkUrl, secretKey) };
}
