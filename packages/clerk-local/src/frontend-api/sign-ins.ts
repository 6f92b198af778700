import type { FastifyReply, FastifyRequest } from 'fastify';
import { instanceOf } from '../server/server.ts';
import type { AttemptVerification, SignInRecord } from '../store/client-records.ts';
import { clerkError, notFound, parameterError } from '../store/errors.ts';
import { getUser } from '../store/find-users.ts';
import { requireUnlocked } from '../store/lockout.ts';
import type { SessionOptions } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { refuseSecondSession, startSession } from './client-sessions.ts';
import { changeClient, openClient, requireClient } from './client.ts';
import { type IdentifiedSignIn, usableEmails } from './first-factors.ts';

const DAY_MS = 24 * 3600 * 1000;

/** Replaces the client's sign-in by an empty one. @throws 400 when the client has a session */
export function newSignIn(request: FastifyRequest, reply: FastifyReply): SignInRecord {
  const { store } = instanceOf(request);
  const client = openClient(request, reply);
  refuseSecondSession(store, client);
  const now = store.now();
  const signIn = store.signIns.put({
    id: store.newId('sia'),
    client_id: client.id,
    status: 'needs_identifier',
    identifier: null,
    user_id: null,
    first_factor_verification: null,
    second_factor_verification: null,
    created_session_id: null,
    created_at: now,
    abandon_at: now + DAY_MS,
  });
  changeClient(request, (draft) => {
    draft.sign_in_id = signIn.id;
  });
  return signIn;
}

/** A sign-in of this client. @throws Clerk's 404 */
export function getSignIn(request: FastifyRequest, id: string): SignInRecord {
  const signIn = instanceOf(request).store.signIns.find(id);
  if (signIn?.client_id !== requireClient(request).id) throw notFound('sign in', id);
  return signIn;
}

/** One that can go on. @throws 404, 403 for one that is replaced, complete or abandoned */
export function openSignIn(request: FastifyRequest, id: string): SignInRecord {
  const signIn = getSignIn(request, id);
  const isCurrent = requireClient(request).sign_in_id === id;
  if (isCurrent && signIn.abandon_at > instanceOf(request).store.now()) return signIn;
  const text = 'Update operations are not allowed on older sign ins';
  throw clerkError(403, 'resource_forbidden', text);
}

/** An open sign-in whose user may sign in. @throws 403 for a banned or locked user, 400 for a deleted one */
export function identifiedSignIn(request: FastifyRequest, id: string): IdentifiedSignIn {
  const { store } = instanceOf(request);
  const signIn = openSignIn(request, id);
  if (signIn.user_id === null) {
    const text = 'We were unable to complete this action for this Client. Identify the user first.';
    throw clerkError(400, 'client_state_invalid', 'Invalid action', text);
  }
  if (!store.users.find(signIn.user_id)) {
    const text = 'Either the user or the selected identification were deleted. Please start over.';
    throw clerkError(400, 'sign_in_identification_or_user_deleted', 'identification or user deleted', text);
  }
  requireAdmitted(store, signIn.user_id);
  return { store, signIn, user: getUser(store, signIn.user_id) };
}

/** The user of an e-mail address, a phone number or a username. @throws 422 when there is none */
export function findByIdentifier(store: Store, identifier: string): string {
  const wanted = identifier.trim();
  if (wanted === '') {
    throw parameterError('form_param_nil', 'identifier', 'Enter identifier.', 'Enter identifier.');
  }
  const { attributes } = store.settings;
  const byEmail =
    attributes.email_address === 'off'
      ? undefined
      : store.emailAddresses
          .where('email_address', wanted.toLowerCase())
          .map(({ user_id: id }) => getUser(store, id))
          .find((user) => usableEmails(user).some((email) => email.email_address === wanted.toLowerCase()));
  const byPhone =
    attributes.phone_number === 'off' ? undefined : store.phoneNumbers.where('phone_number', wanted)[0];
  const byName =
    attributes.username === 'off' ? undefined : store.users.where('username', wanted.toLowerCase())[0];
  const id = byEmail?.id ?? byPhone?.user_id ?? byName?.id;
  if (id !== undefined) return id;
  const text = "Couldn't find your account.";
  throw parameterError('form_identifier_not_found', 'identifier', text, text);
}

/** @throws 403 for a banned or locked user */
export function requireAdmitted(store: Store, userId: string): void {
  const user = store.users.get(userId);
  if (user.banned) {
    const text = 'You have been banned. If you think this was by mistake, please contact support.';
    throw clerkError(403, 'user_banned', 'User banned', text);
  }
  requireUnlocked(store, user);
}

export function setFirstFactor(store: Store, id: string, verification: AttemptVerification): SignInRecord {
  return store.signIns.change(id, (signIn) => {
    signIn.first_factor_verification = verification;
  });
}

/** After the first factor: signs the user in. */
export function completeSignIn(
  request: FastifyRequest,
  { id, user_id: userId }: SignInRecord,
  strategy: string,
  options?: Omit<SessionOptions, 'clientId'>,
): SignInRecord {
  if (userId === null) throw new Error(`the sign-in ${id} has no user`);
  const session = startSession(request, userId, strategy, options);
  changeClient(request, (client) => {
    client.sign_in_id = null;
  });
  return instanceOf(request).store.signIns.change(id, (signIn) => {
    signIn.status = 'complete';
    signIn.created_session_id = session.id;
  });
}
