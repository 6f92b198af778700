import { Injectable, Logger } from '@nestjs/common';
import type { Types } from 'mongoose';
import { Background } from '../common/background.js';
import { withTimeout } from '../common/with-timeout.js';
import { WishlistService } from './wishlist.service.js';

/** Smaller counts could identify people. */
const SHOWN_FROM = 5;
/** Wishlists read by one command, so that it stays far below its deadline. */
const CHUNK = 2000;
const MIN_PAUSE_MS = 1000;
/** Counting takes at most 1 % of the time, however many wishlists there are. */
const PAUSE_PER_RUN = 100;
/** After a failure, however long the attempt took: MongoDB may be back soon. */
const PAUSE_AFTER_FAILURE_MS = 5000;
/** How long an answer waits for the very first counts. */
const PATIENCE_MS = 1000;

/** How many users want to go to a country; null for fewer than five and before the first count. */
export type WantedBy = (countryCode: string) => number | null;

/**
 * How many users want to go to each country. Counted in the background, so seldom that it takes at most
 * 1 % of the time (docs/decisions/0012).
 */
@Injectable()
export class CountryCounts {
  private readonly logger = new Logger(CountryCounts.name);
  private counts: WantedBy | undefined;
  private freshUntil = 0;
  private running: Promise<void> | undefined;

  constructor(
    private readonly wishlists: WishlistService,
    private readonly background: Background,
  ) {
    background.atStop(async () => this.running);
  }

  /**
   * The counts, the same function until the next ones. Never throws: a list of countries is answered without
   * its counts as well.
   */
  async read(): Promise<WantedBy> {
    if (performance.now() >= this.freshUntil && !this.background.signal.aborted) {
      this.running ??= this.count().finally(() => (this.running = undefined));
      if (this.counts === undefined) await withTimeout(this.running, PATIENCE_MS).catch(() => undefined);
    }
    return this.counts ?? unknown;
  }

  private async count(): Promise<void> {
    const started = performance.now();
    try {
      const counts = new Map<string, number>();
      let after: Types.ObjectId | undefined;
      do {
        const chunk = await this.wishlists.countWanted(after, CHUNK);
        for (const { countryCode, count } of chunk.counts) {
          counts.set(countryCode, (counts.get(countryCode) ?? 0) + count);
        }
        after = chunk.last;
        if (this.background.signal.aborted) return;
      } while (after !== undefined);
      this.counts = shown(counts);
      const now = performance.now();
      this.freshUntil = now + Math.max(MIN_PAUSE_MS, PAUSE_PER_RUN * (now - started));
    } catch (error) {
      this.logger.warn({ msg: 'failed to count countries, the last counts stay', err: error });
      this.freshUntil = performance.now() + PAUSE_AFTER_FAILURE_MS;
    }
  }
}

const unknown: WantedBy = () => null;

function shown(counts: ReadonlyMap<string, number>): WantedBy {
  return (countryCode) => {
    const count = counts.get(countryCode) ?? 0;
    return count < SHOWN_FROM ? null : count;
  };
}
