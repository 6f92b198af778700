import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Rejects with a DOMException `TimeoutError` after `ms`. The work itself goes on; its late outcome is
 * dropped.
 */
export async function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T> {
  const timer = new AbortController();
  const timeout = sleep(Math.max(ms, 1), undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new DOMException('No answer in time', 'TimeoutError');
  });
  // The loser rejects late: without a handler that would be an unhandled rejection.
  timeout.catch(() => undefined);
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    timer.abort();
  }
}

export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}
