import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import {
  appUrl,
  closeSheet,
  createMember,
  launchBrowser,
  openApp,
  openTab,
  picture,
  shownWishes,
  signInByEmail,
  tapHeart,
  type Visitor,
} from '../support/demo-app.js';
import { eventually } from '../support/eventually.js';

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

const problem = (status: number, code: string, headers = {}) => ({
  status,
  contentType: 'application/problem+json',
  headers,
  body: JSON.stringify({ type: `/problems/${code}`, title: code, status, code, requestId: 'r' }),
});

describe('without a good answer', () => {
  it('says that it is offline, keeps what a guest taps, and goes on afterwards', async () => {
    visitor = await openApp(browser);
    const { page } = visitor;
    await page.getByText('Afghanistan').waitFor();
    await page.waitForFunction('window.Clerk?.loaded');
    await page.context().setOffline(true);
    await page.getByText('You are offline').waitFor();
    await tapHeart(page, 'Peru');
    await closeSheet(page);
    await openTab(page, 'Wishlist');
    expect(await shownWishes(page)).toEqual(['Peru']);
    await picture(page, 'offline');
    await page.context().setOffline(false);
    await page.getByText('You are offline').waitFor({ state: 'detached' });
  });

  it('refreshes the token once for two requests that were refused, and shows everything', async () => {
    visitor = await openApp(browser);
    const { page } = visitor;
    const { email, call } = await createMember('Lea');
    await call('PUT', '/users/me/wishlist/JP');
    await signInByEmail(page, email);
    let refreshes = 0;
    let refused = 0;
    let rejected: string | undefined;
    await page.route('**/v1/client/sessions/*/tokens**', (route) => {
      if (rejected !== undefined) refreshes += 1;
      return route.continue();
    });
    // The service no longer takes the token that the page begins with.
    await page.route('**/api/v2/users/me**', (route) => {
      const { authorization } = route.request().headers();
      rejected ??= authorization;
      if (authorization !== rejected) return route.continue();
      refused += 1;
      return route.fulfill(problem(401, 'token_expired'));
    });
    await page.goto(`${appUrl}/wishlist`);
    await page.getByRole('button', { name: 'Japan, details' }).waitFor();
    await openTab(page, 'Profile');
    await page.getByText(email).waitFor();
    expect({ refused, refreshes }).toEqual({ refused: 2, refreshes: 1 });
  });

  it.each([
    ['a page of HTML', { status: 200, contentType: 'text/html', body: '<h1>Sign in to this Wi-Fi</h1>' }],
    ['500', problem(500, 'internal_error')],
    ['nothing', undefined],
  ])(
    '%s: says so, asks a bounded number of times, and shows the countries on the next try',
    async (_, answer) => {
      visitor = await openApp(browser, '/profile');
      const { page } = visitor;
      let requests = 0;
      await page.route('**/api/v2/countries', (route) => {
        requests += 1;
        return answer ? route.fulfill(answer) : route.abort('connectionrefused');
      });
      await page.goto(appUrl);
      await page.getByRole('alert').waitFor();
      expect(requests).toBeLessThanOrEqual(4);
      await page.unroute('**/api/v2/countries');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('Afghanistan').waitFor();
    },
  );

  it('401 for ever: says so, asks a bounded number of times, and loses no wish', async () => {
    visitor = await openApp(browser);
    const { page } = visitor;
    await tapHeart(page, 'Peru');
    await closeSheet(page);
    const { email } = await createMember('Max');
    let requests = 0;
    let refreshes = 0;
    await page.route('**/v1/client/sessions/*/tokens**', (route) => {
      refreshes += 1;
      return route.continue();
    });
    await page.route('**/api/v2/users/me**', (route) => {
      requests += 1;
      return route.fulfill(problem(401, 'invalid_token'));
    });
    await signInByEmail(page, email);
    await openTab(page, 'Profile');
    await page.getByRole('alert').waitFor();
    await openTab(page, 'Wishlist');
    expect(await shownWishes(page)).toEqual(['Peru']);
    // The profile, the wishlist twice, its codes, and the batch: each at most twice.
    expect(requests).toBeLessThanOrEqual(10);
    expect(refreshes).toBeLessThanOrEqual(2);

    await page.unroute('**/api/v2/users/me**');
    await page.reload();
    await page.getByText('This list is on this device only').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Peru, details' }).waitFor();
  });

  it('waits for Retry-After of a 503, and shows the countries without being asked', async () => {
    visitor = await openApp(browser, '/profile');
    const { page } = visitor;
    let requests = 0;
    await page.route('**/api/v2/countries', (route) => {
      requests += 1;
      return requests === 1
        ? route.fulfill(problem(503, 'overloaded', { 'retry-after': '1' }))
        : route.continue();
    });
    await page.goto(appUrl);
    await page.getByText('Afghanistan').waitFor();
    expect(requests).toBe(2);
  });
});

