import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, Types } from 'mongoose';
import { Background } from '../common/background.js';
import { type Lease, LocksService } from '../common/mongodb/locks.service.js';
import { Metrics } from '../common/observability/metrics.js';
import { isRefused } from '../common/mongodb/mongo-errors.js';
import type { OnProgress } from '../common/progress.js';
import { inTransaction } from '../common/mongodb/transaction.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ClerkDirectory } from '../clerk/clerk-directory.js';
import { type ClerkUser, UnreadableUserError } from '../clerk/clerk-user.js';
import { DeletedUsersService } from '../deleted-users/deleted-users.service.js';
import { ProfileUpdates } from '../users/profile-updates.js';
import { UnsaveableUserError, UserSyncService } from '../users/user-sync.service.js';
import type { User } from '../users/user.schema.js';
import { UsersService } from '../users/users.service.js';
import { AccountDeletionService, type DeletionRequest } from '../deletion/account-deletion.service.js';

const LOCK = 'reconcile';
/** Clerk's list takes this many ids. */
const MAX_IDS = 100;
const MIN_ALLOWED_LOSSES = 10;
const ALLOWED_LOSS_RATE = 0.01;
const LOST_ACCOUNT: DeletionRequest = { reason: 'user_requested', isGoneInClerk: true };

/** The result of a reconciliation; of a dry run, what it would have done. */
export interface ReconcileSummary {
  inClerk: number;
  inMongoDB: number;
  created: number;
  /** Users whose profile was older than Clerk's, or differed at the same time. */
  updated: number;
  /** Users deleted because Clerk has no account of theirs, each confirmed by a 404. */
  deleted: number;
  /** Accounts in Clerk of subjects that were deleted here. Not changed. */
  deletedHereOnly: number;
  /** Accounts whose user, or its change, can't be saved. Not changed. */
  refused: number;
  /** Accounts that can't be read in Clerk's answer. Not changed. */
  unreadable: number;
  /** With more losses it stops before it deletes any user. */
  allowedLosses: number;
}

export interface ReconcileOptions {
  dryRun?: boolean;
  /** How many users may have no account in Clerk; by default max(10, 1 %), and never all of several. */
  allowedLosses?: number | undefined;
  /** Stops it between two pages. */
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** So many losses look like a wrong key, not like lost webhooks. Nothing was deleted. */
export class TooManyLossesError extends Error {
  override readonly name = 'TooManyLossesError';

  constructor(readonly allowed: number) {
    super(
      `More than ${allowed} users, or all of them, have no account in Clerk. Is CLERK_SECRET_KEY that of another instance? ` +
        'Nothing was deleted.',
    );
  }
}

/** Repairs differences between MongoDB and Clerk after lost webhooks. One instance at a time. */
@Injectable()
export class ReconcilerService implements OnApplicationBootstrap {
  private readonly logger = new Logger(ReconcilerService.name);
  private leftAlone = { refused: 0, unreadable: 0 };

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @InjectConnection() private readonly connection: Connection,
    private readonly locks: LocksService,
    private readonly clerk: ClerkDirectory,
    private readonly users: UsersService,
    private readonly sync: UserSyncService,
    private readonly updates: ProfileUpdates,
    private readonly deletedUsers: DeletedUsersService,
    private readonly deletions: AccountDeletionService,
    private readonly metrics: Metrics,
    private readonly background: Background,
  ) {}

  onApplicationBootstrap(): void {
    this.metrics.gauge(
      {
        name: 'reconciliation_left_alone',
        help: 'Accounts in Clerk that the last scheduled reconciliation of this instance could not repair: their user cannot be saved (refused), or they cannot be read (unreadable).',
        label: 'reason',
      },
      () => this.leftAlone,
    );
    const interval = this.config.reconcileIntervalMs;
    if (interval === 0) return;
    const task = { name: 'reconciliation', everyMs: interval, logger: this.logger };
    this.background.repeat(task, async (signal) => {
      // Every instance tries; the first one takes the lock and does it for all.
      const summary = await this.reconcile({ signal }, interval / 2).catch((error: unknown) => {
        if (!signal.aborted) this.metrics.reconciliations.inc({ outcome: outcomeOf(error) });
        throw error;
      });
      if (summary === undefined) return;
      this.metrics.reconciliations.inc({ outcome: 'completed' });
      this.leftAlone = { refused: summary.refused, unreadable: summary.unreadable };
      this.logger.log({ msg: 'reconciled', ...summary });
    });
  }

  /**
   * Compares all users and all accounts once.
   * @param pauseMs skip it when the last one finished less than this ago
   * @returns undefined when it was skipped, or another instance is running it
   * @throws TooManyLossesError; ProblemError `dependency_unavailable`
   */
  async reconcile(options: ReconcileOptions = {}, pauseMs = 0): Promise<ReconcileSummary | undefined> {
    // A dry run changes nothing, so it needs no lock.
    if (options.dryRun === true) return this.run(options);
    const lease = await this.locks.take(LOCK, pauseMs);
    if (lease === undefined) return undefined;
    let isFinished = false;
    try {
      const summary = await this.run(options, lease);
      isFinished = true;
      return summary;
    } finally {
      await lease.release(isFinished);
    }
  }

