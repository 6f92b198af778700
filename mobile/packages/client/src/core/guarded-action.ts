import type { JsonOf, JsonValue } from './json.ts';
import type { ShowLoginSheet } from './login-sheet.ts';

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

/** Runs actions of a type, by name: also those that were saved before the app was restarted. */
export type GuardedActionHandlers = Readonly<Record<string, (payload: never) => unknown>>;

export interface GuardedActionsOptions {
  /** Without it, the app draws its own sheet by `getSheetAction` (`useLoginSheet` in React). */
  showLoginSheet?: ShowLoginSheet | undefined;
  handlers?: GuardedActionHandlers | undefined;
  /**
   * Types whose callback works without a session, because it keeps its work on the device, as `addToWishlist`
   * does. It runs at once; a guest is asked to sign in as well.
   */
  localActions?: readonly string[] | undefined;
  /** How long an action waits for a sign-in; 10 minutes by default. */
  expiresAfterMs?: number | undefined;
  /** For a sheet that never says that it has closed: how long to wait after the sign-in; 3 s by default. */
  sheetTimeoutMs?: number | undefined;
  /** Gets what handlers throw after a restart, when no caller has their promise. */
  onActionFailed?: ((error: unknown, action: PendingAction) => void) | undefined;
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
