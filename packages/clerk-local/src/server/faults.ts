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
  times?: number;
}

/** Faults that tests inject into the Backend API; the newest one that matches applies. */
export class Faults {
  #active: { fault: Fault; left: number }[] = [];

  add(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? Infinity };
    this.#active.unshift(entry);
    return () => {
      this.#active = this.#active.filter((other) => other !== entry);
    };
  }

  clear(): void {
    this.#active = [];
  }

  take(method: string, path: string): Fault | undefined {
    const entry = this.#active.find(
      ({ fault, left }) =>
        // `search` ignores `lastIndex`, which a global regular expression keeps between calls.
        left > 0 && (fault.method ?? method) === method && path.search(fault.path ?? /^/) !== -1,
    );
    if (entry) entry.left -= 1;
    return entry?.fault;
  }
}
