import { z } from 'zod';
import type { Server } from '../server/zod-types.ts';
import { clerkError, parameterError } from '../store/errors.ts';
import { getUser } from '../store/find-users.ts';
import { checkPasswordRules } from '../store/password-rules.ts';
import { isPassword } from '../store/passwords.ts';
import type { UserRecord } from '../store/store.ts';
import { removePassword, setPassword, signOutOthers } from '../store/user-passwords.ts';
import { answer } from './answers.ts';
import { signedIn } from './signed-in.ts';
import { flag } from './form.ts';
import { userJson } from './user-json.ts';

const changeParameters = z.strictObject({
  current_password: z.string().optional(),
  new_password: z.string(),
  sign_out_of_other_sessions: flag,
});

const removeParameters = z.strictObject({ current_password: z.string().optional() });

export function mePasswordRoutes(api: Server): void {
  api.post('/v1/me/change_password', { schema: { body: changeParameters } }, (request) => {
    const { store, user, session } = signedIn(request);
    const {
      current_password: current,
      new_password: next,
      sign_out_of_other_sessions: others,
    } = request.body;
    if (user.password_hash !== null) requirePassword(user, current);
    checkPasswordRules(store, next, 'new_password');
    setPassword(store, user.id, next);
    if (others) signOutOthers(store, session);
    return answer(request, userJson(getUser(store, user.id)));
  });

  api.post('/v1/me/remove_password', { schema: { body: removeParameters } }, (request) => {
    const { store, user } = signedIn(request);
    if (user.password_hash === null) {
      const text = 'This user does not have a password set for their account';
      throw clerkError(400, 'no_password_set', 'no password set', text);
    }
    requirePassword(user, request.body.current_password);
    if (store.settings.attributes.password === 'required') {
      const text =
        "Settings for this instance require a password to be set. Cannot remove the user's password.";
      throw clerkError(400, 'password_required', 'password required', text);
    }
    return answer(request, userJson(removePassword(store, user.id)));
  });
}

function requirePassword(user: UserRecord, given: string | undefined): void {
  if (given === undefined) {
    const text = 'current_password must be included.';
    throw parameterError('form_param_missing', 'current_password', 'is missing', text);
  }
  if (user.password_hash !== null && isPassword(given, user.password_hash)) return;
  const text = 'Incorrect password. Please try again.';
  throw parameterError('form_password_validation_failed', 'current_password', text, text);
}
