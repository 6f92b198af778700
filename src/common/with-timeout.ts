import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Rejects with a DOMException `TimeoutError` after `ms`. What the promise stands for goes on; its late outcome is dropped.
 */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const timeout = sleep(Math.max(ms, 1), undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new DOMException('No answer in time', 'TimeoutError');
  });
  // Either of the two is left over: aborting the timer rejects it, and a late failure is nobody's any more.
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
