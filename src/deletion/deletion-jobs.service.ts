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
/** Often enough that one slow batch doesn't lose the lease. */
const RENEW_EVERY_MS = LEASE_MS / 5;
/** After failures in a row. */
const BACKOFF: Backoff = { firstMs: 1000, maxMs: 5 * 60_000, jitter: [0.5, 1] };
/** A log line or a span less, should there be more. */
const REMEMBERED_CONTEXTS = 1000;
/** Deletions at once per instance. */
const CONCURRENCY = 5;

type Context = ReturnType<typeof AsyncLocalStorage.snapshot>;

/** Thrown between batches when the instance shuts down. */
class JobInterruptedError extends Error {}

/**
 * Goes on with deletions after their fence, on any instance, until they are completed. `deletions` itself is the queue: an instance
 * leases what is due there, and the lease of one that died runs out (docs/decisions/0018).
 */
@Injectable()
export class DeletionJobs implements OnApplicationBootstrap {
  private readonly logger = new Logger(DeletionJobs.name);
  /** Of the requests that asked for deletions here; those of other instances aren't known. */
  private readonly contexts = new LRUCache<string, Context>({ max: REMEMBERED_CONTEXTS });
  private readonly outside = AsyncLocalStorage.snapshot();
  private readonly running = new Set<Promise<void>>();
  /** Runs, and looks for one. */
  private taken = 0;

  constructor(
    private readonly deletions: DeletionsService,
    private readonly steps: DeletionSteps,
    private readonly archives: ArchivesService,
    private readonly background: Background,
  ) {}

  onApplicationBootstrap(): void {
    const { logger } = this;
    this.background.repeat({ name: 'deletions', everyMs: LOOK_EVERY_MS, logger }, () => this.takeDue());
    // Beside the purges, so that neither keeps the other when it fails.
    this.background.repeat({ name: 'archive_dates', everyMs: PURGE_EVERY_MS, logger }, (signal) =>
      this.archives.fixDates(signal),
    );
    this.background.repeat({ name: 'purges', everyMs: PURGE_EVERY_MS, logger }, async () => {
      await this.archives.resumePurges();
      await this.archives.purgeExpired(PURGE_LIMIT);
    });
    // Runs end after their batch and are handed back: another instance goes on with them.
    this.background.atStop(async () => {
      await Promise.all(this.running);
    });
  }

  /** Begins with a deletion that was just committed, without waiting for it. Where nothing runs in the background, other instances do. */
  start(deletionId: Types.ObjectId): void {
    if (!this.background.isOn) return;
    this.contexts.set(String(deletionId), AsyncLocalStorage.snapshot());
    this.wake();
  }

  /** Never throws: what fails is found by the next look. */
  private wake(): void {
    this.outside(() => this.takeDue()).catch((error: unknown) => {
      this.logger.warn({ msg: 'deletions could not be looked for, will be repeated', err: error });
    });
  }

  /** Leases deletions that are due, as many as there is room for, and starts their runs. */
  private async takeDue(): Promise<void> {
    while (this.taken < CONCURRENCY && !this.background.signal.aborted) {
      this.taken++;
      const deletion = await this.deletions.lease().catch((error: unknown) => {
        this.taken--;
        throw error;
      });
      if (deletion === null) {
        this.taken--;
        return;
      }
      const within = this.contexts.get(String(deletion._id)) ?? this.outside;
      const run = within(() => this.run(deletion)).then(() => {
        this.running.delete(run);
        this.taken--;
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
      this.logger.warn({ msg: 'deletion will be resumed when its lease is over', deletionId, err: error });
    }
  }

  /** @returns how long to wait before it goes on; undefined: not here */
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
        this.logger.log({ msg: 'another instance goes on with a deletion', deletionId });
        return undefined;
      }
      this.logger.error({ msg: 'deletion interrupted, will be resumed', deletionId, err: error });
      return { ms: backoff(deletion.failures ?? 0, BACKOFF), isFailure: true };
    }
  }
}
