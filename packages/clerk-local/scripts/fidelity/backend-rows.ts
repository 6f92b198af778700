import { createClerkClient, verifyToken } from '@clerk/backend';
import { isClerkAPIResponseError } from '@clerk/backend/errors';
import assert from 'node:assert/strict';
import type { Target } from './target.ts';

/** A call by a real SDK. It throws when its result isn't what Clerk's documents and the SDK's types say. */
export interface Row {
  area: string;
  call: string;
  run: (target: Target) => Promise<void>;
}

let people = 0;

/** A new user, made and read without the SDK. */
async function newUser(target: Target): Promise<{ id: string; address: string }> {
  people += 1;
  const address = `person${people}@example.com`;
  const user = await target.fetch('POST', '/v1/users', { email_address: [address], first_name: 'Grace' });
  return { id: String(user['id']), address };
}

async function newSession(target: Target): Promise<{ id: string; userId: string }> {
  const { id: userId } = await newUser(target);
  const { id } = await target.fetch('POST', '/v1/sessions', { user_id: userId });
  return { id: String(id), userId };
}

/** Clerk's times are in ms. */
function assertRecent(time: number): void {
  assert(Math.abs(Date.now() - time) < 600_000, `a time is ${time}, not ms of now`);
}

function row(area: string, call: string, run: Row['run']): Row {
  return { area, call, run };
}

const users: Row[] = [
  row('users', 'users.getUserList({ emailAddress })', async ({ sdk }) => {
    const { data, totalCount } = await sdk.users.getUserList({ emailAddress: ['ada@example.com'] });
    assert.equal(totalCount, 1);
    assert.equal(data[0]?.firstName, 'Ada');
  }),
  row('users', 'users.getUserList(), sorted and paged', async (target) => {
    const { id } = await newUser(target);
    const { data } = await target.sdk.users.getUserList({ orderBy: '-created_at', limit: 1 });
    assert.deepEqual(
      data.map((user) => user.id),
      [id],
    );
  }),
  row('users', 'users.getCount({ emailAddress })', async ({ sdk }) => {
    assert.equal(await sdk.users.getCount({ emailAddress: ['ada@example.com'] }), 1);
  }),
  row('users', 'users.getUser()', async (target) => {
    const { id, address } = await newUser(target);
    const user = await target.sdk.users.getUser(id);
    assert.equal(user.id, id);
    assert.equal(user.primaryEmailAddress?.emailAddress, address);
    assert.equal(user.primaryEmailAddress.verification?.status, 'verified');
    assertRecent(user.createdAt);
  }),
  row('users', 'users.createUser()', async ({ sdk, fetch }) => {
    const user = await sdk.users.createUser({ emailAddress: ['new@example.com'], firstName: 'New' });
    assert.equal(user.firstName, 'New');
    assert.equal((await fetch('GET', `/v1/users/${user.id}`))['first_name'], 'New');
  }),
  row('users', 'users.updateUser()', async (target) => {
    const { id } = await newUser(target);
    assert.equal((await target.sdk.users.updateUser(id, { firstName: 'Other' })).firstName, 'Other');
  }),
  row('users', 'users.updateUserMetadata()', async (target) => {
    const { id } = await newUser(target);
    await target.fetch('PATCH', `/v1/users/${id}/metadata`, { public_metadata: { a: { b: 1 }, gone: 1 } });
    const publicMetadata = { a: { c: 2 }, gone: null };
    const user = await target.sdk.users.updateUserMetadata(id, { publicMetadata });
    assert.deepEqual(user.publicMetadata, { a: { b: 1, c: 2 } });
  }),
  row('users', 'users.replaceUserMetadata()', async (target) => {
    const { id } = await newUser(target);
    const user = await target.sdk.users.replaceUserMetadata(id, { publicMetadata: { only: 1 } });
    assert.deepEqual(user.publicMetadata, { only: 1 });
  }),
  row('users', 'users.verifyPassword()', async ({ sdk, fetch }) => {
    const answer: unknown = await fetch('GET', '/v1/users?email_address=ada@example.com');
    const list = Array.isArray(answer) ? answer : (answer as { data: unknown[] }).data;
    const { id } = list.at(-1) as { id: string };
    const password = 'a long enough passphrase 7';
    assert.equal((await sdk.users.verifyPassword({ userId: id, password })).verified, true);
  }),
  row('users', 'users.banUser() and unbanUser()', async (target) => {
    const { id } = await newUser(target);
    assert.equal((await target.sdk.users.banUser(id)).banned, true);
    assert.equal((await target.sdk.users.unbanUser(id)).banned, false);
  }),
  row('users', 'users.lockUser() and unlockUser()', async (target) => {
    const { id } = await newUser(target);
    assert.equal((await target.sdk.users.lockUser(id)).locked, true);
    assert.equal((await target.sdk.users.unlockUser(id)).locked, false);
  }),
  row('users', 'users.deleteUser()', async (target) => {
    const { id } = await newUser(target);
    assert.equal((await target.sdk.users.deleteUser(id)).id, id);
    assert.equal(((await target.fetch('GET', `/v1/users/${id}`))['errors'] as unknown[]).length, 1);
  }),
];

