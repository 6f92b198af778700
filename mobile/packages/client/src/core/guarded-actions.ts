import type { GuestStore, JsonOf, JsonValue, SavedAction } from './guest-store.ts';
import { signedInUser, type TokenSource } from './session.ts';

/**
 * Why an action did not run: the person closed the login sheet, did not sign in in time, somebody else has
 * signed in, another tab of the app has run it, or the client was closed.
 */
export type CancelReason = 'dismissed' | 'expired' | 'other_user' | 'ran_elsewhere' | 'closed';

/** An action of a guest that did not run. Its `code` is `cancelled`; nothing has to be shown for it. */
export class ActionCancelledError extends Error {
  override readonly name = 'ActionCancelledError';
  readonly code = 'cancelled';

  constructor(
    /** The action's type. */
    readonly action: string,
    readonly reason: CancelReason,
  ) {
    super(`${action} was cancelled: ${reason}`);
  }
}

/** Runs actions of a type, by name: also those that were saved before the app was restarted. */
export type GuardedActionHandlers = Readonly<Record<string, (payload: never) => unknown>>;

/**
 * Opens the login sheet. A returned promise says when it has closed; without one, the sheet calls
 * `loginSheetClosed`.
 */
export type ShowLoginSheet = (action: string) => unknown;

export interface GuardedActionsOptions {
  /** Without it, the app draws its own sheet by `getSheetAction` (`useLoginSheet` in React). */
  showLoginSheet?: ShowLoginSheet;
  handlers?: GuardedActionHandlers;
  /**
   * Types whose callback works without a session, because it keeps its work on the device, as `addToWishlist`
   * does. It runs at once; a guest is asked to sign in as well.
   */
  localActions?: readonly string[];
  /** How long an action waits for a sign-in; 10 minutes by default. */
  expiresAfterMs?: number;
  /** For a sheet that never says that it has closed: how long to wait after the sign-in; 3 s by default. */
  sheetTimeoutMs?: number;
  /** Gets what handlers throw after a restart, when nobody waits for their promise. */
  onActionFailed?: (error: unknown, action: PendingAction) => void;
}

/** An action that waits for a sign-in. Without a payload, it is lost when the process ends. */
export interface PendingAction {
  readonly type: string;
  readonly payload?: JsonValue;
}

export interface GuardedAction {
  /**
   * The article's form. Signed in, it runs at once. A guest's callback is kept in memory, runs once after the
   * sign-in when the login sheet has closed, and is lost when the process ends.
   * @throws ActionCancelledError
   */
  <T>(type: string, run: () => T | Promise<T>): Promise<T>;
  /**
   * With a payload that JSON can hold, a guest's action survives a restart: then the handler of its type
   * runs. Several actions start in their order; one that is asked for twice runs once.
   * @param payload is stored in plain text: no secrets
   * @param run by default the handler of the type
   * @throws ActionCancelledError; TypeError for a payload that JSON can't hold, or when nothing can run it
   */
  <T, P>(type: string, payload: P & JsonOf<P>, run?: (payload: P) => T | Promise<T>): Promise<T>;
}

export interface GuardedActions {
  readonly guardedAction: GuardedAction;
  /** Registers the handler of a type. @returns how to remove it */
  readonly handle: (type: string, handler: (payload: never) => unknown) => () => void;
  /** Says how the login sheet opens from now on. @returns how to undo that */
  readonly setLoginSheet: (show: ShowLoginSheet) => () => void;
  /** Opens the login sheet without an action that waits for it. */
  readonly requestSignIn: (action: string) => void;
  /** The action that the login sheet is to be open for; null when it is to be closed. */
  readonly getSheetAction: () => string | null;
  /**
   * The login sheet has closed, its animation included. Without a session, what waits is cancelled.
   * @param outcome `signedIn`: the sign-in has succeeded, though the provider may not have said so yet
   */
  readonly loginSheetClosed: (outcome?: { signedIn?: boolean }) => void;
  /** What waits for a sign-in; the same array until it changes. */
  readonly getPending: () => readonly PendingAction[];
  /** Calls the listener after changes of `getPending` and `getSheetAction`. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Cancels what waits. Stored actions stay for the next process. */
  readonly close: () => void;
}

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

