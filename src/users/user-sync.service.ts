import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { ClientSession, Connection } from 'mongoose';
import { duplicateKeyField, isRefused } from '../common/mongodb/mongo-errors.js';
import { Metrics } from '../common/observability/metrics.js';
import { type ProblemCode, ProblemError } from '../common/problem.js';
import { inTransaction } from '../common/mongodb/transaction.js';
import { SingleFlight } from '../common/single-flight.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ClerkDirectory } from '../clerk/clerk-directory.js';
import { type ClerkUser, UnreadableUserError } from '../clerk/clerk-user.js';
import { DeletedUsersService } from '../deleted-users/deleted-users.service.js';
import { PersonalDataRegistry } from './personal-data.js';
import { RollbackService } from './rollback.service.js';
import type { User } from './user.schema.js';
import { UsernamesService } from './usernames.service.js';
import { UsersService } from './users.service.js';

const USERNAME_TRIES = 5;
/**
 * The account of a token younger than this existed a moment ago: Clerk's API doesn't know it yet, or it
 * was just deleted.
 */
const YOUNG_TOKEN_MS = 30_000;
/**
 * The pauses before fetching the account of a young token again. One second in all, because the caller
 * waits.
 */
const LAG_PAUSES_MS = [150, 300, 550];

/** The user of a request. `isNew`: this request created it. */
export interface SyncedUser {
  readonly user: User;
  readonly isNew: boolean;
  /** By the names in `PersonalData.counts`. Absent unless they were read with the user. */
  readonly counts?: Readonly<Record<string, number>>;
}

/**
 * The database refuses the document, or all usernames that were tried are taken: a retry would fail as
 * well.
 */
export class UnsaveableUserError extends Error {
  override readonly name = 'UnsaveableUserError';

  constructor(options: { cause: unknown }) {
    super('The user can never be saved', options);
  }
}

interface PendingUser {
  clerkUser?: Promise<ClerkUser | undefined>;
  creation?: Promise<SyncedUser>;
}

