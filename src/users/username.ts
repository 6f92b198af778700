import { randomBytes } from 'node:crypto';
import { MISSING_FIRST_NAME } from '../clerk/clerk-user.js';

export const MIN_USERNAME_LENGTH = 3;
export const MAX_USERNAME_LENGTH = 30;
/** The characters of new usernames: at least one letter or digit. The pattern doesn't backtrack, however long the text is. */
export const USERNAME = /^[_.]*[a-z0-9][a-z0-9_.]*$/;
/** Of older ones too. */
export const USERNAME_CHARACTERS = /^[a-z0-9_.]*$/;
export const USERNAME_RULE =
  '3 to 30 characters of a-z, 0-9, _ and ., at least one of them a letter or digit';

/** Where a new username comes from, when Clerk has none that can be used (`USERNAME_FROM`). */
export type UsernameSource = 'email' | 'name' | 'random';

const MAX_PREFIX_LENGTH = 21;
const SUFFIX_BYTES = 4;

/** Names that speak for the app, its operator or its addresses. */
const RESERVED = [
  ...['roavelo', 'roaveloapp', 'roavelohq', 'roaveloteam', 'roavelosupport', 'roaveloofficial'],
  ...[
    'admin',
    'admins',
    'administrator',
    'administration',
    'root',
    'superuser',
    'sysadmin',
    'system',
    'sudo',
  ],
  ...[
    'mod',
    'mods',
    'moderator',
    'moderators',
    'moderation',
    'staff',
    'team',
    'crew',
    'official',
    'verified',
  ],
  ...[
    'support',
    'help',
    'helpdesk',
    'helpcenter',
    'service',
    'customerservice',
    'customersupport',
    'contact',
  ],
  ...[
    'security',
    'abuse',
    'trust',
    'safety',
    'trustandsafety',
    'privacy',
    'gdpr',
    'dpo',
    'legal',
    'compliance',
  ],
  ...['billing', 'payment', 'payments', 'refund', 'refunds', 'sales', 'marketing', 'press', 'media', 'jobs'],
  ...[
    'info',
    'mail',
    'email',
    'hello',
    'newsletter',
    'noreply',
    'donotreply',
    'notification',
    'notifications',
  ],
  ...['postmaster', 'hostmaster', 'webmaster', 'mailerdaemon', 'ftp', 'www', 'web', 'dns', 'localhost'],
  ...['api', 'app', 'apps', 'auth', 'oauth', 'login', 'logout', 'signin', 'signup', 'signout', 'register'],
  ...['account', 'accounts', 'user', 'users', 'username', 'me', 'myself', 'profile', 'settings', 'search'],
  ...[
    'wishlist',
    'wishlists',
    'countries',
    'follow',
    'followers',
    'following',
    'blocks',
    'reports',
    'purchases',
  ],
  ...[
    'webhook',
    'webhooks',
    'health',
    'metrics',
    'docs',
    'status',
    'about',
    'terms',
    'imprint',
    'blog',
    'news',
  ],
  ...[
    'anonymous',
    'deleted',
    'deleteduser',
    'unknown',
    'nobody',
    'everyone',
    'null',
    'undefined',
    'none',
    'test',
  ],
  ...['clerk', 'bot', 'owner', 'operator', 'founder', 'ceo', 'dev', 'developer', 'developers', 'engineering'],
];

/** Characters that people take for others, in the normal form of `skeletonOf`. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  i: 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
};

/** Whether a new username may look so. Users may have older ones without a letter or digit. */
export function isUsername(text: string): boolean {
  return text.length >= MIN_USERNAME_LENGTH && text.length <= MAX_USERNAME_LENGTH && USERNAME.test(text);
}

/** The names that cannot be taken: our own, and these of the operator's (`RESERVED_USERNAMES`). */
export function reservedUsernames(more: readonly string[]): (username: string) => boolean {
  const skeletons = new Set([...RESERVED, ...more].map(skeletonOf));
  return (username) => skeletons.has(skeletonOf(username));
}

/** What a username looks like: without `_` and `.`, look-alikes as one (`adm1n`, `ad.min_` and `admin` are the same). */
function skeletonOf(username: string): string {
  return username.replaceAll(/[_.]/g, '').replaceAll(/./g, (character) => LOOKALIKES[character] ?? character);
}

/**
 * A new username: a prefix by its source, lower case and reduced to the allowed characters, `user` when nothing is left, then `_`
 * and 8 random hex digits. By `email`, the prefix is the address's local part.
 */
export function generateUsername(
  from: UsernameSource,
  { email, firstName }: { email: string | null; firstName: string },
): string {
  return `${prefixOf(from, email, firstName) || 'user'}_${randomBytes(SUFFIX_BYTES).toString('hex')}`;
}

function prefixOf(from: UsernameSource, email: string | null, firstName: string): string {
  switch (from) {
    case 'email':
      return sanitised(email?.split('@', 1)[0] ?? '');
    case 'name':
      // Letters without their accents are better than no letters.
      return firstName === MISSING_FIRST_NAME ? '' : sanitised(firstName.normalize('NFKD'));
    case 'random':
      return '';
  }
}

function sanitised(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.]/g, '')
    .slice(0, MAX_PREFIX_LENGTH);
}
