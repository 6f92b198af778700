import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.ts';
import { operations } from '../support/document.js';
import { eventually } from '../support/eventually.js';
import { type LocalMode, prepareLocalMode, type Running } from '../support/local-mode.js';
import { startTestApp } from '../support/test-app.js';

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
/** Requests of the page to the local Clerk, and its errors and warnings. */
let tokenRequests: string[];
let complaints: string[];
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  // Only tests advance the clock.
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

/** Opens the page; resolves when it is signed in. */
async function open(): Promise<void> {
  await page.goto(`${local.apiUrl}/docs`);
  await page.locator('.btn.authorize.locked').waitFor();
}

/** Opens a section, unless it is open. */
async function openSection(tag: string): Promise<void> {
  const section = page.locator(`#operations-tag-${tag}`);
  if ((await section.getAttribute('data-is-open')) === 'false') await section.click();
}

async function unfold(tag: string, operationId: string): Promise<Locator> {
  await openSection(tag);
  const operation = page.locator(`#operations-${tag}-${operationId}`);
  await operation.locator('.opblock-summary-control').click();
  await operation.locator('.opblock-body').waitFor();
  const tryItOut = operation.getByRole('button', { name: 'Try it out' });
  if (await tryItOut.isVisible()) await tryItOut.click();
  return operation;
}

/** Clicks "Execute" and reads the answer that the page shows. */
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

/** The value under "Authorize". */
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

/** An hour in the background, and back: every renewal is due. */
async function comeBackAfterAnHour(): Promise<void> {
  await page.clock.fastForward('01:00:00');
  await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
  await page.evaluate('fetch("/health/live")');
}

