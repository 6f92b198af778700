import type { Config } from '../config/config.js';
import { profileInWords } from '../users/user-fields.js';

const DAYS_IN_YEAR = 365;

/** The page for people and app stores: what is deleted, what is kept, for how long, and how to ask for it. */
export function accountDeletionPage({
  deletions: { retentionDays, purge },
  usernames: { holdDays },
}: Config): string {
  const period = inWords(retentionDays);
  const afterwards =
    purge === 'automatic'
      ? `After ${period} it is erased automatically`
      : `It is kept for ${period}, then erased by our staff`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Deleting your Roavelo account</title>
<style>
  body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color: #1c2733; }
  h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
</style>
</head>
<body>
<h1>Deleting your Roavelo account</h1>
<p>Open <strong>Profile → Settings → Delete account</strong> in the app and confirm. Your account is closed at once: no
one can sign in to it or find it. The rest is erased within minutes.</p>
<p>Before that you can download everything we hold about you: <strong>Profile → Settings → Export my data</strong>.</p>
<h2>What is deleted</h2>
<ul>
  <li>Your profile: ${profileInWords()}</li>
  <li>Your wishlist</li>
  <li>Whom you follow and who follows you, requests and blocks</li>
  <li>Your sign-in: the account at our sign-in provider, Clerk, with all its sessions</li>
</ul>
<h2>What is kept, and for how long</h2>
<ul>
  <li>An archive of your profile and purchases, which only administrators can open: for refunds, bookkeeping and legal
    claims. ${afterwards}, unless the law or a running dispute demands more.</li>
  <li>A hash of your account's id with the date and the reason of the deletion. It doesn't say who you were, keeps the
    account from coming back, and proves that it was deleted.</li>
${heldUsername(holdDays)}  <li>Backups keep older copies until they are overwritten. When one is restored, deletions are repeated on it.</li>
</ul>
<h2>Subscriptions</h2>
<p>Deleting your account doesn't end a subscription that you bought in Apple's or Google's store: the store goes on charging
until you cancel it in the store's settings. A subscription that you bought from us: cancel it in the app first, or ask us.</p>
<h2>Your receipt</h2>
<p>The app shows you the address of a receipt. It says how far the deletion is, and in the end holds a signed statement
of what was erased. Signing up again later makes a new, empty account.</p>
</body>
</html>
`;
}

function heldUsername(days: number): string {
  if (days === 0) return '';
  return `  <li>A hash of your username, for ${inWords(days)}: no other user can take the name meanwhile.</li>\n`;
}

function inWords(days: number): string {
  const years = days / DAYS_IN_YEAR;
  if (!Number.isInteger(years) || years === 0) return days === 1 ? '1 day' : `${days} days`;
  return years === 1 ? '1 year' : `${years} years`;
}
