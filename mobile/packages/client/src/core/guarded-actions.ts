import { ActionCancelledError, type CancelReason } from './errors.ts';
import type { GuardedActions, GuardedActionsOptions, PendingAction } from './guarded-action.ts';
import type { GuestStore, SavedAction } from './guest-store.ts';
import { isSameJson, jsonCopy, type JsonValue } from './json.ts';
import { createListeners } from './listeners.ts';
import { createLoginSheet } from './login-sheet.ts';
import { signedInUser, type TokenSource } from './session.ts';
import { settledState } from './waiting.ts';

interface WaitingAction extends PendingAction {
  readonly id: string;
  readonly savedAt: number;
  readonly run: () => unknown;
  readonly promise: Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: ReturnType<typeof setTimeout>;
  /** Whose it is; undefined until the store has been read, null for the first person who signs in. */
  userId: string | null | undefined;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;
const SESSION_CHANGE_MS = 2_000;

/** @param store keeps the actions with a payload */
export function createGuardedActions(
  tokenSource: TokenSource,
  store: GuestStore,
  options: GuardedActionsOptions = {},
): GuardedActions {
  const { localActions = [], expiresAfterMs = 600_000, sheetTimeoutMs = 3_000, onActionFailed } = options;
  const handlers = new Map(Object.entries(options.handlers ?? {}));
  const listeners = createListeners();
  /** Of this process, in the order of the taps. */
  const waiting: WaitingAction[] = [];
  /** Of earlier processes. */
  const restored = new Set<string>();
  /** An action that came before the provider had loaded: a guest is asked to sign in once it has. */
  let unasked: string | undefined;
  let isSettling = false;
  let pending: readonly PendingAction[] = [];

  const sheet = createLoginSheet({
    tokenSource,
    show: options.showLoginSheet,
    timeoutMs: sheetTimeoutMs,
    onChange: () => {
      notify();
    },
    onClosed: (signedIn) => {
      if (tokenSource.getState().status === 'signed-out' && !signedIn) dismiss();
      else void settle();
    },
    onFailed: (error) => {
      for (const action of [...waiting]) refuse(action, error);
    },
  });

  const isExpired = ({ savedAt }: { savedAt: number }) => Math.abs(Date.now() - savedAt) > expiresAfterMs;

  const earlierActions = () =>
    store.getState().actions.filter((action) => restored.has(action.id) && !isExpired(action));

  const notify = () => {
    const next = [...earlierActions(), ...waiting].map(({ type, payload }) =>
      payload === undefined ? { type } : { type, payload },
    );
    if (!isSameJson(next, pending)) pending = next;
    listeners.notify();
  };

  const forget = (ids: readonly string[]) =>
    store.change((state) => ({ ...state, actions: state.actions.filter(({ id }) => !ids.includes(id)) }));

  /** Removes an action from the store. @returns false when another tab was faster */
  const claim = async (id: string): Promise<boolean> => {
    const { before } = await forget([id]);
    return before.actions.some((action) => action.id === id);
  };

  const take = (action: WaitingAction) => {
    clearTimeout(action.timer);
    waiting.splice(waiting.indexOf(action), 1);
    notify();
  };

  const reject = (action: WaitingAction, error: unknown) => {
    // The article's form ignores the promise, and a cancelled action is no error that has to be seen.
    action.promise.catch(() => undefined);
    action.reject(error);
  };

  const refuse = (action: WaitingAction, error: unknown) => {
    take(action);
    reject(action, error);
    if (action.payload !== undefined) void forget([action.id]);
  };

  const cancel = (action: WaitingAction, reason: CancelReason) => {
    refuse(action, new ActionCancelledError(action.type, reason));
  };

  const dismiss = () => {
    for (const action of [...waiting]) cancel(action, 'dismissed');
    void forget([...restored]);
    restored.clear();
    notify();
  };

  const runWaiting = async (action: WaitingAction, userId: string) => {
    if (isExpired(action)) {
      cancel(action, 'expired');
      return;
    }
    if (action.userId !== userId) {
      cancel(action, 'other_user');
      return;
    }
    take(action);
    const reason = await (action.payload === undefined ? undefined : reasonAgainst(action.id, userId));
    if (reason) reject(action, new ActionCancelledError(action.type, reason));
    else attempt(action.run).then(action.resolve, action.reject);
  };

  const runRestored = async (saved: SavedAction, userId: string) => {
    const { id, type, payload } = saved;
    const handler = handlers.get(type);
    restored.delete(id);
    const reason = await reasonAgainst(id, userId);
    if (reason === 'other_user') {
      // It stays for its person.
      restored.add(id);
      await store.change((state) => ({ ...state, actions: [...state.actions, saved] }));
    }
    if (reason || handler === undefined) return;
    attempt(() => handler(payload as never)).catch((error: unknown) => {
      onActionFailed?.(error, { type, payload });
    });
  };

  /** Claims a stored action. @returns why it must not run after all */
  const reasonAgainst = async (id: string, userId: string): Promise<CancelReason | undefined> => {
    if (!(await claim(id))) return 'ran_elsewhere';
    // Clerk has no session for a moment while it changes something about it.
    const state = await settledState(tokenSource, SESSION_CHANGE_MS);
    return state.status === 'signed-in' && state.userId === userId ? undefined : 'other_user';
  };

  /** Starts what waits, once a person is signed in and the login sheet has closed. */
  const settle = async () => {
    if (isSettling) return;
    isSettling = true;
    try {
      for (;;) {
        const userId = signedInUser(tokenSource);
        if (userId === null) return;
        await store.signedIn(userId);
        // Without an owner it belongs to the first person who signs in, even while the sheet is open.
        for (const action of waiting) action.userId ??= userId;
        if (sheet.isOpen()) return;
        if (signedInUser(tokenSource) !== userId) continue;
        const earlier = earlierActions().find((each) => each.userId === userId && handlers.has(each.type));
        if (earlier !== undefined) await runRestored(earlier, userId);
        else if (waiting[0] !== undefined) await runWaiting(waiting[0], userId);
        else return;
      }
    } finally {
      isSettling = false;
    }
  };

  const onSession = () => {
    const { status } = tokenSource.getState();
    sheet.onSession();
    if (status === 'signed-in') {
      unasked = undefined;
      void settle();
    }
    if (status === 'signed-out' && !sheet.isOpen()) {
      if (unasked !== undefined) ask(unasked);
      // The sheet closed while the provider changed the session, which ended without one.
      else if (waiting.length > 0) dismiss();
    }
    notify();
  };

  const ask = (action: string) => {
    const { status } = tokenSource.getState();
    unasked = status === 'loading' ? (unasked ?? action) : undefined;
    if (status === 'signed-out') sheet.open(action);
  };

  const save = (type: string, run: () => unknown, payload: JsonValue | undefined): Promise<unknown> => {
    // React Native has no crypto of its own. An id is no secret.
    const id = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
    const savedAt = Date.now();
    const settlers = withResolvers();
    const expire = () => {
      cancel(action, 'expired');
    };
    const timer = setTimeout(expire, Math.min(expiresAfterMs, LONGEST_TIMER_MS));
    const action: WaitingAction = {
      ...settlers,
      id,
      type,
      savedAt,
      run,
      timer,
      userId: undefined,
      ...(payload !== undefined && { payload }),
    };
    waiting.push(action);
    void store.ready.then(() => (action.userId = store.getState().lastUserId));
    if (payload !== undefined) {
      void store.change((state) => {
        const userId = state.lastUserId;
        // The same of an earlier process runs only once, as this one.
        const others = state.actions.filter(
          (each) => each.type !== type || each.userId !== userId || !isSameJson(each.payload, payload),
        );
        return { ...state, actions: [...others, { id, type, payload, savedAt, userId }] };
      });
    }
    notify();
    return settlers.promise;
  };

  const guard = (type: string, second: unknown, third?: (payload: never) => unknown): Promise<unknown> => {
    const isBare = typeof second === 'function';
    const run = isBare ? (second as () => unknown) : (third ?? handlers.get(type));
    if (run === undefined) return Promise.reject(new TypeError(`${type} has no callback and no handler`));
    const start = isBare ? (run as () => unknown) : () => run(second as never);
    const { status } = tokenSource.getState();
    if (status === 'signed-in') return attempt(start);
    if (localActions.includes(type)) {
      ask(type);
      return attempt(start);
    }
    const payload = isBare ? undefined : jsonCopy(second);
    if (payload === undefined && !isBare) {
      return Promise.reject(new TypeError(`JSON can't hold the payload of ${type}`));
    }
    const same = waiting.find((each) => !isBare && each.type === type && isSameJson(each.payload, payload));
    // The promise itself: one made of it would show a cancelled action as an unhandled rejection.
    const promise = same?.promise ?? save(type, start, payload);
    ask(type);
    return promise;
  };

  const stops = [tokenSource.subscribe(onSession), store.subscribe(notify)];
  void store.ready.then(async () => {
    const { actions } = store.getState();
    const own = new Set(waiting.map(({ id }) => id));
    for (const { id } of actions) if (!own.has(id)) restored.add(id);
    await forget(actions.filter(isExpired).map(({ id }) => id));
    notify();
    await settle();
  });

  return {
    guardedAction: guard,
    handle: (type, handler) => {
      handlers.set(type, handler);
      void settle();
      return () => {
        if (handlers.get(type) === handler) handlers.delete(type);
      };
    },
    setLoginSheet: sheet.setShow,
    requestSignIn: ask,
    getSheetAction: sheet.getAction,
    loginSheetClosed: (outcome) => {
      sheet.close(outcome?.signedIn);
    },
    getPending: () => pending,
    subscribe: listeners.subscribe,
    close: () => {
      for (const stop of stops) stop();
      for (const action of [...waiting]) {
        take(action);
        reject(action, new ActionCancelledError(action.type, 'closed'));
      }
    },
  };
}

/** Runs at once; what it throws rejects the promise. */
async function attempt(run: () => unknown): Promise<unknown> {
  return await run();
}

function withResolvers() {
  let resolve!: (value: unknown) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<unknown>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
