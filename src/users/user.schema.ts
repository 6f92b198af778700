import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { type HydratedDocument, Types } from 'mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';
import type { Defaults } from '../common/mongodb/defaults.js';
import type { Role } from '../clerk/clerk-user.js';

export type Visibility = 'public' | 'private';

export const MAX_BIO_LENGTH = 300;

/** Beyond this, `tokensFrom` replaces the list. */
export const MAX_REVOKED_SESSIONS = 100;

/** Users who went public and whose pending requests are not all accepted yet. Very few: the index is tiny. */
export const PUBLIC_WITH_REQUESTS = { visibility: 'public', receivedRequestsCount: { $gt: 0 } } as const;
export const PUBLIC_WITH_REQUESTS_INDEX = { receivedRequestsCount: 1 } as const;

/**
 * Suspended here or banned in Clerk: the user gets 403, and for other users doesn't exist
 * (docs/decisions/0031). Older documents may lack either field.
 */
export function isShutOut({ banned, suspendedAt }: Partial<Pick<User, 'banned' | 'suspendedAt'>>): boolean {
  return banned === true || (suspendedAt ?? null) !== null;
}

/** For documents that are older than the field. */
export const USER_DEFAULTS: Defaults<
  User,
  '_id' | 'clerkId' | 'username' | 'firstName' | 'clerkUpdatedAt' | 'createdAt' | 'updatedAt'
> = {
  email: null,
  lastName: '',
  profilePicture: '',
  role: 'user',
  banned: false,
  bio: '',
  homeCountry: null,
  visibility: 'public',
  suspendedAt: null,
  followersCount: 0,
  followingCount: 0,
  sentRequestsCount: 0,
  receivedRequestsCount: 0,
  purchasesCount: 0,
};

const { role, banned, suspendedAt } = USER_DEFAULTS;
export const CALLER_DEFAULTS: Defaults<CallingUser, '_id' | 'clerkId'> = { role, banned, suspendedAt };

/** One account of the app. Clerk owns the names, e-mail, picture, role and ban; the app owns the rest. */
@Collection('users', { timestamps: true })
export class User {
  _id!: Types.ObjectId;

  @Prop({ type: String, required: true })
  clerkId!: string;

  @Prop({ type: String, required: true })
  username!: string;

  // Not unique: a new sign-up with the same address can arrive before the deletion of the old account.
  @Prop({ type: String, default: USER_DEFAULTS.email })
  email!: string | null;

  @Prop({ type: String, required: true })
  firstName!: string;

  @Prop({ type: String, default: USER_DEFAULTS.lastName })
  lastName!: string;

  @Prop({ type: String, default: USER_DEFAULTS.profilePicture })
  profilePicture!: string;

  @Prop({ type: String, enum: ['user', 'admin'], default: USER_DEFAULTS.role })
  role!: Role;

  @Prop({ type: Boolean, default: USER_DEFAULTS.banned })
  banned!: boolean;

  @Prop({ type: Number, required: true })
  clerkUpdatedAt!: number;

  @Prop({ type: String, default: USER_DEFAULTS.bio })
  bio!: string;

  @Prop({ type: String, default: USER_DEFAULTS.homeCountry })
  homeCountry!: string | null;

  @Prop({ type: String, enum: ['public', 'private'], default: USER_DEFAULTS.visibility })
  visibility!: Visibility;

  @Prop({ type: Date, default: USER_DEFAULTS.suspendedAt })
  suspendedAt!: Date | null;

  /**
   * Ended sessions whose tokens have not expired, at most `MAX_REVOKED_SESSIONS`: every request reads
   * them. Absent in documents older than this field.
   */
  @Prop({ type: [{ sid: String, until: Date, _id: false }], default: [] })
  revokedSessions?: { sid: string; until: Date }[];

  /**
   * Tokens issued before are refused, whatever their session. Set when there were too many revoked
   * sessions.
   */
  @Prop({ type: Date })
  tokensFrom?: Date;

  @Prop({ type: Number, default: USER_DEFAULTS.followersCount })
  followersCount!: number;

  @Prop({ type: Number, default: USER_DEFAULTS.followingCount })
  followingCount!: number;

  /** Pending follow requests by this user; they count towards the follow limit. */
  @Prop({ type: Number, default: USER_DEFAULTS.sentRequestsCount })
  sentRequestsCount!: number;

  /** Pending follow requests to this user: `followRequestsCount` in answers. */
  @Prop({ type: Number, default: USER_DEFAULTS.receivedRequestsCount })
  receivedRequestsCount!: number;

  /** Rows of the audit log with this user as actor or target; absent when there are none. */
  @Prop({ type: Number })
  auditEventsCount?: number;

  @Prop({ type: Number, default: USER_DEFAULTS.purchasesCount })
  purchasesCount!: number;

  /** Incremented by `UserCountersService.lockForUpdate`. Absent until the first lock. */
  @Prop({ type: Number })
  claims?: number;

  /** The last day with a request (its start, UTC). Absent in documents older than this field. */
  @Prop({ type: Date })
  activeOn?: Date;

  /**
   * Set while names that came with a new username are written to Clerk: the id of the reservation, the
   * username to restore, and when the reservation ends (a crashed request leaves it).
   */
  @Prop({ type: { id: String, previous: String, until: Date, _id: false } })
  usernameReservation?: { id: string; previous: string; until: Date };

  createdAt!: Date;
  updatedAt!: Date;
}

export const UserSchema = SchemaFactory.createForClass(User);
UserSchema.index({ clerkId: 1 }, { unique: true });
UserSchema.index({ username: 1 }, { unique: true });
UserSchema.index(PUBLIC_WITH_REQUESTS_INDEX, { partialFilterExpression: PUBLIC_WITH_REQUESTS });

// Counted for the monthly active users.
UserSchema.index({ activeOn: 1 });

/** The start of a day, UTC. */
export function dayOf(time: Date): Date {
  return new Date(startOfDay(time.getTime()));
}

const DAY_MS = 24 * 60 * 60_000;

/** Days of UTC all have the same length. */
function startOfDay(ms: number): number {
  return ms - (ms % DAY_MS);
}

/**
 * Whether the user's activity of today is recorded; or of tomorrow, by an instance whose clock is ahead.
 * Later days are wrong.
 */
export function isActiveToday({ activeOn }: Pick<User, 'activeOn'>): boolean {
  if (activeOn === undefined) return false;
  const ahead = activeOn.getTime() - startOfDay(Date.now());
  return ahead >= 0 && ahead <= DAY_MS;
}

/** What every request reads of its caller: what decides whether it may go on. */
export const CALLER_FIELDS = [
  'clerkId',
  'role',
  'banned',
  'suspendedAt',
  'revokedSessions',
  'tokensFrom',
  'activeOn',
] as const satisfies readonly (keyof User)[];
export type CallingUser = Pick<User, '_id' | (typeof CALLER_FIELDS)[number]>;

export type UserDocument = HydratedDocument<User>;

export type Counter =
  'followersCount' | 'followingCount' | 'sentRequestsCount' | 'receivedRequestsCount' | 'purchasesCount';
