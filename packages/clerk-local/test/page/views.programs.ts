import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { appendFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { startClerkLocal } from '../support.js';
import { accessibilityViolations, findAxe } from './axe.js';
import { openPageForEachTest } from './browser.js';

const SCREENSHOTS = join(import.meta.dirname, '../../../../.cache/clerk-local-page');
const LOOKS: Record<string, BrowserContextOptions> = {
  light: { viewport: { width: 1280, height: 860 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' },
  phone: {
    viewport: { width: 360, height: 760 },
    colorScheme: 'light',
    deviceScaleFactor: 2,
    isMobile: true,
  },
  'phone-dark': {
    viewport: { width: 360, height: 760 },
    colorScheme: 'dark',
    deviceScaleFactor: 2,
    isMobile: true,
  },
};

const test = openPageForEachTest();
afterEach(() => {
  expect(test.complaints).toEqual([]);
});

let axe: string;
beforeAll(async () => {
  axe = await findAxe();
  await mkdir(SCREENSHOTS, { recursive: true });
}, 120_000);

let folder: string | undefined;
afterEach(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true });
  folder = undefined;
});

interface Message {
  id: string;
  kind: 'email' | 'sms';
  to: string;
  subject: string;
  body: string;
  code: string | null;
}

/** Starts it anew with these mails in its state, whatever an API would allow as their text. */
async function startWith(mails: readonly Message[]): Promise<void> {
  await test.clerk.close();
  folder = await mkdtemp(join(tmpdir(), 'clerk-local-views-'));
  const dataFile = join(folder, 'state');
  const options = { dataFile, webhookUrl: test.receiver.url };
  await (await startClerkLocal(options)).close();
  const [scope] = /ins_local\w+/.exec(await readFile(dataFile, 'utf8')) ?? [];
  const changes = mails.map((mail) => [scope, 'mails', mail.id, { ...mail, created_at: Date.now() }]);
  await appendFile(dataFile, `${JSON.stringify(changes)}\n`);
  test.clerk = await startClerkLocal(options);
}

const MAILS: Message[] = [
  {
    id: 'ema_1',
    kind: 'email',
    to: 'ada@example.com',
    subject: '424242 is your verification code',
    body: 'Hello,\n\n424242 is your verification code. It is valid for 10 minutes.',
    code: '424242',
  },
  {
    id: 'ema_2',
    kind: 'email',
    to: 'a.very.long.address.that.goes.on.and.on@subdomain.of.a.very.long.example.com',
    subject: 'Your password was changed',
    body: 'The password of your account was changed.',
    code: null,
  },
  { id: 'sms_1', kind: 'sms', to: '+15555550100', subject: '', body: '424242 is your code.', code: '424242' },
];

/** Users, sessions, deliveries and a fault to look at; returns the views by name. */
async function fill(): Promise<Record<string, string>> {
  await startWith(MAILS);
  const { clerk, receiver } = test;
  const people = [
    ['Ada', 'Lovelace'],
    ['Grace', 'Hopper'],
    ['Alan', 'Turing'],
    ['Katherine', 'Johnson'],
    ['Zoë', 'Ångström-Öztürk-Papadopoulos'],
  ] as const;
  const ids: string[] = [];
  for (const [first, last] of people) {
    const email = `${first.toLowerCase().replace('ë', 'e')}@example.com`;
    const user = await clerk.createUser({ first_name: first, last_name: last, email_address: [email] });
    ids.push(user.id);
  }
  const [ada = '', grace = '', alan = '', katherine = ''] = ids;
  await clerk.updateUser(ada, { public_metadata: { role: 'admin', plan: { name: 'pro', seats: 12 } } });
  await clerk.createSession(ada);
  await clerk.createSession(grace);
  await clerk.revokeSession((await clerk.createSession(alan)).id);
  await clerk.banUser(katherine);
  await clerk.idle();
  receiver.answers.push({ status: 500 });
  await clerk.updateUser(ada, { username: 'ada_lovelace' });
  await clerk.idle();
  clerk.fail({ mode: 'status', status: 429, retryAfter: 3, count: 5, path: /^\/v1\/users/ });
  return {
    users: '#/users',
    user: `#/users/${ada}`,
    sessions: '#/sessions',
    mails: '#/mails',
    mail: '#/mails/ema_1',
    webhooks: '#/webhooks',
    delivery: `#/webhooks/${clerk.deliveries().at(-1)?.svixId ?? ''}`,
    time: '#/time',
    keys: '#/keys',
  };
}

