import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Connection, Model } from 'mongoose';
import { Background } from '../common/background.js';
import { isAhead } from '../common/clock.js';
import { Metrics } from '../common/observability/metrics.js';
import { ProblemError } from '../common/problem.js';
import { inTransaction } from '../common/mongodb/transaction.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ClerkDirectory } from '../clerk/clerk-directory.js';
import type { ClerkUser } from '../clerk/clerk-user.js';
import { DeletionRollback, ROLLBACK_LIMIT } from './deletion-rollback.schema.js';
import { DeletedUsersService, hashSubject } from '../deleted-users/deleted-users.service.js';
import { UsersService } from './users.service.js';

const HOUR_MS = 60 * 60_000;
/** An older account may have had a user here whose traces are gone. */
const OLDEST_ACCOUNT_MS = 24 * HOUR_MS;
/** Above this rate the cause is this service, not the accounts. */
const MAX_PER_HOUR = 20;
const RESUME_EVERY_MS = 30_000;

/**
 * Deletes Clerk accounts whose user can never be saved: they would stay as ghost accounts. The
 * conditions are narrow, because a roll-back destroys an account. Owns `deletionRollbacks`.
 */
@Injectable()
export class RollbackService implements OnApplicationBootstrap {
  private readonly logger = new Logger(RollbackService.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @InjectModel(DeletionRollback.name) private readonly model: Model<DeletionRollback>,
    @InjectConnection() private readonly connection: Connection,
    private readonly users: UsersService,
    private readonly deletedUsers: DeletedUsersService,
    private readonly clerk: ClerkDirectory,
    private readonly metrics: Metrics,
    private readonly background: Background,
  ) {}

  onApplicationBootstrap(): void {
    const task = { name: 'roll_backs', everyMs: RESUME_EVERY_MS, logger: this.logger };
    this.background.repeat(task, (signal) => this.resume(signal));
  }

  /**
   * Deletes the Clerk account; keeps it when roll-backs are switched off or the account is not new.
   * @throws ProblemError `dependency_unavailable` above the hourly limit, or when the account has a user
   * after all
   */
  async rollBack({ clerkId, createdAt }: ClerkUser): Promise<'rolled_back' | 'kept'> {
    // A time in the future doesn't tell the age of the account.
    const isNew = Date.now() - createdAt < OLDEST_ACCOUNT_MS && !isAhead(createdAt);
    if (!this.config.userSyncRollback || !isNew) {
      this.metrics.userRollbacks.inc({ outcome: 'kept' });
      this.logger.error({ msg: 'user can never be saved, account kept', isNew });
      return 'kept';
    }
    const decision = await inTransaction(this.connection, (session) => this.decide(clerkId, session));
    if (decision === 'limit_reached') {
      this.metrics.userRollbacks.inc({ outcome: 'limited' });
      this.logger.error({
        msg: 'ALERT: too many roll-backs within an hour: the cause is this service',
        limit: MAX_PER_HOUR,
      });
    }
    if (decision !== 'recorded') throw new ProblemError('dependency_unavailable');
    this.metrics.userRollbacks.inc({ outcome: 'deleted' });
    this.logger.warn({ msg: 'user can never be saved, account rolled back' });
    // It is recorded: a failure here is resumed later.
    await this.finish(clerkId).catch((error: unknown) => {
      this.logger.error({ msg: 'roll-back will be resumed', err: error });
    });
    return 'rolled_back';
  }

  /** Writes the record and the tombstone in one transaction: after its commit the user can't be created. */
  private async decide(
    clerkId: string,
    session: ClientSession,
  ): Promise<'recorded' | 'has_user' | 'limit_reached'> {
    if (await this.deletedUsers.isDeleted(clerkId, session)) return 'recorded';
    // First, because all roll-backs write this document: conflicts come before other work.
    const now = Date.now();
    const limit = await this.model.findById(ROLLBACK_LIMIT).session(session).lean<DeletionRollback>();
    // Times in the future were written by a wrong clock.
    const recent = (limit?.recent ?? []).filter((at) => Math.abs(now - at.getTime()) < HOUR_MS);
    const isLimited = recent.length >= MAX_PER_HOUR;
    recent.push(new Date(now));
    if (!isLimited)
      await this.model.updateOne({ _id: ROLLBACK_LIMIT }, { $set: { recent } }, { upsert: true, session });
    const hasUser = (await this.users.findBySubjectInTransaction(clerkId, session)) !== null;
    if (hasUser || isLimited) {
      await session.abortTransaction();
      return hasUser ? 'has_user' : 'limit_reached';
    }
    await this.deletedUsers.insertTombstone(
      clerkId,
      { reason: 'admin_action', deletedAt: new Date() },
      undefined,
      session,
    );
    await this.model.create([{ _id: hashSubject(clerkId), clerkId }], { session });
    return 'recorded';
  }

  private async finish(clerkId: string): Promise<void> {
    await this.clerk.deleteUser(clerkId);
    await this.model.deleteOne({ _id: hashSubject(clerkId) });
  }

  private async resume(signal: AbortSignal): Promise<void> {
    const unfinished = await this.model.find({ clerkId: { $exists: true } }).lean<DeletionRollback[]>();
    for (const { clerkId = '' } of unfinished) {
      if (signal.aborted) return;
      await this.finish(clerkId).catch((error: unknown) => {
        this.logger.error({ msg: 'roll-back will be resumed', err: error });
      });
    }
  }
}
