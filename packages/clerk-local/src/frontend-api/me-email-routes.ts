import { z } from 'zod';
import type { Server } from '../server/zod-types.ts';
import { addEmail, removeEmail, verifyEmail } from '../store/identifications.ts';
import { checkCode, refuseVerified, sendCode, withoutCode } from '../store/codes.ts';
import { notFound } from '../store/errors.ts';
import { withoutUser } from '../store/find-users.ts';
import type { OfUser, Store } from '../store/store.ts';
import type { EmailAddress } from '../store/user-json.ts';
import { answer } from './answers.ts';
import { signedIn } from './signed-in.ts';

const emailPath = z.object({ email_id: z.string() });
const createParameters = z.strictObject({ email_address: z.string() });
const prepareParameters = z.object({ strategy: z.literal('email_code') });
const attemptParameters = z.object({ code: z.string().optional() });

/** The e-mail addresses of the signed-in user. A new one is verified by a code. */
export function meEmailRoutes(api: Server): void {
  api.get('/v1/me/email_addresses', (request) => {
    const { store, user } = signedIn(request);
    return store.emailAddresses.where('user_id', user.id).map(withoutUser);
  });

  api.post('/v1/me/email_addresses', { schema: { body: createParameters } }, (request) => {
    const { store, user } = signedIn(request);
    return answer(request, withoutUser(addEmail(store, user.id, request.body.email_address)));
  });

  api.get('/v1/me/email_addresses/:email_id', { schema: { params: emailPath } }, (request) => {
    const { store, user } = signedIn(request);
    return answer(request, withoutUser(ownEmail(store, user.id, request.params.email_id)));
  });

  api.delete('/v1/me/email_addresses/:email_id', { schema: { params: emailPath } }, (request) => {
    const { store, user } = signedIn(request);
    const { id } = ownEmail(store, user.id, request.params.email_id);
    return answer(request, removeEmail(store, id));
  });

  api.post(
    '/v1/me/email_addresses/:email_id/prepare_verification',
    { schema: { params: emailPath, body: prepareParameters } },
    (request) => {
      const { store, user } = signedIn(request);
      const email = ownEmail(store, user.id, request.params.email_id);
      refuseVerified(email.verification);
      const recipient = {
        strategy: request.body.strategy,
        to: email.email_address,
        user_id: user.id,
        identification_id: email.id,
      };
      const verification = sendCode(store, recipient, email.verification);
      return answer(request, withoutUser(store.emailAddresses.put({ ...email, verification })));
    },
  );

  api.post(
    '/v1/me/email_addresses/:email_id/attempt_verification',
    { schema: { params: emailPath, body: attemptParameters } },
    (request) => {
      const { store, user } = signedIn(request);
      const email = ownEmail(store, user.id, request.params.email_id);
      const verification = checkCode(store, email.verification, request.body.code, (tried) => {
        // The right code is stored below, unless the address is another user's meanwhile.
        if (tried.status !== 'verified') store.emailAddresses.put({ ...email, verification: tried });
      });
      return answer(request, withoutUser(verifyEmail(store, email.id, withoutCode(verification))));
    },
  );
}

/** @throws Clerk's 404, also for an address of another user */
function ownEmail(store: Store, userId: string, id: string): OfUser<EmailAddress> {
  const email = store.emailAddresses.find(id);
  if (email?.user_id !== userId) throw notFound('email address', id);
  return email;
}