  private async run(options: ReconcileOptions, lease?: Lease): Promise<ReconcileSummary> {
    const inMongoDB = await this.users.countAll();
    const usual = Math.max(MIN_ALLOWED_LOSSES, Math.floor(inMongoDB * ALLOWED_LOSS_RATE));
    const summary: ReconcileSummary = {
      inClerk: 0,
      inMongoDB,
      allowedLosses: options.allowedLosses ?? usual,
      created: 0,
      updated: 0,
      deleted: 0,
      deletedHereOnly: 0,
      refused: 0,
      unreadable: 0,
    };
    // Losses first: with a wrong key it must stop before it creates the users of another Clerk instance.
    await this.deleteLost(summary, options, lease);
    await this.repairDrift(summary, options, lease);
    return summary;
  }

  private async deleteLost(
    summary: ReconcileSummary,
    options: ReconcileOptions,
    lease: Lease | undefined,
  ): Promise<void> {
    const { dryRun = false, onProgress } = options;
    const { allowedLosses: allowed } = summary;
    const lost: string[] = [];
    let seen = 0;
    let after: Types.ObjectId | undefined;
    for (;;) {
      const page = await this.users.page(after, MAX_IDS);
      if (page.length === 0) break;
      after = page.at(-1)?._id;
      const listed = await this.clerk.listed(page.map(({ clerkId }) => clerkId));
      for (const { clerkId } of page) {
        // Lists can be stale; only a 404 for this very user counts.
        if (listed.has(clerkId) || (await this.hasAccount(clerkId))) continue;
        lost.push(clerkId);
        // A dry run counts all losses.
        if (lost.length > allowed && !dryRun) throw new TooManyLossesError(allowed);
      }
      options.signal?.throwIfAborted();
      await lease?.renew();
      seen += page.length;
      const counts = `${seen} of ${summary.inMongoDB} users looked for in Clerk, ${lost.length} gone`;
      onProgress?.(Math.min(0.5, seen / summary.inMongoDB / 2), counts);
    }
    // None of several users has an account: the key is of another Clerk instance, however few they are.
    if (lost.length > 1 && lost.length === seen && !dryRun) throw new TooManyLossesError(allowed);
    for (const subject of lost) {
      if (!dryRun) await this.deletions.deleteAccount(subject, LOST_ACCOUNT);
      summary.deleted++;
      onProgress?.(0.5, `${summary.deleted} of ${lost.length} users deleted whose account is gone`);
      await lease?.renew();
    }
  }

  private async repairDrift(
    summary: ReconcileSummary,
    options: ReconcileOptions,
    lease?: Lease,
  ): Promise<void> {
    const { dryRun = false, onProgress } = options;
    let after: string[] | undefined = [];
    do {
      const { users, unreadable, next, total }: Awaited<ReturnType<ClerkDirectory['listUsers']>> =
        await this.clerk.listUsers(after);
      const known = await this.users.findBySubjects(users.map(({ clerkId }) => clerkId));
      const byClerkId = new Map(known.map((user) => [user.clerkId, user]));
      for (const account of users) {
        const user = byClerkId.get(account.clerkId);
        // An account that can't be repaired does not stop the others.
        await this.repairAccount(account, user, summary, dryRun).catch((error: unknown) => {
          if (error instanceof UnreadableUserError) summary.unreadable++;
          else if (error instanceof UnsaveableUserError || isRefused(error)) summary.refused++;
          else throw error;
        });
      }
      summary.unreadable += unreadable;
      summary.inClerk += users.length + unreadable;
      options.signal?.throwIfAborted();
      await lease?.renew();
      after = next;
      const share = after === undefined ? 1 : Math.min(1, 0.5 + summary.inClerk / Math.max(total, 1) / 2);
      onProgress?.(share, `${summary.inClerk} of ${total} accounts compared`);
    } while (after !== undefined);
  }

  private async repairAccount(
    account: ClerkUser,
    user: User | undefined,
    summary: ReconcileSummary,
    dryRun: boolean,
  ): Promise<void> {
    if (user === undefined) return this.createMissing(account, summary, dryRun);
    if (!this.updates.isNewer(user, account.profile)) return;
    if (!dryRun) await this.updates.settle(account, (take) => take(null));
    summary.updated++;
  }

  private async createMissing(account: ClerkUser, summary: ReconcileSummary, dryRun: boolean): Promise<void> {
    if (await this.deletedUsers.isDeleted(account.clerkId)) {
      summary.deletedHereOnly++;
      return;
    }
    // The list may be stale: the account may have been deleted since.
    const current = await this.clerk.getUser(account.clerkId);
    if (current === undefined) return;
    if (!dryRun) await inTransaction(this.connection, this.sync.creation(current));
    summary.created++;
  }

  /** Whether Clerk has the account, readable or not. */
  private async hasAccount(clerkId: string): Promise<boolean> {
    try {
      return (await this.clerk.getUser(clerkId)) !== undefined;
    } catch (error) {
      if (error instanceof UnreadableUserError) return true;
      throw error;
    }
  }
}

function outcomeOf(error: unknown): 'stopped' | 'failed' {
  return error instanceof TooManyLossesError ? 'stopped' : 'failed';
}
