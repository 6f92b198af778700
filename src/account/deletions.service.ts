import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type ClientSession, type Model, Types } from 'mongoose';
import { Metrics } from '../common/metrics.js';
import { objectIdOf } from '../common/object-id.js';
import { hashSubject } from '../users/deleted-users.service.js';
import { Deletion, DELETION_STATES, type DeletionStep, stateOf } from './deletion.schema.js';

const SECRET_BYTES = 32;
/** By a metric: more than these are an alarm anyway. */
const MOST_COUNTED = 10_000;
const TOKEN = /^([0-9a-f]{24})([A-Za-z0-9_-]{43})$/;

/** Owns `deletions`: how far each deletion is, and the receipt it ends with. */
@Injectable()
export class DeletionsService implements OnModuleInit {
  constructor(
    @InjectModel(Deletion.name) private readonly model: Model<Deletion>,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge(
      { name: 'deletions', help: 'Deletions that are not completed, by how far they are.', label: 'state' },
      () => this.countUnfinished(),
    );
    this.metrics.gauge(
      {
        name: 'deletion_oldest_age_seconds',
        help: 'Of the oldest deletion that is not completed; 0: there is none.',
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
      .limit(MOST_COUNTED)
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

  /** Records a deletion in the transaction of its fence. */
  async begin(
    deletion: Pick<Deletion, '_id' | 'reason' | 'erased'> & { userId: Types.ObjectId; clerkId: string },
    isClerkDone: boolean,
    session: ClientSession,
  ): Promise<Deletion> {
    const now = new Date();
    const [created] = await this.model.create(
      [
        {
          ...deletion,
          subjectHash: hashSubject(deletion.clerkId),
          receiptSecret: randomBytes(SECRET_BYTES).toString('base64url'),
          requestedAt: now,
          done: isClerkDone ? { clerk: now } : {},
        },
      ],
      { session },
    );
    if (created === undefined) throw new Error('MongoDB inserted nothing and said nothing');
    return created.toObject({ flattenMaps: true });
  }

  find(id: Types.ObjectId): Promise<Deletion | null> {
    return this.model.findById(id).lean<Deletion>();
  }

  findBySubject(subject: string, session: ClientSession | null = null): Promise<Deletion | null> {
    return this.model
      .findOne({ subjectHash: hashSubject(subject) })
      .session(session)
      .lean<Deletion>();
  }

  /** The deletion of a user id, while it goes on. */
  async findByUser(userId: string): Promise<Deletion | null> {
    const id = objectIdOf(userId);
    return id === undefined ? null : this.model.findOne({ userId: id }).lean<Deletion>();
  }

  /** The deletion that a receipt's token stands for; null for any other text. */
  async findByToken(token: string): Promise<Deletion | null> {
    const [, id, secret] = TOKEN.exec(token) ?? [];
    if (id === undefined || secret === undefined) return null;
    const deletion = await this.find(new Types.ObjectId(id));
    if (deletion === null) return null;
    return timingSafeEqual(Buffer.from(deletion.receiptSecret), Buffer.from(secret)) ? deletion : null;
  }

  /** Which of these deletions aren't completed. */
  async openAmong(ids: readonly Types.ObjectId[]): Promise<ReadonlySet<string>> {
    const open = await this.model
      .find({ _id: { $in: ids }, completedAt: null }, { _id: 1 })
      .lean<Deletion[]>();
    return new Set(open.map(({ _id }) => String(_id)));
  }

  /** The oldest deletions that aren't completed. */
  async unfinished(limit: number): Promise<Types.ObjectId[]> {
    const open = await this.model.find({ completedAt: null }, { _id: 1 }).limit(limit).lean<Deletion[]>();
    return open.map(({ _id }) => _id);
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

  /** A step has to be done again. */
  async markUndone(id: Types.ObjectId, step: DeletionStep): Promise<void> {
    await this.model.updateOne({ _id: id }, { $unset: { [`done.${step}`]: 1 } });
  }

  /** Counts what a batch erased, in the batch's transaction: two instances at one deletion collide here. */
  async countErased(
    id: Types.ObjectId,
    collection: string,
    count: number,
    session: ClientSession,
  ): Promise<void> {
    await this.model.updateOne({ _id: id }, { $inc: { [`erased.${collection}`]: count } }, { session });
  }

  /** The end: the statement comes, what names the user goes. Once; whoever comes second changes nothing. */
  async complete(id: Types.ObjectId, completedAt: Date, statement: string): Promise<void> {
    await this.model.updateOne(
      { _id: id, completedAt: null },
      { $set: { completedAt, statement }, $unset: { userId: 1, clerkId: 1 } },
    );
  }
}

/** What follows `/deletion-receipts/`: whoever has it may read the receipt. */
export function receiptToken({ _id, receiptSecret }: Deletion): string {
  return `${String(_id)}${receiptSecret}`;
}
