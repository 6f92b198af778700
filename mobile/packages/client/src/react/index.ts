export { setGuardedMutationDefaults } from './guarded-mutations.ts';
export { type DeleteAccount, useDeleteAccount } from './use-delete-account.ts';
export { FormError, type FormErrorCode, type FormField } from './form-error.ts';
export { type EmailSignIn, type EmailSignInState, useEmailSignIn } from './use-email-sign-in.ts';
export {
  type EmailSignUp,
  type EmailSignUpState,
  type SignUpDetails,
  useEmailSignUp,
} from './use-email-sign-up.ts';
export { type PasswordReset, type PasswordResetState, usePasswordReset } from './use-password-reset.ts';
export { retry, retryDelay } from './retry.ts';
export {
  RoaveloProvider,
  useAuthGuard,
  useLocalWishlist,
  useLoginSheet,
  useRoavelo,
  type AuthGuard,
  type LoginSheet,
  type RoaveloProviderProps,
} from './roavelo-provider.tsx';
