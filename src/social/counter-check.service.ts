import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Background } from '../common/background.js';
import { Metrics } from '../common/observability/metrics.js';
import { UserCountersService } from '../users/user-counters.service.js';
import { FollowsService } from './follows.service.js';

const CHECK_EVERY_MS = 60_000;
const USERS_PER_CHECK = 20;
/** Users with more edges are skipped: counting would slow others down. */
const MAX_EDGES = 10_000;

/**
 * Compares the counters of random users with their edges, every minute. Both change in one transaction,
 * so a difference is a defect: it is counted and logged, never repaired silently.
 */
@Injectable()
export class CounterCheckService implements OnApplicationBootstrap {
  private readonly logger = new Logger(CounterCheckService.name);

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly userCounters: UserCountersService,
    private readonly follows: FollowsService,
    private readonly metrics: Metrics,
    private readonly background: Background,
  ) {}

  onApplicationBootstrap(): void {
    const task = { name: 'counter_check', everyMs: CHECK_EVERY_MS, logger: this.logger };
    this.background.repeat(task, (signal) => this.check(signal));
  }

  private async check(signal: AbortSignal): Promise<void> {
    const ids = await this.userCounters.sampleIds(USERS_PER_CHECK);
    for (const id of ids) {
      if (signal.aborted) return;
      // One snapshot for all reads: otherwise a concurrent follow would look like a difference.
      const session = await this.connection.startSession({ snapshot: true });
      try {
        const counters = await this.userCounters.findEdgeCounters(id, session);
        if (counters === null || Math.max(...Object.values(counters)) > MAX_EDGES) continue;
        const edges = await this.follows.countEdges(id, session);
        this.metrics.counterChecks.inc();
        const differs = Object.entries(edges).some(
          ([name, count]) => counters[name as keyof typeof counters] !== count,
        );
        if (!differs) continue;
        this.metrics.counterDrift.inc();
        this.logger.error({ msg: 'counters differ from edges', userId: String(id), counters, edges });
      } finally {
        await session.endSession();
      }
    }
  }
}
