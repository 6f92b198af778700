import { isClerkAPIResponseError } from '@clerk/backend/errors';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { backend, rejection, startClerkLocal } from '../support.js';

/** By resource of `createClerkClient()`: the methods that work. A test of this folder calls each. */
const CLAIMED: Readonly<Record<string, string>> = {
  actorTokens: 'create revoke',
  agentTasks: 'create revoke',
  clients: 'getClient getClientList verifyClient',
  emailAddresses: 'createEmailAddress deleteEmailAddress getEmailAddress updateEmailAddress',
  instance: 'get',
  jwks: 'getJwks',
  jwtTemplates: 'create delete get list update',
  phoneNumbers: 'createPhoneNumber deletePhoneNumber getPhoneNumber updatePhoneNumber',
  sessions: 'createSession getSession getSessionList getToken revokeSession',
  signInTokens: 'createSignInToken revokeSignInToken',
  testingTokens: 'createTestingToken',
  users:
    'banUser createUser deleteUser deleteUserExternalAccount deleteUserProfileImage getCount getUser' +
    ' getUserList getUserOauthAccessToken lockUser removePassword replaceUserEmailAddress' +
    ' replaceUserMetadata replaceUserPhoneNumber unbanUser unlockUser updateUser updateUserMetadata' +
    ' updateUserProfileImage verifyPassword',
};

/** The methods that are refused with 501. */
const REFUSED: Readonly<Record<string, string>> = {
  __experimental_accountlessApplications:
    'completeAccountlessApplicationOnboarding createAccountlessApplication',
  allowlistIdentifiers: 'createAllowlistIdentifier deleteAllowlistIdentifier getAllowlistIdentifierList',
  apiKeys: 'create delete get getSecret list revoke update verify',
  betaFeatures: 'changeDomain',
  billing:
    'cancelSubscriptionItem extendSubscriptionItemFreeTrial getOrganizationBillingSubscription getPlanList' +
    ' getUserBillingSubscription',
  blocklistIdentifiers: 'createBlocklistIdentifier deleteBlocklistIdentifier getBlocklistIdentifierList',
  clients: 'getHandshakePayload',
  domains: 'add delete deleteDomain list update',
  emails: 'create createBatch get',
  enterpriseConnections:
    'createEnterpriseConnection deleteEnterpriseConnection getEnterpriseConnection' +
    ' getEnterpriseConnectionList updateEnterpriseConnection',
  idPOAuthAccessToken: 'verify',
  instance: 'getOrganizationSettings update updateOrganizationSettings updateRestrictions',
  invitations: 'createInvitation createInvitationBulk deleteInvitation getInvitationList revokeInvitation',
  m2m: 'createToken list revokeToken verify',
  machines: 'create createScope delete deleteScope get getSecretKey list rotateSecretKey update',
  oauthApplications: 'create delete get list revokeToken rotateSecret update',
  organizationPermissions:
    'createOrganizationPermission deleteOrganizationPermission getOrganizationPermission' +
    ' getOrganizationPermissionList updateOrganizationPermission',
  organizationRoles:
    'assignPermissionToOrganizationRole createOrganizationRole deleteOrganizationRole getOrganizationRole' +
    ' getOrganizationRoleList removePermissionFromOrganizationRole updateOrganizationRole',
  organizations:
    'createOrganization createOrganizationDomain createOrganizationInvitation' +
    ' createOrganizationInvitationBulk createOrganizationMembership deleteOrganization' +
    ' deleteOrganizationDomain deleteOrganizationLogo deleteOrganizationMembership' +
    ' getInstanceOrganizationMembershipList getOrganization getOrganizationDomainList' +
    ' getOrganizationInvitation getOrganizationInvitationList getOrganizationList' +
    ' getOrganizationMembershipList replaceOrganizationMetadata revokeOrganizationInvitation' +
    ' updateOrganization updateOrganizationDomain updateOrganizationLogo updateOrganizationMembership' +
    ' updateOrganizationMembershipMetadata updateOrganizationMetadata',
  proxyChecks: 'verify',
  redirectUrls: 'createRedirectUrl deleteRedirectUrl getRedirectUrl getRedirectUrlList',
  roleSets:
    'addRolesToRoleSet createRoleSet getRoleSet getRoleSetList replaceRoleInRoleSet replaceRoleSet' +
    ' updateRoleSet',
  samlConnections:
    'createSamlConnection deleteSamlConnection getSamlConnection getSamlConnectionList updateSamlConnection',
  sessions: 'refreshSession verifySession',
  signUps: 'get update',
  users:
    'deleteUserBackupCodes deleteUserPasskey deleteUserTOTP deleteUserWeb3Wallet disableUserMFA' +
    ' getOrganizationInvitationList getOrganizationMembershipList setPasswordCompromised' +
    ' unsetPasswordCompromised verifyTOTP',
  waitlistEntries: 'create createBulk delete invite list reject',
  webhooks: 'createSvixApp deleteSvixApp generateSvixAuthURL',
};

