import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type DataLoader from 'dataloader';
import { type ClientSession, type Model, type mongo, type PipelineStage, Types } from 'mongoose';
import { withDefaults } from '../common/mongodb/defaults.js';
import { joinedReads, MAX_BATCH } from '../common/mongodb/read-batcher.js';
import { SERVER_DEADLINE_MS } from '../common/mongodb/transaction.js';
import { PersonalDataRegistry } from './personal-data.js';
import type { ClerkProfile } from '../clerk/clerk-user.js';
import {
  CALLER_DEFAULTS,
  CALLER_FIELDS,
  type CallingUser,
  dayOf,
  MAX_REVOKED_SESSIONS,
  User,
  USER_DEFAULTS,
  type Visibility,
} from './user.schema.js';

/** What users can change of their profile, besides the names. */
export interface ProfileChange {
  username?: string;
  bio?: string;
  homeCountry?: string | null;
  visibility?: Visibility;
}

/** What a user begins with; the rest are defaults of the schema. */
export type NewUser = ClerkProfile & Pick<User, 'clerkId' | 'username' | 'visibility'>;

/** A user with counts by the names in `PersonalData.counts`. */
export interface UserWithCounts {
  readonly user: User;
  readonly counts: Record<string, number>;
}

/** A document of another collection in `findAllWithCounts`. */
type CountsRow = { _id: Types.ObjectId } & Record<string, number>;

/** All rows in one answer, with one of each collection per user. */
const READ = { maxTimeMS: SERVER_DEADLINE_MS, batchSize: 2 * MAX_BATCH + 1 };
const CALLERS = { ...READ, projection: Object.fromEntries(CALLER_FIELDS.map((field) => [field, 1])) };

/**
 * Reads and writes of `users`, with `UserCardsService`, `UserCountersService`, `UsernamesService` and
 * `ActivityService`. Reads are lean: plain objects, not mongoose documents.
 */
@Injectable()
export class UsersService implements OnModuleInit {
  private readonly bySubject: DataLoader<string, User | undefined>;
  private readonly callers: DataLoader<string, CallingUser | undefined>;
  private readonly byId: DataLoader<string, User | undefined>;
  private readonly withCounts: DataLoader<string, UserWithCounts | undefined>;

