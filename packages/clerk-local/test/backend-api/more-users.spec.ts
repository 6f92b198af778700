import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiError, backend, call, instancesOfOneTest, rejection, startClerkLocal } from '../support.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());
const start = instancesOfOneTest();

describe('the filters of users, by @clerk/backend', () => {
  it('finds and counts by each of them', async () => {
    const { users } = backend(clerk);
    const ada = await users.createUser({
      emailAddress: ['ada@filters.example'],
      phoneNumber: ['+4915122222222'],
      firstName: 'Ada',
      lastName: 'Lovelace',
      username: 'ada_l',
      externalId: 'ext-ada',
      createdAt: new Date(1_600_000_000_000),
    });
    const bob = await users.createUser({ emailAddress: ['bob@filters.example'], banned: true });
    const found: [string, string[]][] = [
      [`external_id=ext-ada`, [ada.id]],
      [`user_id=-${ada.id}`, [bob.id]],
      [`user_id=%2B${ada.id}`, [ada.id]],
      ['username=ADA_L', [ada.id]],
      ['phone_number=%2B4915122222222', [ada.id]],
      ['email_address_query=BOB@', [bob.id]],
      ['phone_number_query=22222', [ada.id]],
      ['username_query=da_', [ada.id]],
      ['name_query=ada+love', [ada.id]],
      ['query=lovelace', [ada.id]],
      ['banned=true', [bob.id]],
      ['banned=false', [ada.id]],
      ['created_at_before=1600000000001', [ada.id]],
      ['created_at_after=1600000000000', [bob.id]],
      ['web3_wallet=0x1', []],
      ['organization_id=org_x', []],
      ['provider=oauth_google&provider_user_id=1', []],
    ];
    for (const [query, ids] of found) {
      const list = await (await call(clerk, 'GET', `/v1/users?${query}`)).json();
      expect([query, (list as { id: string }[]).map(({ id }) => id)]).toEqual([query, ids]);
      const count = await (await call(clerk, 'GET', `/v1/users/count?${query}`)).json();
      expect(count).toEqual({ object: 'total_count', total_count: ids.length });
    }
    expect(await users.getCount({ query: 'filters.example' })).toBe(2);
    for (const query of [
      'banned=maybe',
      'provider=oauth_google',
      'created_at_after=x',
      'order_by=-nonsense',
    ]) {
      expect((await call(clerk, 'GET', `/v1/users?${query}`)).status).toBe(422);
    }
  });
});

describe('accounts at providers, by @clerk/backend', () => {
  it('has their tokens, and disconnects one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clerk-local-accounts-'));
    const dataFile = join(folder, 'state.json');
    const first = await startClerkLocal({ dataFile });
    const { id: userId } = await first.createUser({ email_address: ['google@example.com'] });
    const instance = (await (await call(first, 'GET', '/v1/instance')).json()) as { id: string };
    await first.close();
    const account = {
      object: 'external_account',
      id: 'eac_1',
      user_id: userId,
      provider: 'oauth_google',
      identification_id: 'idn_1',
      provider_user_id: '1234',
      approved_scopes: 'email openid',
      email_address: 'google@example.com',
      first_name: 'Ada',
      last_name: '',
      avatar_url: '',
      image_url: '',
      username: null,
      phone_number: null,
      public_metadata: {},
      label: null,
      verification: {
        object: 'verification_oauth',
        status: 'verified',
        strategy: 'oauth_google',
        attempts: null,
        expire_at: 1_900_000_000_000,
      },
      created_at: 1_700_000_000_000,
      updated_at: 1_700_000_000_000,
    };
    await appendFile(dataFile, `${JSON.stringify([[instance.id, 'external_accounts', 'eac_1', account]])}\n`);

    const own = await start({ dataFile });
    const { users } = backend(own);
    expect((await users.getUser(userId)).externalAccounts).toMatchObject([
      { id: 'eac_1', provider: 'oauth_google', emailAddress: 'google@example.com' },
    ]);
    const byProvider = await call(own, 'GET', '/v1/users?provider=oauth_google&provider_user_id=1234');
    expect(await byProvider.json()).toMatchObject([{ id: userId }]);
    const tokens = await users.getUserOauthAccessToken(userId, 'google');
    expect(tokens).toMatchObject({
      totalCount: 1,
      data: [{ externalAccountId: 'eac_1', provider: 'oauth_google', scopes: ['email', 'openid'] }],
    });
    expect((await users.getUserOauthAccessToken(userId, 'apple')).data).toEqual([]);
    expect(await apiError(users.getUserOauthAccessToken('user_x', 'google'))).toMatchObject({ status: 404 });

    const wrong = users.deleteUserExternalAccount({ userId, externalAccountId: 'eac_x' });
    expect(await apiError(wrong)).toMatchObject({ status: 404 });
    const deleted = await users.deleteUserExternalAccount({ userId, externalAccountId: 'eac_1' });
    expect(deleted).toMatchObject({ id: 'eac_1', deleted: true });
    expect((await users.getUser(userId)).externalAccounts).toEqual([]);
    await rm(folder, { recursive: true, force: true });
  });
});