describe('for everybody', () => {
  it('names every control, and reaches the ♥ by the keyboard', async () => {
    visitor = await openApp(browser, '/', { isMobile: false, hasTouch: false });
    const { page } = visitor;
    await page.getByText('Afghanistan').waitFor();
    for (const tab of ['Countries', 'Wishlist', 'People', 'Profile']) {
      await openTab(page, tab);
      for (const role of ['button', 'textbox', 'searchbox', 'radio', 'tab'] as const) {
        expect(await page.getByRole(role, { name: /^$/ }).count()).toBe(0);
      }
      expect(await page.getByRole('heading', { level: 1 }).count()).toBeGreaterThan(0);
    }
    await openTab(page, 'Countries');
    await page.getByRole('searchbox', { name: 'Search countries' }).fill('Japan');
    await page.getByText('Afghanistan').waitFor({ state: 'detached' });
    // Past the two orders.
    for (let stop = 0; stop < 3; stop++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sign in to Roavelo' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove Japan from the wishlist' }).waitFor();
  });

  it('shows text twice as large to who asks for it', async () => {
    visitor = await openApp(browser);
    const { page } = visitor;
    const heading = page.getByRole('heading', { name: 'Where to next?' });
    const before = (await heading.boundingBox())?.height ?? 0;
    await page.addStyleTag({ content: 'html { font-size: 200% }' });
    const after = (await heading.boundingBox())?.height ?? 0;
    expect(after).toBeGreaterThanOrEqual(before * 2);
    await tapHeart(page, 'Peru');
    await closeSheet(page);
  });

  it('has a look for the dark, and one for wide windows', async () => {
    const members = await Promise.all(Array.from({ length: 7 }, () => createMember('Wanda')));
    // A country is counted from five people on.
    for (const [place, code] of ['JP', 'PE', 'NZ'].entries()) {
      for (const { call } of members.slice(place)) await call('PUT', `/users/me/wishlist/${code}`);
    }
    const isCounted = async () => {
      const response = await fetch(`${appUrl}/api/v2/countries`);
      const { items } = (await response.json()) as { items: { wantedBy: number | null }[] };
      return items.some(({ wantedBy }) => wantedBy !== null);
    };
    await eventually('the countries are counted', isCounted, { everyMs: 500 });
    visitor = await openApp(browser, '/', { colorScheme: 'dark' });
    const { page } = visitor;
    await page.getByRole('radio', { name: 'Most wanted' }).click();
    await page
      .getByText(/people want to go/)
      .first()
      .waitFor();
    for (const country of ['Japan', 'New Zealand']) {
      await page.getByRole('button', { name: `Add ${country} to the wishlist` }).click();
      await closeSheet(page);
    }
    await picture(page, 'countries-dark');
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(15, 24, 28)');
    expect(await page.evaluate(`getComputedStyle(document.querySelector('h1')).color`)).toBe(
      'rgb(238, 243, 242)',
    );
    await page.emulateMedia({ colorScheme: 'light' });
    await picture(page, 'countries');
    await page.setViewportSize({ width: 1280, height: 780 });
    await picture(page, 'countries-wide');
    const tabs = await page.getByRole('tab').all();
    const tops = await Promise.all(tabs.map(async (tab) => (await tab.boundingBox())?.y));
    expect(new Set(tops).size).toBe(4);
  });
});
