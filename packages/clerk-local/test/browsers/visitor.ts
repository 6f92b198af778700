import { clerk as clerkTesting } from '@clerk/testing/playwright';
import { signIn as signInByTicket } from 'clerk-local/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PASSWORD, inPage, openContext, signUpInPage } from './browser.js';

/** How a visitor signs in; `oauth_google` and `oauth_apple` sign up in the same way. */
export const WAYS = ['email_code', 'oauth_google', 'password', 'ticket', 'oauth_apple'] as const;
type Way = (typeof WAYS)[number];
type Provider = Extract<Way, `oauth_${string}`>;

/** A person with a browser of their own. */
export interface Visitor {
  way: Way;
  context: BrowserContext;
  page: Page;
  complaints: string[];
  /** Empty before the sign-up. */
  email: string;
}

export async function openVisitor(browser: Browser, url: string, way: Way): Promise<Visitor> {
  const { context, complaints } = await openContext(browser);
  const page = await context.newPage();
  await page.goto(url);
  return { way, context, page, complaints, email: '' };
}

let people = 0;

export async function signUp(visitor: Visitor): Promise<void> {
  const { page, way } = visitor;
  if (isOAuth(way)) {
    visitor.email = `${way}${++people}@example.com`;
    await byProvider(visitor, way, 'signUp');
  } else {
    visitor.email = await signUpInPage(page);
  }
}

export async function signIn(visitor: Visitor): Promise<void> {
  const { page, way, email: identifier } = visitor;
  switch (way) {
    case 'email_code':
      return clerkTesting.signIn({ page, signInParams: { strategy: way, identifier } });
    case 'password':
      return clerkTesting.signIn({ page, signInParams: { strategy: way, identifier, password: PASSWORD } });
    case 'ticket':
      return signInByTicket({ page, emailAddress: identifier });
    default:
      return byProvider(visitor, way, 'signIn');
  }
}

export async function signOut({ page }: Visitor): Promise<void> {
  // Within the document: `@clerk/testing` fails when a navigation is faster than its answer.
  await clerkTesting.signOut({ page, signOutOptions: { redirectUrl: `${urlOf(page)}#signed-out` } });
}

/** Through the local consent page. */
async function byProvider({ page, email }: Visitor, strategy: Provider, attempt: 'signIn' | 'signUp') {
  const url = urlOf(page);
  // It leaves the page: the promise never ends there.
  await inPage(
    page,
    ({ client }, { attempt, ...parameters }) => {
      void client?.[attempt].authenticateWithRedirect(parameters);
    },
    {
      attempt,
      strategy,
      redirectUrl: `${new URL(url).origin}/absolute/sso-callback`,
      redirectUrlComplete: url,
    },
  );
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(url);
}

function urlOf(page: Page): string {
  return page.url().replace(/#.*/, '');
}

function isOAuth(way: Way): way is Provider {
  return way.startsWith('oauth_');
}
