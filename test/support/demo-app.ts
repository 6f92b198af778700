import { createClerkClient } from '@clerk/backend';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.ts';

const port = (name: string) => process.env[name] ?? '';
export const appUrl = `http://127.0.0.1:${port('DEMO_PORT')}`;
const apiUrl = `http://127.0.0.1:${port('PORT')}`;
const clerkUrl = `http://127.0.0.1:${port('LOCAL_CLERK_PORT')}`;

export const PASSWORD = 'far and away 7';
const SCREENSHOTS = process.env['DEMO_SCREENSHOTS'] ?? '.cache/demo-app';
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 780 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  locale: 'en-GB',
};

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
}

/** A person at a browser of their own. */
export interface Visitor {
  page: Page;
  /** Errors of the page and of its console, and requests to other hosts. */
  complaints: string[];
  /** Answers from 400 on, e.g. `422 POST /__clerk/v1/client/sign_ups`. */
  refused: string[];
}

/** Opens the app on a phone. */
export async function openApp(
  browser: Browser,
  route = '/',
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({ ...PHONE, ...options });
  context.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  const refused: string[] = [];
  context.on('request', (request) => {
    const url = request.url();
    if (![appUrl, `${clerkUrl}/__clerk/`, 'data:', 'blob:'].some((start) => url.startsWith(start))) {
      complaints.push(url);
    }
  });
  context.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 400) {
      refused.push(`${response.status()} ${response.request().method()} ${pathname}`);
    }
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  context.on('console', (message) => {
    // A refused request; `refused` has it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  const page = await context.newPage();
  await page.goto(appUrl + route);
  return { page, complaints, refused };
}

/** Keeps a picture of the page for the documentation. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), animations: 'disabled' });
}

/** Opens a tab by its name. */
export async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name }).click();
  await page.getByRole('tab', { name, selected: true }).waitFor();
}

/** Searches a country and taps its ♥. */
export async function tapHeart(page: Page, country: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search countries' }).fill(country);
  await page.getByRole('button', { name: `Add ${country} to the wishlist` }).click();
}

/** Closes the sign-in sheet; resolves when it has closed. */
export async function closeSheet(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Not now' }).click();
  await page.getByRole('heading', { name: 'Sign in to Roavelo' }).waitFor({ state: 'detached' });
}

/** The countries on the wishlist as it is shown, from top to bottom. */
export async function shownWishes(page: Page): Promise<string[]> {
  const names = await page.getByRole('button', { name: /, details$/ }).all();
  return Promise.all(
    names.map(async (each) => ((await each.getAttribute('aria-label')) ?? '').replace(', details', '')),
  );
}

/** Fills the form of `/auth/email-auth` and enters the code. */
export async function signUpByEmail(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await enterCode(page);
}

/** Enters the code of the mail, which is always the same one. */
export async function enterCode(page: Page): Promise<void> {
  await page.getByLabel('Code', { exact: true }).fill('424242');
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
}

/** Fills the form of a sign-in; on a device that the account knows, the person is signed in then. */
export async function startSignIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.goto(`${appUrl}/auth/email-auth`);
  await page.getByRole('radio', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

export async function signInByEmail(page: Page, email: string, password = PASSWORD): Promise<void> {
  await startSignIn(page, email, password);
  await page.getByRole('tab', { name: 'Countries' }).waitFor();
}

let people = 0;

/** A person with an account, who has used the service: other people find them. */
export interface Member {
  clerkId: string;
  userId: string;
  email: string;
  name: string;
  call: (method: string, path: string, body?: object) => Promise<Record<string, unknown>>;
}

export async function createMember(firstName: string): Promise<Member> {
  const email = `${firstName.toLowerCase()}${++people}@example.com`;
  const { id: clerkId } = await (
    await clerkClient()
  ).users.createUser({ firstName, lastName: 'Tester', emailAddress: [email], password: PASSWORD });
  const call: Member['call'] = async (method, route, body) => {
    const { token } = await json(`${clerkUrl}/_local/users/${clerkId}/token`);
    const response = await fetch(`${apiUrl}/api/v2${route}`, {
      method,
      headers: { authorization: `Bearer ${String(token)}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? {} : ((await response.json()) as Record<string, unknown>);
  };
  const me = await call('GET', '/users/me');
  return { clerkId, userId: String(me['id']), email, name: `${firstName} Tester`, call };
}

/** The real SDK of Clerk's Backend API, on the local Clerk of this run. */
export async function clerkClient() {
  const { secretKey } = await json(`${clerkUrl}/_local/instance`);
  return createClerkClient({ secretKey: String(secretKey), apiUrl: clerkUrl });
}

/** Changes settings of the Clerk instance, as on Clerk's dashboard. */
export async function changeSettings(changes: object): Promise<void> {
  const { secretKey } = await json(`${clerkUrl}/_local/instance`);
  const response = await fetch(`${clerkUrl}/_local/settings`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${String(secretKey)}`, 'content-type': 'application/json' },
    body: JSON.stringify(changes),
  });
  if (!response.ok) throw new Error(`/_local/settings: ${response.status} ${await response.text()}`);
}

/** The Clerk user ids of an address. */
export async function clerkIdsOf(email: string): Promise<string[]> {
  const { data } = await (await clerkClient()).users.getUserList({ emailAddress: [email] });
  return data.map(({ id }) => id);
}

/** The wishlist at the service, by the name of each country. */
export async function wishlistAtService(clerkId: string): Promise<{ name: string; note: string }[]> {
  const { token } = await json(`${clerkUrl}/_local/users/${clerkId}/token`);
  const { items } = await json(`${apiUrl}/api/v2/users/me/wishlist?sort=name`, {
    authorization: `Bearer ${String(token)}`,
  });
  return (items as { name: string; note: string }[]).map(({ name, note }) => ({ name, note }));
}

async function json(url: string, headers: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
