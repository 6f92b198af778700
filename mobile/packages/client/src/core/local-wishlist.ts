import { AuthError } from './errors.ts';
import type { GuestState, GuestStore, KeptWish } from './guest-store.ts';
import { isSameJson } from './json.ts';
import {
  fieldsOf,
  findWish,
  isSame,
  keep,
  keepRemoval,
  type LocalWish,
  localWish,
  shownTo,
} from './kept-wishes.ts';
import { call, createListeners } from './listeners.ts';
import type { RoaveloClient } from './roavelo-client.ts';
import { signedInUser } from './session.ts';
import {
  deleteWish,
  isAboutContent,
  postWishes,
  putWish,
  retryWaitMs,
  type BatchAnswer,
  type WishFields,
  type WishlistItem,
} from './wishlist-requests.ts';

/** `saved`: on the wishlist of the service. `kept`: on this device, until the person signs in. */
export type WishOutcome =
  { readonly status: 'saved'; readonly item: WishlistItem } | { readonly status: 'kept' };

export interface LocalWishlistOptions {
  /** Called after wishes of this device have reached the service: fetch the wishlist again. */
  onWishesSent?: ((items: readonly WishlistItem[]) => void) | undefined;
  /** Called when the service refuses wishes, e.g. with `unknown_country`. */
  onWishesRefused?: ((wishes: readonly LocalWish[]) => void) | undefined;
  /** How long to wait after a failure before sending again, doubled each time up to 5 min; 5 s by default. */
  retryAfterMs?: number | undefined;
}

/**
 * The wishlist of a person, signed in or not. What a guest wishes is kept on the device and sent after the
 * sign-in; of one country the later call wins, field by field.
 */
export interface LocalWishlist {
  /**
   * Adds a country, or changes the given fields of one. Signed in: at the service. A guest: on this device.
   * @param countryCode ISO 3166-1 alpha-2
   * @throws TypeError for what is no country code; signed in, what `client.fetch` throws and ProblemError
   */
  readonly add: (countryCode: string, fields?: WishFields) => Promise<WishOutcome>;
  /** Removes a country. @throws as `add` does */
  readonly remove: (countryCode: string) => Promise<void>;
  /** What this device keeps for the person in front of it; the same array until it changes. */
  readonly getItems: () => readonly LocalWish[];
  /** Calls the listener after changes of `getItems`. */
  readonly subscribe: (listener: () => void) => () => void;
  /**
   * Sends what is kept. It runs by itself after a sign-in, at the start, when the browser is online again,
   * and some time after a failure; call it when the app comes to the foreground.
   * @returns false when something had to be kept for the next time
   */
  readonly flush: () => Promise<boolean>;
  readonly close: () => void;
}

const MAX_BATCH = 250;
const MAX_RETRY_MS = 300_000;