const addresses: Row[] = [
  row('addresses', 'emailAddresses.createEmailAddress()', async (target) => {
    const { id } = await newUser(target);
    const emailAddress = `second-${id}@example.com`.toLowerCase();
    const made = await target.sdk.emailAddresses.createEmailAddress({ userId: id, emailAddress });
    assert.equal(made.emailAddress, emailAddress);
  }),
  row('addresses', 'emailAddresses.getEmailAddress()', async (target) => {
    const { id, address } = await newUser(target);
    const addressId = (await target.fetch('GET', `/v1/users/${id}`))['primary_email_address_id'];
    const read = await target.sdk.emailAddresses.getEmailAddress(String(addressId));
    assert.equal(read.emailAddress, address);
  }),
  row('addresses', 'emailAddresses.deleteEmailAddress()', async (target) => {
    const { id } = await newUser(target);
    const email_address = `third-${id}@example.com`.toLowerCase();
    const made = await target.fetch('POST', '/v1/email_addresses', { user_id: id, email_address });
    const deleted = await target.sdk.emailAddresses.deleteEmailAddress(String(made['id']));
    assert.equal(deleted.deleted, true);
  }),
  row('addresses', 'phoneNumbers.createPhoneNumber()', async (target) => {
    const { id } = await newUser(target);
    const made = await target.sdk.phoneNumbers.createPhoneNumber({ userId: id, phoneNumber: '+15555550100' });
    assert.equal(made.phoneNumber, '+15555550100');
  }),
];

const sessions: Row[] = [
  row('sessions', 'sessions.getSessionList()', async (target) => {
    const { id, userId } = await newSession(target);
    const { data, totalCount } = await target.sdk.sessions.getSessionList({ userId });
    assert.equal(totalCount, 1);
    assert.equal(data[0]?.id, id);
  }),
  row('sessions', 'sessions.createSession()', async (target) => {
    const { id: userId } = await newUser(target);
    const session = await target.sdk.sessions.createSession({ userId });
    assert.equal(session.status, 'active');
    assertRecent(session.createdAt);
  }),
  row('sessions', 'sessions.getSession()', async (target) => {
    const { id, userId } = await newSession(target);
    assert.equal((await target.sdk.sessions.getSession(id)).userId, userId);
  }),
  row('sessions', 'sessions.revokeSession()', async (target) => {
    const { id } = await newSession(target);
    assert.equal((await target.sdk.sessions.revokeSession(id)).status, 'revoked');
  }),
  row('sessions', 'sessions.getToken()', async (target) => {
    const { id } = await newSession(target);
    assert.equal((await target.sdk.sessions.getToken(id)).jwt.split('.').length, 3);
  }),
  row('sessions', 'jwks.getJwks()', async ({ sdk }) => {
    assert.equal((await sdk.jwks.getJwks()).keys?.[0]?.kty, 'RSA');
  }),
  row('sessions', 'verifyToken(), by the JWKS', async (target) => {
    const { id, userId } = await newSession(target);
    const { jwt } = await target.fetch('POST', `/v1/sessions/${id}/tokens`);
    const { secretKey, apiUrl } = target;
    const claims = await verifyToken(String(jwt), { secretKey, apiUrl, skipJwksCache: true });
    assert.equal(claims.sub, userId);
    assert.equal(claims.sid, id);
    assert.equal(claims.exp - claims.iat, 60);
    assert.equal(claims.v, 2);
  }),
  row('sessions', 'authenticateRequest()', async (target) => {
    const { id, userId } = await newSession(target);
    const { jwt } = await target.fetch('POST', `/v1/sessions/${id}/tokens`);
    const request = new Request('http://127.0.0.1/', { headers: { authorization: `Bearer ${String(jwt)}` } });
    const { publishableKey } = target;
    const state = await target.sdk.authenticateRequest(request, { publishableKey });
    assert.equal(state.isAuthenticated, true, `${state.reason}: ${state.message}`);
    assert.equal(state.toAuth().userId, userId);
  }),
  row('tokens', 'signInTokens.createSignInToken()', async (target) => {
    const { id: userId } = await newUser(target);
    const made = await target.sdk.signInTokens.createSignInToken({ userId, expiresInSeconds: 60 });
    assert.equal(made.status, 'pending');
    assert.equal(made.token.split('.').length, 3);
  }),
  row('tokens', 'jwtTemplates.create()', async ({ sdk }) => {
    const made = await sdk.jwtTemplates.create({ name: 'fidelity', claims: { aud: 'there' } });
    assert.deepEqual(made.claims, { aud: 'there' });
  }),
];

