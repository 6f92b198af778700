import type { components } from '../api-types.ts';
import { errorOf, ProblemError } from './answer-errors.ts';
import { AuthError } from './errors.ts';
import type { KeptWish } from './guest-store.ts';
import type { RoaveloClient } from './roavelo-client.ts';

export type WishlistItem = components['schemas']['WishlistItem'];

/** What may be said about a country; what is left out stays as it is. */
export interface WishFields {
  /** At most 500 characters. */
  note?: string;
  /** 1 (first) to 5, or null. */
  priority?: number | null;
  visited?: boolean;
}

/** What became of a wish of a batch. */
export interface BatchAnswer {
  status: 'added' | 'changed' | 'unchanged' | 'failed';
  item?: WishlistItem;
  problem?: { code: string; detail: string };
}

const WISHLIST = '/api/v2/users/me/wishlist';

/** Adds or changes a country on the wishlist of the signed-in person. */
export function putWish(
  client: RoaveloClient,
  countryCode: string,
  fields: WishFields,
): Promise<WishlistItem> {
  return send(client, 'PUT', `/${encodeURIComponent(countryCode)}`, fields);
}

export async function deleteWish(client: RoaveloClient, countryCode: string): Promise<void> {
  await send(client, 'DELETE', `/${encodeURIComponent(countryCode)}`);
}

/** @returns an answer for each wish, in their order */
export async function postWishes(client: RoaveloClient, wishes: readonly KeptWish[]): Promise<BatchAnswer[]> {
  const items = wishes.map(({ countryCode, note, priority, visited, addedAt }) => ({
    countryCode,
    note,
    priority,
    visited,
    addedAt,
  }));
  const answer = await send<{ items: BatchAnswer[] }>(client, 'POST', '/batch', { items });
  // A wish without an answer of its own must stay on the device.
  if (answer.items.length !== wishes.length) throw new Error('The answer to a batch lacks some of its items');
  return answer.items;
}

async function send<T>(client: RoaveloClient, method: string, path: string, body?: object): Promise<T> {
  // By hand, since it must be sent for the person that the caller has just seen signed in: `client.fetch`
  // looks at the session before it waits for anything.
  const response = await client.fetch(WISHLIST + path, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  if (!response.ok) throw await errorOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** The service will refuse the same request again, because of one of its wishes. */
export function isAboutContent(error: unknown): error is ProblemError {
  const codes = ['validation_failed', 'payload_too_large', 'unknown_country', 'batch_failed'];
  return error instanceof ProblemError && codes.includes(error.code);
}

/** How long to wait before the next try; undefined for what only another sign-in can change. */
export function retryWaitMs(error: unknown, wait: number): number | undefined {
  if (error instanceof AuthError)
    return error.code === 'AUTH_REQUIRED' || error.code === 'AUTH_SESSION_CHANGED' ? undefined : wait;
  if (!(error instanceof ProblemError)) return wait;
  const isTransient = error.status === 429 || error.status >= 500;
  return isTransient ? Math.max(wait, error.retryAfterMs ?? 0) : undefined;
}
