/**
 * Lets concurrent calls for one key share their work. Calls that overlap get the same `shared` object:
 * the first one creates it, the last one to finish drops it. Callers put the promises into it that the
 * others should wait for.
 */
export class SingleFlight<T> {
  private readonly pending = new Map<string, { readonly shared: T; waiters: number }>();

  constructor(private readonly createShared: () => T) {}

  /** Runs `work` with the shared object of this key. */
  async join<R>(key: string, work: (shared: T) => Promise<R>): Promise<R> {
    const flight = this.pending.get(key) ?? { shared: this.createShared(), waiters: 0 };
    this.pending.set(key, flight);
    flight.waiters++;
    try {
      return await work(flight.shared);
    } finally {
      if (--flight.waiters === 0) this.pending.delete(key);
    }
  }
}
