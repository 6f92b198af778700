import { FIRST_SIGN_IN_KEY } from './first-sign-in.ts';
import type { GuardedActions, GuardedActionsOptions } from './guarded-action.ts';
import { createGuardedActions } from './guarded-actions.ts';
import { createGuestStore } from './guest-store.ts';
import {
  createLocalWishlist,
  type LocalWishlist,
  type LocalWishlistOptions,
  type WishOutcome,
} from './local-wishlist.ts';
import { createRoaveloClient, type RoaveloClient, type RoaveloClientOptions } from './roavelo-client.ts';
import type { WishFields } from './wishlist-requests.ts';

export interface RoaveloOptions extends RoaveloClientOptions, GuardedActionsOptions, LocalWishlistOptions {
  /** Gets what the storage throws; the app goes on with what is in memory. */
  onStorageError?: ((error: unknown) => void) | undefined;
}

/** The typed client, and what the app does for guests. */
export interface Roavelo extends RoaveloClient {
  readonly actions: GuardedActions;
  readonly wishlist: LocalWishlist;
  /** Stops its listeners and timers; for tests, and before another one is configured. */
  readonly close: () => void;
  /**
   * Deletes what this device keeps of a user, or of everybody. It does so by itself for a user whose account
   * turns out to be deleted; what a guest taps then is the next person's.
   */
  readonly forget: (userId?: string) => Promise<void>;
}

let configured: Roavelo | undefined;

/**
 * Makes the client of the app, once, outside of React. `addToWishlist`, `RoaveloProvider` and `useAuthGuard`
 * use the one that was configured last.
 * @throws TypeError when `baseUrl` is no http(s) URL
 */
export function configureRoavelo(options: RoaveloOptions): Roavelo {
  const { onStorageError = () => undefined } = options;
  const client = createRoaveloClient({
    ...options,
    onSessionEnded: (end) => {
      if (end.code === 'account_deleted') forget(end.userId).catch(onStorageError);
      options.onSessionEnded?.(end);
    },
  });
  const store = createGuestStore(client.storage, onStorageError);
  const actions = createGuardedActions(client.tokenSource, store, options);
  const wishlist = createLocalWishlist(client, store, options);
  const forget = async (userId?: string) => {
    const isKept = (each: { userId: string | null }) => userId !== undefined && each.userId !== userId;
    await store.change(({ lastUserId, wishes, actions }) => ({
      lastUserId: userId === undefined || userId === lastUserId ? null : lastUserId,
      wishes: wishes.filter(isKept),
      actions: actions.filter(isKept),
    }));
    await client.storage.removeItem(FIRST_SIGN_IN_KEY);
  };
  const roavelo: Roavelo = {
    ...client,
    actions,
    wishlist,
    close: () => {
      actions.close();
      wishlist.close();
      store.close();
      if (configured === roavelo) configured = undefined;
    },
    forget,
  };
  configured = roavelo;
  return roavelo;
}

/** @throws Error before `configureRoavelo` */
export function getRoavelo(): Roavelo {
  if (configured === undefined) throw new Error('Call configureRoavelo({ baseUrl, tokenSource, … }) first');
  return configured;
}

/** `wishlist.add` of the configured client. */
export async function addToWishlist(countryCode: string, fields?: WishFields): Promise<WishOutcome> {
  return getRoavelo().wishlist.add(countryCode, fields);
}

/** `wishlist.remove` of the configured client. */
export async function removeFromWishlist(countryCode: string): Promise<void> {
  await getRoavelo().wishlist.remove(countryCode);
}
