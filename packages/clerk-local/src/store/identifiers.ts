import { parameterError } from './errors.ts';
import type { Store, UserRecord } from './store.ts';

/** Normalised and each once. @throws a 422 when one is no e-mail address or belongs to another user */
export function claimEmails(store: Store, addresses: readonly string[], owner: string): string[] {
  const normalised = [...new Set(addresses.map((address) => address.trim().toLowerCase()))];
  for (const address of normalised) {
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) {
      throw invalidFormat('email_address', 'a valid email address.');
    }
    const owners = store.emailAddresses.where('email_address', address);
    if (owners.some((email) => email.user_id !== owner)) throw taken('email_address');
  }
  return normalised;
}

/** Each once. @throws a 422 when one is no E.164 number or belongs to another user */
export function claimPhones(store: Store, phones: readonly string[], owner: string): string[] {
  for (const phone of phones) {
    if (!/^\+[1-9]\d{6,14}$/.test(phone)) {
      const expected = 'a valid phone number according to E.164 international standard.';
      throw invalidFormat('phone_number', expected);
    }
    const owners = store.phoneNumbers.where('phone_number', phone);
    if (owners.some((number) => number.user_id !== owner)) throw taken('phone_number');
  }
  return [...new Set(phones)];
}

export function taken(parameter: string): Error {
  const subject = { email_address: 'email address', phone_number: 'phone number' }[parameter] ?? parameter;
  const text = `That ${subject} is taken. Please try another.`;
  return parameterError('form_identifier_exists', parameter, text, text);
}

function invalidFormat(parameter: string, expected: string): Error {
  const text = `${parameter} must be ${expected}`;
  return parameterError('form_param_format_invalid', parameter, 'is invalid', text);
}

/** The user with this verified e-mail address or phone number, or with this username. */
export function findUserByIdentifier(store: Store, identifier: string): UserRecord | undefined {
  const text = identifier.trim().toLowerCase();
  const owned = [
    ...store.emailAddresses.where('email_address', text),
    ...store.phoneNumbers.where('phone_number', text),
  ].find(({ verification }) => verification?.status === 'verified');
  if (owned) return store.users.find(owned.user_id);
  return store.users.where('username', text)[0];
}
