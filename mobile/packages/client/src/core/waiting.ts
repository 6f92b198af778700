import type { SessionState, TokenSource } from './session.ts';

/** Waits, unless the signal aborts; then rejects with its reason. */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await abortable(new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))), signal);
  } finally {
    clearTimeout(timer);
  }
}

/** In Node, e.g. where pages are rendered, this timer does not keep the process alive. */
export function unref(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as { unref(): void }).unref();
}

/** The promise's result, or the rejection of `late()` after `ms`, or the signal's reason. */
export async function inTime<T>(
  promise: Promise<T>,
  ms: number,
  late: () => Error,
  signal?: AbortSignal,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(late());
    }, ms);
  });
  try {
    return await abortable(Promise.race([promise, tooLate]), signal);
  } finally {
    clearTimeout(timer);
  }
}

/** The promise's result, or the signal's reason as soon as it aborts. */
export async function abortable<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(abortReason(signal));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}

/** What an aborted request rejects with. React Native's AbortSignal has no `reason`. */
export function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  if (reason instanceof Error) return reason;
  return Object.assign(new Error('The request was aborted', { cause: reason }), { name: 'AbortError' });
}

/** The state as soon as it is not `loading`, at the latest after `ms`: then it may still be. */
export async function settledState(
  source: TokenSource,
  ms: number,
  signal?: AbortSignal,
): Promise<SessionState> {
  if (source.getState().status !== 'loading') return source.getState();
  let unsubscribe: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const settled = new Promise<void>((resolve) => {
    unsubscribe = source.subscribe(() => {
      if (source.getState().status !== 'loading') resolve();
    });
    timer = setTimeout(resolve, ms);
  });
  try {
    // A source that learns its state by the subscription itself must not be missed.
    if (source.getState().status === 'loading') await abortable(settled, signal);
    return source.getState();
  } finally {
    unsubscribe?.();
    clearTimeout(timer);
  }
}
