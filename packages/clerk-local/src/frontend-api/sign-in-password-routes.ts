import { z } from 'zod';
import type { Server } from '../server/zod-types.ts';
import { clerkError } from '../store/errors.ts';
import { checkPasswordRules } from '../store/password-rules.ts';
import { getSession } from '../store/sessions.ts';
import { setPassword, signOutOthers } from '../store/user-passwords.ts';
import { answerSignIn } from './answers.ts';
import { flag } from './form.ts';
import { completeSignIn, identifiedSignIn } from './sign-ins.ts';

const signInPath = z.object({ sign_in_id: z.string() });
const resetParameters = z.strictObject({ password: z.string(), sign_out_of_other_sessions: flag });

/** The end of a password reset. */
export function signInPasswordRoutes(api: Server): void {
  api.post(
    '/v1/client/sign_ins/:sign_in_id/reset_password',
    { schema: { params: signInPath, body: resetParameters } },
    (request) => {
      const { store, signIn, user } = identifiedSignIn(request, request.params.sign_in_id);
      if (signIn.status !== 'needs_new_password') {
        const text =
          'We were unable to complete a password reset for this Client. Verify the code that was sent first.';
        throw clerkError(400, 'client_state_invalid', 'Invalid action', text);
      }
      checkPasswordRules(store, request.body.password);
      setPassword(store, user.id, request.body.password);
      const complete = completeSignIn(request, signIn, 'reset_password_email_code');
      if (request.body.sign_out_of_other_sessions && complete.created_session_id !== null) {
        signOutOthers(store, getSession(store, complete.created_session_id));
      }
      return answerSignIn(request, complete);
    },
  );
}
