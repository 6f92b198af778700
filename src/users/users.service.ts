import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type DataLoader from 'dataloader';
import { type ClientSession, type Model, type PipelineStage, Types } from 'mongoose';
import { withDefaults } from '../common/mongodb/defaults.js';
import { hinted } from '../common/mongodb/hinted.js';
import { joinedReads } from '../common/mongodb/read-batcher.js';
import { objectIdOf } from '../common/mongodb/object-id.js';
import { PersonalDataRegistry } from './personal-data.js';
import type { ClerkProfile } from '../clerk/clerk-user.js';
import {
  type Counter,
  dayOf,
  MAX_REVOKED_SESSIONS,
  PUBLIC_WITH_REQUESTS,
  PUBLIC_WITH_REQUESTS_INDEX,
  User,
  USER_DEFAULTS,
  type Visibility,
} from './user.schema.js';

/** What the app lets users change of themselves, besides the names. */
export interface ProfileChange {
  username?: string;
  bio?: string;
  homeCountry?: string | null;
  visibility?: Visibility;
}

/** What changes of the social graph depend on. */
export type GraphUser = Pick<User, '_id' | 'visibility' | 'banned' | 'suspendedAt'>;
const GRAPH_FIELDS = { visibility: 1, banned: 1, suspendedAt: 1 } as const;

/** The counters that follow edges move. */
export type EdgeCounter = Exclude<Counter, 'purchasesCount'>;

