import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import { clerkError } from '../store/errors.ts';
import { getUser } from '../store/find-users.ts';
import { isPassword } from '../store/passwords.ts';
import { endSessions } from '../store/sessions.ts';
import { changeUser } from '../store/users.ts';
import { userPath } from './user-routes.ts';

const verifyParameters = z.strictObject({ password: z.string() });

const removeParameters = z.strictObject({ sign_out_of_other_sessions: z.boolean().default(false) });

export function userPasswordRoutes(api: Server): void {
  api.post(
    '/users/:user_id/verify_password',
    { schema: { params: userPath, body: verifyParameters } },
    (request) => {
      const { password_hash: hash } = instanceOf(request).store.users.get(request.params.user_id);
      if (hash === null) {
        const text = 'This user does not have a password set for their account';
        throw clerkError(400, 'no_password_set', 'no password set', text);
      }
      if (!isPassword(request.body.password, hash)) {
        const text = 'The provided password is not the one the user has set';
        throw clerkError(422, 'incorrect_password', 'incorrect password', text);
      }
      return { verified: true };
    },
  );

  api.post(
    '/users/:user_id/remove_password',
    { schema: { params: userPath, body: removeParameters } },
    (request) => {
      const { store } = instanceOf(request);
      const { id, password_enabled: hasPassword } = store.users.get(request.params.user_id);
      const user = hasPassword
        ? changeUser(store, id, (draft) => {
            draft.password_hash = null;
            draft.password_enabled = false;
          })
        : getUser(store, id);
      if (request.body.sign_out_of_other_sessions) endSessions(store, id, 'revoked');
      return user;
    },
  );
}
