import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, instancesOfOneTest, startClerkLocal } from '../support.js';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());
const start = instancesOfOneTest();

describe('input of too many levels', () => {
  const LEVELS = 50_000;
  const deep = `${'['.repeat(LEVELS)}${']'.repeat(LEVELS)}`;

  it('is refused before it is stored: the state file stays writable', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clerk-local-'));
    const dataFile = join(folder, 'state.json');
    const own = await start({ dataFile });
    const user = await own.createUser();
    const actor = `{"user_id":"${user.id}","actor":{"sub":"x","deep":${deep}}}`;
    const template = `{"name":"deep","claims":{"deep":${deep}}}`;
    const refused = [
      await call(own, 'POST', '/v1/actor_tokens', actor),
      await call(own, 'POST', '/v1/jwt_templates', template),
    ];
    for (const answer of refused) {
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { errors: [{ code: 'request_body_invalid' }] },
      ]);
    }
    const form = new URLSearchParams({ unsafe_metadata: `{"deep":${deep}}` });
    const signUp = await fetch(`${own.proxyUrl}/v1/client/sign_ups`, { method: 'POST', body: form });
    expect(signUp.status).toBe(400);
    expect(await (await call(own, 'GET', '/v1/jwt_templates')).json()).toEqual([]);

    const { id } = await own.createUser({ first_name: 'Ada' });
    await own.close();
    const again = await start({ dataFile });
    expect(again.getUser(id)).toMatchObject({ first_name: 'Ada' });
    await again.close();
    await rm(folder, { recursive: true });
  });

  it('may have some hundred', async () => {
    const claims = `{"a":${'['.repeat(400)}${']'.repeat(400)}}`;
    const created = await call(clerk, 'POST', '/v1/jwt_templates', `{"name":"some","claims":${claims}}`);
    expect(created.status).toBe(200);
    expect(JSON.stringify(((await created.json()) as { claims: unknown }).claims)).toBe(claims);
  });
});

describe('what several ask for', () => {
  it('is one address of one user, also when a provider verifies it meanwhile', async () => {
    const own = await start();
    const person = async (address: string) => {
      const { id } = await own.createUser({ email_address: [address] });
      const { ticket } = await post<{ ticket: string }>(`${own.url}/_local/tickets`, { user_id: id });
      const app = `_is_native=1`;
      const signedIn = await fetch(`${own.proxyUrl}/v1/client/sign_ins?${app}`, {
        method: 'POST',
        body: new URLSearchParams({ ticket }),
      });
      const headers = { authorization: signedIn.headers.get('authorization') ?? '' };
      return async (path: string, form: Record<string, string>) => {
        const body = new URLSearchParams(form);
        const answer = await fetch(`${own.proxyUrl}/v1/me${path}?${app}`, { method: 'POST', headers, body });
        return (await answer.json()) as { response: { id: string }; errors?: object[] };
      };
    };
    const ann = await person('ann@example.com');
    await person('bob@example.com');
    const added = await ann('/email_addresses', { email_address: 'shared@example.com' });
    const path = `/email_addresses/${added.response.id}`;
    await ann(`${path}/prepare_verification`, { strategy: 'email_code' });
    const bob = own.users().at(-1);
    await post(`${own.url}/_local/users/${bob?.id ?? ''}/external_accounts`, {
      provider: 'oauth_google',
      email_address: 'shared@example.com',
    });

    const verified = await ann(`${path}/attempt_verification`, { code: '424242' });
    expect(verified.errors).toMatchObject([{ code: 'identification_claimed' }]);
    const emails = own.users().flatMap((user) => user.email_addresses);
    const statuses = emails
      .filter(({ email_address: address }) => address === 'shared@example.com')
      .map(({ verification }) => verification?.status);
    expect(statuses).toEqual(['unverified', 'verified']);
    const patched = await call(own, 'PATCH', `/v1/email_addresses/${added.response.id}`, { verified: true });
    expect(patched.status).toBe(400);
  });

  it('is not used up by a locked user', async () => {
    const own = await start();
    const { id } = await own.createUser({ email_address: ['ann@example.com'] });
    const { ticket } = await post<{ ticket: string }>(`${own.url}/_local/tickets`, { user_id: id });
    const signIn = () =>
      fetch(`${own.proxyUrl}/v1/client/sign_ins`, { method: 'POST', body: new URLSearchParams({ ticket }) });
    await call(own, 'POST', `/v1/users/${id}/lock`);
    const locked = await signIn();
    expect([locked.status, await locked.json()]).toMatchObject([403, { errors: [{ code: 'user_locked' }] }]);
    await call(own, 'POST', `/v1/users/${id}/unlock`);
    expect((await signIn()).status).toBe(200);
  });
});

async function post<T>(url: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await answer.json()) as T;
}

describe('ids and files', () => {
  it('of any length are not found', async () => {
    const answer = await call(clerk, 'GET', `/v1/users/user_${'x'.repeat(2000)}`);
    expect([answer.status, await answer.json()]).toMatchObject([
      404,
      { errors: [{ code: 'resource_not_found' }] },
    ]);
  });

  it('that are empty are refused', async () => {
    const user = await clerk.createUser({ email_address: ['empty@example.com'] });
    const path = `/v1/users/${user.id}`;
    const answer = await call(clerk, 'PATCH', path, { primary_email_address_id: '' });
    expect([answer.status, await answer.json()]).toMatchObject([
      422,
      { errors: [{ code: 'form_resource_not_found' }] },
    ]);
    expect(clerk.getUser(user.id)?.primary_email_address_id).toBe(user.primary_email_address_id);
    await expect(clerk.createUser({ id: '' })).rejects.toMatchObject({ status: 422 });
  });

  it('are pictures only when they are uploaded', async () => {
    const user = await clerk.createUser();
    const upload = { name: 'x', type: 'image/png', base64: 5 };
    const answer = await call(clerk, 'POST', `/v1/users/${user.id}/profile_image`, { upload });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { errors: [{ code: 'form_param_missing' }] },
    ]);
    expect(clerk.getUser(user.id)?.has_image).toBe(false);
  });

  it('are gone with their user', async () => {
    const user = await clerk.createUser();
    const body = new FormData();
    body.set('file', new File([new Uint8Array([1, 2, 3])], 'a.png', { type: 'image/png' }));
    const uploaded = await fetch(`${clerk.url}/v1/users/${user.id}/profile_image`, {
      method: 'POST',
      headers: { authorization: `Bearer ${clerk.secretKey}` },
      body,
    });
    const { image_url: url } = (await uploaded.json()) as { image_url: string };
    expect((await fetch(url)).status).toBe(200);
    await clerk.deleteUser(user.id);
    expect((await fetch(url)).status).toBe(404);
  });
});
