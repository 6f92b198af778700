import { verifyToken } from '@clerk/backend';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import type { Browser, BrowserContext } from 'playwright-core';
import { decode, startClerkLocal } from '../support.js';
import { PASSWORD, inPage, launchBrowser, openContext, signUpInPage, whoIs } from './browser.js';
import { type TestPage, startTestPage } from './test-page.js';

let clerk: ClerkLocal;
let site: TestPage;
let browser: Browser;
beforeAll(async () => {
  clerk = await startClerkLocal();
  site = await startTestPage(clerk);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  site.close();
  await clerk.close();
});

let context: BrowserContext;
let complaints: string[];
beforeEach(async () => {
  ({ context, complaints } = await openContext(browser));
});
afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

/** Opens a page and signs up there. */
async function signUp(url: string) {
  const page = await context.newPage();
  await page.goto(url);
  const email = await signUpInPage(page);
  return { page, email };
}

describe.each(['/absolute', '/relative'])('clerk-js in a browser, with a proxyUrl that is %s', (path) => {
  it('comes from node_modules, and signs up, in, and out', async () => {
    const { page, email } = await signUp(site.url + path);
    expect(await inPage(page, ({ version }) => version)).toBe('6.40.0');
    const token = (await inPage(page, ({ session }) => session?.getToken() ?? null)) ?? '';
    expect(await verifyToken(token, { jwtKey: clerk.jwtKey, issuer: clerk.issuer })).toMatchObject({
      azp: site.url,
    });
    expect(clerk.getUser(String(decode(token, 1)['sub']))?.email_addresses[0]?.email_address).toBe(email);

    await page.reload();
    expect(await whoIs(page)).toMatchObject({ email, sessions: [expect.stringMatching(/ active$/)] });

    await inPage(page, ({ signOut }) => signOut({ redirectUrl: '/relative?signed-out' }));
    await page.waitForURL(/signed-out/);
    expect(await whoIs(page)).toMatchObject({ email: null, sessions: [] });

    await inPage(
      page,
      async ({ client, setActive }, credentials) => {
        const done = await client?.signIn.create(credentials);
        await setActive({ session: done?.createdSessionId ?? null });
      },
      { identifier: email, password: PASSWORD },
    );
    expect(await whoIs(page)).toMatchObject({ email });
  });
});

it('keeps the client in a cookie that no script reads', async () => {
  const { page } = await signUp(`${site.url}/absolute`);
  const cookies = await context.cookies();
  const client = cookies.filter(({ name }) => name.startsWith('__client_') && !name.includes('uat'));
  expect(client).toEqual([expect.objectContaining({ httpOnly: true, sameSite: 'Lax', secure: false })]);
  expect(await page.evaluate('document.cookie')).not.toContain(client[0]?.value);
});

it('is one client for the pages of all ports of a host', async () => {
  const { email } = await signUp(`${site.url}/absolute`);
  const other = await startTestPage(clerk);
  const page = await context.newPage();
  await page.goto(`${other.url}/absolute`);
  expect(await whoIs(page)).toMatchObject({ email });
  other.close();
});

it.each(['localhost', 'app.localhost'])(
  'serves pages on %s, by a proxyUrl on the same host',
  async (host) => {
    const { page, email } = await signUp(`${site.url.replace('127.0.0.1', host)}/relative`);
    await page.reload();
    expect(await whoIs(page)).toMatchObject({ email });
  },
);

it('serves each instance to its own pages, also in one browser', async () => {
  const other = await startTestPage(await clerk.instance('sk_test_local_browser'));
  const { page, email } = await signUp(`${site.url}/absolute`);
  const second = await signUp(`${other.url}/absolute`);
  await page.reload();
  expect([(await whoIs(page)).email, (await whoIs(second.page)).email]).toEqual([email, second.email]);
  other.close();
});
