import { memoryStorage, type KeyValueStorage } from './storage.ts';

export interface FirstSignIn {
  /** The service has just created this user. */
  created(userId: string): void;
  /** This person sends a request: what a former process did not end is run now. */
  present(userId: string): void;
}

const keyOf = (userId: string) => `roavelo.first-sign-in.${userId}`;

/**
 * Runs `onFirstSignIn` once for each person. The service says only once that it created a user, so `pending`
 * is stored before the handler runs, and `done` when it has ended well; a start that finds `pending` runs it.
 */
export function createFirstSignIn(options: {
  onFirstSignIn?: ((person: { userId: string }) => void | Promise<void>) | undefined;
  storage?: KeyValueStorage | undefined;
}): FirstSignIn {
  const { onFirstSignIn, storage = memoryStorage() } = options;
  const started = new Set<string>();
  if (!onFirstSignIn) return { created: () => undefined, present: () => undefined };

  async function run(userId: string, isResumed: boolean): Promise<void> {
    if (started.has(userId)) return;
    const stored = await stateOf(userId);
    if (stored === 'done' || (isResumed && stored !== 'pending') || started.has(userId)) return;
    started.add(userId);
    await store(userId, 'pending');
    await onFirstSignIn?.({ userId });
    await store(userId, 'done');
  }

  // Storage that fails must not cost the welcome: then it is once in this process.
  async function stateOf(userId: string): Promise<string | null> {
    try {
      return await storage.getItem(keyOf(userId));
    } catch {
      return null;
    }
  }

  async function store(userId: string, state: 'pending' | 'done'): Promise<void> {
    try {
      await storage.setItem(keyOf(userId), state);
    } catch {
      // As above.
    }
  }

  const seen = new Set<string>();
  return {
    created: (userId) => void run(userId, false),
    present(userId) {
      if (seen.has(userId)) return;
      seen.add(userId);
      void run(userId, true);
    },
  };
}
