export { expoStorage } from './storage.ts';
export { expoTokenSource } from './token-source.ts';
export { type AuthRoutes, useAuthRoutes } from './use-auth-routes.ts';
export {
  type SocialAuth,
  type SocialAuthResult,
  type SocialStrategy,
  useSocialAuth,
} from './use-social-auth.ts';
