import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Types } from 'mongoose';
import { Background } from '../common/background.js';
import { untilNothingIsLeft } from '../common/mongodb/batches.js';
import { UserCountersService } from '../users/user-counters.service.js';
import { GraphService } from './graph.service.js';

/** For how long going public keeps its caller waiting; what is left by then goes on behind the answer. */
const ANSWER_WITHIN_MS = 1000;
const SWEEP_EVERY_MS = 15_000;
const SWEEP_LIMIT = 100;

/**
 * Accepts what waited for an account when it goes public: in batches, resumed by any instance. What there is to do is what
 * `users` says (public, and requests are counted), so a crash forgets nothing.
 */
@Injectable()
export class RequestAcceptanceService implements OnApplicationBootstrap {
  private readonly logger = new Logger(RequestAcceptanceService.name);
  /** By user. */
  private readonly running = new Map<string, Promise<void>>();
  private readonly askedAgain = new Set<string>();

  constructor(
    private readonly userCounters: UserCountersService,
    private readonly graph: GraphService,
    private readonly background: Background,
  ) {}

  onApplicationBootstrap(): void {
    const task = { name: 'follow_requests', everyMs: SWEEP_EVERY_MS, logger: this.logger };
    this.background.repeat(task, () => this.sweep());
    // Runs end after their batch; another instance goes on with them.
    this.background.atStop(async () => {
      await Promise.all(this.running.values());
    });
  }

  /** Accepts all requests to a user that went public; returns when that is done, or has taken a second. Never throws. */
  async accept(userId: Types.ObjectId): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ANSWER_WITHIN_MS);
    });
    await Promise.race([this.run(userId), patience]);
    clearTimeout(timer);
  }

  /** One run per user at a time. Asked meanwhile, it looks once more: it may have ended by the visibility of before. */
  private run(userId: Types.ObjectId): Promise<void> {
    const key = String(userId);
    const running = this.running.get(key);
    if (running !== undefined) {
      this.askedAgain.add(key);
      return running;
    }
    const run = this.acceptWhileAsked(key, userId);
    this.running.set(key, run);
    return run;
  }

  private async acceptWhileAsked(key: string, userId: Types.ObjectId): Promise<void> {
    do {
      this.askedAgain.delete(key);
      await this.acceptAll(userId);
    } while (this.askedAgain.has(key));
    this.running.delete(key);
  }

  /** Never throws: whatever is left is what the next sweep finds, and one account's trouble isn't the others'. */
  private async acceptAll(userId: Types.ObjectId): Promise<void> {
    try {
      await untilNothingIsLeft(
        (after) =>
          this.background.signal.aborted
            ? Promise.resolve({ count: 0 })
            : this.graph.acceptBatch(userId, after),
        () => Promise.resolve(),
      );
    } catch (error) {
      this.logger.warn({ msg: 'follow requests are not all accepted yet, will be resumed', err: error });
    }
  }

  private async sweep(): Promise<void> {
    for (const userId of await this.userCounters.findPublicWithRequests(SWEEP_LIMIT)) await this.run(userId);
  }
}
