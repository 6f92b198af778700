import { AsyncLocalStorage } from 'node:async_hooks';

/** The id of the request that is being handled, and of whatever it started: for the log lines of those who don't know it. */
export const requestIds = new AsyncLocalStorage<string>();
