import { mongo } from 'mongoose';
import { z } from 'zod';
import { USERNAME } from '../users/username.js';
import { countryCode } from '../wishlist/countries.js';
import { date, isClerkId, type SeedDocument, sha256, text } from './reading.js';

const LONGEST_NAME = 1000;
const LONGEST_ADDRESS = 4096;
const LONGEST_BIO = 300;
const PREFIX_LENGTH = 21;
const SUFFIX_DIGITS = 8;

const userSchema = z.looseObject({
  _id: z.instanceof(mongo.ObjectId),
  clerkId: z.string().refine(isClerkId),
  username: z.string().catch(''),
  email: text(320),
  firstName: text(LONGEST_NAME),
  lastName: text(LONGEST_NAME),
  profilePicture: text(LONGEST_ADDRESS),
  bio: text(LONGEST_BIO),
  homeCountry: z.string().catch(''),
  visibility: z.enum(['public', 'private']).catch('public'),
  createdAt: date.optional().catch(undefined),
  updatedAt: date.optional().catch(undefined),
});

/** A user as far as the old database knows it. Clerk has the last word at the next reconciliation. */
export interface SeedUser {
  _id: mongo.ObjectId;
  clerkId: string;
  /** As it was; may be taken here, or not allowed. */
  username: string;
  profile: Record<string, unknown>;
  createdAt: Date;
  updatedAt: Date;
}

/** Our reading of one of the seed's users; undefined without an ObjectId or a Clerk id. */
export function readUser(document: SeedDocument): SeedUser | undefined {
  const parsed = userSchema.safeParse(document);
  if (!parsed.success) return undefined;
  const { _id, clerkId, username, email, firstName, lastName, profilePicture, bio, homeCountry, visibility } =
    parsed.data;
  const createdAt = parsed.data.createdAt ?? _id.getTimestamp();
  return {
    _id,
    clerkId,
    username,
    profile: {
      email: email === '' ? null : email,
      firstName: firstName || 'Unknown',
      lastName,
      profilePicture,
      bio,
      homeCountry: countryCode(homeCountry) ?? null,
      visibility,
    },
    createdAt,
    updatedAt: parsed.data.updatedAt ?? createdAt,
  };
}

/** As a user is stored here, new. Counters are counted as edges and purchases arrive. */
export function toUser({ _id, clerkId, profile, createdAt, updatedAt }: SeedUser, username: string) {
  return {
    _id,
    clerkId,
    username,
    ...profile,
    // Clerk's: the next reconciliation or webhook tells. Any time of Clerk's is later than 0.
    role: 'user',
    banned: false,
    clerkUpdatedAt: 0,
    suspendedAt: null,
    revokedSessions: [],
    followersCount: 0,
    followingCount: 0,
    sentRequestsCount: 0,
    receivedRequestsCount: 0,
    purchasesCount: 0,
    createdAt,
    updatedAt,
  };
}

/**
 * The names a user may get here, best first: the own one, the own one in lower case, then what is left of it with 8 digits of a
 * hash of the Clerk id, which are the same each time.
 */
export function* usernamesFor({ username, clerkId }: SeedUser): Generator<string, never> {
  const lower = username.toLowerCase();
  if (USERNAME.test(username)) yield username;
  if (lower !== username && USERNAME.test(lower)) yield lower;
  const prefix = lower.replaceAll(/[^a-z0-9_.]/g, '').slice(0, PREFIX_LENGTH);
  for (let attempt = 0; ; attempt++) {
    const digits = sha256(attempt === 0 ? clerkId : `${clerkId} ${attempt}`).slice(0, SUFFIX_DIGITS);
    yield `${prefix || 'user'}_${digits}`;
  }
}
