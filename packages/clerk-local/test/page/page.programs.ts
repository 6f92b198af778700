import { verifyToken } from '@clerk/backend';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { DAY_MS, apiError, backend, call, startClerkLocal } from '../support.js';
import { openPageForEachTest } from './browser.js';

const test = openPageForEachTest();

/** The browser logs each refused request; other complaints are errors of the page. */
afterEach(() => {
  const unexpected = test.complaints.filter((text) => !/status of 4\d\d/.test(text));
  expect(unexpected).toEqual([]);
});

const row = (text: string): Locator => test.page.getByRole('listitem').filter({ hasText: text });
const button = (name: string): Locator => test.page.getByRole('button', { name, exact: true });
const dialog = (): Locator => test.page.getByRole('dialog');
const inDialog = (name: string): Locator => dialog().getByRole('button', { name, exact: true });
const field = (name: string): Locator => dialog().getByLabel(name, { exact: true });
const notice = (text: string): Promise<void> =>
  test.page.getByRole('status').filter({ hasText: text }).first().waitFor();
const copied = (): Promise<string> => test.page.evaluate<string>('navigator.clipboard.readText()');

/** A client of its own, as an app in another browser is one: sends forms, and keeps its cookie. */
function anotherBrowser(): (path: string, form: Record<string, string>) => Promise<{ id: string }> {
  let cookie = '';
  return async (path, form) => {
    const response = await fetch(`${test.clerk.proxyUrl}/v1/client/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'http://localhost:5173',
        cookie,
      },
      body: new URLSearchParams(form),
    });
    const cookies = response.headers.getSetCookie().map((each) => each.split(';')[0]);
    if (cookies.length > 0) cookie = cookies.join('; ');
    expect(response.status).toBe(200);
    return ((await response.json()) as { response: { id: string } }).response;
  };
}

describe('users', () => {
  it('appear and vanish as other programs create and delete them', async () => {
    await test.open();
    await test.page.getByText('No users yet').waitFor();
    const { users } = backend(test.clerk);
    const ada = await users.createUser({ firstName: 'Ada', emailAddress: ['ada@example.com'] });
    await row('ada@example.com').waitFor();
    await test.page.getByText('1 user', { exact: true }).waitFor();
    await users.updateUser(ada.id, { lastName: 'Lovelace' });
    await row('Ada Lovelace').waitFor();
    await users.deleteUser(ada.id);
    await test.page.getByText('No users yet').waitFor();
  });

  it('are created; a refused form keeps what was entered and says what is wrong', async () => {
    await test.clerk.createUser({ email_address: ['ada@example.com'] });
    await test.open();
    await button('Create user').click();
    await field('E-mail').fill('ada@example.com');
    await field('Username').fill('ada');
    await inDialog('Create user').click();
    await dialog().locator('[aria-invalid=true]').first().waitFor();
    expect(await field('E-mail').inputValue()).toBe('ada@example.com');
    await field('E-mail').fill('grace@example.com');
    await field('Username').fill('grace_hopper');
    await field('Public metadata (JSON)').fill('{"role": ');
    await inDialog('Create user').click();
    await dialog().getByText('This is no JSON').waitFor();
    await field('Public metadata (JSON)').fill('{"role": "admin"}');
    await field('Username').press('Enter');
    await notice('Created grace_hopper.');
    expect(await dialog().count()).toBe(0);
    expect(test.clerk.users().at(-1)).toMatchObject({
      username: 'grace_hopper',
      public_metadata: { role: 'admin' },
    });
  });

  it('are found by a part of a name or an address', async () => {
    for (const name of ['Ada', 'Grace', 'Alan']) {
      await test.clerk.createUser({ first_name: name, email_address: [`${name.toLowerCase()}@example.com`] });
    }
    await test.open();
    await test.page.getByLabel('Search users').fill('RACE@');
    await test.page.getByText('1 of 3 users').waitFor();
    await row('Grace').waitFor();
    await test.page.getByLabel('Search users').fill('nobody');
    await test.page.getByText('No user matches “nobody”').waitFor();
  });

  it('are edited, locked, banned, signed out and deleted', async () => {
    const ada = await test.clerk.createUser({ first_name: 'Ada', email_address: ['ada@example.com'] });
    const session = await test.clerk.createSession(ada.id);
    const { sessions, users } = backend(test.clerk);
    await test.open('#/users');
    await test.page.getByRole('link', { name: 'Ada' }).click();
    await test.page.waitForURL(`**/#/users/${ada.id}`);

    await button('Edit').first().click();
    await field('Last name').fill('Lovelace');
    await inDialog('Save').click();
    await test.page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();

    await button('Edit the public metadata').click();
    await field('JSON').fill('{"plan": {"seats": 2}}');
    await inDialog('Save').click();
    await test.page.getByRole('region', { name: 'Public metadata' }).getByText('"seats": 2').waitFor();

    await button('Set password').click();
    await field('New password').fill('correct horse battery');
    await inDialog('Save').click();
    await notice('The password is set.');
    expect(await users.verifyPassword({ userId: ada.id, password: 'correct horse battery' })).toEqual({
      verified: true,
    });

    await button('Lock').click();
    await test.page.getByRole('heading', { name: 'Ada Lovelace Locked' }).waitFor();
    await button('Unlock').click();
    await button('Ban').click();
    await test.page.getByRole('heading', { name: 'Ada Lovelace Banned' }).waitFor();
    expect((await sessions.getSession(session.id)).status).toBe('revoked');
    await row(session.client_id).getByText('revoked').waitFor();
    await button('Unban').click();

    await button('Delete').click();
    await inDialog('Cancel').click();
    await button('Delete').click();
    await inDialog('Delete').click();
    await test.page.waitForURL('**/#/users');
    expect(await apiError(users.getUser(ada.id))).toMatchObject({ status: 404 });
  });

  it('have addresses, numbers and accounts', async () => {
    const ada = await test.clerk.createUser({ first_name: 'Ada', email_address: ['ada@example.com'] });
    await test.clerk.createUser({ email_address: ['taken@example.com'] });
    await test.open(`#/users/${ada.id}`);
    await button('Add an e-mail address').click();
    await field('E-mail address').fill('taken@example.com');
    await inDialog('Add').click();
    await dialog().getByText(/taken/).first().waitFor();
    await field('E-mail address').fill('lovelace@example.com');
    await field('State').selectOption('unverified');
    await inDialog('Add').click();
    await button('Verify lovelace@example.com').click();
    await button('Verify lovelace@example.com').waitFor({ state: 'detached' });
    await button('Make lovelace@example.com primary').click();
    await button('Make ada@example.com primary').waitFor();
    await button('Remove ada@example.com').click();
    await inDialog('Remove').click();
    await button('Remove ada@example.com').waitFor({ state: 'detached' });

    await button('Add a phone number').click();
    await field('Phone number').fill('+15555550100');
    await inDialog('Add').click();
    await row('+15555550100').getByText('Verified').waitFor();

    await button('Connect an account').click();
    await inDialog('Connect').click();
    await row('oauth_google').waitFor();
    const user = await backend(test.clerk).users.getUser(ada.id);
    expect(user.emailAddresses.map(({ emailAddress }) => emailAddress)).toEqual(['lovelace@example.com']);
    expect(user.externalAccounts.map(({ emailAddress }) => emailAddress)).toEqual(['lovelace@example.com']);
    await button('Remove the google account lovelace@example.com').click();
    await inDialog('Remove').click();
    await row('oauth_google').waitFor({ state: 'detached' });
  });

  it('are signed in as: a token to copy, and a link with a ticket', async () => {
    const ada = await test.clerk.createUser({ first_name: 'Ada' });
    await test.open();
    await button('Sign in as Ada').click();
    await dialog().getByLabel('session token').waitFor();
    await inDialog('Copy').first().click();
    const claims = await verifyToken(await copied(), {
      jwtKey: test.clerk.jwtKey,
      issuer: test.clerk.issuer,
    });
    expect(claims.sub).toBe(ada.id);
    await dialog().getByLabel('Sign-in page of your app').fill('javascript:alert(1)');
    await inDialog('Make a link').click();
    await dialog().getByText('Enter the address of a page').waitFor();
    await dialog().getByLabel('Sign-in page of your app').fill('http://localhost:5173/sign-in?from=page');
    await inDialog('Make a link').click();
    const href = await dialog().getByRole('link').getAttribute('href');
    const { origin, searchParams } = new URL(href ?? '');
    expect([origin, searchParams.get('from')]).toEqual(['http://localhost:5173', 'page']);
    expect(searchParams.get('__clerk_ticket')).toMatch(/^ey/);
    // The focus goes back to where it was.
    await test.page.keyboard.press('Escape');
    await test.page.locator('button[aria-label="Sign in as Ada"]:focus').waitFor();
  });
});

