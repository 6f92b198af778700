import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Types } from 'mongoose';
import { type Backoff, backoff } from '../common/backoff.js';
import { Background } from '../common/background.js';
import { ArchivesService } from './archives.service.js';
import { DeletionSteps } from './deletion-steps.service.js';
import { DeletionsService, LEASE_MS, type LeasedDeletion, LostLeaseError } from './deletions.service.js';

const LOOK_EVERY_MS = 2000;
const PURGE_EVERY_MS = 30_000;
const PURGE_LIMIT = 100;
/** So often that one slow batch doesn't lose the lease. */
const RENEW_EVERY_MS = LEASE_MS / 5;
const BACKOFF: Backoff = { firstMs: 1000, maxMs: 5 * 60_000, jitter: [0.5, 1] };
/** Beyond this the oldest contexts are dropped; only the correlation of logs and spans suffers. */
const REMEMBERED_CONTEXTS = 1000;
const CONCURRENCY = 5;

type Context = ReturnType<typeof AsyncLocalStorage.snapshot>;

class JobInterruptedError extends Error {}

/**
 * Runs the steps of deletions after their fence, on any instance, until they are completed. The
 * collection `deletions` is the queue: an instance leases what is due, and the lease of an instance that
 * died expires (docs/decisions/0018).
 */
@Injectable()
export class DeletionJobs implements OnApplicationBootstrap {
  private readonly logger = new Logger(DeletionJobs.name);
  /** Log and trace contexts of the requests that began deletions on this instance, by deletion id. */
  private readonly contexts = new LRUCache<string, Context>({ max: REMEMBERED_CONTEXTS });
  private readonly outside = AsyncLocalStorage.snapshot();
  private readonly running = new Set<Promise<void>>();
  /** Runs, and attempts to lease one. */
  private occupied = 0;

  constructor(
    private readonly deletions: DeletionsService,
    private readonly steps: DeletionSteps,
    private readonly archives: ArchivesService,
    private readonly background: Background,
  ) {}

  onApplicationBootstrap(): void {
    const { logger } = this;
    this.background.repeat({ name: 'deletions', everyMs: LOOK_EVERY_MS, logger }, () => this.takeDue());
    // A task of its own, so that a failure does not stop the purges.
    this.background.repeat({ name: 'archive_dates', everyMs: PURGE_EVERY_MS, logger }, (signal) =>
      this.archives.fixDates(signal),
    );
    this.background.repeat({ name: 'purges', everyMs: PURGE_EVERY_MS, logger }, async () => {
      await this.archives.resumePurges();
      await this.archives.purgeExpired(PURGE_LIMIT);
    });
    // Runs end after their batch; another instance takes them over.
    this.background.atStop(async () => {
      await Promise.all(this.running);
    });
  }

  /** Starts a deletion that was just committed, without waiting. Commands leave it to an instance. */
  start(deletionId: Types.ObjectId): void {
    if (!this.background.isOn) return;
    this.contexts.set(String(deletionId), AsyncLocalStorage.snapshot());
    this.wake();
  }

  /** Never throws: a deletion that isn't leased now is found by the next look. */
  private wake(): void {
    this.outside(() => this.takeDue()).catch((error: unknown) => {
      this.logger.warn({ msg: 'failed to look for due deletions, will be repeated', err: error });
    });
  }

  /** Leases deletions that are due, up to `CONCURRENCY`, and starts their runs. */
  private async takeDue(): Promise<void> {
    while (this.occupied < CONCURRENCY && !this.background.signal.aborted) {
      this.occupied++;
      const deletion = await this.deletions.lease().catch((error: unknown) => {
        this.occupied--;
        throw error;
      });
      if (deletion === null) {
        this.occupied--;
        return;
      }
      const inContext = this.contexts.get(String(deletion._id)) ?? this.outside;
      const run = inContext(() => this.run(deletion)).then(() => {
        this.running.delete(run);
        this.occupied--;
        this.wake();
      });
      this.running.add(run);
    }
  }

  /** Never throws. */
  private async run(deletion: LeasedDeletion): Promise<void> {
    const deletionId = String(deletion._id);
    try {
      const pause = await this.advance(deletion);
      if (pause === undefined) this.contexts.delete(deletionId);
      else await this.deletions.putOff(deletion, pause);
    } catch (error) {
      this.logger.warn({ msg: 'deletion will be resumed when its lease expires', deletionId, err: error });
    }
  }

  /** @returns the pause before the next run; undefined when this instance has nothing left to do */
  private async advance(deletion: LeasedDeletion): Promise<{ ms: number; isFailure: boolean } | undefined> {
    const deletionId = String(deletion._id);
    let renewedAt = performance.now();
    try {
      const ms = await this.steps.advance(deletion, async () => {
        if (this.background.signal.aborted) throw new JobInterruptedError();
        if (performance.now() - renewedAt < RENEW_EVERY_MS) return;
        await this.deletions.renew(deletion);
        renewedAt = performance.now();
      });
      return ms === undefined ? undefined : { ms, isFailure: false };
    } catch (error) {
      if (error instanceof JobInterruptedError) return { ms: 0, isFailure: false };
      if (error instanceof LostLeaseError) {
        this.logger.log({ msg: 'another instance has taken over a deletion', deletionId });
        return undefined;
      }
      this.logger.error({ msg: 'deletion interrupted, will be resumed', deletionId, err: error });
      return { ms: backoff(deletion.failures ?? 0, BACKOFF), isFailure: true };
    }
  }
}
