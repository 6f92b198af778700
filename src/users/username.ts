import { randomBytes } from 'node:crypto';
import { MISSING_FIRST_NAME } from '../clerk/clerk-user.js';

export const MIN_USERNAME_LENGTH = 3;
export const MAX_USERNAME_LENGTH = 30;
/** New usernames: at least one letter or digit. The pattern doesn't backtrack, whatever the length. */
export const USERNAME = /^[_.]*[a-z0-9][a-z0-9_.]*$/;
/** The characters of all usernames, older ones included. */
export const USERNAME_CHARACTERS = /^[a-z0-9_.]*$/;
export const USERNAME_RULE =
  '3 to 30 characters of a-z, 0-9, _ and ., at least one of them a letter or digit';

/** The source of new usernames, when Clerk's own can't be used (`USERNAME_FROM`). */
export type UsernameSource = 'email' | 'name' | 'random';

const MAX_PREFIX_LENGTH = 21;
const SUFFIX_BYTES = 4;

/** Names that look official, or like a part of the app or its URLs. */
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

/** Look-alike characters, and the one that `skeletonOf` replaces them with. */
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

/** Whether a text is allowed as a new username. Users may have older ones without a letter or digit. */
export function isUsername(text: string): boolean {
  return text.length >= MIN_USERNAME_LENGTH && text.length <= MAX_USERNAME_LENGTH && USERNAME.test(text);
}

/** A test for reserved usernames: the built-in ones and the operator's (`RESERVED_USERNAMES`). */
export function reservedUsernames(more: readonly string[]): (username: string) => boolean {
  const skeletons = new Set([...RESERVED, ...more].map(skeletonOf));
  return (username) => skeletons.has(skeletonOf(username));
}

/**
 * A username without `_` and `.`, with one character per group of look-alikes: equal for `adm1n`,
 * `ad.min_` and `admin`.
 */
function skeletonOf(username: string): string {
  return username.replaceAll(/[_.]/g, '').replaceAll(/./g, (character) => LOOKALIKES[character] ?? character);
}

/**
 * A new username: a prefix, `_` and 8 random hex digits. The prefix comes from the source (for `email`
 * the local part), in lower case, without characters that are not allowed; `user` when nothing is left.
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
      // Splits accents off, which are then removed; their letters stay.
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
