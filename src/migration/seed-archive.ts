import { mongo } from 'mongoose';
import { z } from 'zod';
import { DELETION_REASONS, type DeletedUser, type DeletionReason } from '../users/deleted-user.schema.js';
import { type AmountUnit, readPurchase, type SeedPurchase } from './seed-purchase.js';
import { date, type SeedDocument, sha256, text } from './reading.js';

const LONGEST_NOTES = 5000;
const LONGEST_CLERK_ID = 128;
const ID_DIGITS = 24;

const clerkId = z.string().trim().min(1).max(LONGEST_CLERK_ID);
const archiveSchema = z.looseObject({
  clerkId: clerkId.optional().catch(undefined),
  deletedAt: date.optional().catch(undefined),
  reason: text(LONGEST_NOTES),
  userData: z.looseObject({ clerkId: clerkId.optional().catch(undefined) }).catch({ clerkId: undefined }),
  purchases: z.array(z.record(z.string(), z.unknown())).catch([]),
  notes: text(LONGEST_NOTES),
});

/** An archive in our words, its purchases apart. */
export interface SeedArchive {
  archive: Pick<DeletedUser, '_id' | 'subjectHash' | 'deletedAt' | 'reason' | 'notes'> & {
    clerkId: string;
    userData: Record<string, unknown>;
  };
  /** Newest first. */
  purchases: SeedPurchase[];
  /** The `_id`s of purchases that can't be read for sure. As they were, they are in `userData.unreadPurchases`. */
  unread: unknown[];
}

/** Our reading of one of the seed's deleted users; undefined without a Clerk id: a tombstone of nobody. */
export function readArchive(document: SeedDocument, unit: AmountUnit): SeedArchive | undefined {
  const parsed = archiveSchema.safeParse(document);
  const subject = parsed.data?.clerkId ?? parsed.data?.userData.clerkId;
  if (!parsed.success || subject === undefined) return undefined;
  const { deletedAt, reason, userData, notes } = parsed.data;
  const documents = parsed.data.purchases as SeedDocument[];
  const read = documents.map((purchase) => ({ purchase, read: readPurchase(purchase, unit) }));
  const unread = read.filter((each) => each.read === undefined).map(({ purchase }) => purchase);
  const ownId = document._id instanceof mongo.ObjectId ? document._id : undefined;
  const _id = ownId ?? new mongo.ObjectId(sha256(subject).slice(0, ID_DIGITS));
  const known = (DELETION_REASONS as readonly string[]).includes(reason);
  const allNotes = [notes, known || reason === '' ? '' : `Reason in the old database: ${reason}`]
    .filter((note) => note !== '')
    .join('\n');
  const plain = withoutIds({
    ...userData,
    // Other people's data; and nothing else may be reached from an archive.
    followers: undefined,
    following: undefined,
    ...(unread.length === 0 ? {} : { unreadPurchases: unread }),
  }) as Record<string, unknown>;
  return {
    archive: {
      _id,
      subjectHash: sha256(subject),
      clerkId: subject,
      // Where nothing tells, the retention begins now.
      deletedAt: deletedAt ?? ownId?.getTimestamp() ?? new Date(),
      reason: known ? (reason as DeletionReason) : 'user_requested',
      userData: plain,
      ...(allNotes === '' ? {} : { notes: allNotes }),
    },
    purchases: read
      .flatMap((each) => each.read ?? [])
      .sort((a, b) => (String(a._id) < String(b._id) ? 1 : -1)),
    unread: unread.map((purchase) => purchase._id),
  };
}

/** The same without any ObjectId, at any depth. */
function withoutIds(value: unknown): unknown {
  if (value instanceof mongo.ObjectId) return undefined;
  if (Array.isArray(value)) return value.map(withoutIds).filter((each) => each !== undefined);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  const entries = Object.entries(value).map(([name, inner]) => [name, withoutIds(inner)] as const);
  return Object.fromEntries(entries.filter(([name, inner]) => inner !== undefined && name !== '__v'));
}
