import type { FastifyReply, FastifyRequest } from 'fastify';
import { instanceOf } from '../server/server.ts';
import type { SignUpRecord } from '../store/client-records.ts';
import { withoutCode } from '../store/codes.ts';
import { clerkError, notFound } from '../store/errors.ts';
import { connectAccount, findUserOf } from '../store/external-accounts.ts';
import { getUser } from '../store/find-users.ts';
import { answeredRequest } from '../store/oauth.ts';
import type { Store } from '../store/store.ts';
import { createUser } from '../store/users.ts';
import { changeClient, openClient, requireClient } from './client.ts';
import { refuseSecondSession, startSession } from './client-sessions.ts';
import { signUpFields } from './sign-up-json.ts';

const DAY_MS = 24 * 3600 * 1000;

/** Replaces the client's sign-up by an empty one. @throws 400 when the client may not sign up again */
export function newSignUp(request: FastifyRequest, reply: FastifyReply): SignUpRecord {
  const { store } = instanceOf(request);
  if (store.settings.sign_up.mode === 'restricted') {
    const text = 'New sign-ups are currently restricted.';
    throw clerkError(403, 'sign_up_mode_restricted', 'Sign-ups restricted', text);
  }
  const client = openClient(request, reply);
  refuseSecondSession(store, client);
  const now = store.now();
  const signUp = store.signUps.put({
    id: store.newId('sua'),
    client_id: client.id,
    status: 'missing_requirements',
    username: null,
    email_address: null,
    phone_number: null,
    first_name: null,
    last_name: null,
    password_hash: null,
    unsafe_metadata: {},
    verifications: {},
    external_id: null,
    created_user_id: null,
    created_session_id: null,
    legal_accepted_at: null,
    locale: null,
    timezone: null,
    created_at: now,
    abandon_at: now + DAY_MS,
  });
  changeClient(request, (draft) => {
    draft.sign_up_id = signUp.id;
  });
  return signUp;
}

/** A sign-up of this client. @throws Clerk's 404 */
export function getSignUp(request: FastifyRequest, id: string): SignUpRecord {
  const signUp = instanceOf(request).store.signUps.find(id);
  if (signUp?.client_id !== requireClient(request).id) throw notFound('sign up', id);
  return signUp;
}

/** One that can be changed. @throws 404, 403 for one that is replaced, complete or abandoned */
export function openSignUp(request: FastifyRequest, id: string): SignUpRecord {
  const signUp = getSignUp(request, id);
  const isCurrent = requireClient(request).sign_up_id === id;
  const isOpen = signUp.status === 'missing_requirements';
  if (isCurrent && isOpen && signUp.abandon_at > instanceOf(request).store.now()) return signUp;
  const text = 'Access to this sign up is forbidden';
  throw clerkError(403, 'resource_forbidden', 'Sign up forbidden', text);
}

/** Creates the user and a session once nothing is missing. */
export function completeSignUp(request: FastifyRequest, id: string): SignUpRecord {
  const { store } = instanceOf(request);
  const signUp = store.signUps.get(id);
  const { missing, unverified } = signUpFields(store, signUp);
  const { external_account: external } = signUp.verifications;
  const isWaiting = external !== undefined && external.status !== 'verified';
  if (missing.length > 0 || unverified.length > 0 || isWaiting) return signUp;
  // Before the user exists: somebody may have signed in here meanwhile.
  refuseSecondSession(store, requireClient(request));
  const userId = createUserOf(store, signUp);
  const session = startSession(request, userId, lastStrategy(signUp));
  changeClient(request, (client) => {
    client.sign_up_id = null;
  });
  return store.signUps.change(id, (draft) => {
    draft.status = 'complete';
    draft.created_user_id = userId;
    draft.created_session_id = session.id;
    draft.password_hash = null;
  });
}

/** One `user.created` reports the user with the account that the sign-up has at a provider. */
function createUserOf(store: Store, signUp: SignUpRecord): string {
  const account =
    signUp.verifications['external_account'] === undefined ? undefined : answeredRequest(store, signUp.id);
  if (account && findUserOf(store, account.provider, account.person) !== undefined) {
    const text =
      'One or more identifiers on this sign up have since been connected to a different User. Please sign up again.';
    throw clerkError(400, 'identification_claimed', 'Identification claimed by another user', text);
  }
  const { email_address: email, phone_number: phone } = signUp.verifications;
  const { id } = createUser(
    store,
    {
      ...(signUp.email_address === null ? {} : { email_address: [signUp.email_address] }),
      ...(signUp.phone_number === null ? {} : { phone_number: [signUp.phone_number] }),
      username: signUp.username,
      first_name: signUp.first_name,
      last_name: signUp.last_name,
      unsafe_metadata: signUp.unsafe_metadata,
      external_id: signUp.external_id,
      locale: signUp.locale,
      timezone: signUp.timezone,
      legal_accepted_at: signUp.legal_accepted_at,
    },
    {
      webhook: account === undefined,
      passwordHash: signUp.password_hash,
      verifications: {
        ...(email && { email_address: withoutCode(email) }),
        ...(phone && { phone_number: withoutCode(phone) }),
      },
    },
  );
  if (account) {
    connectAccount(store, id, account.provider, account.person, { webhook: false });
    store.emit('user.created', getUser(store, id));
  }
  return id;
}

function lastStrategy({ verifications, password_hash: passwordHash }: SignUpRecord): string {
  const { external_account: external, email_address: email, phone_number: phone } = verifications;
  const verification = external ?? email ?? phone;
  return verification?.strategy ?? (passwordHash === null ? 'ticket' : 'password');
}
