import { z } from 'zod';
import type { Server } from '../server/zod-types.ts';
import { addPhone, removePhone, verifyPhone } from '../store/identifications.ts';
import { checkCode, refuseVerified, sendCode, withoutCode } from '../store/codes.ts';
import { clerkError, notFound } from '../store/errors.ts';
import { withoutUser } from '../store/find-users.ts';
import type { OfUser, Store } from '../store/store.ts';
import type { PhoneNumber } from '../store/user-json.ts';
import { answer } from './answers.ts';
import { signedIn } from './signed-in.ts';

const phonePath = z.object({ phone_number_id: z.string() });
const createParameters = z.strictObject({ phone_number: z.string() });
const prepareParameters = z.object({ strategy: z.literal('phone_code') });
const attemptParameters = z.object({ code: z.string().optional() });

/** The phone numbers of the signed-in user. A new one is verified by a code. */
export function mePhoneRoutes(api: Server): void {
  api.get('/v1/me/phone_numbers', (request) => {
    const { store, user } = signedIn(request);
    return store.phoneNumbers.where('user_id', user.id).map(withoutUser);
  });

  api.post('/v1/me/phone_numbers', { schema: { body: createParameters } }, (request) => {
    const { store, user } = signedIn(request);
    requirePhones(store);
    return answer(request, withoutUser(addPhone(store, user.id, request.body.phone_number)));
  });

  api.get('/v1/me/phone_numbers/:phone_number_id', { schema: { params: phonePath } }, (request) => {
    const { store, user } = signedIn(request);
    return answer(request, withoutUser(ownPhone(store, user.id, request.params.phone_number_id)));
  });

  api.delete('/v1/me/phone_numbers/:phone_number_id', { schema: { params: phonePath } }, (request) => {
    const { store, user } = signedIn(request);
    const { id } = ownPhone(store, user.id, request.params.phone_number_id);
    return answer(request, removePhone(store, id));
  });

  api.post(
    '/v1/me/phone_numbers/:phone_number_id/prepare_verification',
    { schema: { params: phonePath, body: prepareParameters } },
    (request) => {
      const { store, user } = signedIn(request);
      const phone = ownPhone(store, user.id, request.params.phone_number_id);
      refuseVerified(phone.verification);
      const recipient = {
        strategy: request.body.strategy,
        to: phone.phone_number,
        user_id: user.id,
        identification_id: phone.id,
      };
      const verification = sendCode(store, recipient, phone.verification);
      return answer(request, withoutUser(store.phoneNumbers.put({ ...phone, verification })));
    },
  );

  api.post(
    '/v1/me/phone_numbers/:phone_number_id/attempt_verification',
    { schema: { params: phonePath, body: attemptParameters } },
    (request) => {
      const { store, user } = signedIn(request);
      const phone = ownPhone(store, user.id, request.params.phone_number_id);
      const verification = checkCode(store, phone.verification, request.body.code, (tried) => {
        store.phoneNumbers.put({ ...phone, verification: tried });
      });
      return answer(request, withoutUser(verifyPhone(store, phone.id, withoutCode(verification))));
    },
  );
}

/** @throws Clerk's 404, also for a number of another user */
function ownPhone(store: Store, userId: string, id: string): OfUser<PhoneNumber> {
  const phone = store.phoneNumbers.find(id);
  if (phone?.user_id !== userId) throw notFound('phone number', id);
  return phone;
}

function requirePhones({ settings }: Store): void {
  if (settings.attributes.phone_number !== 'off') return;
  throw clerkError(403, 'resource_forbidden', 'forbidden', 'Resource forbidden');
}
