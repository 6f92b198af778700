import { isSameJson, type JsonValue } from './json.ts';
import { createListeners } from './listeners.ts';
import type { KeyValueStorage } from './storage.ts';

/** A country that waits for being sent to the wishlist of the service. */
export interface KeptWish {
  readonly countryCode: string;
  readonly note?: string;
  /** 1 (first) to 5. */
  readonly priority?: number | null;
  readonly visited?: boolean;
  /** ISO 8601, by the clock of the device. */
  readonly addedAt: string;
  /** Whose it is; null: the first person's who signs in. */
  readonly userId: string | null;
  /** It was sent at least once, so it may be on the wishlist although no answer has arrived. */
  readonly sent?: true;
  /** To be deleted from the wishlist. */
  readonly removed?: true;
  /** Why the service refuses it. It is not sent again until it changes. */
  readonly problem?: { readonly code: string; readonly detail: string };
}

/** An action that waits for a sign-in. */
export interface SavedAction {
  readonly id: string;
  readonly type: string;
  readonly payload: JsonValue;
  /** ms since the epoch. */
  readonly savedAt: number;
  /** Whose it is; null: the first person's who signs in. */
  readonly userId: string | null;
}

/** What a device keeps of a guest. */
export interface GuestState {
  /** Who was signed in last; what a guest does is meant for them. Null: nobody yet. */
  readonly lastUserId: string | null;
  readonly wishes: readonly KeptWish[];
  readonly actions: readonly SavedAction[];
}

/** Gives the state after a change; the same object if nothing changes. Pure: it may be called repeatedly. */
export type GuestChange = (state: GuestState) => GuestState;

export interface GuestStore {
  /** The state, with the changes that are still being written. The same object until it changes. */
  getState(): GuestState;
  subscribe(listener: () => void): () => void;
  /** Resolves when what a previous process stored has been read. */
  readonly ready: Promise<void>;
  /** Applies a change to what is stored now. Visible at once; resolves when it is written. Never rejects. */
  change(change: GuestChange): Promise<{ before: GuestState; after: GuestState }>;
  /** Runs the work while no other tab runs its own of that name. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Records a sign-in. What has no owner belongs to this user from now on. */
  signedIn(userId: string): Promise<void>;
  close(): void;
}

const KEY = 'roavelo.guest';
const EMPTY: GuestState = { lastUserId: null, wishes: [], actions: [] };

/**
 * One JSON document in a storage. A change that could not be read or written stays in memory, and is written
 * with the next one: a storage that fails costs only the survival of a restart.
 * @param onError gets what the storage has thrown
 */
export function createGuestStore(
  storage: KeyValueStorage,
  onError: (error: unknown) => void = () => undefined,
): GuestStore {
  const listeners = createListeners();
  /** Not written yet, in order. */
  const pending: GuestChange[] = [];
  let stored = EMPTY;
  let storedText: string | null = null;
  let view = EMPTY;
  let queue: Promise<unknown> = Promise.resolve();

  const applied = (changes: readonly GuestChange[]) => changes.reduce((state, each) => each(state), stored);

  const show = () => {
    const next = applied(pending);
    if (isSameJson(next, view)) return;
    view = next;
    listeners.notify();
  };

  const read = async () => {
    const text = await storage.getItem(KEY);
    if (text === storedText) return;
    stored = parse(text);
    storedText = text;
  };

  const write = async (changes: readonly GuestChange[]) => {
    const state = applied(changes);
    if (state !== stored) {
      const text = JSON.stringify(state);
      await storage.setItem(KEY, text);
      stored = state;
      storedText = text;
    }
    pending.splice(0, changes.length);
  };

  const exclusively = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    let started: Promise<T> | undefined;
    const once = () => (started = work());
    try {
      return await (storage.exclusively?.(key, once) ?? once());
    } catch (error) {
      if (started === undefined) onError(error);
      return started ?? work();
    }
  };

  const enqueue = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work);
    queue = done;
    return done;
  };

  const reread = () =>
    enqueue(async () => {
      await exclusively(KEY, read).catch(onError);
      show();
    });

  const change: GuestStore['change'] = (apply) => {
    pending.push(apply);
    show();
    return enqueue(async () => {
      const earlier = pending.slice(0, pending.indexOf(apply));
      let before = applied(earlier);
      await exclusively(KEY, async () => {
        await read();
        before = applied(earlier);
        await write([...earlier, apply]);
      }).catch(onError);
      show();
      return { before, after: apply(before) };
    });
  };

  const unsubscribe = storage.subscribe?.(KEY, () => void reread());
  return {
    getState: () => view,
    subscribe: listeners.subscribe,
    ready: reread(),
    change,
    exclusively: (name, work) => exclusively(`${KEY}.${name}`, work),
    signedIn: async (userId) => {
      await change((state) => claim(state, userId));
    },
    close: () => unsubscribe?.(),
  };
}

function claim(state: GuestState, userId: string): GuestState {
  const owned = [...state.wishes, ...state.actions].every((each) => each.userId !== null);
  if (owned && state.lastUserId === userId) return state;
  return {
    lastUserId: userId,
    wishes: state.wishes.map((wish) => ({ ...wish, userId: wish.userId ?? userId })),
    actions: state.actions.map((action) => ({ ...action, userId: action.userId ?? userId })),
  };
}

/** What was stored, by a name that it may have. */
type Fields = Partial<
  Record<keyof GuestState | keyof KeptWish | keyof SavedAction | 'code' | 'detail', unknown>
>;

/** Reads what this or another version has written. What it does not understand is left out. */
function parse(text: string | null): GuestState {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    return EMPTY;
  }
  if (!isObject(value)) return EMPTY;
  return {
    lastUserId: textOr(value.lastUserId, null),
    wishes: listOf(value.wishes, wishOf),
    actions: listOf(value.actions, actionOf),
  };
}

function wishOf(value: Fields): KeptWish | undefined {
  const { countryCode, note, priority, visited, addedAt, problem } = value;
  if (typeof countryCode !== 'string') return undefined;
  const addedMs = typeof addedAt === 'string' ? Date.parse(addedAt) : NaN;
  return {
    countryCode,
    addedAt: new Date(addedMs >= 0 ? addedMs : Date.now()).toISOString(),
    userId: textOr(value.userId, null),
    ...(typeof note === 'string' && { note }),
    ...((priority === null || typeof priority === 'number') && { priority }),
    ...(typeof visited === 'boolean' && { visited }),
    ...(value.sent === true && { sent: true }),
    ...(value.removed === true && { removed: true }),
    ...(isObject(problem) && {
      problem: { code: textOr(problem.code, 'unknown'), detail: textOr(problem.detail, '') },
    }),
  };
}

function actionOf(value: Fields): SavedAction | undefined {
  const { id, type, savedAt, payload = null } = value;
  if (typeof id !== 'string' || typeof type !== 'string' || typeof savedAt !== 'number') return undefined;
  return { id, type, savedAt, payload: payload as JsonValue, userId: textOr(value.userId, null) };
}

function listOf<T>(value: unknown, itemOf: (value: Fields) => T | undefined): T[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: unknown) => (isObject(each) ? (itemOf(each) ?? []) : []));
}

function textOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