/** @param store keeps the actions with a payload */
export function createGuardedActions(
  tokenSource: TokenSource,
  store: GuestStore,
  options: GuardedActionsOptions = {},
): GuardedActions {
  const { localActions = [], expiresAfterMs = 600_000, sheetTimeoutMs = 3_000, onActionFailed } = options;
  const handlers = new Map(Object.entries(options.handlers ?? {}));
  const listeners = new Set<() => void>();
  /** Of this process, in the order of the taps. */
  const waiting: WaitingAction[] = [];
  /** Of earlier processes. */
  const restored = new Set<string>();
  let showLoginSheet = options.showLoginSheet;
  let sheet: { readonly action: string; reports: boolean } | null = null;
  let sheetTimer: ReturnType<typeof setTimeout> | undefined;
  /** Something waits for the provider to load, so nobody has been asked to sign in yet. */
  let unasked = false;
  let settling = false;
  let pending: readonly PendingAction[] = [];

  const isExpired = ({ savedAt }: { savedAt: number }) => Math.abs(Date.now() - savedAt) > expiresAfterMs;

  const notify = () => {
    const earlier = store.getState().actions.filter(({ id }) => restored.has(id));
    pending = [...earlier, ...waiting].map(({ type, payload }) =>
      payload === undefined ? { type } : { type, payload },
    );
    for (const listener of [...listeners]) listener();
  };

  const forget = async (ids: readonly string[]) => {
    await store.change((state) => {
      const actions = state.actions.filter(({ id }) => !ids.includes(id));
      return actions.length === state.actions.length ? state : { ...state, actions };
    });
  };

  /** Removes an action from the store. @returns false when another process was faster */
  const claimStored = async (id: string): Promise<boolean> => {
    const { before } = await store.change((state) => ({
      ...state,
      actions: state.actions.filter((action) => action.id !== id),
    }));
    return before.actions.some((action) => action.id === id);
  };

  const take = (action: WaitingAction) => {
    clearTimeout(action.timer);
    const index = waiting.indexOf(action);
    if (index !== -1) waiting.splice(index, 1);
    notify();
  };

  const refuse = (action: WaitingAction, error: unknown) => {
    take(action);
    // The article's form ignores the promise, and a cancelled action is no error that has to be seen.
    action.promise.catch(() => undefined);
    action.reject(error);
  };

  const cancel = (action: WaitingAction, reason: CancelReason) => {
    refuse(action, new ActionCancelledError(action.type, reason));
    if (action.payload !== undefined && reason !== 'closed') void forget([action.id]);
  };

  const closeSheet = () => {
    sheet = null;
    clearTimeout(sheetTimer);
    notify();
  };

  const dismiss = () => {
    for (const action of [...waiting]) cancel(action, 'dismissed');
    void forget([...restored]);
    restored.clear();
    notify();
  };

  const sheetClosed = (signedIn = false) => {
    if (sheet === null) return;
    closeSheet();
    if (tokenSource.getState().status === 'signed-out' && !signedIn) dismiss();
    else void settle();
  };

  const openSheet = (action: string) => {
    unasked = false;
    if (sheet !== null) return;
    const opened = { action, reports: false };
    sheet = opened;
    notify();
    try {
      const result = showLoginSheet?.(action);
      if (!isPromise(result)) return;
      opened.reports = true;
      const closed = () => {
        if (sheet === opened) sheetClosed();
      };
      result.then(closed, closed);
    } catch (error) {
      closeSheet();
      for (const each of [...waiting]) {
        refuse(each, error);
        void forget([each.id]);
      }
    }
  };

  const runWaiting = async (action: WaitingAction, userId: string) => {
    if (isExpired(action)) cancel(action, 'expired');
    else if (action.userId !== userId) cancel(action, 'other_user');
    else {
      take(action);
      if (action.payload !== undefined && !(await claimStored(action.id))) {
        refuse(action, new ActionCancelledError(action.type, 'ran_elsewhere'));
        return;
      }
      attempt(action.run).then(action.resolve, action.reject);
    }
  };

  const runRestored = async ({ id, type, payload }: SavedAction) => {
    const handler = handlers.get(type);
    restored.delete(id);
    if (handler === undefined || !(await claimStored(id))) return;
    attempt(() => handler(payload as never)).catch((error: unknown) => {
      onActionFailed?.(error, { type, payload });
    });
  };

  /** Runs what waits, once a person is signed in and the login sheet has closed. */
  const settle = async () => {
    if (settling) return;
    settling = true;
    try {
      for (;;) {
        const userId = signedInUser(tokenSource);
        if (userId === null) return;
        await store.signedIn(userId);
        // What nobody owned belongs to the first person who signs in, even while the sheet is open.
        for (const action of waiting) action.userId ??= userId;
        if (sheet !== null) return;
        if (signedInUser(tokenSource) !== userId) continue;
        const earlier = store
          .getState()
          .actions.find((each) => restored.has(each.id) && each.userId === userId && handlers.has(each.type));
        if (earlier !== undefined) await runRestored(earlier);
        else if (waiting[0] !== undefined) await runWaiting(waiting[0], userId);
        else return;
      }
    } finally {
      settling = false;
    }
  };

  const onSession = () => {
    const { status } = tokenSource.getState();
    clearTimeout(sheetTimer);
    if (status === 'signed-in') {
      if (sheet?.reports === false) sheetTimer = setTimeout(sheetClosed, sheetTimeoutMs);
      void settle();
    }
    if (status === 'signed-out' && sheet === null && waiting[0] !== undefined) {
      if (unasked) openSheet(waiting[0].type);
      // The sheet closed while the provider changed the session, which ended without one.
      else dismiss();
    }
    notify();
  };

  const save = (type: string, run: () => unknown, payload?: JsonValue): Promise<unknown> => {
    // React Native has no crypto of its own. An id is no secret.
    const id = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
    const savedAt = Date.now();
    const { promise, resolve, reject } = withResolvers();
    const timer = setTimeout(
      () => {
        cancel(action, 'expired');
      },
      Math.min(expiresAfterMs, LONGEST_TIMER_MS),
    );
    const action: WaitingAction = {
      id,
      type,
      savedAt,
      run,
      promise,
      resolve,
      reject,
      timer,
      userId: undefined,
      ...(payload !== undefined && { payload }),
    };
    waiting.push(action);
    void store.ready.then(() => (action.userId = store.getState().lastUserId));
    if (payload !== undefined)
      void store.change((state) => ({
        ...state,
        actions: [...state.actions, { id, type, payload, savedAt, userId: state.lastUserId }],
      }));
    notify();
    return promise;
  };

  const guard = (type: string, second: unknown, third?: (payload: never) => unknown): Promise<unknown> => {
    const isBare = typeof second === 'function';
    const run = isBare ? (second as () => unknown) : (third ?? handlers.get(type));
    if (run === undefined) return refused(`${type} has no callback and no handler`);
    const start = isBare ? (run as () => unknown) : () => run(second as never);
    const { status } = tokenSource.getState();
    if (status === 'signed-in') return attempt(start);
    if (localActions.includes(type)) {
      if (status === 'signed-out') openSheet(type);
      return attempt(start);
    }
    const payload = isBare ? undefined : jsonOf(second);
    if (payload === undefined && !isBare) return refused(`JSON can't hold the payload of ${type}`);
    const same = waiting.find((each) => each.type === type && isSamePayload(each.payload, payload));
    // The promise itself: one made of it would show a cancelled action as an unhandled rejection.
    const promise = same?.promise ?? save(type, start, payload);
    if (status === 'signed-out') openSheet(type);
    else unasked = true;
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
    setLoginSheet: (show) => {
      const before = showLoginSheet;
      showLoginSheet = show;
      return () => {
        if (showLoginSheet === show) showLoginSheet = before;
      };
    },
    requestSignIn: (action) => {
      if (tokenSource.getState().status === 'signed-out') openSheet(action);
    },
    getSheetAction: () => (signedInUser(tokenSource) === null ? (sheet?.action ?? null) : null),
    loginSheetClosed: (outcome) => {
      sheetClosed(outcome?.signedIn);
    },
    getPending: () => pending,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      for (const stop of stops) stop();
      clearTimeout(sheetTimer);
      for (const action of [...waiting]) cancel(action, 'closed');
    },
  };
}

/** Runs at once; what it throws rejects the promise. */
async function attempt(run: () => unknown): Promise<unknown> {
  return await run();
}

function refused(message: string): Promise<never> {
  return Promise.reject(new TypeError(message));
}

/** @returns a copy as JSON holds it; undefined for a function, a cycle and the like */
function jsonOf(payload: unknown): JsonValue | undefined {
  try {
    return JSON.parse(JSON.stringify(payload)) as JsonValue;
  } catch {
    return undefined;
  }
}

function isSamePayload(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
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
