import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import {
  appUrl,
  changeSettings,
  clerkClient,
  createMember,
  enterCode,
  launchBrowser,
  type Member,
  openApp,
  openTab,
  picture,
  shownWishes,
  signInByEmail,
  startSignIn,
  tapHeart,
  type Visitor,
} from '../support/demo-app.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

let visitors: Visitor[] = [];
afterEach(async () => {
  for (const { page } of visitors) await page.context().close();
  const complaints = visitors.flatMap((visitor) => visitor.complaints);
  visitors = [];
  expect(complaints).toEqual([]);
});

async function open(options?: BrowserContextOptions): Promise<Visitor> {
  const visitor = await openApp(browser, '/', options);
  visitors.push(visitor);
  return visitor;
}

async function openAs(member: Member, options?: BrowserContextOptions): Promise<Visitor> {
  const visitor = await open(options);
  await signInByEmail(visitor.page, member.email);
  return visitor;
}

/** Goes through the pop-up of the provider. */
async function continueWith(page: Page, provider: string, consent: (popup: Page) => Promise<void>) {
  const opening = page.waitForEvent('popup');
  await page.getByRole('button', { name: `Continue with ${provider}` }).click();
  const popup = await opening;
  await consent(popup);
  if (!popup.isClosed()) await popup.waitForEvent('close');
}