  constructor(
    @InjectModel(User.name) private readonly model: Model<User>,
    private readonly registry: PersonalDataRegistry,
  ) {
    this.bySubject = joinedReads((subjects) => this.findAll('clerkId', subjects));
    this.callers = joinedReads((subjects) => this.findCallers(subjects));
    this.byId = joinedReads((ids) => this.findAll('_id', ids));
    this.withCounts = joinedReads((ids) => this.findAllWithCounts(ids));
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

  findBySubject(subject: string): Promise<User | undefined> {
    return this.bySubject.load(subject);
  }

  /** As `findBySubject`, with only the fields that every request needs. */
  findCaller(subject: string): Promise<CallingUser | undefined> {
    return this.callers.load(subject);
  }

  findById(id: Types.ObjectId): Promise<User | undefined> {
    return this.byId.load(String(id));
  }

  /** As `findById`, with the counts of `PersonalData.counts`. */
  findWithCounts(id: Types.ObjectId): Promise<UserWithCounts | undefined> {
    return this.withCounts.load(String(id));
  }

  async exists(id: Types.ObjectId, session: ClientSession): Promise<boolean> {
    return (await this.model.exists({ _id: id }).session(session)) !== null;
  }

  /** A read of its own, never batched with other reads. */
  findBySubjectInTransaction(subject: string, session: ClientSession | null): Promise<User | null> {
    return this.model.findOne({ clerkId: subject }).session(session).lean<User>();
  }

  /**
   * Inserts a user with a new `_id`.
   * @throws E11000 when `clerkId` or `username` exists
   */
  async insert(user: NewUser, session: ClientSession): Promise<User> {
    const [inserted] = await this.model.create([{ ...user, activeOn: dayOf(new Date()) }], { session });
    if (inserted === undefined) throw new Error('Insert acknowledged without a document');
    return inserted.toObject();
  }

  /**
   * Writes Clerk's fields in one conditional update.
   * @param instead the state to replace; without it, any older state
   * @returns false when another state is stored, or there is no such user
   */
  async applyClerkProfile(
    clerkId: string,
    profile: ClerkProfile,
    session: ClientSession | null = null,
    instead?: ClerkProfile,
  ): Promise<boolean> {
    const state =
      instead === undefined ? { clerkUpdatedAt: { $lt: profile.clerkUpdatedAt } } : exactly(instead, profile);
    // By the driver: the values are validated already, and casting them again costs more than the command.
    const { matchedCount } = await this.collection.updateOne(
      { clerkId, ...state },
      { $set: { ...profile, updatedAt: new Date() } },
      { maxTimeMS: SERVER_DEADLINE_MS, ...(session !== null && { session }) },
    );
    return matchedCount === 1;
  }

  /**
   * Refuses the tokens of a session from now on, and removes sessions whose tokens have expired. Too
   * many sessions are replaced by `tokensFrom`: all older tokens are refused.
   * @param lifeMs the longest remaining life of a token of the session
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

  /** Subjects of users by creation, starting after `after`: for walks through all users. */
  async page(after: Types.ObjectId | undefined, limit: number): Promise<Pick<User, '_id' | 'clerkId'>[]> {
    return this.model
      .find(after === undefined ? {} : { _id: { $gt: after } }, { clerkId: 1 })
      .sort({ _id: 1 })
      .limit(limit)
      .lean<User[]>();
  }

  /** The users of these subjects, unordered; missing users are left out. */
  findBySubjects(subjects: readonly string[]): Promise<User[]> {
    return this.model.find({ clerkId: { $in: subjects } }).lean<User[]>();
  }

  countAll(): Promise<number> {
    return this.model.estimatedDocumentCount();
  }

  /**
   * Writes a profile change without a username (see `UsernamesService.change`).
   * @returns the user after the change; null when the user was deleted meanwhile
   */
  changeProfile(id: Types.ObjectId, change: Omit<ProfileChange, 'username'>): Promise<User | null> {
    return this.model.findByIdAndUpdate(id, { $set: change }, { returnDocument: 'after' }).lean<User>();
  }

  /**
   * Suspends a user from the next request on, or lifts the suspension. A repeated suspension keeps the
   * first date.
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
   * Removes the user of a subject, in the transaction that writes the tombstone. MongoDB validates no
   * deletes, so a validator that refuses the document can't stop it.
   * @returns the removed user, if there was one
   */
  async remove(subject: string, session: ClientSession): Promise<User | undefined> {
    const removed = await this.model.findOneAndDelete({ clerkId: subject }, { session }).lean<User>();
    return removed ?? undefined;
  }

  private async findCallers(subjects: readonly string[]): Promise<(CallingUser | undefined)[]> {
    const found = await this.collection.find({ clerkId: { $in: [...subjects] } }, CALLERS).toArray();
    const bySubject = new Map(found.map((user) => [user.clerkId, withDefaults(CALLER_DEFAULTS, user)]));
    return subjects.map((subject) => bySubject.get(subject));
  }

  private async findAll(field: '_id' | 'clerkId', keys: readonly string[]): Promise<(User | undefined)[]> {
    const values = field === '_id' ? keys.map((key) => new Types.ObjectId(key)) : keys;
    const users = await this.collection.find({ [field]: { $in: values } }, READ).toArray();
    const byKey = new Map(users.map((user) => [String(user[field]), withDefaults(USER_DEFAULTS, user)]));
    return keys.map((key) => byKey.get(key));
  }

  /** By `$unionWith`, which costs MongoDB about half of what a `$lookup` per user does. */
  private async findAllWithCounts(keys: readonly string[]): Promise<(UserWithCounts | undefined)[]> {
    const $match = { _id: { $in: keys.map((key) => new Types.ObjectId(key)) } };
    const counted = this.registry.all().filter(({ counts }) => counts !== undefined);
    const rows = await this.collection
      .aggregate<User | CountsRow>(
        [
          { $match },
          ...counted.map(({ collection, counts }) => ({
            $unionWith: { coll: collection, pipeline: [{ $match }, { $project: counts }] },
          })),
        ],
        READ,
      )
      .toArray();
    const found = new Map<string, UserWithCounts>();
    // Users come before counts.
    for (const row of rows) {
      const key = String(row._id);
      if (isUser(row)) found.set(key, { user: withDefaults(USER_DEFAULTS, row), counts: {} });
      else {
        const { _id, ...counts } = row;
        Object.assign(found.get(key)?.counts ?? {}, counts);
      }
    }
    return keys.map((key) => found.get(key));
  }

  /** The driver's own: reads and validated values need no casting. */
  private get collection(): mongo.Collection<User> {
    return this.model.collection as never;
  }
}

function isUser(row: User | CountsRow): row is User {
  return 'clerkId' in row;
}

/**
 * A filter for exactly this state of the profile's fields. A field that an older document lacks counts
 * as null.
 */
function exactly(state: ClerkProfile, profile: ClerkProfile): Record<string, unknown> {
  const fields = Object.keys(profile) as (keyof ClerkProfile)[];
  return Object.fromEntries(fields.map((field) => [field, (state[field] as unknown) ?? null]));
}
