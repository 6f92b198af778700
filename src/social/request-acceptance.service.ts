import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Types } from 'mongoose';
import { Background } from '../common/background.js';
import { untilNothingIsLeft } from '../common/mongodb/batches.js';
import { UserCountersService } from '../users/user-counters.service.js';
import { GraphService } from './graph.service.js';

/** How long the request that makes an account public waits; the rest is accepted in the background. */
const ANSWER_WITHIN_MS = 1000;
const SWEEP_EVERY_MS = 15_000;
const SWEEP_LIMIT = 100;

/**
 * Accepts all pending follow requests when an account goes public: in batches, which any instance can
 * resume. The documents in `users` (public, with counted requests) are the list of what is left, so a
 * crash loses nothing.
 */
@Injectable()
export class RequestAcceptanceService implements OnApplicationBootstrap {
  private readonly logger = new Logger(RequestAcceptanceService.name);
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
    // Runs stop after their current batch; another instance resumes them.
    this.background.atStop(async () => {
      await Promise.all(this.running.values());
    });
  }

  /**
   * Accepts all requests to a user who went public. Resolves when that is done, or after a second. Never
   * throws.
   */
  async accept(userId: Types.ObjectId): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ANSWER_WITHIN_MS);
    });
    await Promise.race([this.run(userId), timeout]);
    clearTimeout(timer);
  }

  /**
   * One run per user at a time. A call during a run makes it start over: it may have read an older
   * visibility.
   */
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

  /** Never throws: the next sweep finds what is left, and other accounts must not wait for this one. */
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
