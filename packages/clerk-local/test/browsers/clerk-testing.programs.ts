import {
  clerk as clerkTesting,
  clerkSetup,
  createAgentTestingTask,
  setupClerkTestingToken,
} from '@clerk/testing/playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { signIn } from 'clerk-local/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { backend, rejection, startClerkLocal } from '../support.js';
import { PASSWORD, launchBrowser, openContext, whoIs } from './browser.js';
import { type TestPage, startTestPage } from './test-page.js';

const EMAIL = 'ada+clerk_test@example.com';

let clerk: ClerkLocal;
let site: TestPage;
let browser: Browser;
beforeAll(async () => {
  clerk = await startClerkLocal();
  site = await startTestPage(clerk);
  browser = await launchBrowser();
  await clerk.createUser({ email_address: [EMAIL], password: PASSWORD });
  // What the README names.
  Object.assign(process.env, {
    CLERK_API_URL: clerk.url,
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
  });
});
afterAll(async () => {
  await browser.close();
  site.close();
  await clerk.close();
});

let context: BrowserContext;
let complaints: string[];
let page: Page;
beforeEach(async () => {
  ({ context, complaints } = await openContext(browser));
  page = await context.newPage();
});
afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

describe('@clerk/testing', () => {
  it('gets a testing token by clerkSetup, and sets it up', async () => {
    await clerkSetup({ dotenv: false });
    expect(process.env['CLERK_FAPI']).toBe(new URL(clerk.url).host);
    expect(process.env['CLERK_TESTING_TOKEN']).toMatch(/^\d+-\w+/);
    await setupClerkTestingToken({ page });
    await page.goto(`${site.url}/absolute`);
    await clerkTesting.loaded({ page });
  });

  it.each(['/absolute', '/relative'])('signs in by password, and out: %s', async (path) => {
    await page.goto(site.url + path);
    await clerkTesting.signIn({
      page,
      signInParams: { strategy: 'password', identifier: EMAIL, password: PASSWORD },
    });
    expect(await whoIs(page)).toMatchObject({ email: EMAIL });
    await clerkTesting.signOut({ page });
    expect(await whoIs(page)).toMatchObject({ email: null, sessions: [] });
  });

  it('signs in by e-mail code', async () => {
    await page.goto(`${site.url}/absolute`);
    await clerkTesting.signIn({ page, signInParams: { strategy: 'email_code', identifier: EMAIL } });
    expect(await whoIs(page)).toMatchObject({ email: EMAIL });
  });

  it('signs in by ticket', async () => {
    const [user] = clerk.users();
    const { token } = await backend(clerk).signInTokens.createSignInToken({
      userId: user?.id ?? '',
      expiresInSeconds: 60,
    });
    await page.goto(`${site.url}/absolute`);
    await clerkTesting.signIn({ page, signInParams: { strategy: 'ticket', ticket: token } });
    expect(await whoIs(page)).toMatchObject({ email: EMAIL });
  });

  it('rejects when the password is wrong', async () => {
    await page.goto(`${site.url}/absolute`);
    const signInParams = { strategy: 'password', identifier: EMAIL, password: 'wrong' } as const;
    await expect(clerkTesting.signIn({ page, signInParams })).rejects.toThrow(/Password is incorrect/);
    expect(await whoIs(page)).toMatchObject({ email: null });
  });

  it.each(['/absolute', '/relative'])('opens an agent task, which signs in: %s', async (path) => {
    const { url } = await createAgentTestingTask({
      onBehalfOf: { identifier: EMAIL },
      permissions: '*',
      agentName: 'test',
      taskDescription: 'Opens the application',
      redirectUrl: `${site.url}${path}?task`,
    });
    await page.goto(url);
    await page.waitForURL(`${site.url}${path}?task`);
    expect(await whoIs(page)).toMatchObject({ email: EMAIL, sessions: [expect.stringMatching(/ active$/)] });
    await page.goto(url);
    expect(await page.content()).toContain('agent_task_already_used_code');
  });
});

describe('signIn of clerk-local/testing', () => {
  it.each(['/absolute', '/relative'])('signs in by an e-mail address: %s', async (path) => {
    await page.goto(site.url + path);
    await signIn({ page, emailAddress: EMAIL });
    expect(await whoIs(page)).toMatchObject({ email: EMAIL });
  });

  it('rejects when there is no such user', async () => {
    await page.goto(`${site.url}/absolute`);
    const error = await rejection(signIn({ page, emailAddress: 'nobody@example.com' }));
    expect(String(error)).toBe('Error: No user found with email: nobody@example.com');
  });

  it('signs in to the instance of another secret key', async () => {
    const instance = await clerk.instance('sk_test_local_testing');
    await instance.createUser({ email_address: ['grace@example.com'] });
    const other = await startTestPage(instance);
    await page.goto(`${other.url}/absolute`);
    await signIn({ page, emailAddress: 'grace@example.com', secretKey: instance.secretKey });
    expect(await whoIs(page)).toMatchObject({ email: 'grace@example.com' });
    other.close();
  });
});
