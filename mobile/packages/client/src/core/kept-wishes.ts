import type { GuestState, KeptWish } from './guest-store.ts';
import { isSameJson } from './json.ts';
import type { WishFields } from './wishlist-requests.ts';

/** A country on this device that is not known to be on the wishlist of the service yet. */
export interface LocalWish {
  readonly countryCode: string;
  readonly note?: string;
  readonly priority?: number | null;
  readonly visited?: boolean;
  /** ISO 8601, by the clock of the device. */
  readonly addedAt: string;
  /** Why the service refuses it: it is kept until it is changed or removed, and not sent again. */
  readonly problem?: { readonly code: string; readonly detail: string };
}

/** After `add`: the fields that are not given stay. */
export function keep(
  state: GuestState,
  userId: string | null,
  countryCode: string,
  fields: WishFields,
  now: string,
): GuestState {
  const kept = findWish(state.wishes, userId, countryCode);
  // What was removed begins anew, also where the removal has not arrived.
  const before = kept?.removed ? { note: '', priority: null, visited: false } : fieldsOf(kept ?? {});
  const addedAt = kept && !kept.removed ? kept.addedAt : now;
  const sent = kept?.sent && { sent: kept.sent };
  const wish: KeptWish = { countryCode, userId, addedAt, ...before, ...fields, ...sent };
  return { ...state, wishes: [...state.wishes.filter((each) => each !== kept), wish] };
}

/** After `remove`: the wish goes, or waits for its removal at the service. */
export function keepRemoval(
  state: GuestState,
  userId: string | null,
  countryCode: string,
  now: string,
): GuestState {
  const kept = findWish(state.wishes, userId, countryCode);
  const others = state.wishes.filter((each) => each !== kept);
  // Taking back a tap that was never sent must not remove what the person has at the service already.
  if (kept ? !kept.sent : userId === null) return { ...state, wishes: others };
  const removal: KeptWish = { countryCode, userId, addedAt: now, removed: true, sent: true };
  return { ...state, wishes: [...others, removal] };
}

export function findWish(wishes: readonly KeptWish[], userId: string | null, countryCode: string) {
  return wishes.find((wish) => wish.countryCode === countryCode && isOf(userId, wish));
}

/** What has no owner is shown to every person; the first one who signs in becomes its owner. */
function isOf(userId: string | null, wish: KeptWish): boolean {
  return wish.userId === null || wish.userId === userId;
}

/** The wish has not changed since it was sent. */
export function isSame(one: KeptWish, other: KeptWish): boolean {
  return (
    one.countryCode === other.countryCode &&
    one.userId === other.userId &&
    one.addedAt === other.addedAt &&
    one.removed === other.removed &&
    isSameJson(fieldsOf(one), fieldsOf(other))
  );
}

/** What the app shows of these to a person; null: to a guest on a device without an earlier user. */
export function shownTo(userId: string | null, wishes: readonly KeptWish[]): LocalWish[] {
  return wishes.filter((wish) => !wish.removed && isOf(userId, wish)).map(localWish);
}

export function localWish({ countryCode, addedAt, problem, ...wish }: KeptWish): LocalWish {
  return { countryCode, ...fieldsOf(wish), addedAt, ...(problem && { problem }) };
}

export function fieldsOf({ note, priority, visited }: WishFields): WishFields {
  return {
    ...(note !== undefined && { note }),
    ...(priority !== undefined && { priority }),
    ...(visited !== undefined && { visited }),
  };
}
