import { memoryStorage, type KeyValueStorage } from './storage.ts';

export interface FirstSignIn {
  /** The service has just created this user. */
  created(userId: string): void;
  /** This person sends a request: what a former process did not end is run now. */
  present(userId: string): void;
}

/** Holds how far it is for each person of this device: `{[userId]: 'pending' | 'done'}`. */
export const FIRST_SIGN_IN_KEY = 'roavelo.first-sign-in';

type States = Record<string, 'pending' | 'done'>;

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
  const seen = new Set<string>();
  let stored: Promise<void> = Promise.resolve();
  if (!onFirstSignIn) return { created: () => undefined, present: () => undefined };

  async function run(userId: string, isResumed: boolean): Promise<void> {
    const state = (await read())[userId];
    if (started.has(userId) || state === 'done' || (isResumed && state !== 'pending')) return;
    started.add(userId);
    await store(userId, 'pending');
    await onFirstSignIn?.({ userId });
    await store(userId, 'done');
  }

  // Storage that fails must not cost the welcome: then it is once in this process.
  async function read(): Promise<States> {
    try {
      return (JSON.parse((await storage.getItem(FIRST_SIGN_IN_KEY)) ?? '{}') ?? {}) as States;
    } catch {
      return {};
    }
  }

  function store(userId: string, state: 'pending' | 'done'): Promise<void> {
    stored = stored.then(async () => {
      const states = { ...(await read()), [userId]: state };
      try {
        await storage.setItem(FIRST_SIGN_IN_KEY, JSON.stringify(states));
      } catch {
        // As above.
      }
    });
    return stored;
  }

  return {
    created: (userId) => void run(userId, false),
    present(userId) {
      if (seen.has(userId)) return;
      seen.add(userId);
      void run(userId, true);
    },
  };
}