/** The error of the SDK, with the status that it has in Clerk's document. */
async function failure(promise: Promise<unknown>, status: number, code: string) {
  const [result] = await Promise.allSettled([promise]);
  assert(result.status === 'rejected', 'no error');
  const error: unknown = result.reason;
  assert(isClerkAPIResponseError(error), `not a ClerkAPIResponseError: ${String(error)}`);
  assert.equal(error.status, status);
  assert.equal(error.errors[0]?.code, code);
  assert(error.errors[0].longMessage, 'no longMessage');
  assert(error.clerkTraceId, 'no clerkTraceId');
  return error;
}

const errors: Row[] = [
  row('errors', 'an unknown user: 404 resource_not_found', async ({ sdk }) => {
    await failure(sdk.users.getUser('user_2unknownunknownunknownunk'), 404, 'resource_not_found');
  }),
  row('errors', 'a taken address: 422 form_identifier_exists', async ({ sdk }) => {
    const taken = sdk.users.createUser({ emailAddress: ['ada@example.com'] });
    const { errors: items } = await failure(taken, 422, 'form_identifier_exists');
    assert.equal((items[0]?.meta as { paramName?: string }).paramName, 'email_address');
  }),
  row('errors', 'a limit over 500: 422', async ({ sdk }) => {
    await failure(sdk.users.getUserList({ limit: 501 }), 422, 'form_param_value_invalid');
  }),
  row('errors', 'a wrong secret key: 401 clerk_key_invalid', async ({ apiUrl }) => {
    const secretKey = 'wrong';
    const stranger = createClerkClient({ secretKey, apiUrl, telemetry: { disabled: true } });
    await failure(stranger.users.getUser('user_2unknownunknownunknownunk'), 401, 'clerk_key_invalid');
  }),
];

const organizations: Row[] = [
  row('organizations', 'organizations.createOrganization()', async (target) => {
    const { id: createdBy } = await newUser(target);
    const made = await target.sdk.organizations.createOrganization({ name: 'Firm', createdBy });
    assert.equal(made.name, 'Firm');
    assertRecent(made.createdAt);
  }),
  row('organizations', 'organizations.getOrganizationList()', async ({ sdk }) => {
    assert.equal(typeof (await sdk.organizations.getOrganizationList()).totalCount, 'number');
  }),
  row('organizations', 'organizations.createOrganizationMembership()', async (target) => {
    const { id: createdBy } = await newUser(target);
    const { id: userId } = await newUser(target);
    const made = await target.fetch('POST', '/v1/organizations', { name: 'Club', created_by: createdBy });
    const organizationId = String(made['id']);
    const member = { organizationId, userId, role: 'org:member' };
    const membership = await target.sdk.organizations.createOrganizationMembership(member);
    assert.equal(membership.role, 'org:member');
  }),
  row('organizations', 'organizations.createOrganizationInvitation()', async (target) => {
    const { id: inviterUserId } = await newUser(target);
    const made = await target.fetch('POST', '/v1/organizations', { name: 'Team', created_by: inviterUserId });
    const invitation = await target.sdk.organizations.createOrganizationInvitation({
      organizationId: String(made['id']),
      inviterUserId,
      emailAddress: 'guest@example.com',
      role: 'org:member',
    });
    assert.equal(invitation.status, 'pending');
  }),
];

export const BACKEND_ROWS: readonly Row[] = [
  ...users,
  ...addresses,
  ...sessions,
  ...errors,
  ...organizations,
];
