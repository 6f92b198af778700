import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import type { Browser, Page } from 'playwright-core';
import { startClerkLocal } from '../support.js';
import { launchBrowser, openContext, whoIs } from './browser.js';
import { folderWithClerkUi } from './clerk-ui.js';
import { type TestPage, startTestPage } from './test-page.js';

const EMAIL = 'ada@example.com';
/** Where Clerk's components ask for the logos of providers. Nothing else leaves the machine. */
const LOGOS = 'https://img.clerk.com/static/';
const root = process.cwd();

let clerk: ClerkLocal;
let site: TestPage;
let browser: Browser;
beforeAll(async () => {
  // The Frontend API looks for packages from the current directory.
  process.chdir(await folderWithClerkUi());
  // Without passwords, the components ask for the code.
  clerk = await startClerkLocal({ settings: { attributes: { password: 'off' } } });
  site = await startTestPage(clerk);
  browser = await launchBrowser();
}, 300_000);
afterAll(async () => {
  process.chdir(root);
  await browser.close();
  site.close();
  await clerk.close();
});

it("Clerk's own <SignUp/> and <SignIn/> work with the code 424242", async () => {
  const { context, complaints } = await openContext(browser);
  await context.route(`${LOGOS}**`, (route) => route.abort());
  const page = await context.newPage();
  await page.goto(`${site.url}/relative/components/sign-up`);
  await fillIn(page, 'emailAddress');
  expect(await whoIs(page)).toMatchObject({ email: EMAIL });
  expect(clerk.mails(EMAIL)).toHaveLength(1);

  await context.clearCookies();
  await page.goto(`${site.url}/relative/components/sign-in`);
  await fillIn(page, 'identifier');
  expect(await whoIs(page)).toMatchObject({ email: EMAIL, sessions: [expect.any(String)] });
  expect(clerk.mails(EMAIL)).toHaveLength(2);
  expect(complaints.filter((complaint) => !complaint.startsWith(LOGOS))).toEqual([]);
  await context.close();
});

/** Types the e-mail address and the code as a person does; resolves on the page that follows. */
async function fillIn(page: Page, field: string): Promise<void> {
  await page.locator(`input[name="${field}"]`).fill(EMAIL);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.locator('input[autocomplete="one-time-code"]').first().waitFor();
  await page.keyboard.type('424242');
  await page.waitForURL(`${site.url}/relative?done`);
}