describe('sessions', () => {
  it('are listed with their users, and revoked', async () => {
    const ada = await test.clerk.createUser({ first_name: 'Ada' });
    const session = await test.clerk.createSession(ada.id);
    await test.open('#/sessions');
    await test.page.getByText('1 active of 1').waitFor();
    await button('Token').click();
    await notice('Copied the session token.');
    expect((await verifyToken(await copied(), { jwtKey: test.clerk.jwtKey })).sid).toBe(session.id);
    await button('Revoke').click();
    await test.page.getByText('0 active of 1').waitFor();
    expect((await backend(test.clerk).sessions.getSession(session.id)).status).toBe('revoked');
    await test.page.getByLabel('Active only').check();
    await test.page.getByText('No active session').waitFor();
  });
});

describe('mails', () => {
  it('arrive as an app sends them; the code is copied with one click, and signs up', async () => {
    await test.open('#/mails');
    await test.page.getByText('No mail yet').waitFor();
    const send = anotherBrowser();
    const { id } = await send('sign_ups', {
      email_address: 'ada@example.com',
      password: 'correct horse battery',
    });
    await send(`sign_ups/${id}/prepare_verification`, { strategy: 'email_code' });
    await row('ada@example.com').getByRole('button').click();
    const code = await copied();
    expect(code).toMatch(/^\d{6}$/);
    await row('ada@example.com').getByRole('link').click();
    await test.page.locator('.mail-body').filter({ hasText: code }).waitFor();
    await test.page.getByRole('link', { name: 'Users' }).click();
    await test.page.getByText('No users yet').waitFor();
    await send(`sign_ups/${id}/attempt_verification`, { strategy: 'email_code', code });
    await row('ada@example.com').waitFor();
    await test.page.getByRole('link', { name: 'Sessions' }).click();
    await test.page.getByText('1 active of 1').waitFor();

    await test.page.getByRole('link', { name: 'Mails' }).click();
    await button('Delete all').click();
    await inDialog('Delete all').click();
    await test.page.getByText('No mail yet').waitFor();
  });
});

