import { instanceOf } from '../server/server.ts';
import { redeemTicket } from '../store/tickets.ts';
import type { SignInStrategy } from './sign-in-parameters.ts';
import { completeSignIn, requireAdmitted } from './sign-ins.ts';

/** A token of the Backend API signs its user in, once. @throws Clerk's errors for an unusable one */
export const signInByTicket: SignInStrategy = (request, { id }, { ticket = '' }) => {
  const { store } = instanceOf(request);
  const { userId, session } = redeemTicket(store, ticket);
  requireAdmitted(store, userId);
  const signIn = store.signIns.change(id, (draft) => {
    draft.user_id = userId;
    draft.first_factor_verification = {
      object: 'verification_ticket',
      status: 'verified',
      strategy: 'ticket',
      attempts: null,
      expire_at: null,
    };
  });
  return completeSignIn(request, signIn, 'ticket', session);
};
