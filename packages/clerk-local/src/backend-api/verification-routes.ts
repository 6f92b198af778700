import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import type { SentVerification } from '../store/client-records.ts';
import { verifyEmail, verifyPhone } from '../store/identifications.ts';
import { attemptVerification, prepareVerification } from '../store/verifications.ts';

const identificationPath = z.object({ identification_id: z.string() });

const attemptParameters = z.strictObject({ verification_id: z.string(), code: z.string() });

/** Codes that a backend sends and checks itself, e.g. for a sign-in of its own. */
export function verificationRoutes(api: Server): void {
  const byId = { params: identificationPath };
  const attempt = { schema: { ...byId, body: attemptParameters } };

  api.post('/email_addresses/:identification_id/prepare_verification', { schema: byId }, (request) => {
    const { store } = instanceOf(request);
    const email = store.emailAddresses.get(request.params.identification_id);
    const { id, email_address: to, user_id: userId } = email;
    const recipient = { strategy: 'email_code', to, user_id: userId, identification_id: id } as const;
    return verificationJson(prepareVerification(store, recipient));
  });

  api.post('/email_addresses/:identification_id/attempt_verification', attempt, (request) => {
    const { store } = instanceOf(request);
    const { id, verification: present } = store.emailAddresses.get(request.params.identification_id);
    const { verification_id: verificationId, code } = request.body;
    const sent = attemptVerification(store, id, verificationId, code);
    if (sent.status === 'verified' && present?.status !== 'verified') {
      verifyEmail(store, id, verificationOf(sent));
    }
    return verificationJson(sent);
  });

  api.post('/phone_numbers/:identification_id/prepare_verification', { schema: byId }, (request) => {
    const { store } = instanceOf(request);
    const phone = store.phoneNumbers.get(request.params.identification_id);
    const { id, phone_number: to, user_id: userId } = phone;
    const recipient = { strategy: 'phone_code', to, user_id: userId, identification_id: id } as const;
    return { ...verificationJson(prepareVerification(store, recipient)), channel: 'sms' };
  });

  api.post('/phone_numbers/:identification_id/attempt_verification', attempt, (request) => {
    const { store } = instanceOf(request);
    const { id, verification: present } = store.phoneNumbers.get(request.params.identification_id);
    const { verification_id: verificationId, code } = request.body;
    const sent = attemptVerification(store, id, verificationId, code);
    if (sent.status === 'verified' && present?.status !== 'verified') {
      verifyPhone(store, id, verificationOf(sent));
    }
    return { ...verificationJson(sent), channel: 'sms' };
  });
}

function verificationOf({ object, status, strategy, attempts, expire_at }: SentVerification) {
  return { object, status, strategy, attempts, expire_at };
}

function verificationJson(sent: SentVerification) {
  return { ...verificationOf(sent), id: sent.id };
}