describe('Swagger UI', () => {
  it('shows every documented operation, signed in, without an error or warning', async () => {
    await open();
    expect(await page.locator('.opblock').count()).toBe(0);
    const sectionOf = (tags: readonly string[]) => String(tags[0]).replaceAll(' ', '_');
    for (const { operation } of operations()) {
      const { operationId, tags = [] } = operation;
      await openSection(sectionOf(tags));
      await page.locator(`#operations-${sectionOf(tags)}-${operationId}`).waitFor();
    }
    expect(await page.locator('.opblock').count()).toBe(operations().length);
    expect(tokenRequests).toEqual([`${local.clerkUrl}/_local/users/${running.clerkId}/token`]);
    expect(complaints).toEqual([]);
  });

  it('filters sections', async () => {
    await open();
    await page.getByPlaceholder('Filter by tag').fill('Wish');
    await page.locator('#operations-tag-Me').waitFor({ state: 'detached' });
    expect(await page.locator('.opblock-tag').count()).toBe(1);
  });

  it('links each error to its explanation instead of a body; the document keeps the bodies', async () => {
    await open();
    const get = await unfold('Me', 'getMe');
    const row = get.locator('tr[data-code="401"]');
    await row.waitFor();
    expect(await row.locator('.highlight-code').count()).toBe(0);
    const link = row.locator('a', { hasText: 'Token expired' });
    const address = new URL((await link.getAttribute('href')) ?? 'none', local.apiUrl);
    const explained = await fetch(address);
    expect([explained.status, await explained.text()]).toEqual([
      200,
      expect.stringContaining('token_expired'),
    ]);
    expect(await get.locator('tr[data-code="200"] .highlight-code').count()).toBe(1);
    const document = (await (await fetch(`${local.apiUrl}/openapi.json`)).json()) as {
      paths: Record<string, { get: { responses: Record<string, { content?: object }> } }>;
    };
    expect(document.paths['/api/v2/users/me']?.get.responses['401']?.content).toBeDefined();
  });

  it('puts a country on the wishlist with the example body', async () => {
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
    await eventually('the page has the new token', async () => (await authorization()) === token);
  });

  it('is renewed when the page comes back from the background', async () => {
    await open();
    const renewal = page.waitForRequest((request) => request.url() === tokenRequests[0]);
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await renewal;
  });

  it('is retried when the local Clerk was away', async () => {
    await page.route(`${local.clerkUrl}/**`, (route) => route.abort(), { times: 1 });
    const refused = page.waitForEvent('requestfailed');
    await page.goto(`${local.apiUrl}/docs`);
    await refused;
    await page.clock.fastForward(5_000);
    await page.locator('.btn.authorize.locked').waitFor();
  });

  it('changes neither a token that was entered nor a logout', async () => {
    await open();
    await inAuthorizeDialog((dialog) => dialog.getByRole('button', { name: 'Remove authorization' }).click());
    await comeBackAfterAnHour();
    expect([tokenRequests.length, await authorization()]).toEqual([1, undefined]);

    const another = await fetch(`${local.clerkUrl}/_local/users/user_2demoBrunoSilva00000000002/token`).then(
      (response) => response.json() as Promise<{ token: string }>,
    );
    await inAuthorizeDialog(async (dialog) => {
      await dialog.locator('input').fill(another.token);
      await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    });
    await comeBackAfterAnHour();
    expect([tokenRequests.length, await authorization()]).toEqual([1, another.token]);
    expect(await execute(await unfold('Me', 'getMe'))).toMatchObject({
      body: { email: 'bruno@example.com' },
    });
  });

  it('does not overwrite a token that is entered during a renewal', async () => {
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

/** The bar at the top of the page. */
const bar = () => page.getByRole('region', { name: 'Who you are' });
const chooser = () => bar().getByRole('combobox');

/** The e-mail of the user whose token the page sends. */
async function currentEmail(): Promise<unknown> {
  return (await execute(await unfold('Me', 'getMe'))).body['email'];
}

/** Chooses a user, and waits until the page has their token. */
async function choose(name: string): Promise<void> {
  const before = await authorization();
  await chooser().selectOption({ label: name });
  await eventually(`the page has the token of ${name}`, async () => {
    const now = await authorization();
    return now !== before && now !== undefined;
  });
}

describe('the user menu', () => {
  it('names the current user, and switches to another, also after a reload', async () => {
    await open();
    expect(await bar().innerText()).toContain(`amalia@example.com · admin · ${running.clerkId}`);
    await choose('Bruno Sá');
    expect(await bar().innerText()).toContain('bruno@example.com · user · user_2demoBruno');
    expect(await currentEmail()).toBe('bruno@example.com');

    await open();
    expect(await bar().innerText()).toContain('bruno@example.com');
    expect(await currentEmail()).toBe('bruno@example.com');
    expect(complaints).toEqual([]);
  });

  it('renews the token of the chosen user', async () => {
    await open();
    await choose('Chiyo Tanaka');
    const renewal = page.waitForRequest((request) => request.url().endsWith('/token'));
    await page.clock.fastForward(50_000);
    expect((await renewal).url()).toContain('/user_2demoChiyo');
  });

  it('contains users created in the local Clerk after the page was loaded', async () => {
    await open();
    const response = await fetch(`${local.clerkUrl}/_local/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ first_name: '</script><b>Eve', email_address: ['eve@example.com'] }),
    });
    expect(response.status).toBe(200);
    await chooser().focus();
    await chooser().locator('option', { hasText: '</script><b>Eve' }).waitFor({ state: 'attached' });
    await choose('</script><b>Eve');
    expect(await currentEmail()).toBe('eve@example.com');
  });

  it('shows when a token was entered by hand, and replaces it when a user is chosen', async () => {
    await open();
    const token = await fetch(`${local.clerkUrl}/_local/users/user_2demoBrunoSilva00000000002/token`)
      .then((response) => response.json() as Promise<{ token: string }>)
      .then((answer) => answer.token);
    await inAuthorizeDialog(async (dialog) => {
      await dialog.getByRole('button', { name: 'Remove authorization' }).click();
      await dialog.locator('input').fill(token);
      await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    });
    await chooser().focus();
    await chooser()
      .locator('option', { hasText: 'who you entered under "Authorize"' })
      .waitFor({ state: 'attached' });
    expect(await bar().innerText()).not.toContain('amalia@example.com');
    await choose('Chiyo Tanaka');
    expect(await currentEmail()).toBe('chiyo@example.com');
  });

  it('reports the deletion of the account, and switches to the next user', async () => {
    await open();
    await choose('Bruno Sá');
    const status = bar().getByRole('status');
    expect(await execute(await unfold('Me', 'deleteMe'))).toMatchObject({ status: '202' });
    await status
      .filter({ hasText: 'The account of Bruno Sá is deleted. You are Chiyo Tanaka now.' })
      .waitFor();
    await eventually('the page names Chiyo', async () =>
      (await bar().innerText()).includes('chiyo@example.com · user'),
    );
    expect(await chooser().locator('option', { hasText: 'Bruno' }).count()).toBe(0);
    await eventually('the requests are Chiyo’s', async () => (await currentEmail()) === 'chiyo@example.com');
  });

  it('switches to the next user when the account was deleted elsewhere', async () => {
    await open();
    await choose('Dalia Haddad');
    const { url } = await fetch(`${local.clerkUrl}/_local/users/user_2demoDaliaHaddad0000000004`, {
      method: 'DELETE',
    });
    expect(url).toContain('Dalia');
    await page.clock.fastForward(50_000);
    await bar().getByRole('status').filter({ hasText: 'The account of Dalia Haddad is deleted.' }).waitFor();
  });
});

it('without local mode there is no user menu, and nothing else that the page may load', async () => {
  const api = await startTestApp();
  const response = await fetch(`${api.anonymous.url}/docs`);
  const html = await response.text();
  const start = await (await fetch(`${api.anonymous.url}/docs/swagger-ui-init.js`)).text();
  await api.close();
  expect(html).toContain('swagger-ui-init.js');
  expect(html + start).not.toMatch(/roaveloLocalMode|_local|local-people/);
  expect(response.headers.get('content-security-policy')).not.toMatch(/sha256|127\.0\.0\.1/);
});
