import type { components } from '../api-types.ts';
import { NetworkError, RequestTimeoutError, errorOf } from './answer-errors.ts';
import { createListeners } from './listeners.ts';
import type { Roavelo } from './roavelo.ts';
import { signedInUser } from './session.ts';
import { delay, inTime } from './waiting.ts';

/** What the service answers: the account is closed. `receiptUrl` is absolute, and needs no token. */
export type DeletionAccepted = components['schemas']['DeletionAccepted'];

/** How far the deletion is; when it is `completed`, with a signed statement. */
export type DeletionReceipt = components['schemas']['DeletionReceipt'];

/** `deleted`: the account is closed, the rest is under way; `completed`: nothing refers to it. */
export interface AccountDeletionState {
  readonly status: 'idle' | 'deleting' | 'deleted' | 'completed';
  readonly accepted: DeletionAccepted | null;
  readonly receipt: DeletionReceipt | null;
  /** Why the deletion, or the last look at the receipt, failed. */
  readonly error: Error | null;
}

export interface AccountDeletion {
  getState: () => AccountDeletionState;
  /** While there is a listener, the receipt is followed to its end. */
  subscribe: (listener: () => void) => () => void;
  deleteAccount: () => Promise<DeletionAccepted>;
  dismissReceipt: () => Promise<void>;
}

/** What is kept until the receipt is dismissed: the session that asked for it is gone by then. */
interface Kept {
  userId: string | null;
  accepted: DeletionAccepted;
}

const STORAGE_KEY = 'roavelo.account-deletion';
const IDLE: AccountDeletionState = { status: 'idle', accepted: null, receipt: null, error: null };
const SIGN_OUT_MS = 5000;
const ATTEMPTS = 3;

const deletions = new WeakMap<Roavelo, AccountDeletion>();

/** The deletion of a client: the same one for all who ask. */
export function accountDeletion(client: Roavelo): AccountDeletion {
  const deletion = deletions.get(client) ?? createAccountDeletion(client);
  deletions.set(client, deletion);
  return deletion;
}

function createAccountDeletion(client: Roavelo): AccountDeletion {
  const { tokenSource, storage, baseUrl } = client;
  const listeners = createListeners();
  let state = IDLE;
  let kept: Kept | null = null;
  let running: Promise<DeletionAccepted> | null = null;
  let following: AbortController | null = null;

  const update = (change: Partial<AccountDeletionState>) => {
    state = { ...state, ...change };
    listeners.notify();
  };

  /** The receipt is of the person before, who is not shown to the next one. */
  const isOfAnother = () => {
    const userId = signedInUser(tokenSource);
    return kept !== null && userId !== null && userId !== kept.userId;
  };

  const restored = once(async () => {
    const stored = await readKept();
    if (stored === null || state.status !== 'idle') return;
    kept = stored;
    if (isOfAnother()) await dismissReceipt();
    else update({ status: 'deleted', accepted: kept.accepted });
  });

  async function dismissReceipt(): Promise<void> {
    kept = null;
    update(IDLE);
    await store(null);
  }

  async function readKept(): Promise<Kept | null> {
    try {
      const value = JSON.parse((await storage.getItem(STORAGE_KEY)) ?? 'null') as Partial<Kept> | null;
      return typeof value?.accepted?.receiptUrl === 'string' ? (value as Kept) : null;
    } catch {
      return null;
    }
  }

  // Storage that fails costs only the survival of a restart: the account is deleted whatever it says.
  async function store(value: Kept | null): Promise<void> {
    try {
      if (value === null) await storage.removeItem(STORAGE_KEY);
      else await storage.setItem(STORAGE_KEY, JSON.stringify(value));
    } catch {
      // As above.
    }
  }

  /** The service answers a repeated request as the first one, so that a lost answer is no lost receipt. */
  async function request(): Promise<DeletionAccepted> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await client.fetch('/api/v2/users/me', { method: 'DELETE' });
        if (!response.ok) throw await errorOf(response);
        const { receiptUrl, ...accepted } = (await response.json()) as DeletionAccepted;
        return { ...accepted, receiptUrl: receiptUrl.startsWith('/') ? baseUrl + receiptUrl : receiptUrl };
      } catch (error) {
        const isLost = error instanceof NetworkError || error instanceof RequestTimeoutError;
        if (!isLost || attempt === ATTEMPTS) throw error;
        await delay(1000 * attempt);
      }
    }
  }

  async function deleteAccount(): Promise<DeletionAccepted> {
    const userId = signedInUser(tokenSource);
    update({ ...IDLE, status: 'deleting' });
    let accepted: DeletionAccepted;
    try {
      accepted = await request();
    } catch (cause) {
      update({ status: 'idle', error: cause as Error });
      throw cause;
    }
    kept = { userId, accepted };
    // Before the sign-out, which may end this process: in a browser, Clerk may load the page again.
    await store(kept);
    update({ status: 'deleted', accepted });
    follow();
    await client.forget(userId ?? undefined).catch(() => undefined);
    // The session ends anyway, as soon as Clerk knows; what is shown must not wait for that.
    await inTime(tokenSource.signOut(), SIGN_OUT_MS, () => new Error('late')).catch(() => undefined);
    return accepted;
  }

  function follow(): void {
    if (following || listeners.size() === 0) return;
    const controller = new AbortController();
    following = controller;
    void followReceipt(controller.signal).finally(() => {
      if (following === controller) following = null;
    });
  }

  async function followReceipt(signal: AbortSignal): Promise<void> {
    for (let looks = 0; state.status === 'deleted' && state.accepted; looks += 1) {
      const { accepted } = state;
      try {
        const response = await client.fetch(accepted.receiptUrl, { auth: 'none', signal });
        if (!response.ok) throw await errorOf(response);
        const receipt = (await response.json()) as DeletionReceipt;
        if (state.accepted !== accepted) return;
        const isCompleted = receipt.state === 'completed';
        update({ receipt, error: null, status: isCompleted ? 'completed' : 'deleted' });
        if (isCompleted) return;
      } catch (error) {
        if (signal.aborted || state.accepted !== accepted) return;
        update({ error: error as Error });
      }
      await delay(Math.min(5000, 500 * 2 ** looks), signal).catch(() => undefined);
      if (signal.aborted) return;
    }
  }

  let unsubscribe: (() => void) | undefined;

  return {
    getState: () => state,
    subscribe: (listener) => {
      const stop = listeners.subscribe(listener);
      unsubscribe ??= tokenSource.subscribe(() => {
        if (isOfAnother()) void dismissReceipt();
      });
      void restored().then(follow);
      return () => {
        stop();
        if (listeners.size() > 0) return;
        following?.abort();
        following = null;
        unsubscribe?.();
        unsubscribe = undefined;
      };
    },
    deleteAccount: () => {
      running ??= deleteAccount().finally(() => {
        running = null;
      });
      return running;
    },
    dismissReceipt,
  };
}

function once(perform: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => (result ??= perform());
}