describe('the instance and its keys, by @clerk/backend', () => {
  it('answers both', async () => {
    const client = backend(clerk);
    const instance = await client.instance.get();
    expect(instance).toMatchObject({ environmentType: 'development', allowedOrigins: null });
    const { keys = [] } = await client.jwks.getJwks();
    expect(keys).toMatchObject([{ kid: instance.id, alg: 'RS256', use: 'sig', kty: 'RSA' }]);
  });
});

describe('what is refused when a user is created', () => {
  it('refuses weak passwords, taken external ids and what would be ignored', async () => {
    const { users } = backend(clerk);
    await users.createUser({ externalId: 'taken' });
    const refused: [Parameters<typeof users.createUser>[0], number, string][] = [
      [{ password: 'short' }, 422, 'form_password_length_too_short'],
      [{ externalId: 'taken' }, 422, 'form_identifier_exists'],
      [{ passwordDigest: '$2a$10$x', passwordHasher: 'bcrypt' }, 501, 'not_supported_by_clerk_local'],
      [{ totpSecret: 'x' }, 501, 'not_supported_by_clerk_local'],
      [{ backupCodes: ['x'] }, 501, 'not_supported_by_clerk_local'],
    ];
    for (const [parameters, status, code] of refused) {
      expect(await apiError(users.createUser(parameters))).toEqual({ status, code });
    }
    await users.createUser({ password: 'short', skipPasswordChecks: true });
  });
});

describe('failures, as @clerk/backend shows them', () => {
  it('has status, code, texts, parameter, trace id and the seconds to wait', async () => {
    const { users } = backend(clerk);
    const invalid = (await rejection(users.createUser({ username: 'a b c d' }))) as Error;
    expect(invalid.name).toMatch(/ClerkAPIResponseError/);
    expect(invalid).toMatchObject({
      status: 422,
      code: 'api_response_error',
      clerkTraceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      errors: [
        {
          code: 'form_username_invalid_character',
          message: expect.any(String),
          longMessage: expect.any(String),
          meta: { paramName: 'username' },
        },
      ],
    });
    const removeFault = clerk.fail({ mode: 'status', status: 429, retryAfter: 7 });
    expect(await rejection(users.getUser('user_x'))).toMatchObject({
      status: 429,
      retryAfter: 7,
      errors: [{ code: expect.any(String) }],
    });
    removeFault();
    const removeHtml = clerk.fail({ mode: 'html' });
    expect(await rejection(users.getUser('user_x'))).toMatchObject({ status: 502, errors: [] });
    removeHtml();
    const gone = await startClerkLocal();
    await gone.close();
    const unreachable = await rejection(backend(gone).users.getUser('user_x'));
    expect(unreachable).toMatchObject({ status: undefined, code: 'api_response_error' });
  });
});
