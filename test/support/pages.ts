import type { ApiClient } from './api-client.js';

/** A page of any list of the API. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/**
 * Reads a list page by page, from the first to the last; each page is requested when the caller asks for it.
 * @param path with its query, e.g. `/users?q=ann&limit=2`
 * @throws when a cursor comes a second time: the list would never end
 */
export async function* walkPages<T = Record<string, unknown>>(
  client: Pick<ApiClient, 'get'>,
  path: string,
): AsyncGenerator<Page<T>, void, undefined> {
  const cursors = new Set<string>();
  let cursor: string | null = null;
  do {
    const separator = path.includes('?') ? '&' : '?';
    const query: string = cursor === null ? '' : `${separator}cursor=${encodeURIComponent(cursor)}`;
    const page: Page<T> = await client.get<Page<T>>(path + query);
    yield page;
    cursor = page.nextCursor;
    if (cursor !== null && cursors.has(cursor)) throw new Error(`The same cursor twice: ${path}${query}`);
    if (cursor !== null) cursors.add(cursor);
  } while (cursor !== null);
}

/** All pages of a list. */
export async function allPages<T = Record<string, unknown>>(
  client: Pick<ApiClient, 'get'>,
  path: string,
): Promise<Page<T>[]> {
  const pages: Page<T>[] = [];
  for await (const page of walkPages<T>(client, path)) pages.push(page);
  return pages;
}

/** The items of all pages of a list, in their order. */
export async function allItems<T = Record<string, unknown>>(
  client: Pick<ApiClient, 'get'>,
  path: string,
): Promise<T[]> {
  return (await allPages<T>(client, path)).flatMap(({ items }) => items);
}
