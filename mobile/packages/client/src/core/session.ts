/** What an app knows about the person in front of it. `loading`: the provider hasn't said yet. */
export type SessionState =
  | { readonly status: 'loading' }
  | { readonly status: 'signed-out' }
  | { readonly status: 'signed-in'; readonly userId: string; readonly sessionId: string };

export interface GetTokenOptions {
  /** Asks the provider for a new token instead of its cached one. */
  skipCache?: boolean;
}

/** The form of Clerk's `useAuth().getToken`, as in the article: a token, or null without a session. */
export type GetTokenFn = (options?: GetTokenOptions) => Promise<string | null>;

/**
 * Where session tokens come from. Clerk's is `clerkTokenSource`; another provider is another implementation,
 * and nothing else of this package changes.
 */
export interface TokenSource {
  /** The state now; the same object until it changes, so that React can compare it. */
  getState(): SessionState;
  /** Calls the listener after each change of the state. @returns how to stop that */
  subscribe(listener: () => void): () => void;
  /** @returns a token of the present session, or null without one; rejects when the provider fails */
  getToken: GetTokenFn;
  /** Ends the session. */
  signOut(): Promise<void>;
  /** This source isn't told of sign-ins: who is there, it learns by the next token. */
  readonly learnsByToken?: true;
}

/** @returns the id of the person who is signed in now; null for a guest, and while the provider loads */
export function signedInUser(tokenSource: TokenSource): string | null {
  const state = tokenSource.getState();
  return state.status === 'signed-in' ? state.userId : null;
}
