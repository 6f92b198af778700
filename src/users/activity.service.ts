import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { LRUCache } from 'lru-cache';
import { Background } from '../common/background.js';
import { Metrics } from '../common/observability/metrics.js';
import { type CallingUser, dayOf, User } from './user.schema.js';

const WRITE_EVERY_MS = 5000;
/** At most this many users are buffered; others are recorded at their next request. */
const MAX_BUFFERED = 10_000;
const DAY_MS = 24 * 60 * 60_000;
const MONTH_MS = 30 * DAY_MS;
const COUNT_EVERY_MS = 60_000;

/**
 * Records on which day each user was last active, for the number of monthly active users: one write per
 * user and day, batched, outside of requests.
 */
@Injectable()
export class ActivityService implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ActivityService.name);
  private readonly buffer = new Map<string, Types.ObjectId>();
  /** Otherwise every scrape of every instance would count. */
  private readonly counts = new LRUCache<'monthly', number>({
    max: 1,
    ttl: COUNT_EVERY_MS,
    fetchMethod: () => this.countActiveSince(new Date(Date.now() - MONTH_MS)),
  });

  constructor(
    @InjectModel(User.name) private readonly model: Model<User>,
    private readonly metrics: Metrics,
    private readonly background: Background,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge(
      {
        name: 'monthly_active_users',
        help: 'Users with a request in the last 30 days. The same value on every instance.',
      },
      async () => (await this.counts.fetch('monthly')) ?? 0,
    );
  }

  onApplicationBootstrap(): void {
    const task = { name: 'activity', everyMs: WRITE_EVERY_MS, logger: this.logger };
    this.background.repeat(task, () => this.write());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.write().catch((error: unknown) => {
      this.logger.warn({ msg: 'last active users not recorded', err: error });
    });
  }

  /** Records that a user is active today. Call it unless `isActiveToday`. */
  recordActivity({ _id }: CallingUser): void {
    if (this.buffer.size < MAX_BUFFERED) this.buffer.set(String(_id), _id);
  }

  private async write(): Promise<void> {
    const ids = [...this.buffer.values()];
    if (ids.length === 0) return;
    this.buffer.clear();
    const today = dayOf(new Date());
    // Days after tomorrow are further ahead than the clocks of instances differ: a wrong clock wrote them.
    const tomorrow = new Date(today.getTime() + DAY_MS);
    const others = {
      $or: [{ activeOn: { $lt: today } }, { activeOn: { $gt: tomorrow } }, { activeOn: null }],
    };
    await this.model.updateMany(
      { _id: { $in: ids }, ...others },
      { $set: { activeOn: today } },
      { timestamps: false },
    );
  }

  private countActiveSince(time: Date): Promise<number> {
    return this.model.countDocuments({ activeOn: { $gte: time } });
  }
}
