import { hash } from 'node:crypto';
import { mongo } from 'mongoose';
import { z } from 'zod';
import { notAhead } from '../../common/clock.js';
import { SUBJECT } from '../../common/principal.js';
import { isVisible } from '../../common/http/text.js';
import type { PurchaseStatus } from '../../purchases/purchase.schema.js';
import { MISSING_FIRST_NAME } from '../../clerk/clerk-user.js';
import { DELETION_REASONS, type DeletionReason } from '../../deleted-users/deleted-user.schema.js';
import { MAX_BIO_LENGTH } from '../../users/user.schema.js';
import { countryCode } from '../../wishlist/countries.js';
import {
  MAX_NOTE_LENGTH,
  MAX_PRIORITY,
  MIN_PRIORITY,
  type WishlistEntry,
} from '../../wishlist/wishlist.schema.js';

/** A document of the old database, not validated. */
export type SeedDocument = Record<string, unknown> & { _id: unknown };

const PREFIX_LENGTH = 21;
const SUFFIX_DIGITS = 8;

const date = z.union([z.date(), z.iso.datetime({ offset: true }).transform((value) => new Date(value))]);
const text = z.string().trim().catch('');

const clerkIdSchema = z.string().regex(SUBJECT);

const userSchema = z.looseObject({
  _id: z.instanceof(mongo.ObjectId),
  clerkId: clerkIdSchema,
  username: text,
  email: z.string().trim().min(1).max(320).nullable().catch(null),
  firstName: text,
  lastName: text,
  profilePicture: text,
  bio: text,
  homeCountry: z.string().nullable().catch(null),
  visibility: z.enum(['public', 'private']).catch('public'),
  createdAt: date.optional().catch(undefined),
  updatedAt: date.optional().catch(undefined),
});

/** A user of the old database, by our names. The next reconciliation updates Clerk's fields. */
export interface SeedUser {
  _id: mongo.ObjectId;
  clerkId: string;
  /** The old username; it may be taken here, or not allowed. */
  username: string;
  profile: Record<string, unknown> & { email: string | null };
  createdAt: Date;
  updatedAt: Date;
}

/** Parses a user of the old database; undefined without an ObjectId or a Clerk id. */
export function readUser(document: SeedDocument): SeedUser | undefined {
  const parsed = userSchema.safeParse(document);
  if (!parsed.success) return undefined;
  const { _id, clerkId, username, email, firstName, lastName, profilePicture, bio, homeCountry, visibility } =
    parsed.data;
  const createdAt = parsed.data.createdAt ?? _id.getTimestamp();
  return {
    _id,
    clerkId,
    username: username.toLowerCase(),
    profile: {
      email,
      firstName: isVisible(firstName) ? firstName : MISSING_FIRST_NAME,
      lastName,
      profilePicture,
      bio: bio.slice(0, MAX_BIO_LENGTH),
      homeCountry: homeCountry === null ? null : (countryCode(homeCountry) ?? null),
      visibility,
    },
    createdAt,
    updatedAt: parsed.data.updatedAt ?? createdAt,
  };
}

/**
 * The replacement of a username that is taken or not allowed: its allowed characters and 8 digits of a
 * hash. The same in every run.
 */
export function replacementUsername({ username, clerkId }: SeedUser): string {
  const prefix = username.replaceAll(/[^a-z0-9_.]/g, '').slice(0, PREFIX_LENGTH);
  return `${prefix || 'user'}_${sha256(clerkId).slice(0, SUFFIX_DIGITS)}`;
}

/** Existing usernames stay, even those that new users can't take. */
export function isAllowedUsername(username: string): boolean {
  return /^[a-z0-9_.]{3,30}$/.test(username);
}

const itemSchema = z.looseObject({
  countryId: z.string().optional(),
  countryCode: z.string().optional(),
  addedAt: date.optional().catch(undefined),
  createdAt: date.optional().catch(undefined),
  note: z.string().max(MAX_NOTE_LENGTH).catch(''),
  priority: z.int().min(MIN_PRIORITY).max(MAX_PRIORITY).nullable().catch(null),
  visited: z.boolean().catch(false),
});

/**
 * The countries of an old wishlist, in their order: `countries`, `items` or `countryIds`, of codes or of
 * objects with `countryId` or `countryCode`. `dropped` counts unknown codes and repeats.
 */
