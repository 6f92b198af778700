import type { Clerk } from '@clerk/shared/types';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../../scripts/chromium.ts';

export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export const PASSWORD = 'clerk-local-1';

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: FLAGS });
}

/** A browser of its own: other cookies. `complaints` are errors of its pages, and what is not local. */
export async function openContext(
  browser: Browser,
): Promise<{ context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext();
  context.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  context.on('request', (request) => {
    if (!/^(http:\/\/(127\.0\.0\.1|([\w-]+\.)?localhost):|data:|blob:)/.test(request.url())) {
      complaints.push(request.url());
    }
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  return { context, complaints };
}

/** Runs a function in the page, with its Clerk. It cannot use what is outside of it; `argument` is JSON. */
export async function inPage<T, A>(
  page: Page,
  act: (clerk: Clerk, argument: A) => T | Promise<T>,
  argument?: A,
): Promise<T> {
  await page.waitForFunction('window.Clerk?.loaded');
  return page.evaluate<T>(`(${act.toString()})(window.Clerk, ${JSON.stringify(argument)})`);
}

/** Who this page is: by its own state, and by the Frontend API's answer. */
export function whoIs(page: Page) {
  return inPage(page, async (clerk) => {
    await clerk.client?.reload();
    return {
      email: clerk.user?.primaryEmailAddress?.emailAddress ?? null,
      session: clerk.session?.id ?? null,
      sessions: clerk.client?.sessions.map(({ id, status }) => `${id} ${status}`) ?? [],
    };
  });
}

let people = 0;

/** Signs up by password and e-mail code; returns the e-mail address. */
export async function signUpInPage(page: Page): Promise<string> {
  // `+clerk_test`: `@clerk/testing` signs in no others by e-mail code.
  const emailAddress = `browser${++people}+clerk_test@example.com`;
  await inPage(
    page,
    async ({ client, setActive }, parameters) => {
      const signUp = client?.signUp;
      await signUp?.create(parameters);
      await signUp?.prepareEmailAddressVerification({ strategy: 'email_code' });
      const done = await signUp?.attemptEmailAddressVerification({ code: '424242' });
      await setActive({ session: done?.createdSessionId ?? null });
    },
    { emailAddress, password: PASSWORD },
  );
  return emailAddress;
}
