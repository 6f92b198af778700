import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type DataLoader from 'dataloader';
import type { ClientSession, Model, PipelineStage, Types } from 'mongoose';
import { withDefaults } from '../common/mongodb/defaults.js';
import { joinedReads } from '../common/mongodb/read-batcher.js';
import { PersonalDataRegistry } from './personal-data.js';
import type { ClerkProfile } from '../clerk/clerk-user.js';
import { dayOf, MAX_REVOKED_SESSIONS, User, USER_DEFAULTS, type Visibility } from './user.schema.js';

/** What the app lets users change of themselves, besides the names. */
export interface ProfileChange {
  username?: string;
  bio?: string;
  homeCountry?: string | null;
  visibility?: Visibility;
}

/** Owns `users`. Reads are lean: plain objects, not mongoose documents. */
@Injectable()
export class UsersService implements OnModuleInit {
  private readonly bySubject: DataLoader<string, User | undefined>;
  private readonly byId: DataLoader<string, User | undefined>;

  constructor(
    @InjectModel(User.name) private readonly model: Model<User>,
    private readonly registry: PersonalDataRegistry,
  ) {
    this.bySubject = joinedReads((subjects) => this.findAll('clerkId', subjects));
    this.byId = joinedReads((ids) => this.findAll('_id', ids));
  }

  onModuleInit(): void {
    this.registry.register({
      collection: 'users',
      // ExportService writes the profile, in the form of the API.
      exports: {},
      erase: 'fence',
      isLeft: async ({ userId, clerkId }) =>
        (await this.model.exists({ $or: [{ _id: userId }, { clerkId }] })) !== null,
    });
  }

  /** The user of a Clerk id. */
  findBySubject(subject: string): Promise<User | undefined> {
    return this.bySubject.load(subject);
  }

  findById(id: Types.ObjectId): Promise<User | undefined> {
    return this.byId.load(String(id));
  }

  /** For decisions inside a transaction. */
  async exists(id: Types.ObjectId, session: ClientSession): Promise<boolean> {
    return (await this.model.exists({ _id: id }).session(session)) !== null;
  }

  /** Read afresh, never joined with another read. */
  findBySubjectInTransaction(subject: string, session: ClientSession | null): Promise<User | null> {
    return this.model.findOne({ clerkId: subject }).session(session).lean<User>();
  }

  /**
   * Inserts a user; `_id` and the app's defaults are made here. E11000 when `clerkId` or `username`
   * exists.
   */
  async insert(
    clerkId: string,
    username: string,
    profile: ClerkProfile,
    session: ClientSession,
  ): Promise<User> {
    const [user] = await this.model.create([{ clerkId, username, ...profile, activeOn: dayOf(new Date()) }], {
      session,
    });
    if (user === undefined) throw new Error('MongoDB inserted nothing and said nothing');
    return user.toObject();
  }

  /**
   * Takes over what Clerk owns, in one conditional write: instead of an older state or, when it is
   * given, instead of exactly the state `instead`.
   * @returns false when the stored state is another one, or there is no such user
   */
  async applyClerkProfile(
    clerkId: string,
    profile: ClerkProfile,
    session: ClientSession | null = null,
    instead?: ClerkProfile,
  ): Promise<boolean> {
    const state =
      instead === undefined ? { clerkUpdatedAt: { $lt: profile.clerkUpdatedAt } } : exactly(instead, profile);
    const { matchedCount } = await this.model
      .updateOne({ clerkId, ...state }, { $set: profile })
      .session(session);
    return matchedCount === 1;
  }

