/** Who is called after a change. */
export interface Listeners {
  readonly size: () => number;
  /** @returns how to stop */
  readonly subscribe: (listener: () => void) => () => void;
  readonly notify: () => void;
}

/** A listener that throws keeps neither the others nor the work that notifies them from going on. */
export function createListeners(): Listeners {
  const listeners = new Set<() => void>();
  return {
    size: () => listeners.size,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    notify: () => {
      for (const listener of [...listeners]) call(listener);
    },
  };
}

/** Runs an app's callback at once; what it throws is an unhandled rejection, no failure of the caller. */
export function call(callback: () => void): void {
  // eslint-disable-next-line @typescript-eslint/require-await -- it turns what is thrown into a rejection
  void (async () => {
    callback();
  })();
}
