import type { SentVerification } from './client-records.ts';
import { type CodeRecipient, sendCode } from './codes.ts';
import { clerkError, notFound } from './errors.ts';
import type { Store } from './store.ts';

/** Sends a code; an older one is worth nothing then. @throws 429 when one was sent just now */
export function prepareVerification(
  store: Store,
  recipient: CodeRecipient & { identification_id: string },
): SentVerification {
  const { identification_id: identificationId } = recipient;
  const previous = store.verifications.where('identification_id', identificationId);
  const sent = sendCode(store, recipient, previous.at(-1) ?? null);
  for (const { id } of previous) store.verifications.delete(id);
  return store.verifications.put({
    ...sent,
    id: store.newId('ver'),
    identification_id: identificationId,
  });
}

/** The outcome of a try is its `status`, not an error. @throws Clerk's 404, 400 for a used code */
export function attemptVerification(
  store: Store,
  identificationId: string,
  id: string,
  code: string,
): SentVerification {
  const sent = store.verifications.find(id);
  if (sent?.identification_id !== identificationId) throw notFound('verification', id);
  if (sent.status === 'verified') {
    const text = 'This verification has already been verified.';
    throw clerkError(400, 'verification_already_verified', 'already verified', text);
  }
  if (sent.status === 'failed') return sent;
  return store.verifications.change(id, (draft) => {
    draft.attempts = (draft.attempts ?? 0) + 1;
    if (draft.expire_at !== null && draft.expire_at <= store.now()) draft.status = 'expired';
    else if (code === draft.code) draft.status = 'verified';
    else if (draft.attempts >= store.settings.verification.max_attempts) draft.status = 'failed';
  });
}
