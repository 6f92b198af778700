import type { Browser } from './browser.ts';
import type { Trial } from './claim.ts';

export const SIGNED_OUT = 'signed_out';

/** The user of the trial, signed in on a page. */
export async function signedIn({ browser, user }: Trial): Promise<{ page: Browser; id: string }> {
  const { id } = await user();
  const page = browser();
  await page.signIn();
  return { page, id };
}
