export type { AccountDeletionState, DeletionAccepted, DeletionReceipt } from './core/account-deletion.ts';
export {
  errorOf,
  NetworkError,
  ProblemError,
  RequestTimeoutError,
  UnexpectedAnswerError,
  unwrap,
  type Problem,
} from './core/answer-errors.ts';
export type { AuthenticationOptions, AuthMode, SessionEnd } from './core/authentication.ts';
export { configureApiClient, withAuth, type ConfigureOptions } from './core/axios.ts';
export { clerkTokenSource, type ClerkLike, type ClerkSessionLike } from './core/clerk-token-source.ts';
export * from './core/errors.ts';
export { authFetch, type AuthFetchOptions } from './core/fetch.ts';
export { getTokenSource } from './core/get-token-source.ts';
export { createRoaveloClient, type RoaveloClient, type RoaveloClientOptions } from './core/roavelo-client.ts';
export type {
  GuardedAction,
  GuardedActionHandlers,
  GuardedActions,
  GuardedActionsOptions,
  PendingAction,
} from './core/guarded-action.ts';
export type { JsonOf, JsonValue } from './core/json.ts';
export type { LocalWish } from './core/kept-wishes.ts';
export type { LocalWishlist, LocalWishlistOptions, WishOutcome } from './core/local-wishlist.ts';
export type { ShowLoginSheet } from './core/login-sheet.ts';
export * from './core/roavelo.ts';
export * from './core/session.ts';
export * from './core/storage.ts';
export type { components, operations, paths } from './api-types.ts';
export type { WishFields, WishlistItem } from './core/wishlist-requests.ts';
