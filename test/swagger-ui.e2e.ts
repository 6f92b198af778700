import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { findChromium } from '../scripts/chromium.ts';
import { operations } from './support/document.js';
import { eventually, type LocalMode, prepareLocalMode, type Running } from './support/local-mode.js';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

let local: LocalMode;
let running: Running;
let browser: Browser;
beforeAll(async () => {
  local = await prepareLocalMode();
  running = await local.running();
  browser = await chromium.launch({ executablePath: await findChromium(), args: FLAGS });
});
afterAll(async () => {
  await browser.close();
  await local.remove();
});

let page: Page;
/** What the page asked the local Clerk for, and what it complained about. */
let tokenRequests: string[];
let complaints: string[];
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  // Renewals are due when a test says that time has passed.
  await page.clock.install();
  [tokenRequests, complaints] = [[], []];
  page.on('request', (request) => {
    if (request.url().startsWith(local.clerkUrl)) tokenRequests.push(request.url());
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
});
afterEach(() => page.close());

/** Opens the page; resolves when it has signed itself in. */
async function open(): Promise<void> {
  await page.goto(`${local.apiUrl}/docs`);
  await page.locator('.btn.authorize.locked').waitFor();
}

async function unfold(tag: string, operationId: string): Promise<Locator> {
  const operation = page.locator(`#operations-${tag}-${operationId}`);
  await operation.locator('.opblock-summary-control').click();
  await operation.locator('.opblock-body').waitFor();
  const tryItOut = operation.getByRole('button', { name: 'Try it out' });
  if (await tryItOut.isVisible()) await tryItOut.click();
  return operation;
}

/** Clicks "Execute" and reads what the page shows of the answer. */
async function execute(operation: Locator): Promise<{ status: string; body: Record<string, unknown> }> {
  const answered = page.waitForResponse((response) => response.url().startsWith(`${local.apiUrl}/api/`));
  await operation.getByRole('button', { name: 'Execute' }).click();
  await (await answered).finished();
  const answer = operation.locator('.live-responses-table tbody tr').first();
  await operation.locator('.loading-container').waitFor({ state: 'detached' });
  const status = await answer.locator('.response-col_status').innerText();
  const body = await answer.locator('.highlight-code pre').first().innerText();
  return { status: status.trim(), body: JSON.parse(body) as Record<string, unknown> };
}

/** What "Authorize" holds. */
function authorization(): Promise<unknown> {
  return page.evaluate(() => {
    interface SwaggerUi {
      authSelectors: { authorized(): { getIn(path: string[]): unknown } };
    }
    const { ui } = globalThis as unknown as { ui: SwaggerUi & { getSystem?: () => SwaggerUi } };
    return (ui.getSystem?.() ?? ui).authSelectors.authorized().getIn(['session', 'value']);
  });
}

async function inAuthorizeDialog(act: (dialog: Locator) => Promise<void>): Promise<void> {
  await page.locator('.btn.authorize').click();
  const dialog = page.locator('.modal-ux');
  await act(dialog);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
}

/** An hour in the background, and back: everything that could renew has had its chance. */
async function comeBackAfterAnHour(): Promise<void> {
  await page.clock.fastForward('01:00:00');
  await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
  await page.evaluate('fetch("/health/live")');
}

describe('Swagger UI', () => {
  it('shows every documented operation, signed in and without a complaint', async () => {
    await open();
    for (const { operation } of operations()) {
      const { operationId, tags = [] } = operation;
      await expect(
        page.locator(`#operations-${String(tags[0]).replaceAll(' ', '_')}-${operationId}`).count(),
      ).resolves.toBe(1);
    }
    expect(await page.locator('.opblock').count()).toBe(operations().length);
    expect(tokenRequests).toEqual([`${local.clerkUrl}/_local/users/${running.clerkId}/token`]);
    expect(complaints).toEqual([]);
  });

  it('puts a country on the wishlist with the example as it stands', async () => {
    await open();
    const put = await unfold('Wishlist', 'putOnMyWishlist');
    await put.locator('[data-param-name="countryCode"] input').fill('JP');

    const added = await execute(put);
    expect(added).toMatchObject({ status: '201', body: { countryCode: 'JP', name: 'Japan' } });
    expect(await execute(put)).toEqual({ status: '200', body: added.body });
    expect(complaints).toEqual([]);
    expect(JSON.stringify(await running.me.get('/users/me/wishlist'))).toContain('"JP"');
  });

  it('shows the demo user', async () => {
    await open();
    const { status, body } = await execute(await unfold('Me', 'getMe'));
    expect({ status, body }).toMatchObject({ status: '200', body: { clerkId: running.clerkId } });
    expect(complaints).toEqual([]);
  });
});

describe('the sign-in', () => {
  it('is renewed before the token expires, and not much earlier', async () => {
    await open();
    const first = await authorization();
    await page.clock.fastForward(35_000);
    await page.evaluate('fetch("/health/live")');
    expect(tokenRequests).toHaveLength(1);

    const renewal = page.waitForResponse((response) => response.url() === tokenRequests[0], {
      timeout: 5_000,
    });
    await page.clock.fastForward(15_000);
    const { token } = (await (await renewal).json()) as { token: string };
    expect(token).not.toBe(first);
    await eventually(async () => ((await authorization()) === token ? true : undefined));
  });

  it('is renewed when the page comes back from the background', async () => {
    await open();
    const renewal = page.waitForRequest((request) => request.url() === tokenRequests[0]);
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await renewal;
  });

  it('is tried again when the local Clerk was away', async () => {
    await page.route(`${local.clerkUrl}/**`, (route) => route.abort(), { times: 1 });
    const refused = page.waitForEvent('requestfailed');
    await page.goto(`${local.apiUrl}/docs`);
    await refused;
    await page.clock.fastForward(5_000);
    await page.locator('.btn.authorize.locked').waitFor();
  });

  it('leaves alone what a person enters, and a logout', async () => {
    await open();
    await inAuthorizeDialog((dialog) => dialog.getByRole('button', { name: 'Remove authorization' }).click());
    await comeBackAfterAnHour();
    expect([tokenRequests.length, await authorization()]).toEqual([1, undefined]);

    const somebodyElse = await fetch(
      `${local.clerkUrl}/_local/users/user_2demoBrunoSilva00000000002/token`,
    ).then((response) => response.json() as Promise<{ token: string }>);
    await inAuthorizeDialog(async (dialog) => {
      await dialog.locator('input').fill(somebodyElse.token);
      await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    });
    await comeBackAfterAnHour();
    expect([tokenRequests.length, await authorization()]).toEqual([1, somebodyElse.token]);
    expect(await execute(await unfold('Me', 'getMe'))).toMatchObject({
      body: { email: 'bruno@example.com' },
    });
  });

  it('does not overwrite what a person enters while the token is on its way', async () => {
    const asked = Promise.withResolvers<undefined>();
    const entered = Promise.withResolvers<undefined>();
    await page.route(`${local.clerkUrl}/**`, async (route) => {
      asked.resolve(undefined);
      await entered.promise;
      await route.continue();
    });
    await page.goto(`${local.apiUrl}/docs`);
    await asked.promise;
    await inAuthorizeDialog(async (dialog) => {
      await dialog.locator('input').fill('mine');
      await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    });
    const answered = page.waitForResponse((response) => response.url().startsWith(local.clerkUrl));
    entered.resolve(undefined);
    await (await answered).finished();
    await page.evaluate('fetch("/health/live")');
    expect(await authorization()).toBe('mine');
  });
});
