/** How far the clock is off the real time, or where it stands still; ms since 1970. */
export interface ClockState {
  offsetMs: number;
  frozenAt: number | null;
}

export const REAL_TIME: ClockState = { offsetMs: 0, frozenAt: null };

/** The longest wait of a timer of Node. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

interface Timer {
  at: number;
  fire: () => void;
}

/** The time of one instance: the real one until a test sets it. Timers fire when it reaches their time. */
export class Clock {
  readonly #timers = new Set<Timer>();
  readonly #onChange: (state: ClockState) => void;
  #state: ClockState;
  #timeout: NodeJS.Timeout | undefined;

  /** @param onChange gets the state after every `set`, `advance` and `reset` */
  constructor(state: ClockState = REAL_TIME, onChange: (state: ClockState) => void = () => undefined) {
    this.#state = state;
    this.#onChange = onChange;
  }

  get state(): ClockState {
    return this.#state;
  }

  /** ms since 1970. */
  now(): number {
    return this.#state.frozenAt ?? Date.now() + this.#state.offsetMs;
  }

  /** Jumps to a time; from there it runs on, or stands still when `frozen`. */
  set(time: number, { frozen = false }: { frozen?: boolean } = {}): void {
    this.#change(frozen ? { offsetMs: 0, frozenAt: time } : { offsetMs: time - Date.now(), frozenAt: null });
  }

  /** Moves the time, and fires the timers that are due then. */
  advance(ms: number): void {
    const { offsetMs, frozenAt } = this.#state;
    this.#change(
      frozenAt === null ? { offsetMs: offsetMs + ms, frozenAt } : { offsetMs, frozenAt: frozenAt + ms },
    );
  }

  /** Back to the real time. */
  reset(): void {
    this.#change(REAL_TIME);
  }

  /** Calls `fire` once the clock has reached `time`; returns a function that cancels this. */
  at(time: number, fire: () => void): () => void {
    const timer = { at: time, fire };
    this.#timers.add(timer);
    this.#arm();
    return () => {
      this.#timers.delete(timer);
      this.#arm();
    };
  }

  /** @throws for what is no time: all timers would fire without a pause */
  #change(state: ClockState): void {
    if (!Number.isFinite(state.frozenAt ?? state.offsetMs)) throw new TypeError('The clock needs a time');
    this.#state = state;
    this.#onChange(state);
    this.#fireDue();
  }

  #fireDue(): void {
    const due = [...this.#timers].filter(({ at }) => at <= this.now()).sort((a, b) => a.at - b.at);
    for (const timer of due) {
      // One that fires may cancel a later one.
      if (this.#timers.delete(timer)) timer.fire();
    }
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timeout);
    if (this.#timers.size === 0 || this.#state.frozenAt !== null) return;
    const next = Math.min(...[...this.#timers].map(({ at }) => at));
    const wait = Math.min(Math.max(next - this.now(), 0), MAX_TIMEOUT_MS);
    this.#timeout = setTimeout(() => {
      this.#fireDue();
    }, wait).unref();
  }
}
