import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { ClientSession, Connection } from 'mongoose';
import { duplicateKeyField, isRefused } from '../common/mongodb/mongo-errors.js';
import { Metrics } from '../common/observability/metrics.js';
import { type ProblemCode, ProblemError } from '../common/problem.js';
import { inTransaction } from '../common/mongodb/transaction.js';
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
/** An account with so young a token was there a moment ago: it is too new for Clerk's API, or has just been deleted. */
const YOUNG_TOKEN_MS = 30_000;
/** The waits before Clerk is asked again for the account of a young token. A second in all: the caller waits. */
const LAG_PAUSES_MS = [150, 300, 550];

/** The user behind a request. `isNew` for the one request that created it. */
export interface SyncedUser {
  readonly user: User;
  readonly isNew: boolean;
}

/** The database refuses the user itself, or has none of the usernames tried: trying again changes nothing. */
export class UnsaveableUserError extends Error {
  override readonly name = 'UnsaveableUserError';

  constructor(options: { cause: unknown }) {
    super('The user can never be saved', options);
  }
}

/** Whoever creates one subject at the same time shares one of these, and with it the fetch and the creation. */
interface Flight {
  passengers: number;
  clerkUser?: Promise<ClerkUser | undefined>;
  creation?: Promise<SyncedUser>;
}

/** The one writer of new users, for first requests and webhooks alike. */
@Injectable()
export class UserSyncService {
  private readonly logger = new Logger(UserSyncService.name);
  private readonly flights = new Map<string, Flight>();

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

  /** The user of a subject, if there is one. */
  async findUser(subject: string): Promise<SyncedUser | undefined> {
    const user = await this.users.findBySubject(subject);
    return user && { user, isNew: false };
  }

  /**
   * The user of a subject, created on its first request.
   * @param issuedAt of its token, ms since the epoch: while that is recent, Clerk's API may not know the account yet
   * @throws ProblemError `account_deleted`; `dependency_unavailable`; `user_sync_failed`
   */
  async ensureUser(subject: string, issuedAt = 0): Promise<SyncedUser> {
    const known = await this.findUser(subject);
    if (known !== undefined) return known;
    return this.board(subject, async (flight) => {
      if (flight.creation !== undefined) return { user: (await flight.creation).user, isNew: false };
      // Shared while it runs, not longer: what it found may be deleted by the time the next passenger comes.
      flight.creation = this.measured(this.createOnFirstRequest(subject, issuedAt, flight)).finally(() => {
        delete flight.creation;
      });
      return flight.creation;
    });
  }

  /**
   * The user of a subject, as `ensureUser`; undefined when it can have none, because it was deleted, Clerk doesn't know it or
   * its user can't be saved. For news that may be about anybody.
   * @throws ProblemError `dependency_unavailable`
   */
  async tryEnsureUser(subject: string): Promise<SyncedUser | undefined> {
    try {
      // The news may be of a moment ago, as a young token is.
      return await this.ensureUser(subject, Date.now());
    } catch (error) {
      if (error instanceof ProblemError && error.code !== 'dependency_unavailable') return undefined;
      throw error;
    }
  }

  /**
   * Clerk's word on a subject, for a webhook that may create it: asked once for everybody who is creating the subject
   * at this moment. The webhook's own reads and writes happen inside `work`.
   */
  async withClerkUser<T>(
    subject: string,
    work: (fetchClerkUser: () => Promise<ClerkUser | undefined>) => Promise<T>,
  ): Promise<T> {
    return this.board(subject, (flight) => work(() => this.fetchOnce(subject, flight)));
  }

  /**
   * The work of a transaction that ends with the user of a confirmed Clerk user there, created with all that a user is
   * never without; or with undefined when the subject was deleted, and then nothing is created. Made anew for every
   * transaction: it counts the usernames that were taken. Throws UnsaveableUserError.
   */
  creation(clerkUser: ClerkUser): (session: ClientSession) => Promise<SyncedUser | undefined> {
    let usernamesTaken = 0;
    return async (session) => {
      const existing = await this.users.findBySubjectInTransaction(clerkUser.clerkId, session);
      if (existing !== null) return { user: existing, isNew: false };
      if (await this.deletedUsers.isDeleted(clerkUser.clerkId, session)) return undefined;
      // Only what refuses the user itself is a reason for a roll-back: neither this, nor the steps after its insertion.
      await this.deletedUsers.collideWithDeletion(clerkUser.clerkId, session);
      const username = await this.usernames.ofNewUser(clerkUser, usernamesTaken > 0, session);
      const user = await this.users
        .insert(clerkUser.clerkId, username, clerkUser.profile, session)
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

  private async createOnFirstRequest(subject: string, issuedAt: number, flight: Flight): Promise<SyncedUser> {
    // Read again: somebody may have created the user between the first look and the boarding.
    const known = await this.findUser(subject);
    if (known !== undefined) return known;
    if (await this.deletedUsers.isDeleted(subject)) throw new ProblemError('account_deleted');
    const clerkUser =
      (await this.fetchOnce(subject, flight)) ?? (await this.fetchLagging(subject, issuedAt, flight));
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

  private async measured(creation: Promise<SyncedUser>): Promise<SyncedUser> {
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

  /** Right after a sign-up, Clerk's API can lag behind the token it has issued (docs/decisions/0023). */
  private async fetchLagging(
    subject: string,
    issuedAt: number,
    flight: Flight,
  ): Promise<ClerkUser | undefined> {
    for (const pause of LAG_PAUSES_MS) {
      // With a clock that is ahead, tokens look as much older.
      if (Date.now() - issuedAt > YOUNG_TOKEN_MS + this.config.clockSkewMs) return undefined;
      await sleep(pause);
      const clerkUser = await this.fetchOnce(subject, flight);
      if (clerkUser !== undefined) return clerkUser;
    }
    return undefined;
  }

  private fetchOnce(subject: string, flight: Flight): Promise<ClerkUser | undefined> {
    // A failure, and that there is no such user, is for those who waited: later callers ask again.
    const forget = () => {
      delete flight.clerkUser;
    };
    flight.clerkUser ??= this.clerk.getUser(subject).then(
      (clerkUser) => {
        if (clerkUser === undefined) forget();
        return clerkUser;
      },
      (error: unknown) => {
        forget();
        throw error;
      },
    );
    return flight.clerkUser;
  }

  private async board<T>(subject: string, work: (flight: Flight) => Promise<T>): Promise<T> {
    const flight = this.flights.get(subject) ?? { passengers: 0 };
    this.flights.set(subject, flight);
    flight.passengers++;
    try {
      return await work(flight);
    } finally {
      if (--flight.passengers === 0) this.flights.delete(subject);
    }
  }
}

const SYNC_OUTCOMES: Partial<Record<ProblemCode, 'deleted' | 'failed' | 'unavailable'>> = {
  account_deleted: 'deleted',
  user_sync_failed: 'failed',
  dependency_unavailable: 'unavailable',
};
