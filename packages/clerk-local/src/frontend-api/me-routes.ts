import { z } from 'zod';
import type { Server } from '../server/zod-types.ts';
import { clerkError, parameterError } from '../store/errors.ts';
import { getUser } from '../store/find-users.ts';
import type { Store } from '../store/store.ts';
import { deleteUser, setMetadata, updateUser } from '../store/users.ts';
import { answer } from './answers.ts';
import { signedIn } from './signed-in.ts';
import { userJson } from './user-json.ts';

/** A form has no null: an empty text removes the value. */
const name = z
  .string()
  .max(256)
  .transform((text) => (text === '' ? null : text))
  .nullish();

const updateParameters = z.strictObject({
  first_name: name,
  last_name: name,
  username: name,
  primary_email_address_id: z.string().optional(),
  primary_phone_number_id: z.string().optional(),
});

const metadataParameters = z.strictObject({
  unsafe_metadata: z.string().transform((text, context) => {
    try {
      return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a JSON object.' });
      return z.NEVER;
    }
  }),
});

/** The signed-in user: profile, metadata, deletion. */
export function meRoutes(api: Server): void {
  api.get('/v1/me', (request) => {
    const { store, user } = signedIn(request);
    return answer(request, userJson(getUser(store, user.id)));
  });

  api.patch('/v1/me', { schema: { body: updateParameters } }, (request) => {
    const { store, user } = signedIn(request);
    requireAttributes(store, request.body);
    requireVerified(store, request.body);
    return answer(request, userJson(updateUser(store, user.id, request.body)));
  });

  api.patch('/v1/me/metadata', { schema: { body: metadataParameters } }, (request) => {
    const { store, user } = signedIn(request);
    return answer(request, userJson(setMetadata(store, user.id, request.body, 'merge')));
  });

  api.delete('/v1/me', (request) => {
    const { store, user } = signedIn(request);
    if (!user.delete_self_enabled || !store.settings.actions.delete_self) {
      const text = 'Self deletion is not enabled for this user';
      throw clerkError(403, 'user_delete_self_not_enabled', 'delete self not enabled', text);
    }
    const { external_id: _, ...deleted } = deleteUser(store, user.id);
    return answer(request, deleted);
  });
}

type Update = z.output<typeof updateParameters>;

/** Attributes that the instance doesn't use are unknown parameters. */
function requireAttributes(store: Store, update: Update): void {
  const { attributes } = store.settings;
  for (const field of ['first_name', 'last_name', 'username'] as const) {
    if (update[field] === undefined || attributes[field] !== 'off') continue;
    const text = `${field} is not a valid parameter for this request.`;
    throw parameterError('form_param_unknown', field, 'is unknown', text);
  }
}

function requireVerified(store: Store, update: Update): void {
  const { primary_email_address_id: email, primary_phone_number_id: phone } = update;
  const primaries = {
    primary_email_address_id: email === undefined ? undefined : store.emailAddresses.find(email),
    primary_phone_number_id: phone === undefined ? undefined : store.phoneNumbers.find(phone),
  };
  for (const [parameter, contact] of Object.entries(primaries)) {
    if (!contact || contact.verification?.status === 'verified') continue;
    const text = `${parameter} must be verified.`;
    throw parameterError('form_param_value_invalid', parameter, 'is invalid', text);
  }
}
