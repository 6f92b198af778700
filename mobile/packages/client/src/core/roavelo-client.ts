import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../api-types.ts';
import { absoluteUrl, authFetch, type AuthFetchOptions } from './fetch.ts';
import type { TokenSource } from './session.ts';
import { memoryStorage, type KeyValueStorage } from './storage.ts';

export type RoaveloClientOptions = AuthFetchOptions;

export interface RoaveloClient {
  /** The service's operations, typed: `client.api.GET('/api/v2/users/me')`; `unwrap` gives the data. */
  readonly api: Client<paths>;
  /** The same requests by hand: `client.fetch('/api/v2/users/me')`. */
  readonly fetch: typeof fetch;
  readonly tokenSource: TokenSource;
  readonly storage: KeyValueStorage;
  /** The service's URL, without a slash at its end. */
  readonly baseUrl: string;
}

/**
 * The typed client of the service.
 * @throws TypeError when `baseUrl` is no http(s) URL
 */
export function createRoaveloClient(options: RoaveloClientOptions): RoaveloClient {
  const { tokenSource, storage = memoryStorage() } = options;
  const baseUrl = absoluteUrl(options.baseUrl).href.replace(/\/+$/, '');
  const send = authFetch({ ...options, storage, baseUrl });
  return { api: createClient<paths>({ baseUrl, fetch: send }), fetch: send, tokenSource, storage, baseUrl };
}
