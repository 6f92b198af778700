/**
 * Why a request was not sent, or not sent again:
 * `AUTH_TOKEN_NOT_READY` the provider has not loaded in time (retry later),
 * `AUTH_REQUIRED` no person is signed in (not retried),
 * `AUTH_TOKEN_TIMEOUT` the provider gave no token in time (retry later),
 * `AUTH_TOKEN_FAILED` the provider refused to give a token, `cause` says why (retry later),
 * `AUTH_SESSION_CHANGED` another person or no one is signed in now (not retried).
 */
export type AuthErrorCode =
  | 'AUTH_TOKEN_NOT_READY'
  | 'AUTH_REQUIRED'
  | 'AUTH_TOKEN_TIMEOUT'
  | 'AUTH_TOKEN_FAILED'
  | 'AUTH_SESSION_CHANGED';

/** A request without a usable token. Its message is its code, as in the article. */
export class AuthError extends Error {
  override readonly name = 'AuthError';

  constructor(
    readonly code: AuthErrorCode,
    options?: ErrorOptions,
  ) {
    super(code, options);
  }
}

/**
 * Why an action did not run: the person closed the login sheet, did not sign in in time, somebody else has
 * signed in, another tab has run it (or the storage was cleared), or the client was closed.
 */
export type CancelReason = 'dismissed' | 'expired' | 'other_user' | 'ran_elsewhere' | 'closed';

/** An action of a guest that did not run. Its `code` is `cancelled`; nothing has to be shown for it. */
export class ActionCancelledError extends Error {
  override readonly name = 'ActionCancelledError';
  readonly code = 'cancelled';

  constructor(
    /** The action's type. */
    readonly action: string,
    readonly reason: CancelReason,
  ) {
    super(`${action} was cancelled: ${reason}`);
  }
}
