import { AsyncLocalStorage } from 'node:async_hooks';

/** Clerk's `event_attributes.http_request`. */
export interface CausingRequest {
  client_ip: string;
  user_agent: string;
}

/** The request that is being handled: the events that it causes name it. Unset for a change by a function. */
export const causingRequest = new AsyncLocalStorage<CausingRequest>();
