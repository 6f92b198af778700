import type { GetTokenOptions, SessionState, TokenSource } from '../../src/index.ts';

/** A source of tokens that changes when a test says so: another provider beside Clerk. */
export class HandMadeSource implements TokenSource {
  readonly asked: GetTokenOptions[] = [];
  signOuts = 0;
  #state: SessionState;
  readonly #listeners = new Set<() => void>();
  #token = 1;

  constructor(userId?: string) {
    this.#state = userId === undefined ? { status: 'loading' } : signedIn(userId);
  }

  change(state: SessionState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }

  signIn(userId: string): void {
    this.change(signedIn(userId));
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  getState = (): SessionState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  getToken = (options: GetTokenOptions = {}): Promise<string | null> => {
    this.asked.push(options);
    if (options.skipCache) this.#token += 1;
    const { status } = this.#state;
    return Promise.resolve(status === 'signed-in' ? `${this.#state.status}-${this.#token}` : null);
  };

  signOut = (): Promise<void> => {
    this.signOuts += 1;
    this.change({ status: 'signed-out' });
    return Promise.resolve();
  };
}

function signedIn(userId: string): SessionState {
  return { status: 'signed-in', userId, sessionId: `session of ${userId}` };
}