/** The only writer of new users, for first requests and webhooks. */
@Injectable()
export class UserSyncService {
  private readonly logger = new Logger(UserSyncService.name);
  private readonly pending = new SingleFlight<PendingUser>(() => ({}));

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly users: UsersService,
    private readonly usernames: UsernamesService,
    private readonly deletedUsers: DeletedUsersService,
    private readonly clerk: ClerkDirectory,
    private readonly rollback: RollbackService,
    private readonly personalData: PersonalDataRegistry,
    @InjectConnection() private readonly connection: Connection,
    private readonly metrics: Metrics,
  ) {}

  private async findUser(subject: string): Promise<SyncedUser | undefined> {
    const user = await this.users.findBySubject(subject);
    return user && { user, isNew: false };
  }

  /**
   * The user of a subject, created on its first request.
   * @param issuedAt of its token, ms since the epoch: while that is recent, Clerk's API may not know the
   * account yet
   * @throws ProblemError `account_deleted`; `dependency_unavailable`; `user_sync_failed`
   */
  async ensureUser(subject: string, issuedAt = 0): Promise<SyncedUser> {
    return (await this.findUser(subject)) ?? this.createUser(subject, issuedAt);
  }

  /** As `ensureUser`, for a caller that has just found no user. */
  createUser(subject: string, issuedAt: number): Promise<SyncedUser> {
    return this.pending.join(subject, async (shared) => {
      if (shared.creation !== undefined) return { user: (await shared.creation).user, isNew: false };
      // Shared only while pending: the user may be deleted afterwards.
      shared.creation = this.countOutcome(this.createOnFirstRequest(subject, issuedAt, shared)).finally(
        () => {
          delete shared.creation;
        },
      );
      return shared.creation;
    });
  }

  /**
   * As `ensureUser`, for webhook events: undefined when the subject was deleted, Clerk doesn't know it
   * or its user can't be saved.
   * @throws ProblemError `dependency_unavailable`
   */
  async tryEnsureUser(subject: string): Promise<SyncedUser | undefined> {
    try {
      // The event may be as recent as a young token.
      return await this.ensureUser(subject, Date.now());
    } catch (error) {
      if (error instanceof ProblemError && error.code !== 'dependency_unavailable') return undefined;
      throw error;
    }
  }

  /**
   * Runs the reads and writes of a webhook that may create the subject. All calls that create this
   * subject at the same time share one fetch from Clerk.
   */
  async withClerkUser<T>(
    subject: string,
    work: (fetchClerkUser: () => Promise<ClerkUser | undefined>) => Promise<T>,
  ): Promise<T> {
    return this.pending.join(subject, (shared) => work(() => this.fetchOnce(subject, shared)));
  }

  /**
   * The work of a transaction that finds or creates the user of a Clerk user, with the first documents
   * of other collections. It returns undefined, and creates nothing, when the subject was deleted. It
   * throws UnsaveableUserError. Use a new one for each transaction: it counts the usernames that were
   * taken.
   */
  creation(clerkUser: ClerkUser): (session: ClientSession) => Promise<SyncedUser | undefined> {
    let usernamesTaken = 0;
    return async (session) => {
      const existing = await this.users.findBySubjectInTransaction(clerkUser.clerkId, session);
      if (existing !== null) return { user: existing, isNew: false };
      if (await this.deletedUsers.isDeleted(clerkUser.clerkId, session)) return undefined;
      // Outside the catch below: only a refusal of the user document is a reason for a roll-back.
      await this.deletedUsers.collideWithDeletion(clerkUser.clerkId, session);
      const { clerkId, profile } = clerkUser;
      const username = await this.usernames.ofNewUser(clerkUser, usernamesTaken > 0, session);
      const visibility = this.config.defaultVisibility;
      const user = await this.users
        .insert({ clerkId, username, visibility, ...profile }, session)
        .catch((error: unknown) => {
          if (duplicateKeyField(error) === 'username') usernamesTaken++;
          if (usernamesTaken >= USERNAME_TRIES || isRefused(error))
            throw new UnsaveableUserError({ cause: error });
          throw error;
        });
      for (const { creates } of this.personalData.all()) await creates?.(user._id, session);
      return { user, isNew: true };
    };
  }

  private async createOnFirstRequest(
    subject: string,
    issuedAt: number,
    shared: PendingUser,
  ): Promise<SyncedUser> {
    // Read again: another call may have created the user before this one joined.
    const known = await this.findUser(subject);
    if (known !== undefined) return known;
    if (await this.deletedUsers.isDeleted(subject)) throw new ProblemError('account_deleted');
    const clerkUser =
      (await this.fetchOnce(subject, shared)) ?? (await this.fetchLagging(subject, issuedAt, shared));
    if (clerkUser === undefined) throw new ProblemError('account_deleted');

    const synced = await inTransaction(this.connection, this.creation(clerkUser)).catch(
      async (error: unknown) => {
        if (!(error instanceof UnsaveableUserError)) throw error;
        await this.rollback.rollBack(clerkUser);
        throw new ProblemError('user_sync_failed', undefined, { cause: error });
      },
    );
    if (synced === undefined) throw new ProblemError('account_deleted');
    return synced;
  }

  private async countOutcome(creation: Promise<SyncedUser>): Promise<SyncedUser> {
    try {
      const synced = await creation;
      if (synced.isNew) this.metrics.userSyncs.inc({ outcome: 'created' });
      return synced;
    } catch (error) {
      if (error instanceof UnreadableUserError) {
        this.logger.error({ msg: "first request fails: Clerk's account cannot be read" });
        this.metrics.userSyncs.inc({ outcome: 'unreadable' });
        throw error;
      }
      const code = error instanceof ProblemError ? error.code : undefined;
      this.metrics.userSyncs.inc({
        outcome: SYNC_OUTCOMES[code ?? 'dependency_unavailable'] ?? 'unavailable',
      });
      throw error;
    }
  }

  /**
   * Right after a sign-up, Clerk's API may not know the account of a token it has issued
   * (docs/decisions/0023).
   */
  private async fetchLagging(
    subject: string,
    issuedAt: number,
    shared: PendingUser,
  ): Promise<ClerkUser | undefined> {
    for (const pause of LAG_PAUSES_MS) {
      // Tokens look older by as much as this clock is ahead.
      if (Date.now() - issuedAt > YOUNG_TOKEN_MS + this.config.clockSkewMs) return undefined;
      await sleep(pause);
      const clerkUser = await this.fetchOnce(subject, shared);
      if (clerkUser !== undefined) return clerkUser;
    }
    return undefined;
  }

  private fetchOnce(subject: string, shared: PendingUser): Promise<ClerkUser | undefined> {
    // Only the current waiters get a failure or "no such user"; later callers fetch again.
    const forget = () => {
      delete shared.clerkUser;
    };
    shared.clerkUser ??= this.clerk.getUser(subject).then(
      (clerkUser) => {
        if (clerkUser === undefined) forget();
        return clerkUser;
      },
      (error: unknown) => {
        forget();
        throw error;
      },
    );
    return shared.clerkUser;
  }
}

const SYNC_OUTCOMES: Partial<Record<ProblemCode, 'deleted' | 'failed' | 'unavailable'>> = {
  account_deleted: 'deleted',
  user_sync_failed: 'failed',
  dependency_unavailable: 'unavailable',
};
