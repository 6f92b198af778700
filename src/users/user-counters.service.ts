import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type ClientSession, type Model, Types } from 'mongoose';
import { hinted } from '../common/mongodb/hinted.js';
import { type Counter, PUBLIC_WITH_REQUESTS, PUBLIC_WITH_REQUESTS_INDEX, User } from './user.schema.js';

/** The fields that changes of the social graph depend on. */
export type GraphUser = Pick<User, '_id' | 'visibility' | 'banned' | 'suspendedAt'>;
const GRAPH_FIELDS = { visibility: 1, banned: 1, suspendedAt: 1 } as const;

export type EdgeCounter = Exclude<Counter, 'purchasesCount'>;

export type CounterSteps = Partial<Record<Counter, number>>;

/**
 * The counters in `users` and the lock on a user's document, for collections that refer to users. A
 * counter changes in the transaction that writes what it counts.
 */
@Injectable()
export class UserCountersService {
  constructor(@InjectModel(User.name) private readonly model: Model<User>) {}

  /**
   * Reads a user and locks the document until the transaction ends. As the first command of a
   * transaction it makes concurrent transactions on the same user, also its deletion, conflict before
   * they have done any work.
   * @returns null when there is no such user
   */
  lockForUpdate(id: Types.ObjectId, session: ClientSession): Promise<GraphUser | null> {
    return this.model
      .findOneAndUpdate(
        { _id: id },
        // The field keeps its older name in stored documents. An update that changes nothing would not
        // conflict.
        { $inc: { claims: 1 } },
        { projection: GRAPH_FIELDS, session, timestamps: false },
      )
      .lean<User>();
  }

  /**
   * How many users each of these follows and has asked to follow, inside a transaction. Missing users
   * are left out.
   */
  findFollowingCounts(
    ids: readonly Types.ObjectId[],
    session: ClientSession,
  ): Promise<(GraphUser & Pick<User, 'followingCount' | 'sentRequestsCount'>)[]> {
    return this.model
      .find({ _id: { $in: ids } }, { ...GRAPH_FIELDS, followingCount: 1, sentRequestsCount: 1 })
      .session(session)
      .lean<User[]>();
  }

  /** The counters that follow edges change; null when there is no such user. */
  findEdgeCounters(id: Types.ObjectId, session: ClientSession): Promise<Record<EdgeCounter, number> | null> {
    const fields = {
      _id: 0,
      followersCount: 1,
      followingCount: 1,
      sentRequestsCount: 1,
      receivedRequestsCount: 1,
    };
    return this.model.findById(id, fields).session(session).lean<Record<EdgeCounter, number>>();
  }

  /**
   * Changes counters of a user.
   * @returns false when there is no such user: the caller's transaction must not commit
   */
  async increment(id: Types.ObjectId, steps: CounterSteps, session: ClientSession): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(
      { _id: id },
      { $inc: steps },
      { session, timestamps: false },
    );
    return matchedCount === 1;
  }

  /**
   * Changes counters of many users in one command. Users who don't exist are skipped.
   * @param steps by user id
   * @returns how many of the users exist
   */
  async incrementMany(steps: ReadonlyMap<string, CounterSteps>, session: ClientSession): Promise<number> {
    if (steps.size === 0) return 0;
    const operations = [...steps].map(([id, $inc]) => ({
      updateOne: { filter: { _id: new Types.ObjectId(id) }, update: { $inc } },
    }));
    const { matchedCount } = await this.model.bulkWrite(operations, {
      session,
      ordered: false,
      timestamps: false,
    });
    return matchedCount;
  }

  /**
   * Counts a row of the audit log that names the user. It always writes, so the row and the user's
   * deletion conflict.
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

  /** Public users with pending follow requests: going public was interrupted before all were accepted. */
  async findPublicWithRequests(limit: number): Promise<Types.ObjectId[]> {
    const users = await hinted(this.model, PUBLIC_WITH_REQUESTS_INDEX, (hint) =>
      this.model.find(PUBLIC_WITH_REQUESTS, { _id: 1 }, hint).limit(limit).lean<User[]>(),
    );
    return users.map(({ _id }) => _id);
  }

  async sampleIds(size: number): Promise<Types.ObjectId[]> {
    const users = await this.model.aggregate<User>([{ $sample: { size } }, { $project: { _id: 1 } }]);
    return users.map(({ _id }) => _id);
  }
}