const DAY_MS = 24 * 60 * 60_000;

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
      isLeft: async ({ userId, clerkId }) =>
        (await this.model.exists({ $or: [{ _id: userId }, { clerkId }] })) !== null,
      // The profile of an export is read by whoever shapes it for the API.
      exports: {},
    });
  }

  /** The user of a Clerk id. */
  findBySubject(subject: string): Promise<User | undefined> {
    return this.bySubject.load(subject);
  }

  /** The user of an id as it stands in an address; undefined for one that can't be an id, too. */
  async findById(id: string): Promise<User | undefined> {
    return objectIdOf(id) && this.byId.load(id);
  }

  /** For decisions inside a transaction. */
  async exists(id: Types.ObjectId, session: ClientSession): Promise<boolean> {
    return (await this.model.exists({ _id: id }).session(session)) !== null;
  }

  /** Public users for whom follow requests wait: what is left when going public was interrupted. */
  async publicWithRequests(limit: number): Promise<Types.ObjectId[]> {
    const users = await hinted(this.model, PUBLIC_WITH_REQUESTS_INDEX, (hint) =>
      this.model.find(PUBLIC_WITH_REQUESTS, { _id: 1 }, hint).limit(limit).lean<User[]>(),
    );
    return users.map(({ _id }) => _id);
  }

  /** Read afresh, never joined with another read. */
  findBySubjectInTransaction(subject: string, session: ClientSession | null): Promise<User | null> {
    return this.model.findOne({ clerkId: subject }).session(session).lean<User>();
  }

  /** How many others these users follow or ask to; missing ones are left out. For decisions inside a transaction. */
  followingOf(
    ids: readonly Types.ObjectId[],
    session: ClientSession,
  ): Promise<(GraphUser & Pick<User, 'followingCount' | 'sentRequestsCount'>)[]> {
    return this.model
      .find({ _id: { $in: ids } }, { ...GRAPH_FIELDS, followingCount: 1, sentRequestsCount: 1 })
      .session(session)
      .lean<User[]>();
  }

  /**
   * Reads a user as the first thing in a transaction, and writes it: others who do the same, or delete it, collide here,
   * before they have done any work.
   */
  claim(id: Types.ObjectId, session: ClientSession): Promise<GraphUser | null> {
    return this.model
      .findOneAndUpdate(
        { _id: id },
        // A write that changes nothing would collide with nobody.
        { $inc: { claims: 1 } },
        { projection: GRAPH_FIELDS, session, timestamps: false },
      )
      .lean<User>();
  }

  /** Inserts a user; `_id` and the app's defaults are made here. E11000 when `clerkId` or `username` exists. */
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
   * Takes over what Clerk owns, in one conditional write: instead of an older state or, when it is given, instead of exactly
   * the state `instead`.
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
   * Refuses the tokens of a session from now on, for `lifeMs`, the longest that one of them can live; forgets sessions whose
   * tokens have expired by themselves. Too many are replaced by one time, from which on tokens are accepted.
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

  /** Subjects of users in the order of their creation, from behind `after` on: for walking through all of them. */
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
   * Moves counters of a user by the given steps.
   * @returns false when there is no such user: the caller's transaction must not commit
   */
  async moveCounters(
    id: Types.ObjectId,
    steps: Partial<Record<Counter, number>>,
    session: ClientSession,
  ): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(
      { _id: id },
      { $inc: steps },
      { session, timestamps: false },
    );
    return matchedCount === 1;
  }

  /**
   * Moves counters of many users in one command; those that don't exist any more are passed over.
   * @returns how many exist
   */
  async moveCountersOfMany(
    moves: ReadonlyMap<string, Partial<Record<Counter, number>>>,
    session: ClientSession,
  ): Promise<number> {
    if (moves.size === 0) return 0;
    const operations = [...moves].map(([id, steps]) => ({
      updateOne: { filter: { _id: new Types.ObjectId(id) }, update: { $inc: steps } },
    }));
    const { matchedCount } = await this.model.bulkWrite(operations, {
      session,
      ordered: false,
      timestamps: false,
    });
    return matchedCount;
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
   * Counts a row of the audit log that names the user. A real write each time: the row and a deletion of the user collide.
   * @returns false when there is no such user: the row must not commit
   */
  async countAuditEvent(id: Types.ObjectId, session: ClientSession): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(
      { _id: id },
      { $inc: { auditEventsCount: 1 } },
      { session, timestamps: false },
    );
    return matchedCount === 1;
  }

  /**
   * Removes the user of a subject, for a deletion that writes the tombstone in the same transaction. A delete is never validated, so
   * a validator that refuses the user doesn't stop it.
   * @returns the user that was there, if any
   */
  async remove(subject: string, session: ClientSession): Promise<User | undefined> {
    const removed = await this.model.findOneAndDelete({ clerkId: subject }, { session }).lean<User>();
    return removed ?? undefined;
  }

  /** Notes that these users were active on this day. */
  async markActive(ids: readonly Types.ObjectId[], day: Date): Promise<void> {
    // What lies further ahead than the clocks of instances differ was written by a wrong one.
    const tomorrow = new Date(day.getTime() + DAY_MS);
    const others = { $or: [{ activeOn: { $lt: day } }, { activeOn: { $gt: tomorrow } }, { activeOn: null }] };
    await this.model.updateMany(
      { _id: { $in: ids }, ...others },
      { $set: { activeOn: day } },
      { timestamps: false },
    );
  }

  countActiveSince(time: Date): Promise<number> {
    return this.model.countDocuments({ activeOn: { $gte: time } });
  }

  /** Some users, others each time. */
  async sample(size: number): Promise<Types.ObjectId[]> {
    const users = await this.model.aggregate<User>([{ $sample: { size } }, { $project: { _id: 1 } }]);
    return users.map(({ _id }) => _id);
  }

  /** The counters that follow edges move. */
  countersOf(id: Types.ObjectId, session: ClientSession): Promise<Record<EdgeCounter, number> | null> {
    const fields = {
      _id: 0,
      followersCount: 1,
      followingCount: 1,
      sentRequestsCount: 1,
      receivedRequestsCount: 1,
    };
    return this.model.findById(id, fields).session(session).lean<Record<EdgeCounter, number>>();
  }

  private async findAll(field: '_id' | 'clerkId', values: readonly string[]): Promise<(User | undefined)[]> {
    const users = await this.model.find({ [field]: { $in: values } }).lean<User[]>();
    const byValue = new Map(users.map((user) => [String(user[field]), withDefaults(USER_DEFAULTS, user)]));
    return values.map((value) => byValue.get(value));
  }
}

/** The filter of one state of the fields that `profile` has. One that an older document lacks counts as null. */
function exactly(state: ClerkProfile, profile: ClerkProfile): Record<string, unknown> {
  const fields = Object.keys(profile) as (keyof ClerkProfile)[];
  return Object.fromEntries(fields.map((field) => [field, (state[field] as unknown) ?? null]));
}
