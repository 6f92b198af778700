/**
 * Rejects with a DOMException `TimeoutError` after `ms`. The work itself goes on; its late outcome is
 * dropped. Costs one timer: the error is made only when the time is over.
 */
export function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        reject(new DOMException('No answer in time', 'TimeoutError'));
      },
      Math.max(ms, 1),
    ).unref();
    // Also handles a late rejection, which would be an unhandled one.
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}
