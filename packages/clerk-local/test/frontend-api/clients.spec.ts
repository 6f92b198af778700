import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClerkInstance, ClerkLocal } from 'clerk-local';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instancesOfOneTest, startClerkLocal } from '../support.js';
import { Browser, PASSWORD, newAddress, openApp, openPage, signInOf, signUp, submit } from './clerk-js.js';

const ORIGIN = 'http://localhost:5173';

let clerk: ClerkLocal;
beforeAll(async () => {
  clerk = await startClerkLocal();
});
afterAll(() => clerk.close());
const start = instancesOfOneTest();

async function clientIn(browser: Browser, instance: ClerkInstance = clerk): Promise<unknown> {
  const answer = await submit(instance, 'GET', '/client', {}, { fetch: browser.fetchFrom(ORIGIN) });
  return ((await answer.json()) as { response: unknown }).response;
}

describe('clients', () => {
  it("don't see each other: eight sign up, in and out at the same time", async () => {
    const pages = await Promise.all(Array.from({ length: 8 }, () => openPage(clerk)));
    const addresses = await Promise.all(pages.map((page) => signUp(page)));
    expect(pages.map(({ user }) => user?.primaryEmailAddress?.emailAddress)).toEqual(addresses);
    expect(new Set(pages.map(({ client }) => client?.id)).size).toBe(8);

    await Promise.all(pages.slice(0, 4).map((page) => page.signOut()));
    expect(pages.map(({ user }) => user !== null)).toEqual(pages.map((_page, i) => i >= 4));
    await Promise.all(pages.slice(4).map(async ({ session }) => session?.getToken({ skipCache: true })));
    await Promise.all(
      pages.slice(0, 4).map(async (page, i) => {
        const { createdSessionId } = await signInOf(page).create({
          identifier: addresses[i] ?? '',
          password: PASSWORD,
        });
        await page.setActive({ session: createdSessionId });
      }),
    );
    expect(pages.map(({ user }) => user?.primaryEmailAddress?.emailAddress)).toEqual(addresses);
  });

  it('are browsers by a cookie that scripts cannot read; reading creates none', async () => {
    const browser = new Browser();
    expect(await clientIn(browser)).toBe(null);
    expect(browser.cookies.size).toBe(0);
    const created = await fetch(`${clerk.proxyUrl}/v1/client`, {
      method: 'POST',
      headers: { origin: ORIGIN },
    });
    expect(created.headers.get('set-cookie')).toMatch(
      /^__client_[\w-]{8}=[\w-]{43}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/,
    );
    const page = await openPage(clerk, { browser });
    await signUp(page);
    const reloaded = await openPage(clerk, { browser });
    expect([reloaded.client?.id, reloaded.user?.id]).toEqual([page.client?.id, page.user?.id]);
  });

  it('of several instances and local Clerks share a host, but no cookie', async () => {
    const browser = new Browser();
    const instances = [clerk, await clerk.instance('sk_test_local_cookies'), await start()];
    const pages = await Promise.all(instances.map((instance) => openPage(instance, { browser })));
    const addresses: string[] = [];
    for (const page of pages) addresses.push(await signUp(page));
    expect(browser.cookies.size).toBe(3);
    for (const [i, instance] of instances.entries()) {
      const page = await openPage(instance, { browser });
      expect(page.user?.primaryEmailAddress?.emailAddress).toBe(addresses[i]);
    }
    await pages[0]?.signOut();
    expect((await openPage(instances[1] ?? clerk, { browser })).isSignedIn).toBe(true);
  });

  it('are apps by a header; a token that was not given to one is nobody', async () => {
    const app = await openApp(clerk);
    await signUp(app);
    expect(app.token()).toMatch(/^[\w-]{43}$/);
    expect((await openApp(clerk, app.token())).user?.id).toBe(app.user?.id);
    const guesses = ['', app.client?.id ?? '', app.token().slice(1), app.session?.id ?? ''];
    for (const authorization of guesses) {
      const answer = await submit(clerk, 'GET', '/client?_is_native=1', {}, { headers: { authorization } });
      expect(await answer.json()).toEqual({ response: null, client: null });
    }
    // Only apps are known by the header.
    const page = await submit(clerk, 'GET', '/client', {}, { headers: { authorization: app.token() } });
    expect(await page.json()).toEqual({ response: null, client: null });
  });

  it('get an error together with their state', async () => {
    const fetchFrom = new Browser().fetchFrom(ORIGIN);
    const identifier = newAddress();
    await clerk.createUser({ email_address: [identifier], password: PASSWORD });
    const created = await submit(clerk, 'POST', '/client/sign_ins', { identifier }, { fetch: fetchFrom });
    const { response } = (await created.json()) as { response: { id: string } };
    const wrong = await submit(
      clerk,
      'POST',
      `/client/sign_ins/${response.id}/attempt_first_factor`,
      { strategy: 'password', password: 'wrong' },
      { fetch: fetchFrom },
    );
    expect(await wrong.json()).toMatchObject({
      errors: [{ code: 'form_password_incorrect' }],
      meta: { client: { sign_in: { id: response.id, status: 'needs_first_factor' } } },
    });
  });

  it("don't reach attempts of others", async () => {
    const created = await submit(clerk, 'POST', '/client/sign_ups', { email_address: newAddress() });
    const { response } = (await created.json()) as { response: { id: string } };
    const fetchFrom = new Browser().fetchFrom(ORIGIN);
    await submit(clerk, 'POST', '/client', {}, { fetch: fetchFrom });
    const path = `/client/sign_ups/${response.id}`;
    expect((await submit(clerk, 'GET', path, {}, { fetch: fetchFrom })).status).toBe(404);
    expect((await submit(clerk, 'GET', path)).status).toBe(401);
  });
});

describe('settings', () => {
  it('show in the environment, refuse what Clerk does not know, and stay in the data file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clerk-local-settings-'));
    try {
      const dataFile = join(folder, 'state');
      const first = await startClerkLocal({ dataFile, settings: { application_name: 'Roavelo' } });
      await first.changeSettings({ social: ['oauth_apple'], user_lockout: { max_attempts: 5 } });
      await expect(async () => first.changeSettings({ colour: 'red' } as object)).rejects.toThrow('colour');
      await first.close();

      const second = await startClerkLocal({ dataFile });
      const answer = await submit(second, 'GET', '/environment');
      expect(await answer.json()).toMatchObject({
        auth_config: { single_session_mode: true },
        display_config: { application_name: 'Roavelo' },
        user_settings: {
          social: { oauth_apple: { enabled: true } },
          attack_protection: { user_lockout: { enabled: true, max_attempts: 5, duration_in_minutes: 60 } },
        },
      });
      expect((await submit(second, 'PATCH', '/environment')).status).toBe(200);
      await second.changeSettings({ application_name: null as unknown as string });
      expect(second.settings().application_name).toBe('clerk-local');
      await second.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('turn apps off', async () => {
    const instance = await start({ settings: { native_settings: { api_enabled: false } } });
    const answer = await submit(instance, 'GET', '/client?_is_native=1');
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { errors: [{ code: 'native_api_disabled' }] },
    ]);
    const page = await openPage(instance);
    await signUp(page);
    expect(page.isSignedIn).toBe(true);
  });
});