  /**
   * Refuses the tokens of a session from now on, for `lifeMs`, the longest that one of them can live;
   * forgets sessions whose tokens have expired by themselves. Too many are replaced by one time, from
   * which on tokens are accepted.
   * @returns false when there is no such user
   */
  async revokeSession(
    clerkId: string,
    sid: string,
    lifeMs: number,
    session: ClientSession,
  ): Promise<boolean> {
    const others = {
      $filter: {
        input: { $ifNull: ['$revokedSessions', []] },
        cond: { $and: [{ $gt: ['$$this.until', '$$NOW'] }, { $ne: ['$$this.sid', { $literal: sid }] }] },
      },
    };
    const revoked = { sid: { $literal: sid }, until: { $add: ['$$NOW', lifeMs] } };
    const isTooMany = { $gt: [{ $size: '$revokedSessions' }, MAX_REVOKED_SESSIONS] };
    const update: PipelineStage.Set[] = [
      { $set: { revokedSessions: { $concatArrays: [others, [revoked]] } } },
      { $set: { tokensFrom: { $cond: [isTooMany, '$$NOW', { $ifNull: ['$tokensFrom', '$$REMOVE'] }] } } },
      { $set: { revokedSessions: { $cond: [isTooMany, [], '$revokedSessions'] } } },
    ];
    const { matchedCount } = await this.model.updateOne({ clerkId }, update, {
      session,
      timestamps: false,
      updatePipeline: true,
    });
    return matchedCount === 1;
  }

  /**
   * Subjects of users in the order of their creation, from behind `after` on: for walking through all of
   * them.
   */
  async page(after: Types.ObjectId | undefined, limit: number): Promise<Pick<User, '_id' | 'clerkId'>[]> {
    return this.model
      .find(after === undefined ? {} : { _id: { $gt: after } }, { clerkId: 1 })
      .sort({ _id: 1 })
      .limit(limit)
      .lean<User[]>();
  }

  /** The users of these subjects, in no order; missing ones are left out. */
  findBySubjects(subjects: readonly string[]): Promise<User[]> {
    return this.model.find({ clerkId: { $in: subjects } }).lean<User[]>();
  }

  countAll(): Promise<number> {
    return this.model.estimatedDocumentCount();
  }

  /**
   * Writes what the user may change, but for the username.
   * @returns the user as it is now; null when it was deleted meanwhile
   */
  changeProfile(id: Types.ObjectId, change: Omit<ProfileChange, 'username'>): Promise<User | null> {
    return this.model.findByIdAndUpdate(id, { $set: change }, { returnDocument: 'after' }).lean<User>();
  }

  /**
   * Suspends a user from the next request on, or lifts it. Suspended again, it keeps the first date.
   * @returns false when there is no such user
   */
  async setSuspended(id: Types.ObjectId, isSuspended: boolean, session: ClientSession): Promise<boolean> {
    const suspendedAt = isSuspended ? { $ifNull: ['$suspendedAt', '$$NOW'] } : null;
    const { matchedCount } = await this.model.updateOne({ _id: id }, [{ $set: { suspendedAt } }], {
      session,
      timestamps: false,
      updatePipeline: true,
    });
    return matchedCount === 1;
  }

  /**
   * Removes the user of a subject, for a deletion that writes the tombstone in the same transaction. A
   * delete is never validated, so a validator that refuses the user doesn't stop it.
   * @returns the user that was there, if any
   */
  async remove(subject: string, session: ClientSession): Promise<User | undefined> {
    const removed = await this.model.findOneAndDelete({ clerkId: subject }, { session }).lean<User>();
    return removed ?? undefined;
  }

  private async findAll(field: '_id' | 'clerkId', values: readonly string[]): Promise<(User | undefined)[]> {
    const users = await this.model.find({ [field]: { $in: values } }).lean<User[]>();
    const byValue = new Map(users.map((user) => [String(user[field]), withDefaults(USER_DEFAULTS, user)]));
    return values.map((value) => byValue.get(value));
  }
}

/**
 * The filter of one state of the fields that `profile` has. One that an older document lacks counts as
 * null.
 */
function exactly(state: ClerkProfile, profile: ClerkProfile): Record<string, unknown> {
  const fields = Object.keys(profile) as (keyof ClerkProfile)[];
  return Object.fromEntries(fields.map((field) => [field, (state[field] as unknown) ?? null]));
}
