import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import type { GuardedAction, PendingAction } from '../core/guarded-action.ts';
import type { LocalWish } from '../core/kept-wishes.ts';
import type { ShowLoginSheet } from '../core/login-sheet.ts';
import { getRoavelo, type Roavelo } from '../core/roavelo.ts';

const RoaveloContext = createContext<Roavelo | undefined>(undefined);

export interface RoaveloProviderProps {
  /** By default the one that `configureRoavelo` made last. */
  client?: Roavelo | undefined;
  /** Opens the app's login sheet. Without it, draw one by `useLoginSheet`. */
  showLoginSheet?: ShowLoginSheet | undefined;
  children: ReactNode;
}

/** Gives the hooks below it a client, and that client a login sheet. */
export function RoaveloProvider({ client, showLoginSheet, children }: RoaveloProviderProps) {
  const roavelo = client ?? getRoavelo();
  useEffect(
    () => (showLoginSheet ? roavelo.actions.setLoginSheet(showLoginSheet) : undefined),
    [roavelo, showLoginSheet],
  );
  return <RoaveloContext.Provider value={roavelo}>{children}</RoaveloContext.Provider>;
}

/** The client of the provider above, or the configured one. @throws Error without both */
export function useRoavelo(): Roavelo {
  return useContext(RoaveloContext) ?? getRoavelo();
}

export interface AuthGuard {
  /** See `GuardedAction`. The same function on every render, and it outlives the component. */
  readonly guardedAction: GuardedAction;
  readonly isLoaded: boolean;
  readonly isSignedIn: boolean;
  /** What waits for a sign-in. */
  readonly pending: readonly PendingAction[];
  /** Opens the login sheet without an action that waits for it. */
  readonly showLoginSheet: (action: string) => void;
}

export function useAuthGuard(): AuthGuard {
  const { actions, tokenSource } = useRoavelo();
  const subscribe = useCallback((listener: () => void) => tokenSource.subscribe(listener), [tokenSource]);
  const getState = () => tokenSource.getState();
  const { status } = useSyncExternalStore(subscribe, getState, getState);
  const pending = useSyncExternalStore(actions.subscribe, actions.getPending, actions.getPending);
  return useMemo(
    () => ({
      guardedAction: actions.guardedAction,
      showLoginSheet: actions.requestSignIn,
      isLoaded: status !== 'loading',
      isSignedIn: status === 'signed-in',
      pending,
    }),
    [actions, status, pending],
  );
}

export interface LoginSheet {
  /** The action that the sheet is to be open for; null when it is to be closed. */
  readonly action: string | null;
  /** The sheet has closed: after its animation (`onDismiss` of a Modal), or by the person's wish. */
  readonly onClosed: () => void;
}

/** The state of the login sheet, for an app without a `showLoginSheet` of its own. */
export function useLoginSheet(): LoginSheet {
  const { actions } = useRoavelo();
  const action = useSyncExternalStore(actions.subscribe, actions.getSheetAction, actions.getSheetAction);
  return useMemo(
    () => ({
      action,
      onClosed: () => {
        actions.loginSheetClosed();
      },
    }),
    [actions, action],
  );
}

/** What this device keeps of a person's wishlist, to be shown beside what the service has. */
export function useLocalWishlist(): readonly LocalWish[] {
  const { wishlist } = useRoavelo();
  return useSyncExternalStore(wishlist.subscribe, wishlist.getItems, wishlist.getItems);
}
