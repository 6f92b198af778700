import { AsyncLocalStorage } from 'node:async_hooks';

/** What names a request in log lines. */
export interface RequestIds {
  requestId: string;
  /** When it is traced. */
  traceId?: string | undefined;
}

/** Of the request that is being handled, and of whatever it started: for the log lines of those who don't know it. */
export const requestIds = new AsyncLocalStorage<RequestIds>();
