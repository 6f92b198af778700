/**
 * Where the client keeps what has to survive a restart: `localStorage`, AsyncStorage, or the adapters of
 * `@roavelo/client/expo`. It stores no tokens there; those are the provider's.
 */
export interface KeyValueStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): void | Promise<void>;
  removeItem(key: string): void | Promise<void>;
  /** Calls the listener when another process, e.g. another tab, has changed the key. @returns how to stop */
  subscribe?(key: string, listener: () => void): () => void;
  /** Runs the work while no other process runs its own for this key. */
  exclusively?<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** Storage that ends with the process: for tests, and where nothing else is there. */
export function memoryStorage(): KeyValueStorage {
  const entries = new Map<string, string>();
  return {
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
    removeItem: (key) => void entries.delete(key),
  };
}

/** The browser's `localStorage`, shared by all tabs of the origin. */
export function webStorage(): KeyValueStorage {
  return {
    // Read at each call: where cookies are blocked, the property itself throws.
    getItem: (key) => localStorage.getItem(key),
    setItem: (key, value) => {
      localStorage.setItem(key, value);
    },
    removeItem: (key) => {
      localStorage.removeItem(key);
    },
    subscribe: (key, listener) => {
      // On a server that renders pages, there is no browser.
      if (typeof addEventListener === 'undefined') return () => undefined;
      const onStorage = (event: StorageEvent) => {
        // The key is null when everything was cleared.
        if (event.key === key || event.key === null) listener();
      };
      addEventListener('storage', onStorage);
      return () => {
        removeEventListener('storage', onStorage);
      };
    },
    exclusively: (key, work) =>
      typeof navigator !== 'undefined' && 'locks' in navigator
        ? (navigator.locks.request(key, work) as ReturnType<typeof work>)
        : work(),
  };
}
