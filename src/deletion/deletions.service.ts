import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type ClientSession, type Model, Types } from 'mongoose';
import { Metrics } from '../common/observability/metrics.js';
import { hashSubject } from '../deleted-users/deleted-users.service.js';
import { Deletion, DELETION_STATES, type DeletionStep, stateOf } from './deletion.schema.js';

const SECRET_BYTES = 32;
/** The gauge stops counting here; the alert fires far below. */
const MAX_COUNTED = 10_000;
/** Another instance takes over a deletion whose lease was not renewed for so long. */
export const LEASE_MS = 10_000;
const LEASE_END = { $add: ['$$NOW', LEASE_MS] };
/** Longer than any pause, `DELETION_VERIFY_AFTER_MS` included: a later time was written by a wrong clock. */
const MAX_AHEAD_MS = 2 * 3_600_000;
const ID_LENGTH = 24;
/** An id, then a secret. */
const TOKEN = /^[0-9a-f]{24}[A-Za-z0-9_-]{43}$/;

export type LeasedDeletion = Deletion & Required<Pick<Deletion, 'run' | 'startedAt' | 'dueAt'>>;

export class LostLeaseError extends Error {}

/** Owns `deletions`: the progress of each deletion and its receipt. */
@Injectable()
export class DeletionsService implements OnModuleInit {
  constructor(
    @InjectModel(Deletion.name) private readonly model: Model<Deletion>,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge(
      { name: 'deletions', help: 'Deletions that are not completed, by state.', label: 'state' },
      () => this.countUnfinished(),
    );
    this.metrics.gauge(
      {
        name: 'deletion_oldest_age_seconds',
        help: 'Age of the oldest deletion that is not completed; 0 without one.',
      },
      async () => {
        const oldest = await this.model
          .findOne({ completedAt: null }, { requestedAt: 1 })
          .sort({ _id: 1 })
          .lean<Deletion>();
        return oldest === null ? 0 : (Date.now() - oldest.requestedAt.getTime()) / 1000;
      },
    );
  }

  private async countUnfinished(): Promise<Record<string, number>> {
    const open = await this.model
      .find({ completedAt: null }, { done: 1, completedAt: 1 })
      .limit(MAX_COUNTED)
      .lean<Deletion[]>();
    const counts = Object.fromEntries(
      DELETION_STATES.filter((state) => state !== 'completed').map((state) => [state, 0]),
    );
    for (const deletion of open) {
      const state = stateOf(deletion);
      counts[state] = (counts[state] ?? 0) + 1;
    }
    return counts;
  }

  async beginDeletion(
    deletion: Pick<Deletion, '_id' | 'reason' | 'erased'> & {
      userId: Types.ObjectId;
      clerkId: string;
      requestedAt?: Date;
    },
    isClerkDone: boolean,
    session: ClientSession,
  ): Promise<Deletion> {
    const now = new Date();
    const created = new this.model({
      requestedAt: now,
      ...deletion,
      subjectHash: hashSubject(deletion.clerkId),
      receiptSecret: randomBytes(SECRET_BYTES).toString('base64url'),
      done: isClerkDone ? { clerk: now } : {},
    });
    await created.save({ session });
    return created.toObject({ flattenMaps: true });
  }

  findDeletion(id: Types.ObjectId): Promise<Deletion | null> {
    return this.model.findById(id).lean<Deletion>();
  }

  findBySubject(subject: string, session: ClientSession | null = null): Promise<Deletion | null> {
    return this.model
      .findOne({ subjectHash: hashSubject(subject) })
      .session(session)
      .lean<Deletion>();
  }

  /** The deletion of a user id until it is completed. */
  findByUser(userId: Types.ObjectId): Promise<Deletion | null> {
    return this.model.findOne({ userId }).lean<Deletion>();
  }

  async findByToken(token: string): Promise<Deletion | null> {
    if (!TOKEN.test(token)) return null;
    const deletion = await this.findDeletion(new Types.ObjectId(token.slice(0, ID_LENGTH)));
    if (deletion === null) return null;
    return timingSafeEqual(Buffer.from(receiptToken(deletion)), Buffer.from(token)) ? deletion : null;
  }

