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
  /** Deletes all that this device keeps of guests and users: after an account was deleted, for instance. */
  readonly forget: () => Promise<void>;
}

let configured: Roavelo | undefined;

/**
 * Makes the client of the app, once, outside of React. `addToWishlist`, `RoaveloProvider` and `useAuthGuard`
 * use the one that was configured last.
 * @throws TypeError when `baseUrl` is no http(s) URL
 */
export function configureRoavelo(options: RoaveloOptions): Roavelo {
  const client = createRoaveloClient(options);
  const store = createGuestStore(client.storage, options.onStorageError);
  const actions = createGuardedActions(client.tokenSource, store, options);
  const wishlist = createLocalWishlist(client, store, options);
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
    forget: async () => {
      await store.change(() => ({ lastUserId: null, wishes: [], actions: [] }));
      await client.storage.removeItem(FIRST_SIGN_IN_KEY);
    },
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
