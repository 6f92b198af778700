/** A disturbance of the Backend API, for tests of its callers. */
export interface Fault {
  /** Any method and any Backend API path when absent. */
  method?: string;
  path?: RegExp;
  /**
   * `status` answers with `status` (default 500) and Clerk's error body; `html` the same as an HTML page
   * (default 502); `hang` never answers; `refuse` closes the connection without an answer; `slow` answers
   * after `delayMs`; `lose-answer` does the work, then closes the connection.
   */
  mode: 'status' | 'html' | 'hang' | 'refuse' | 'slow' | 'lose-answer';
  status?: number;
  /** Seconds, sent as `Retry-After`. */
  retryAfter?: number;
  delayMs?: number;
  /** How many requests it affects. Default: all until it is removed. */
  count?: number;
  /** The same as `count`. */
  times?: number;
  /** The share of the matching requests that it affects, 0 to 1, chosen by `seed`. Default: 1. */
  rate?: number;
  /** Default 1: the same requests are affected in every run. */
  seed?: number;
}

export interface ActiveFault {
  id: string;
  fault: Fault;
  /** Infinity without a `count`. */
  left: number;
}

interface Entry extends ActiveFault {
  random: () => number;
}

/** The faults of an instance; the newest one that matches applies. */
export class Faults {
  #active: Entry[] = [];
  #added = 0;

  /** Returns a function that removes it. */
  add(fault: Fault): () => void {
    this.#added += 1;
    const left = fault.count ?? fault.times ?? Infinity;
    const entry = { id: `fault_${this.#added}`, fault, left, random: seededRandom(fault.seed ?? 1) };
    this.#active.unshift(entry);
    return () => {
      this.remove(entry.id);
    };
  }

  /** Newest first, without the used up ones. */
  all(): ActiveFault[] {
    return this.#active.filter(({ left }) => left > 0).map(({ id, fault, left }) => ({ id, fault, left }));
  }

  /** False: unknown id. */
  remove(id: string): boolean {
    const before = this.#active.length;
    this.#active = this.#active.filter((entry) => entry.id !== id);
    return this.#active.length < before;
  }

  clear(): void {
    this.#active = [];
  }

  /** The fault that this request meets; counts it. */
  take(method: string, path: string): Fault | undefined {
    const entry = this.#active.find(
      ({ fault, left, random }) =>
        left > 0 &&
        (fault.method ?? method) === method &&
        // `search` ignores `lastIndex`, which a global regular expression keeps between calls.
        path.search(fault.path ?? /^/) !== -1 &&
        (fault.rate === undefined || random() < fault.rate),
    );
    if (entry) entry.left -= 1;
    return entry?.fault;
  }
}

/** Mulberry32: 0 to below 1, the same sequence for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
