import type { TestProject } from 'vitest/node';
import { startClerkLocal } from './start-clerk-local.ts';

declare module 'vitest' {
  interface ProvidedContext {
    clerkUrl: string;
  }
}

/** One clerk-local for the run; each test has an instance of its own in it. */
export default async function setup(project: TestProject): Promise<() => void> {
  const { url, stop } = await startClerkLocal();
  project.provide('clerkUrl', url);
  return stop;
}
