/**
 * Where the client keeps what has to survive a restart: `localStorage`, AsyncStorage, or the adapters of
 * `@roavelo/client/expo`. It stores no tokens there; those are the provider's.
 */
export interface KeyValueStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): void | Promise<void>;
  removeItem(key: string): void | Promise<void>;
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