  async openAmong(ids: readonly Types.ObjectId[]): Promise<ReadonlySet<string>> {
    const open = await this.model
      .find({ _id: { $in: ids }, completedAt: null }, { _id: 1 })
      .lean<Deletion[]>();
    return new Set(open.map(({ _id }) => String(_id)));
  }

  countOpen(): Promise<number> {
    return this.model.countDocuments({ completedAt: null });
  }

  /**
   * Leases the deletion that has been due for longest to one run in the whole service, for `LEASE_MS` after
   * each `renew`. By MongoDB's clock: clocks of instances may differ by more than a lease.
   * @returns null when none is due
   */
  lease(): Promise<LeasedDeletion | null> {
    const isDue = [{ $lte: ['$dueAt', '$$NOW'] }, { $gt: ['$dueAt', { $add: ['$$NOW', MAX_AHEAD_MS] }] }];
    const lease = {
      run: randomUUID(),
      startedAt: { $ifNull: ['$startedAt', '$$NOW'] },
      dueAt: LEASE_END,
    };
    return this.model
      .findOneAndUpdate({ completedAt: null, $expr: { $or: isDue } }, [{ $set: lease }], {
        sort: { dueAt: 1 },
        returnDocument: 'after',
        updatePipeline: true,
      })
      .lean<LeasedDeletion>();
  }

  /** @throws LostLeaseError when another run has it by now, or it is completed */
  async renew({ _id, run }: LeasedDeletion): Promise<void> {
    const { matchedCount } = await this.model.updateOne({ _id, run }, [{ $set: { dueAt: LEASE_END } }], {
      updatePipeline: true,
    });
    if (matchedCount === 0) throw new LostLeaseError();
  }

  /** Ends the lease: any instance may take it after `ms`. No effect when another run has it. */
  async putOff(
    { _id, run, failures = 0 }: LeasedDeletion,
    { ms, isFailure }: { ms: number; isFailure: boolean },
  ): Promise<void> {
    const wait = { dueAt: { $add: ['$$NOW', Math.round(ms)] }, failures: isFailure ? failures + 1 : 0 };
    await this.model.updateOne({ _id, run }, [{ $set: wait }, { $unset: 'run' }], { updatePipeline: true });
  }

  async markDone(
    id: Types.ObjectId,
    step: DeletionStep,
    session: ClientSession | null = null,
  ): Promise<void> {
    const field = `done.${step}`;
    await this.model
      .updateOne({ _id: id, [field]: null }, { $set: { [field]: new Date() } })
      .session(session);
  }

  async markUndone(id: Types.ObjectId, step: DeletionStep): Promise<void> {
    await this.model.updateOne({ _id: id }, { $unset: { [`done.${step}`]: 1 } });
  }

  /** Counts what a batch erased, in the batch's transaction. Two instances on one deletion collide here. */
  async countErased(
    id: Types.ObjectId,
    collection: string,
    count: number,
    session: ClientSession,
  ): Promise<void> {
    await this.model.updateOne({ _id: id }, { $inc: { [`erased.${collection}`]: count } }, { session });
  }

  /** Stores the statement and removes what names the user. First caller wins, later calls change nothing. */
  async completeDeletion(id: Types.ObjectId, completedAt: Date, statement: string): Promise<void> {
    await this.model.updateOne(
      { _id: id, completedAt: null },
      {
        $set: { completedAt, statement },
        $unset: { userId: 1, clerkId: 1, dueAt: 1, run: 1, startedAt: 1, failures: 1 },
      },
    );
  }
}

/** How long ago the first run of a leased deletion began, in ms by MongoDB's clock. */
export function ageOf({ dueAt, startedAt }: LeasedDeletion): number {
  return dueAt.getTime() - LEASE_MS - startedAt.getTime();
}

/** The last part of a receipt's path. It gives access to the receipt. */
export function receiptToken({ _id, receiptSecret }: Deletion): string {
  return `${String(_id)}${receiptSecret}`;
}