/** The dialogs of the views, by the button that opens them. */
const DIALOGS: Record<string, string> = {
  users: 'Create user',
  user: 'Sign in as',
  webhooks: 'Add endpoint',
  time: 'Add fault',
};

async function show(page: Page, hash: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${test.clerk.url}/${hash}`);
  await page.locator('main:not([aria-busy])').waitFor();
}

describe.each(Object.entries(LOOKS))('each view and dialog, %s', (look, options) => {
  it('is accessible, fits its window, and is photographed', async () => {
    const views = await fill();
    const page = await test.newPage(options);
    for (const [name, hash] of Object.entries(views)) {
      await show(page, hash);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${look}.png`) });
      expect([name, await accessibilityViolations(page, axe)]).toEqual([name, []]);
      const excess = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect([name, await page.evaluate(excess)]).toEqual([name, 0]);
      const opener = DIALOGS[name];
      if (opener === undefined) continue;
      await page.getByRole('button', { name: opener }).first().click();
      await page.getByRole('dialog').waitFor();
      if (name === 'user') await page.getByLabel('session token').waitFor();
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-dialog-${look}.png`) });
      expect([opener, await accessibilityViolations(page, axe)]).toEqual([opener, []]);
    }
  }, 180_000);
});

it('each empty view says what to do, and is accessible', async () => {
  for (const [name, text] of Object.entries({
    users: 'No users yet',
    sessions: 'No sessions yet',
    mails: 'No mail yet',
    webhooks: 'No events yet',
    time: 'No faults',
  })) {
    await test.open(`#/${name}`);
    await test.page.getByText(text).waitFor();
    await test.page.screenshot({ path: join(SCREENSHOTS, `${name}-empty-light.png`) });
    expect(await accessibilityViolations(test.page, axe)).toEqual([]);
    await test.page.goto('about:blank');
  }
});

it('markup in names, metadata, addresses and mails stays text', async () => {
  const attack = (where: string) =>
    `<img src=x onerror="globalThis.attacked='${where}'"><script>attacked=1</script>`;
  await startWith([
    {
      id: 'ema_x',
      kind: 'email',
      to: attack('to'),
      subject: attack('subject'),
      body: attack('body'),
      code: attack('code'),
    },
    { id: 'sms_x', kind: 'sms', to: attack('to'), subject: '', body: attack('sms'), code: '<b>1</b>' },
  ]);
  const { clerk, page } = test;
  const user = await clerk.createUser({
    first_name: attack('first'),
    last_name: attack('last'),
    external_id: attack('external'),
    locale: attack('locale'),
    public_metadata: { role: attack('role'), [attack('key')]: attack('value') },
    unsafe_metadata: { [attack('key')]: attack('value') },
  });
  await clerk.createSession(user.id);
  clerk.fail({ mode: 'status', method: attack('method'), path: /<img src=x onerror=attacked>/ });
  await clerk.instance('sk_test_local_x');
  const hashes = [
    'users',
    `users/${user.id}`,
    'sessions',
    'mails',
    'mails/ema_x',
    'mails/sms_x',
    'webhooks',
    'time',
  ];
  const delivery = clerk.deliveries().at(0)?.svixId ?? '';
  for (const hash of [...hashes, `webhooks/${delivery}`, `users/${encodeURIComponent(attack('hash'))}`]) {
    await show(page, `#/${hash}`);
    expect(await page.evaluate('globalThis.attacked')).toBeUndefined();
    expect(await page.locator('main img, main script, dialog img').count()).toBe(0);
  }
  await show(page, '#/users');
  expect(await page.locator('main').innerText()).toContain('<img src=x onerror=');
  await page.getByRole('button', { name: 'Sign in as <img' }).click();
  expect(await page.getByRole('dialog').innerText()).toContain('<img src=x onerror=');
  expect(await page.evaluate('globalThis.attacked')).toBeUndefined();
  test.complaints = test.complaints.filter((text) => !text.includes('status of 404'));
});
