import { Prop, SchemaFactory } from '@nestjs/mongoose';
import { type HydratedDocument, Types } from 'mongoose';
import { Collection } from '../common/mongodb/collection.decorator.js';
import type { Defaults } from '../common/mongodb/defaults.js';
import type { Role } from '../clerk/clerk-user.js';

export type Visibility = 'public' | 'private';

export const MAX_BIO_LENGTH = 300;

/** One more replaces them all by `tokensFrom`. */
export const MAX_REVOKED_SESSIONS = 100;

/** Who went public while requests waited, and hasn't accepted them all yet. Nearly nobody: the index is tiny. */
export const PUBLIC_WITH_REQUESTS = { visibility: 'public', receivedRequestsCount: { $gt: 0 } } as const;
export const PUBLIC_WITH_REQUESTS_INDEX = { receivedRequestsCount: 1 } as const;

/**
 * Suspended here or banned in Clerk: such a user is let in nowhere, and to others is as if deleted (docs/decisions/0031). Older
 * documents may lack either field.
 */
export function isShutOut({ banned, suspendedAt }: Partial<Pick<User, 'banned' | 'suspendedAt'>>): boolean {
  return banned === true || (suspendedAt ?? null) !== null;
}

/** The filter of users who are not shut out. */
export const NOT_SHUT_OUT = { banned: { $ne: true }, suspendedAt: null } as const;

/** What a document lacks that is older than the field. */
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

/** One account of the app. Clerk owns the names, e-mail, picture, role and ban; the app owns the rest. */
@Collection('users', { timestamps: true })
export class User {
  _id!: Types.ObjectId;

  @Prop({ type: String, required: true })
  clerkId!: string;

  @Prop({ type: String, required: true })
  username!: string;

  // Not unique: a re-sign-up with the same address can arrive before the old account's deletion.
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
   * Sessions that ended before their tokens did, at most `MAX_REVOKED_SESSIONS`: every request reads them. Absent in
   * documents older than this field.
   */
  @Prop({ type: [{ sid: String, until: Date, _id: false }], default: [] })
  revokedSessions?: { sid: string; until: Date }[];

  /** Tokens issued until then are refused, whatever their session. Set when there were too many revoked sessions. */
  @Prop({ type: Date })
  tokensFrom?: Date;

  @Prop({ type: Number, default: USER_DEFAULTS.followersCount })
  followersCount!: number;

  @Prop({ type: Number, default: USER_DEFAULTS.followingCount })
  followingCount!: number;

  /** Follow requests this user has sent; they count towards the follow limit. */
  @Prop({ type: Number, default: USER_DEFAULTS.sentRequestsCount })
  sentRequestsCount!: number;

  /** Follow requests that wait for this user. */
  @Prop({ type: Number, default: USER_DEFAULTS.receivedRequestsCount })
  receivedRequestsCount!: number;

  /** Rows of the audit log that name this user, by whom or about whom; absent while there are none. */
  @Prop({ type: Number })
  auditEventsCount?: number;

  @Prop({ type: Number, default: USER_DEFAULTS.purchasesCount })
  purchasesCount!: number;

  /** Grows whenever a transaction that changes follows or blocks claims the user. Absent until the first one. */
  @Prop({ type: Number })
  claims?: number;

  /** The last day (its start, UTC) with a request. Absent in documents older than this field. */
  @Prop({ type: Date })
  activeOn?: Date;

  /**
   * While Clerk is asked about names that came with a new username: which request reserved it, the username to go back to, and until
   * when that one counts (a request that died leaves this behind).
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
  return new Date(time.toISOString().slice(0, 'YYYY-MM-DD'.length));
}

const DAY_MS = 24 * 60 * 60_000;

/** Whether the user's activity of today is recorded; or of tomorrow, by an instance whose clock is ahead. Later days are wrong. */
export function isActiveToday({ activeOn }: Pick<User, 'activeOn'>): boolean {
  if (activeOn === undefined) return false;
  const ahead = activeOn.getTime() - dayOf(new Date()).getTime();
  return ahead >= 0 && ahead <= DAY_MS;
}

export type UserDocument = HydratedDocument<User>;

/** The counters of a user, moved by follow edges and purchases. */
export type Counter =
  'followersCount' | 'followingCount' | 'sentRequestsCount' | 'receivedRequestsCount' | 'purchasesCount';
