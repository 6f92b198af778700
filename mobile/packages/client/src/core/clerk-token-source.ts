import { NetworkError } from './answer-errors.ts';
import type { GetTokenOptions, SessionState, TokenSource } from './session.ts';
import { unref } from './waiting.ts';

/** What is needed of a Clerk instance: clerk-js's, `useClerk()`'s, or `getClerkInstance()`'s. */
export interface ClerkLike {
  readonly loaded: boolean;
  /** undefined while Clerk doesn't know yet, null without a session */
  readonly session?: ClerkSessionLike | null | undefined;
  addListener(listener: () => void): () => void;
  on?(event: 'status', listener: () => void): void;
  off?(event: 'status', listener: () => void): void;
  signOut(): Promise<unknown>;
}

export interface ClerkSessionLike {
  readonly id: string;
  readonly status: string;
  readonly user?: { readonly id: string } | null;
  getToken(options?: GetTokenOptions): Promise<string | null>;
}

const LOADING: SessionState = { status: 'loading' };
const SIGNED_OUT: SessionState = { status: 'signed-out' };

/** How often a function is asked for an instance that isn't there yet. */
const INSTANCE_POLL_MS = 50;

/**
 * Clerk as the source of tokens.
 * @param clerk an instance, or a function that gives it as soon as there is one; by default `window.Clerk`,
 *   where Clerk's SDKs for browsers put it
 */
export function clerkTokenSource(
  clerk: ClerkLike | (() => ClerkLike | null | undefined) = clerkOfThePage,
): TokenSource {
  let instance: ClerkLike | undefined;
  let state: SessionState = LOADING;

  const find = (): ClerkLike | undefined => {
    instance ??= typeof clerk === 'function' ? (clerk() ?? undefined) : clerk;
    return instance;
  };

  const getState = (): SessionState => {
    const now = stateOf(find());
    if (!isSame(state, now)) state = now;
    return state;
  };

  return {
    getState,

    subscribe(listener) {
      let last = getState();
      const check = () => {
        const now = getState();
        if (now === last) return;
        last = now;
        listener();
      };
      let stop: (() => void) | undefined;
      const attach = () => {
        const found = find();
        if (!found) return false;
        const removeListener = found.addListener(check);
        // Clerk emits its resources before it counts as loaded.
        found.on?.('status', check);
        stop = () => {
          removeListener();
          found.off?.('status', check);
        };
        check();
        return true;
      };
      if (!attach()) {
        const timer = setInterval(() => {
          if (attach()) clearInterval(timer);
        }, INSTANCE_POLL_MS);
        unref(timer);
        stop = () => {
          clearInterval(timer);
        };
      }
      return () => {
        stop?.();
      };
    },

    async getToken(options) {
      if (getState().status !== 'signed-in') return null;
      try {
        return (await find()?.session?.getToken(options)) ?? null;
      } catch (error) {
        throw isUnreachable(error)
          ? new NetworkError('Clerk cannot be reached', true, { cause: error })
          : error;
      }
    },

    async signOut() {
      await find()?.signOut();
    },
  };
}

function clerkOfThePage(): ClerkLike | undefined {
  return (globalThis as { Clerk?: ClerkLike }).Clerk;
}

function stateOf(clerk: ClerkLike | undefined): SessionState {
  // While Clerk changes the session, it is undefined.
  if (!clerk?.loaded || clerk.session === undefined) return LOADING;
  const { session } = clerk;
  // A session that is pending has tasks to do before it gives tokens that a server accepts.
  if (!session || session.status === 'pending' || !session.user) return SIGNED_OUT;
  return { status: 'signed-in', userId: session.user.id, sessionId: session.id };
}

function isSame(a: SessionState, b: SessionState): boolean {
  if (a.status !== 'signed-in' || b.status !== 'signed-in') return a.status === b.status;
  return a.userId === b.userId && a.sessionId === b.sessionId;
}

/** Clerk's codes for a device without a network, or a Frontend API that does not answer. */
function isUnreachable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'clerk_offline' || code === 'network_error' || error instanceof TypeError;
}
