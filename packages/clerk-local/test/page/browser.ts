import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';
import { findChromium } from '../../../../scripts/chromium.ts';
import { FLAGS } from '../browsers/browser.js';
import { type Receiver, startClerkLocal, startReceiver } from '../support.js';

// A page from elsewhere, and DNS rebinding.
const FOREIGN_HOST = '--host-resolver-rules=MAP evil.test 127.0.0.1';

export interface OpenPage {
  clerk: ClerkLocal;
  receiver: Receiver;
  page: Page;
  /** Errors and warnings of the console. */
  complaints: string[];
  /** Opens a view of the page, e.g. `#/users`, and waits until it is live. */
  open(hash?: string, query?: string): Promise<void>;
  newPage(options: BrowserContextOptions): Promise<Page>;
}

/** For each test a local Clerk, whose webhooks a receiver gets, and a page, which may load nothing else. */
export function openPageForEachTest({ outsideIsAllowed = false } = {}): OpenPage {
  let browser: Browser;
  let outside: string[];
  const test = {
    open: async (hash = '', query = '') => {
      await test.page.goto(`${test.clerk.url}/${query}${hash}`);
      await test.page.getByText('Live', { exact: true }).waitFor();
    },
    newPage: async (options: BrowserContextOptions) => {
      const context = await browser.newContext(options);
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: test.clerk.url });
      const page = await context.newPage();
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) test.complaints.push(message.text());
      });
      page.on('pageerror', (error) => test.complaints.push(error.message));
      page.on('request', (request) => {
        const { url } = test.clerk;
        if (request.url() !== 'about:blank' && !request.url().startsWith(`${url}/`))
          outside.push(request.url());
      });
      return page;
    },
  } as OpenPage;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: await findChromium(), args: [...FLAGS, FOREIGN_HOST] });
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    [test.complaints, outside] = [[], []];
    test.receiver = await startReceiver();
    test.clerk = await startClerkLocal({ webhookUrl: test.receiver.url });
    test.page = await test.newPage({ viewport: { width: 1280, height: 900 } });
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await test.clerk.close();
    test.receiver.close();
    if (!outsideIsAllowed) expect(outside).toEqual([]);
  });
  return test;
}
