import type { Config } from '../config/config.js';
import type { Deletion } from './deletion.schema.js';

const DAY_MS = 24 * 60 * 60_000;

interface RetentionDates {
  deletedAt: Date;
  keptUntil?: Date | null | undefined;
}

export interface RetainedItem {
  what: 'archive' | 'tombstone';
  why: string;
  /** ISO 8601. Null: for good. */
  until: string | null;
}

/**
 * When an archive may be purged: `DELETED_USER_RETENTION_DAYS` after its deletion, but no later than
 * promised at the deletion: a shorter setting counts, a longer one doesn't.
 */
export function purgeAt({ deletedAt, keptUntil }: RetentionDates, config: Config): Date {
  const bySetting = new Date(deletedAt.getTime() + retentionMs(config));
  return keptUntil && keptUntil < bySetting ? keptUntil : bySetting;
}

/** Archives of deletions up to this time may be purged now, whatever was promised. */
export function retainedSince(config: Config): Date {
  return new Date(Date.now() - retentionMs(config));
}

export function retentionMs({ deletions }: Config): number {
  return deletions.retentionDays * DAY_MS;
}

function afterwards({ deletions }: Config): string {
  const how = deletions.purge === 'automatic' ? 'Erased' : 'To be erased by an administrator';
  return `${how} after that date, unless the law or a dispute demands more.`;
}

function heldUsername({ usernames: { holdDays } }: Config): string {
  const days = holdDays === 1 ? '1 day' : `${holdDays} days`;
  return holdDays === 0
    ? ''
    : ` For ${days} a keyed hash of the username as well, so that no other user takes it meanwhile.`;
}

/**
 * What is kept of a deleted account; without a user here there is no archive.
 * @param until when the archive is kept
 */
export function retainedItems(
  { erased }: Pick<Deletion, 'erased'>,
  until: Date,
  config: Config,
): RetainedItem[] {
  const tombstone: RetainedItem = {
    what: 'tombstone',
    why: 'A hash of the account id, the reason and the dates: so that the account never comes back, and as proof of this deletion.',
    until: null,
  };
  if (erased['users'] === undefined) return [tombstone];
  const archive: RetainedItem = {
    what: 'archive',
    why: `Profile and purchases, seen by administrators only: for refunds, bookkeeping and legal claims. ${afterwards(config)}`,
    until: until.toISOString(),
  };
  return [archive, { ...tombstone, why: `${tombstone.why}${heldUsername(config)}` }];
}