/** @param store keeps the wishes */
export function createLocalWishlist(
  client: RoaveloClient,
  store: GuestStore,
  options: LocalWishlistOptions = {},
): LocalWishlist {
  const { tokenSource } = client;
  const { onWishesSent, onWishesRefused, retryAfterMs = 5_000 } = options;
  const listeners = createListeners();
  let items: readonly LocalWish[] = [];
  let turns: Promise<unknown> = Promise.resolve();
  let flushing: Promise<boolean> | undefined;
  /** Asked for since the last one began: the session may have changed under it. */
  let isRequested = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  /** Whose wishes these are: a guest's are for the person who was signed in last. */
  const personOf = (state: GuestState) => signedInUser(tokenSource) ?? state.lastUserId;

  const show = () => {
    const next = shownTo(personOf(store.getState()), store.getState().wishes);
    if (isSameJson(next, items)) return;
    items = next;
    listeners.notify();
  };

  /** Requests about kept wishes take turns, over all tabs: an older one must not overtake a newer one. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = turns.then(() => store.exclusively('wishlist', work));
    turns = turn.catch(() => undefined);
    return turn;
  };

  const requireUser = (userId: string) => {
    if (signedInUser(tokenSource) !== userId) throw new AuthError('AUTH_SESSION_CHANGED');
  };

  /** Forgets wishes that have been dealt with, unless they changed meanwhile. */
  const drop = async (done: readonly KeptWish[]) => {
    await store.change((state) => ({
      ...state,
      wishes: state.wishes.filter((wish) => !done.some((each) => isSame(each, wish))),
    }));
  };

  /** Changes a country at the service, after what this device keeps of it. */
  const changeAtService = async <T>(
    userId: string,
    countryCode: string,
    request: (kept: KeptWish | undefined) => Promise<T>,
  ): Promise<T> => {
    const find = () => findWish(store.getState().wishes, userId, countryCode);
    await store.ready;
    if (find() === undefined) {
      requireUser(userId);
      return request(undefined);
    }
    return inTurn(async () => {
      requireUser(userId);
      const kept = find();
      const result = await request(kept);
      if (kept) await drop([kept]);
      return result;
    });
  };

  /** What the service would never take is not there either. */
  const deleteKept = (countryCode: string) =>
    deleteWish(client, countryCode).catch((error: unknown) => {
      if (!isAboutContent(error)) throw error;
    });

  const add: LocalWishlist['add'] = async (code, given = {}) => {
    const countryCode = countryCodeOf(code);
    const fields = fieldsOf(given);
    const userId = signedInUser(tokenSource);
    if (userId !== null) {
      const item = await changeAtService(userId, countryCode, (kept) =>
        putWish(client, countryCode, kept?.removed ? fields : { ...fieldsOf(kept ?? {}), ...fields }),
      );
      return { status: 'saved', item };
    }
    const now = new Date().toISOString();
    await store.change((state) => keep(state, personOf(state), countryCode, fields, now));
    void flush();
    return { status: 'kept' };
  };

  const remove: LocalWishlist['remove'] = async (code) => {
    const countryCode = countryCodeOf(code);
    const userId = signedInUser(tokenSource);
    if (userId !== null) {
      await changeAtService(userId, countryCode, (kept) =>
        kept ? deleteKept(countryCode) : deleteWish(client, countryCode),
      );
      return;
    }
    const now = new Date().toISOString();
    await store.change((state) => keepRemoval(state, personOf(state), countryCode, now));
    void flush();
  };

  /** @returns an answer for each wish. One that makes the service refuse the whole batch fails alone. */
  const send = async (userId: string, wishes: readonly KeptWish[]): Promise<BatchAnswer[]> => {
    requireUser(userId);
    try {
      return await postWishes(client, wishes);
    } catch (error) {
      if (!isAboutContent(error)) throw error;
      const { code, message } = error;
      if (wishes.length === 1) return [{ status: 'failed', problem: { code, detail: message } }];
      const half = Math.ceil(wishes.length / 2);
      return [...(await send(userId, wishes.slice(0, half))), ...(await send(userId, wishes.slice(half)))];
    }
  };

  const recordAnswers = async (wishes: readonly KeptWish[], answers: readonly BatchAnswer[]) => {
    const refused = wishes.flatMap((wish, index) => {
      const problem = answers[index]?.problem;
      return problem ? [{ ...wish, problem }] : [];
    });
    const outcomeOf = (wish: KeptWish) => {
      if (!wishes.some((each) => isSame(each, wish))) return [wish];
      return refused.filter((each) => each.countryCode === wish.countryCode);
    };
    await store.change((state) => ({ ...state, wishes: state.wishes.flatMap(outcomeOf) }));
    const sent = answers.flatMap(({ item }) => item ?? []);
    if (sent.length > 0) call(() => onWishesSent?.(sent));
    if (refused.length > 0) call(() => onWishesRefused?.(refused.map(localWish)));
  };

  /** Sends some of what this person's device keeps. @returns false when nothing was left to send */
  const sendSome = async (userId: string): Promise<boolean> => {
    const isToSend = (wish: KeptWish) => wish.userId === userId && !wish.problem;
    await store.signedIn(userId);
    if (!store.getState().wishes.some(isToSend)) return false;
    const { after } = await store.change((state) => ({
      ...state,
      wishes: state.wishes.map((wish) => (isToSend(wish) && !wish.sent ? { ...wish, sent: true } : wish)),
    }));
    const own = after.wishes.filter(isToSend);
    const wishes = own.filter((wish) => !wish.removed).slice(0, MAX_BATCH);
    if (wishes.length > 0) await recordAnswers(wishes, await send(userId, wishes));
    for (const removal of own.filter((wish) => wish.removed)) {
      requireUser(userId);
      await deleteKept(removal.countryCode);
      await drop([removal]);
    }
    return true;
  };

  const flushAll = async (): Promise<boolean> => {
    clearTimeout(retry);
    try {
      for (;;) {
        const userId = signedInUser(tokenSource);
        if (userId === null) return items.length === 0;
        if (!(await inTurn(() => sendSome(userId)))) {
          failures = 0;
          return true;
        }
      }
    } catch (error) {
      const wait = retryWaitMs(error, Math.min(retryAfterMs * 2 ** failures, MAX_RETRY_MS));
      failures += 1;
      if (wait !== undefined) retry = setTimeout(() => void flush(), wait);
      return false;
    }
  };

  const flushUntilQuiet = async (): Promise<boolean> => {
    let isDone = true;
    while (isRequested) {
      isRequested = false;
      isDone = await flushAll();
    }
    flushing = undefined;
    return isDone;
  };

  const flush = (): Promise<boolean> => {
    isRequested = true;
    flushing ??= flushUntilQuiet();
    return flushing;
  };

  const onSession = () => {
    show();
    failures = 0;
    void flush();
  };
  // React Native has no such event: apps call `flush` there.
  const browser = globalThis as Partial<typeof globalThis>;
  const onOnline = () => void flush();
  browser.addEventListener?.('online', onOnline);
  const stops = [tokenSource.subscribe(onSession), store.subscribe(show)];
  void store.ready.then(onSession);

  return {
    add,
    remove,
    flush,
    getItems: () => items,
    subscribe: listeners.subscribe,
    close: () => {
      for (const stop of stops) stop();
      clearTimeout(retry);
      browser.removeEventListener?.('online', onOnline);
    },
  };
}

/** @throws TypeError */
function countryCodeOf(code: unknown): string {
  const countryCode = typeof code === 'string' ? code.trim().toUpperCase() : '';
  if (!/^[A-Z]{2}$/.test(countryCode))
    throw new TypeError(`A country code has two letters, not ${JSON.stringify(code)}`);
  return countryCode;
}
