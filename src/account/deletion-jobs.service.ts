import { AsyncLocalStorage } from 'node:async_hooks';
import { MongoBackend } from '@agendajs/mongo-backend';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Agenda, InMemoryNotificationChannel, type Job } from 'agenda';
import { LRUCache } from 'lru-cache';
import { type Connection, Types } from 'mongoose';
import { Background } from '../common/background.js';
import { ArchivesService } from './archives.service.js';
import { DeletionSteps } from './deletion-steps.service.js';
import { DeletionsService } from './deletions.service.js';

export const JOBS_COLLECTION = 'deletionJobs';
const DELETION = 'deletion';
const SWEEP = 'sweep';

const PROCESS_EVERY_MS = 2000;
const SWEEP_EVERY_MS = 30_000;
const SWEEP_LIMIT = 500;
const PURGE_LIMIT = 100;
/** A job whose process died runs again after this long; one that lives says so more often. */
const LOCK_LIFETIME_MS = 10_000;
const TOUCH_EVERY_MS = 2000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** A batch ends within the deadline of its transaction. */
const LONGEST_DRAIN_MS = 5000;
/** A log line or a span less, should there be more. */
const REMEMBERED_CONTEXTS = 1000;
/** Deletions at once per instance. */
const CONCURRENCY = 5;

interface DeletionJob {
  deletionId: string;
}

/** Thrown between batches when the instance shuts down. */
class HandedBack extends Error {}

/**
 * Runs deletions behind their fence, on any instance, until they are completed. The truth lies in `deletions`; a job is
 * only the reminder to go on with one, and the sweep makes those that a crash kept from being made.
 */
@Injectable()
export class DeletionJobs implements OnApplicationBootstrap {
  private readonly logger = new Logger(DeletionJobs.name);
  private agenda: Agenda | undefined;
  /** Of the requests that asked for deletions here; those of other instances aren't known. */
  private readonly contexts = new LRUCache<string, ReturnType<typeof AsyncLocalStorage.snapshot>>({
    max: REMEMBERED_CONTEXTS,
  });
  private sweeping = Promise.resolve();

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly deletions: DeletionsService,
    private readonly steps: DeletionSteps,
    private readonly archives: ArchivesService,
    private readonly background: Background,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.background.isOn) return;
    const mongo = this.connection.db;
    if (mongo === undefined) throw new Error('Jobs need a connection');
    const agenda = new Agenda({
      backend: new MongoBackend({ mongo, collection: JOBS_COLLECTION, ensureIndex: false }),
      // Jobs made here start here at once; those of others are found by polling.
      notificationChannel: new InMemoryNotificationChannel(),
      processEvery: PROCESS_EVERY_MS,
      defaultLockLifetime: LOCK_LIFETIME_MS,
    });
    agenda.on('error', (error: unknown) => {
      this.logger.warn({ msg: 'deletion jobs: will be tried again', err: error });
    });
    // agenda starts jobs from within whatever request woke it: each runs in the context of the request that asked for it.
    const outside = AsyncLocalStorage.snapshot();
    const within = (id: string) => this.contexts.get(id) ?? outside;
    agenda.define<DeletionJob>(DELETION, (job) => within(job.attrs.data.deletionId)(() => this.run(job)), {
      concurrency: CONCURRENCY,
      lockLimit: CONCURRENCY,
      backoff: ({ attempt }) =>
        Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 20)) * (0.5 + Math.random() / 2),
    });
    agenda.define(SWEEP, () => outside(() => this.sweep()), { concurrency: 1, lockLimit: 1 });
    this.agenda = agenda;
    await agenda.start();
    await agenda.every(SWEEP_EVERY_MS, SWEEP);
    // What a crash left behind needn't wait for the others' next sweep. In the background: nobody waits for it.
    this.sweeping = this.sweep().catch((error: unknown) => {
      this.logger.error({ msg: 'sweep failed, will be repeated', err: error });
    });
    // Runs end after their batch and are handed back: another instance goes on with them.
    this.background.atStop(async () => {
      await this.sweeping;
      await agenda.drain({ timeout: LONGEST_DRAIN_MS, closeConnection: false });
    });
  }

  /** Makes the job of a deletion, unless there is one. */
  async start(deletionId: Types.ObjectId): Promise<void> {
    const data: DeletionJob = { deletionId: String(deletionId) };
    if (this.background.isOn) this.contexts.set(data.deletionId, AsyncLocalStorage.snapshot());
    await this.agenda
      ?.create(DELETION, data)
      .unique({ 'data.deletionId': data.deletionId }, { insertOnly: true })
      .schedule(new Date())
      .save();
  }

  private async run(job: Job<DeletionJob>): Promise<void> {
    const deletion = await this.deletions.find(new Types.ObjectId(job.attrs.data.deletionId));
    let touchedAt = Date.now();
    try {
      const comeBackAt =
        deletion &&
        (await this.steps.advance(deletion, async () => {
          if (this.background.signal.aborted) throw new HandedBack();
          if (Date.now() - touchedAt < TOUCH_EVERY_MS) return;
          touchedAt = Date.now();
          await job.touch();
        }));
      if (comeBackAt instanceof Date) {
        job.schedule(comeBackAt);
        return;
      }
      this.contexts.delete(job.attrs.data.deletionId);
      // Here and not by agenda's `removeOnComplete`, which removes behind the back of its own `drain`.
      await job.remove();
    } catch (error) {
      if (error instanceof HandedBack) {
        job.schedule(new Date());
        return;
      }
      const { deletionId } = job.attrs.data;
      this.logger.error({ msg: 'deletion interrupted, will be resumed', deletionId, err: error });
      throw error;
    }
  }

  /** Every open deletion gets its job; purges go on; archives whose time is over go, where that is automatic. */
  private async sweep(): Promise<void> {
    for (const id of await this.deletions.unfinished(SWEEP_LIMIT)) {
      if (this.background.signal.aborted) return;
      await this.start(id);
    }
    await this.archives.resumePurges();
    await this.archives.purgeExpired(PURGE_LIMIT);
  }
}