describe('sign-in by Google or Apple', () => {
  it.each(['Google', 'Apple'])(
    '%s: consents, and has the ♥ that the sign-in interrupted',
    async (provider) => {
      const { page } = await open();
      await tapHeart(page, 'Iceland');
      await continueWith(page, provider, async (popup) => {
        await popup.getByLabel(/e-?mail/i).fill(`${provider.toLowerCase()}${Date.now()}@example.com`);
        await popup.getByLabel(/first name/i).fill('Gwen');
        await popup.getByRole('button', { name: /allow|continue/i }).click();
      });
      await page.getByRole('heading', { name: 'Sign in to Roavelo' }).waitFor({ state: 'detached' });
      await openTab(page, 'Wishlist');
      await expectWishes(page, ['Iceland']);
    },
  );

  it('closes the pop-up, and is a guest as before', async () => {
    const { page } = await open();
    await openTab(page, 'Profile');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await continueWith(page, 'Google', (popup) => popup.close());
    await page.getByRole('button', { name: 'Continue with Apple', disabled: false }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});

describe('sign-in by e-mail', () => {
  it('sets a new password by a code, is signed in, and signs in by it', async () => {
    const { email } = await createMember('Pam');
    const { page } = await open();
    await page.goto(`${appUrl}/auth/email-auth`);
    await page.getByRole('radio', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Forgot the password?' }).click();
    // The form that was left is still there, hidden.
    await page.getByRole('textbox', { name: 'E-mail address' }).fill(email);
    await page.getByRole('button', { name: 'Send a code' }).click();
    await enterCode(page);
    await page.getByLabel('New password', { exact: true }).fill('another way 9');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByRole('tab', { name: 'Countries' }).waitFor();

    const other = await open();
    await signInByEmail(other.page, email, 'another way 9');
  });

  it('asks for a code on a device that is new to the account', async () => {
    const { email } = await createMember('Quinn');
    await changeSettings({ client_trust: true });
    try {
      const { page } = await open();
      await startSignIn(page, email);
      await enterCode(page);
      await page.getByRole('tab', { name: 'Countries' }).waitFor();
    } finally {
      await changeSettings({ client_trust: false });
    }
  });
});

describe('the wishlist', () => {
  it('is ordered by priority and by name, and shows what was visited', async () => {
    const fay = await createMember('Fay');
    await fay.call('PUT', '/users/me/wishlist/PE', { priority: 2 });
    await fay.call('PUT', '/users/me/wishlist/JP', { note: 'Cherry blossom' });
    await fay.call('PUT', '/users/me/wishlist/NO', { priority: 1 });
    const { page } = await openAs(fay);
    await openTab(page, 'Wishlist');
    await page.getByRole('button', { name: 'Norway, details' }).waitFor();
    expect(await shownWishes(page)).toEqual(['Norway', 'Japan', 'Peru']);

    await page.getByRole('radio', { name: 'A to Z' }).click();
    await expectWishes(page, ['Japan', 'Norway', 'Peru']);
    await page.getByRole('button', { name: 'Japan, details' }).click();
    await page
      .getByRole('radiogroup', { name: 'Priority of Japan' })
      .getByRole('radio', { name: '3' })
      .click();
    await page.getByLabel('Priority 3').waitFor();
    await picture(page, 'wishlist');
    await page.getByRole('button', { name: 'Japan, details' }).click();
    await page.getByRole('radio', { name: 'Priority', exact: true }).click();
    await expectWishes(page, ['Norway', 'Peru', 'Japan']);

    await page.getByRole('button', { name: 'Peru, details' }).click();
    await page.getByRole('button', { name: 'Mark Peru as visited' }).click();
    await page.getByRole('radio', { name: 'Visited' }).click();
    await expectWishes(page, ['Peru']);
    await page.getByRole('radio', { name: 'To see' }).click();
    await expectWishes(page, ['Norway', 'Japan']);
  });
});

describe('people', () => {
  it('follows, asks a private account and is accepted there, and is blocked', async () => {
    const [gus, hal, ida] = [await createMember('Gus'), await createMember('Hal'), await createMember('Ida')];
    await ida.call('PATCH', '/users/me', { visibility: 'private' });
    await ida.call('PUT', '/users/me/wishlist/MA');
    const { page } = await openAs(gus);
    await openTab(page, 'People');
    await search(page, 'Hal');
    await page.getByRole('button', { name: `Follow: ${hal.name}` }).click();
    await page.getByRole('button', { name: `Following: ${hal.name}` }).waitFor();
    await search(page, 'Ida');
    await page.getByRole('button', { name: `Follow: ${ida.name}` }).click();
    await page.getByRole('button', { name: `Requested: ${ida.name}` }).waitFor();
    await picture(page, 'people');
    await page.getByRole('link', { name: ida.name }).click();
    await page.getByText('This wishlist is private').waitFor();

    const { page: idasPage } = await openAs(ida);
    await idasPage.getByRole('tab', { name: 'People, 1 follow request' }).click();
    await idasPage.getByRole('radio', { name: 'Requests (1)' }).click();
    await idasPage.getByRole('button', { name: `Accept: ${gus.name}` }).click();
    await idasPage.getByText('No requests').waitFor();
    await idasPage.getByRole('radio', { name: 'Requests', exact: true }).waitFor();

    await page.reload();
    await page.getByRole('button', { name: `Following: ${ida.name}` }).waitFor();
    await page.getByText('Morocco').waitFor();

    await idasPage.getByRole('radio', { name: 'Search' }).click();
    await search(idasPage, 'Gus');
    await idasPage.getByRole('button', { name: `Block: ${gus.name}` }).click();
    await idasPage.getByRole('radio', { name: 'Blocked' }).click();
    await idasPage.getByRole('button', { name: `Unblock: ${gus.name}` }).waitFor();
    await page.reload();
    await page.getByText('This account does not exist, or not for you.').waitFor();
  });
});

describe('leaving', () => {
  it('exports the data, deletes the account, and sees the receipt, also after a reload', async () => {
    const jan = await createMember('Jan');
    await jan.call('PUT', '/users/me/wishlist/CL', { note: 'Stars' });
    const { page } = await openAs(jan);
    await openTab(page, 'Profile');
    await page.getByText(jan.email).waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export my data' }).click();
    const file = await (await downloading).path();
    const exported = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    expect(exported).toMatchObject({ wishlist: [{ countryCode: 'CL', note: 'Stars' }] });

    await page.getByRole('button', { name: 'Delete my account' }).click();
    await page.getByRole('button', { name: 'Delete for good', disabled: true }).waitFor();
    await page.getByLabel('Type “delete” to confirm').fill('delete');
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByRole('heading', { name: 'Your account is deleted' }).waitFor();
    await page.getByRole('heading', { name: 'Signed statement' }).waitFor();
    await picture(page, 'receipt');
    await page.reload();
    await page.getByRole('heading', { name: 'Your account is deleted' }).waitFor();
    await page.getByRole('button', { name: 'I have seen it' }).click();
    await openTab(page, 'Profile');
    await page.getByText('You are a guest').waitFor();
    await (await clerkClient()).users.getUser(jan.clerkId).then(
      () => Promise.reject(new Error('The account is still in Clerk')),
      () => undefined,
    );
  });

  it('signs out where the session was revoked elsewhere, and says so', async () => {
    const kim = await createMember('Kim');
    const { page, refused } = await openAs(kim);
    const clerk = await clerkClient();
    const { data: sessions } = await clerk.sessions.getSessionList({ userId: kim.clerkId, status: 'active' });
    for (const { id } of sessions) await clerk.sessions.revokeSession(id);
    await page.getByRole('tab', { name: 'Wishlist' }).click();
    await page.getByText('You were signed out on this device').waitFor();
    await openTab(page, 'Profile');
    await page.getByText('You are a guest').waitFor();
    expect(refused.filter((line) => line.includes('/api/v2/')).length).toBeLessThanOrEqual(3);
  });
});

async function search(page: Page, name: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search people' }).fill(name);
}

async function expectWishes(page: Page, names: string[]): Promise<void> {
  const shown = page.getByRole('button', { name: /, details$/ });
  for (const [place, name] of names.entries()) {
    await shown
      .nth(place)
      .and(page.getByLabel(`${name}, details`))
      .waitFor();
  }
  await shown.nth(names.length).waitFor({ state: 'detached' });
  expect(await shownWishes(page)).toEqual(names);
}