/** Methods of the SDK's base class, and what isn't a resource. */
const NO_CALLS = ['constructor', 'request', 'requireId'];
const NO_RESOURCES = ['telemetry'];

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());

type Method = (...values: unknown[]) => Promise<unknown>;

function methodsOf(resource: object): string[] {
  const names = new Set<string>();
  for (let level = resource; level !== Object.prototype; level = Object.getPrototypeOf(level) as object) {
    for (const name of Object.getOwnPropertyNames(level)) {
      const isMethod = typeof (resource as Record<string, unknown>)[name] === 'function';
      if (isMethod && !NO_CALLS.includes(name)) names.add(name);
    }
  }
  return [...names].sort();
}

function namesOf(table: Readonly<Record<string, string>>): string[] {
  return Object.entries(table).flatMap(([resource, names]) =>
    names.split(' ').map((name) => `${resource}.${name}`),
  );
}

const IDS = (
  'agentTaskId apiKeyId domainId enterpriseConnectionId invitationId m2mTokenId machineId' +
  ' organizationId passkeyIdentificationId permissionId roleId samlConnectionId scopeId userId' +
  ' web3WalletIdentificationId oauthApplicationId signUpAttemptId organizationRoleId roleSetKeyOrId'
).split(' ');

/** What methods read of their parameters before they call. */
const PARAMETERS = {
  ...Object.fromEntries(IDS.map((name) => [name, 'x'])),
  file: new Blob(['x']),
  to: { userId: 'x' },
};

/** A method takes an object, ids, an id and an object, or a list. */
async function refusalOf(resource: object, name: string): Promise<unknown> {
  const method = (resource as Record<string, Method>)[name];
  if (!method) throw new Error(`there is no method ${name}`);
  const call = (...values: unknown[]) => rejection((async () => method.apply(resource, values))());
  let error: unknown;
  for (const values of [[PARAMETERS], ['x', 'x', 'x'], ['x', PARAMETERS], [[PARAMETERS]]]) {
    error = await call(...values);
    if (isClerkAPIResponseError(error) && error.status === 501) break;
  }
  return error;
}

describe('the methods of @clerk/backend', () => {
  it('are all claimed or refused: a new one of a newer SDK is missing in both tables', () => {
    const resources = Object.entries(backend(clerk) as unknown as Record<string, unknown>).filter(
      (entry): entry is [string, object] => typeof entry[1] === 'object' && entry[1] !== null,
    );
    const found = resources
      .filter(([name]) => !NO_RESOURCES.includes(name))
      .flatMap(([name, resource]) => methodsOf(resource).map((method) => `${name}.${method}`));
    expect([...namesOf(CLAIMED), ...namesOf(REFUSED)].sort()).toEqual(found.sort());
  });

  it('that are claimed are called by a test of this folder', () => {
    const folder = join(process.cwd(), 'packages/clerk-local/test/backend-api');
    const tests = readdirSync(folder)
      .filter((file) => file.endsWith('.spec.ts'))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
    const untested = namesOf(CLAIMED).filter((name) => !tests.includes(`${name}(`));
    expect(untested).toEqual([]);
  });

  it('that are refused reject with 501 and the name of the operation', async () => {
    const client = backend(clerk) as unknown as Record<string, object>;
    const wrong: string[] = [];
    for (const full of namesOf(REFUSED)) {
      const [resource = '', name = ''] = full.split('.');
      const error = await refusalOf(client[resource] ?? {}, name);
      const { status, errors = [] } = error as { status?: number; errors?: { code: string }[] };
      if (status !== 501 || errors[0]?.code !== 'not_supported_by_clerk_local') {
        wrong.push(`${full}: ${status ?? ''} ${errors[0]?.code ?? String(error)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
