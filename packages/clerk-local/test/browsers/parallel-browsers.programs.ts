import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ClerkLocal } from 'clerk-local';
import type { Browser } from 'playwright-core';
import { startClerkLocal } from '../support.js';
import { launchBrowser, whoIs } from './browser.js';
import { type TestPage, startTestPage } from './test-page.js';
import { type Visitor, WAYS, openVisitor, signIn, signOut, signUp } from './visitor.js';

/** `npm run test:browsers` of the package sets 200. */
const RUNS = Number(process.env['BROWSER_RUNS'] ?? 16);
const AT_ONCE = 8;

let clerk: ClerkLocal;
let site: TestPage;
let browser: Browser;
beforeAll(async () => {
  clerk = await startClerkLocal();
  site = await startTestPage(clerk);
  browser = await launchBrowser();
  Object.assign(process.env, {
    CLERK_API_URL: clerk.url,
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_FAPI: new URL(clerk.url).host,
  });
});
afterAll(async () => {
  await browser.close();
  site.close();
  await clerk.close();
});

it(
  'eight browsers in parallel sign up, in and out, and never see each other',
  async () => {
    let runs = 0;
    while (runs < RUNS) {
      await round(runs);
      runs += AT_ONCE;
    }
    process.stdout.write(`${runs} runs of ${AT_ONCE} browsers at once, 0 failures\n`);
    expect(clerk.users()).toHaveLength(runs);
  },
  60_000 + RUNS * 5000,
);

async function round(first: number): Promise<void> {
  const visitors = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, i) =>
      openVisitor(browser, `${site.url}/absolute`, WAYS[(first + i) % WAYS.length] ?? 'password'),
    ),
  );
  await Promise.all(visitors.map(signUp));
  await expectSignedIn(visitors);

  // One half leaves, the other half stays.
  const leaving = visitors.filter((_, i) => i % 2 === 0);
  const staying = visitors.filter((_, i) => i % 2 === 1);
  await Promise.all(leaving.map(signOut));
  await Promise.all(staying.map(({ page }) => page.reload()));
  await Promise.all([expectSignedOut(leaving), expectSignedIn(staying)]);
  await Promise.all(staying.map(signOut));
  await expectSignedOut(staying);

  await Promise.all(visitors.map(signIn));
  await expectSignedIn(visitors);
  await Promise.all(visitors.map(signOut));
  await expectSignedOut(visitors);

  expect(visitors.flatMap(({ complaints }) => complaints)).toEqual([]);
  await Promise.all(visitors.map(({ context }) => context.close()));
}

/** Each as themselves, in one session, of the browser's own. */
async function expectSignedIn(visitors: readonly Visitor[]): Promise<void> {
  const seen = await Promise.all(visitors.map(({ page }) => whoIs(page)));
  expect(seen).toEqual(
    visitors.map(({ email }, i) => {
      const session = seen[i]?.session;
      return { email, session: expect.any(String), sessions: [`${String(session)} active`] };
    }),
  );
  expect(new Set(seen.map(({ session }) => session)).size).toBe(visitors.length);
}

async function expectSignedOut(visitors: readonly Visitor[]): Promise<void> {
  const seen = await Promise.all(visitors.map(({ page }) => whoIs(page)));
  expect(seen).toEqual(visitors.map(() => ({ email: null, session: null, sessions: [] })));
}