export function readWishlist(
  document: SeedDocument | undefined,
  without: Date,
): { items: WishlistEntry[]; dropped: number } {
  const list =
    [document?.['countries'], document?.['items'], document?.['countryIds']].find(Array.isArray) ?? [];
  const items: WishlistEntry[] = [];
  let dropped = 0;
  for (const [index, raw] of (list as unknown[]).entries()) {
    const parsed = itemSchema.safeParse(typeof raw === 'string' ? { countryId: raw } : raw);
    const wanted = parsed.success ? (parsed.data.countryCode ?? parsed.data.countryId) : undefined;
    const code = wanted === undefined ? undefined : countryCode(wanted);
    if (!parsed.success || code === undefined || items.some((item) => item.countryCode === code)) {
      dropped++;
      continue;
    }
    const { note, priority, visited } = parsed.data;
    // Without a date, the position in the array gives the order.
    const addedAt = parsed.data.addedAt ?? parsed.data.createdAt ?? new Date(without.getTime() + index);
    items.push({ countryCode: code, addedAt, note, priority, visited });
  }
  return { items, dropped };
}

const STATUSES: Readonly<Record<string, PurchaseStatus>> = {
  pending: 'pending',
  paid: 'paid',
  completed: 'paid',
  succeeded: 'paid',
  failed: 'failed',
  refunded: 'refunded',
};

const purchaseSchema = z.looseObject({
  _id: z.instanceof(mongo.ObjectId),
  // Minor units only: 9.9 may mean 9.90 or be a mistake, and amounts are not guessed.
  amount: z.int().min(0),
  currency: z.string().regex(/^[A-Za-z]{3}$/),
  status: z.string().transform((value, context) => {
    const status = STATUSES[value.toLowerCase()];
    if (status === undefined) context.addIssue('unknown');
    return status ?? 'pending';
  }),
  item: text,
  name: text,
  attemptId: z.string().min(1).optional().catch(undefined),
  purchasedAt: date.optional().catch(undefined),
  createdAt: date.optional().catch(undefined),
  refundedAt: date.nullable().catch(null),
});

/** A purchase by our names, without its owner; undefined when its amount, currency or status is unclear. */
export function readPurchase(document: SeedDocument) {
  const parsed = purchaseSchema.safeParse(document);
  if (!parsed.success) return undefined;
  const { _id, amount, currency, status, item, name, attemptId, purchasedAt, createdAt, refundedAt } =
    parsed.data;
  const at = purchasedAt ?? createdAt ?? _id.getTimestamp();
  return {
    _id,
    ...(attemptId === undefined ? {} : { attemptId, attemptUpdatedAt: 0 }),
    item: item || name || 'Purchase',
    amount,
    currency: currency.toUpperCase(),
    status,
    purchasedAt: status === 'pending' || status === 'failed' ? null : at,
    refundedAt,
    createdAt: createdAt ?? at,
    updatedAt: createdAt ?? at,
  };
}
export type SeedPurchase = NonNullable<ReturnType<typeof readPurchase>>;

const deletedUserSchema = z.looseObject({
  _id: z.instanceof(mongo.ObjectId),
  clerkId: clerkIdSchema,
  deletedAt: date.optional().catch(undefined),
  reason: z.enum(DELETION_REASONS).catch('user_requested'),
  userData: z.record(z.string(), z.unknown()).catch({}),
  purchases: z.array(z.record(z.string(), z.unknown())).catch([]),
  notes: z.string().optional().catch(undefined),
});

export interface SeedArchive {
  _id: mongo.ObjectId;
  subjectHash: string;
  clerkId: string;
  deletedAt: Date;
  reason: DeletionReason;
  userData: Record<string, unknown>;
  purchases: SeedDocument[];
  notes: string | undefined;
}

/** Parses a deleted user of the old database, without the ids of other users in its user data. */
export function readArchive(document: SeedDocument): SeedArchive | undefined {
  const parsed = deletedUserSchema.safeParse(document);
  if (!parsed.success) return undefined;
  const { _id, clerkId, deletedAt, reason, userData, purchases, notes } = parsed.data;
  const { _id: _own, __v: _version, followers: _followers, following: _following, ...kept } = userData;
  return {
    _id,
    subjectHash: sha256(clerkId),
    clerkId,
    deletedAt: new Date(notAhead((deletedAt ?? _id.getTimestamp()).getTime())),
    reason,
    userData: kept,
    purchases: purchases as SeedDocument[],
    notes,
  };
}

/**
 * The id of a follow edge, the same in every run. Lists sort by it, so its time is that of the user plus
 * the position in the user's array.
 */
export function edgeId(
  follower: string,
  followee: string,
  owner: { createdAt: Date },
  index: number,
): mongo.ObjectId {
  const seconds = Math.floor(owner.createdAt.getTime() / 1000) + index;
  const time = Math.min(Math.max(seconds, 0), 0xffffffff).toString(16).padStart(8, '0');
  return new mongo.ObjectId(time + sha256(`${follower}>${followee}`).slice(0, 16));
}

export function sha256(value: string): string {
  return hash('sha256', value, 'hex');
}