describe('webhooks', () => {
  it('are shown with request and answer, and sent again', async () => {
    test.receiver.answers.push({ status: 500 });
    await test.open('#/webhooks');
    await test.page.getByText('No events yet').waitFor();
    await test.clerk.createUser({ first_name: 'Ada' });
    await row('user.created').getByText('500 in').waitFor();
    await row('user.created').getByRole('link').click();
    await test.page.getByText('Request headers of attempt 1').click();
    await test.page.getByText(/svix-signature: v1,/).waitFor();
    await test.page.getByText('Answer of attempt 1').click();
    await test.page.getByText('seen').waitFor();
    await test.page.getByRole('region', { name: 'Body' }).getByText('"type": "user.created"').waitFor();
    await button('Resend').click();
    await test.page.getByText('delivered', { exact: true }).waitFor();
    // What was unfolded stays unfolded.
    await test.page.getByText('seen').first().waitFor();
    const [first, second] = await test.receiver.waitFor(2);
    expect(second?.headers['svix-id']).toBe(first?.headers['svix-id']);
  });

  it('have endpoints, whose secrets are rotated, and chaos', async () => {
    await test.open('#/webhooks');
    await button('Add endpoint').click();
    await field('Address').fill('ftp://example.com');
    await inDialog('Add endpoint').click();
    await dialog().locator('.field-failure').filter({ hasText: 'url' }).waitFor();
    await field('Address').fill(`${test.receiver.url}/second`);
    await field('Events').fill('session.created');
    await inDialog('Add endpoint').click();
    await button(`Rotate the secret of ${test.receiver.url}/second`).click();
    await inDialog('Rotate').click();
    await row('/second').getByText('2 secrets sign').waitFor();

    await button('Turn on chaos').click();
    await field('Duplicate').fill('1');
    await field('Delay').fill('0');
    await field('Reorder').fill('0');
    await inDialog('Turn on').click();
    await test.page.getByText('Duplicate', { exact: true }).waitFor();
    const ada = await test.clerk.createUser({ first_name: 'Ada' });
    await test.receiver.waitFor(2);
    await row('user.created').filter({ hasText: 'duplicate' }).waitFor();
    await button('Turn off chaos').click();
    await button('Turn on chaos').waitFor();
    await test.clerk.createSession(ada.id);
    await row('session.created').filter({ hasText: '/second' }).waitFor();
    await button(`Delete ${test.receiver.url}/second`).click();
    await inDialog('Delete').click();
    await button(`Delete ${test.receiver.url}/second`).waitFor({ state: 'detached' });
  });

  it('that failed are all sent again', async () => {
    await test.clerk.close();
    test.clerk = await startClerkLocal({ webhookUrl: test.receiver.url, webhookRetryDelaysMs: [0] });
    test.receiver.answers.push({ status: 500 }, { status: 500 });
    await test.clerk.createUser({ first_name: 'Ada' });
    await test.clerk.createUser({ first_name: 'Grace' });
    await test.clerk.idle();
    await test.open('#/webhooks');
    await test.page.getByLabel('State').selectOption('failed');
    expect(await row('user.created').count()).toBe(2);
    await button('Resend failed').click();
    await notice('Sending 2 deliveries again.');
    await test.page.getByText('No such delivery').waitFor();
    expect(test.clerk.deliveries().map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  });
});

describe('the clock and faults', () => {
  it('are set, and follow what other programs do', async () => {
    await test.open('#/time');
    const before = test.clerk.clock.now();
    await button('Advance by 1 day').click();
    await test.page.getByText('1 d ahead').waitFor();
    expect(test.clerk.clock.now() - before).toBeGreaterThanOrEqual(DAY_MS);
    await button('Freeze').click();
    await button('Let it run').waitFor();
    await button('Set…').click();
    await field('Time (UTC)').fill('soon');
    await inDialog('Set').click();
    await dialog().getByText('This is no time.').waitFor();
    await field('Time (UTC)').fill('2030-01-02T03:04:05');
    await field('From there').selectOption('yes');
    await inDialog('Set').click();
    await test.page.getByRole('link', { name: '2030-01-02 03:04:05 UTC, frozen' }).waitFor();
    expect(new Date(test.clerk.clock.now()).toISOString()).toBe('2030-01-02T03:04:05.000Z');
    await test.clerk.clock.reset();
    await test.page.getByText('real time', { exact: false }).first().waitFor();
    await button('Freeze').waitFor();

    await button('Add fault').click();
    await field('Path').fill('^/v1/users');
    await field('Status').fill('503');
    await field('Count').fill('2');
    await inDialog('Add').click();
    await row('2 requests left').waitFor();
    expect((await call(test.clerk, 'GET', '/v1/users')).status).toBe(503);
    await row('1 request left').waitFor();
    test.clerk.clearFaults();
    await test.page.getByText('No faults').waitFor();
  });
});

describe('instances', () => {
  it('are chosen, and each is shown with its own users only', async () => {
    const worker = await test.clerk.instance('sk_test_local_worker_7');
    await test.clerk.createUser({ first_name: 'Main' });
    await worker.createUser({ first_name: 'Worker' });
    await test.open();
    await row('Main').waitFor();
    await test.page.getByLabel('Instance').selectOption({ label: 'worker_7 (1 user)' });
    await row('Worker').waitFor();
    expect(await row('Main').count()).toBe(0);
    await worker.createUser({ first_name: 'Second' });
    await row('Second').waitFor();
    await test.page.reload();
    await row('Second').waitFor();
    await test.page.getByRole('link', { name: 'Keys' }).click();
    await row('Secret key').getByText('sk_test_local_worker_7').waitFor();
    await row('Secret key').getByRole('button').click();
    expect(await copied()).toBe('sk_test_local_worker_7');
  });
});

it('says when the local Clerk is gone', async () => {
  await test.open();
  await test.clerk.close();
  await test.page.getByText('Not connected').waitFor();
  test.complaints.length = 0;
});
