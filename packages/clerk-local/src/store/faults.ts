import { seededRandom } from './seeded-random.ts';

export type FaultyApi = 'backend' | 'frontend' | 'webhooks';

/** A disturbance of an API, for tests of its callers, or of the webhooks, for tests of their receiver. */
export interface Fault {
  /** Default: `backend`. */
  api?: FaultyApi;
  /** Any method and any path of this API when absent. */
  method?: string;
  /** At the Frontend API without the instance's name, e.g. `/__clerk/v1/client`; of a webhook its type. */
  path?: RegExp;
  /**
   * `status` answers with `status` (default 500) and Clerk's error body; `html` the same as an HTML page
   * (default 502); `hang` never answers; `refuse` closes the connection without an answer; `slow` answers
   * after `delayMs`; `lose-answer` does the work, then closes the connection. An attempt of a webhook ends
   * as if the endpoint had done this; only `slow` and `lose-answer` reach it.
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
  readonly #onChange: () => void;
  #active: Entry[] = [];
  #added = 0;

  /** @param onChange is called after each change, also when a request meets one */
  constructor(onChange: () => void = () => undefined) {
    this.#onChange = onChange;
  }

  /** Returns a function that removes it. */
  add(fault: Fault): () => void {
    this.#added += 1;
    const left = fault.count ?? fault.times ?? Infinity;
    const entry = { id: `fault_${this.#added}`, fault, left, random: seededRandom(fault.seed ?? 1) };
    this.#active.unshift(entry);
    this.#onChange();
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
    this.#onChange();
    return this.#active.length < before;
  }

  clear(): void {
    this.#active = [];
    this.#onChange();
  }

  /** The fault that this request meets; counts it. */
  take(api: FaultyApi, method: string, path: string): Fault | undefined {
    const entry = this.#active.find(
      ({ fault, left, random }) =>
        left > 0 &&
        (fault.api ?? 'backend') === api &&
        (fault.method ?? method) === method &&
        // `search` ignores `lastIndex`, which a global regular expression keeps between calls.
        path.search(fault.path ?? /^/) !== -1 &&
        (fault.rate === undefined || random() < fault.rate),
    );
    if (!entry) return undefined;
    entry.left -= 1;
    this.#onChange();
    return entry.fault;
  }
}
