import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import {
  appUrl,
  clerkIdsOf,
  closeSheet,
  createMember,
  launchBrowser,
  openApp,
  openTab,
  picture,
  shownWishes,
  signInByEmail,
  signUpByEmail,
  tapHeart,
  type Visitor,
  wishlistAtService,
} from '../support/demo-app.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

let visitor: Visitor;
afterEach(async () => {
  await visitor.page.context().close();
  expect(visitor.complaints).toEqual([]);
});

/** The visitor as a guest who wants Japan, with a note, and Peru. */
async function openAsGuestWithWishes(): Promise<void> {
  visitor = await openApp(browser);
  const { page } = visitor;
  for (const country of ['Japan', 'Peru']) {
    await tapHeart(page, country);
    await closeSheet(page);
  }
  await openTab(page, 'Wishlist');
  await page.getByRole('button', { name: 'Japan, details' }).click();
  await page.getByLabel('Note for Japan').fill('Cherry blossom');
  await page.getByRole('button', { name: 'Save note' }).click();
  await page.getByRole('button', { name: 'Japan, details' }).getByText('Cherry blossom').waitFor();
}

describe('a guest', () => {
  it('sees the countries, and finds one by a part of its name', async () => {
    visitor = await openApp(browser);
    const { page } = visitor;
    await page.getByText('Afghanistan').waitFor();
    await page.getByRole('searchbox', { name: 'Search countries' }).fill('cote');
    await page.getByText('Côte d’Ivoire').waitFor();
    await page.getByRole('searchbox', { name: 'Search countries' }).fill('Atlantis');
    await page.getByText('No such country').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByText('Afghanistan').waitFor();
    expect(visitor.refused).toEqual([]);
  });

  it('taps ♥, closes the sign-in sheet, and has the country on the list of this device', async () => {
    visitor = await openApp(browser);
    const { page } = visitor;
    await tapHeart(page, 'Japan');
    await page.getByRole('heading', { name: 'Sign in to Roavelo' }).waitFor();
    await picture(page, 'sign-in-sheet');
    await closeSheet(page);
    await page.getByRole('button', { name: 'Remove Japan from the wishlist' }).waitFor();
    await openTab(page, 'Wishlist');
    await page.getByText('This list is on this device only').waitFor();
    expect(await shownWishes(page)).toEqual(['Japan']);
    await page.getByRole('button', { name: 'Japan, details' }).click();
    await page.getByRole('button', { name: 'Remove Japan' }).click();
    await page.getByText('Your list is empty').waitFor();
    expect(visitor.refused).toEqual([]);
  });

  it('signs up after a reload, and has everything on the wishlist once', async () => {
    await openAsGuestWithWishes();
    const { page } = visitor;
    await page.reload();
    await page.getByRole('button', { name: 'Peru, details' }).waitFor();
    expect((await shownWishes(page)).sort()).toEqual(['Japan', 'Peru']);

    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Continue with e-mail' }).click();
    const email = `guest${Date.now()}@example.com`;
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page
      .getByRole('alert')
      .getByText(/8 (or more )?characters/)
      .waitFor();
    await picture(page, 'sign-up');
    await page.getByLabel('Password', { exact: true }).fill('far and away 7');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByLabel('Code', { exact: true }).fill('111111');
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await page
      .getByRole('alert')
      .getByText(/incorrect/i)
      .waitFor();
    await page.getByLabel('Code', { exact: true }).fill('424242');
    await page.getByRole('button', { name: 'Continue', exact: true }).click();

    await openTab(page, 'Wishlist');
    await page.getByText('This list is on this device only').waitFor({ state: 'detached' });
    expect((await shownWishes(page)).sort()).toEqual(['Japan', 'Peru']);
    const [clerkId = ''] = await clerkIdsOf(email);
    expect(await wishlistAtService(clerkId)).toEqual([
      { name: 'Japan', note: 'Cherry blossom' },
      { name: 'Peru', note: '' },
    ]);
    expect(visitor.refused).toEqual([
      '422 POST /__clerk/v1/client/sign_ups',
      expect.stringMatching(/^422 POST .+\/attempt_verification$/),
    ]);
  });

  it('sees the hearts also while the wishes have left the device and the wishlist is fetched again', async () => {
    await openAsGuestWithWishes();
    const { page } = visitor;
    const isList = (url: string) => url.includes('/users/me/wishlist?');
    const isListUrl = (url: URL) => isList(url.href);
    const emptyList = page.waitForResponse((response) => isList(response.url()));
    const isSent = Promise.withResolvers<undefined>();
    const isChecked = Promise.withResolvers<undefined>();
    let holds = false;
    await page.route('**/users/me/wishlist/batch', async (route) => {
      await emptyList;
      const response = await route.fetch();
      holds = true;
      await route.fulfill({ response });
      isSent.resolve(undefined);
    });
    const isAsked = page.waitForRequest((request) => holds && isList(request.url()));
    await page.route(isListUrl, async (route) => {
      if (holds) await isChecked.promise;
      await route.continue();
    });

    await page.goto(`${appUrl}/auth/email-auth`);
    await signUpByEmail(page, `held${Date.now()}@example.com`);
    await isSent.promise;
    await isAsked;
    await page.getByLabel('Search countries').fill('Japan');
    await page.getByRole('button', { name: /Japan (to|from) the wishlist$/ }).waitFor();
    expect(await page.getByRole('button', { name: 'Remove Japan from the wishlist' }).count()).toBe(1);
    isChecked.resolve(undefined);
    await page.getByRole('button', { name: 'Remove Japan from the wishlist' }).waitFor();
  });

  it('has everything on the wishlist once although the first answer got lost', async () => {
    await openAsGuestWithWishes();
    const { page } = visitor;
    let lost = 0;
    await page.route('**/users/me/wishlist/batch', async (route) => {
      if (lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort('connectionreset');
    });
    const email = `lost${Date.now()}@example.com`;
    await page.goto(`${appUrl}/auth/email-auth`);
    await signUpByEmail(page, email);
    await page.waitForResponse((response) => response.url().endsWith('/batch') && response.ok());
    expect(lost).toBe(1);
    const [clerkId = ''] = await clerkIdsOf(email);
    expect(await wishlistAtService(clerkId)).toEqual([
      { name: 'Japan', note: 'Cherry blossom' },
      { name: 'Peru', note: '' },
    ]);
    visitor.complaints = visitor.complaints.filter((text) => !text.includes('ERR_CONNECTION_RESET'));
  });

  it('leaves nothing to the next person at the same browser', async () => {
    await openAsGuestWithWishes();
    const { page } = visitor;
    const [ada, ben] = [await createMember('Ada'), await createMember('Ben')];
    await signInByEmail(page, ada.email);
    await openTab(page, 'Wishlist');
    await page.getByRole('button', { name: 'Japan, details' }).waitFor();
    await openTab(page, 'Profile');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('tab', { name: 'Countries', selected: true }).waitFor();
    await tapHeart(page, 'Chile');
    await closeSheet(page);

    await signInByEmail(page, ben.email);
    await openTab(page, 'Wishlist');
    await page.getByText('Your list is empty').waitFor();
    expect(await wishlistAtService(ben.clerkId)).toEqual([]);
  });
});

describe('the gatekeeper', () => {
  it('shows the form to a guest', async () => {
    visitor = await openApp(browser, '/auth/email-auth');
    await visitor.page.getByRole('heading', { name: 'Create an account' }).waitFor();
  });

  it('brings a signed-in person from the form, and from the way back to it, to the tabs', async () => {
    visitor = await openApp(browser);
    const { page } = visitor;
    const { email } = await createMember('Cleo');
    await signInByEmail(page, email);
    await page.goto(`${appUrl}/auth/email-auth`);
    await page.getByRole('tab', { name: 'Countries', selected: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    await page.goBack();
    await page.getByRole('tab', { name: 'Countries', selected: true }).waitFor();
    expect(await page.getByLabel('Password', { exact: true }).count()).toBe(0);
  });

  it('shows neither the form nor the tabs while Clerk loads', async () => {
    visitor = await openApp(browser, '/wishlist');
    const { page } = visitor;
    let answer: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/__clerk/v1/client?**', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${appUrl}/auth/email-auth`);
    await page.getByRole('status', { name: 'Loading' }).waitFor();
    expect(await page.getByLabel('Password', { exact: true }).count()).toBe(0);
    expect(await page.getByRole('tab').count()).toBe(0);
    answer?.();
    await page.getByLabel('Password', { exact: true }).waitFor();
  });
});
