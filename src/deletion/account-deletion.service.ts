import { Inject, Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type ClientSession, type Connection, Types } from 'mongoose';
import type { Actor } from '../audit/actor.decorator.js';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../common/principal.js';
import { ProblemError } from '../common/problem.js';
import { inTransaction } from '../common/mongodb/transaction.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { PurchasesService } from '../purchases/purchases.service.js';
import type { DeletionReason } from '../deleted-users/deleted-user.schema.js';
import { DeletedUsersService } from '../deleted-users/deleted-users.service.js';
import { archivedFields } from '../users/user-fields.js';
import type { User } from '../users/user.schema.js';
import { UsernamesService } from '../users/usernames.service.js';
import { UsersService } from '../users/users.service.js';
import { WishlistService } from '../wishlist/wishlist.service.js';
import type { Deletion } from './deletion.schema.js';
import { DeletionJobs } from './deletion-jobs.service.js';
import { DeletionsService } from './deletions.service.js';
import { purgeAt } from './retention.js';

export interface DeletionRequest {
  reason: DeletionReason;
  notes?: string | undefined;
  isGoneInClerk?: boolean;
  /** When it was deleted, if not now: the date of an imported tombstone. Retention counts from it. */
  deletedAt?: Date;
  keptUntil?: Date | undefined;
}

/** What the fence found of a subject. `deletion` may be an earlier one; without one only a hash is kept. */
export interface Fenced {
  found: 'user' | 'tombstone' | 'nothing';
  deletion?: Deletion;
}

/**
 * Entry points of account deletion: the user, an admin, the webhook, the reconciler, a replay of
 * tombstones. Each runs the same first transaction, the fence; a job runs the remaining steps.
 */
@Injectable()
export class AccountDeletionService {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly deletions: DeletionsService,
    private readonly jobs: DeletionJobs,
    private readonly users: UsersService,
    private readonly usernames: UsernamesService,
    private readonly deletedUsers: DeletedUsersService,
    private readonly wishlist: WishlistService,
    private readonly purchases: PurchasesService,
    private readonly audit: AuditService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Deletes the caller's own account. Repeating it returns the same deletion, even after the user is gone.
   * @throws ProblemError `forbidden` for an impersonator; `account_deleted` when only a hash is left
   */
  async deleteOwn({ subject, actor }: Principal): Promise<Deletion> {
    if (actor !== undefined) throw new ProblemError('forbidden');
    const deletion = await this.deleteAccount(subject, { reason: 'user_requested' });
    if (deletion === undefined) throw new ProblemError('account_deleted');
    return deletion;
  }

  /**
   * Deletes another user's account, with a record in the audit log.
   * @throws ProblemError `user_not_found`; `forbidden` for the admin's own account
   */
  async deleteUser(by: Actor, userId: Types.ObjectId, request: DeletionRequest): Promise<Deletion> {
    // The audit record writes the admin's own document, which would be gone.
    if (by.userId.equals(userId))
      throw new ProblemError('forbidden', 'Delete your own account by `DELETE /users/me`.');
    const user = await this.users.findById(userId);
    const underWay = user === undefined ? await this.deletions.findByUser(userId) : null;
    if (underWay !== null) return underWay;
    const deletion =
      user &&
      (await this.deleteAccount(user.clerkId, request, ({ _id: id }, session) => {
        const target = { type: 'deleted_user', id } as const;
        return this.audit.record({ by, action: 'user.deleted', target, reason: request.reason }, session);
      }));
    if (deletion === undefined) throw new ProblemError('user_not_found');
    return deletion;
  }

  /**
   * Runs step 1 and starts the others. `record` runs in the fence's transaction. Idempotent.
   * @returns undefined when only a hash is left of the subject
   */
  async deleteAccount(
    subject: string,
    request: DeletionRequest,
    record?: (deletion: Deletion, session: ClientSession) => Promise<void>,
  ): Promise<Deletion | undefined> {
    const { deletion } = await inTransaction(this.connection, async (session) => {
      const fenced = await this.fenceAndArchive(subject, request, session);
      if (fenced.deletion !== undefined) await record?.(fenced.deletion, session);
      return fenced;
    });
    if (deletion !== undefined) this.enqueueRemainingSteps(deletion);
    return deletion;
  }

  /**
   * Step 1, in the caller's transaction: inserts the tombstone with the archive; removes user, wishlist
   * and purchases. Idempotent. Call `enqueueRemainingSteps` after the commit.
   */
  async fenceAndArchive(
    subject: string,
    { reason, notes, isGoneInClerk = false, keptUntil, ...request }: DeletionRequest,
    session: ClientSession,
  ): Promise<Fenced> {
    // One time for both: the archive is kept for so many days after the date in the receipt.
    const requestedAt = new Date();
    const { deletedAt = requestedAt } = request;
    const earlier = await this.deletions.findBySubject(subject, session);
    if (earlier !== null) {
      if (isGoneInClerk) await this.deletions.markDone(earlier._id, 'clerk', session);
      return { found: 'tombstone', deletion: earlier };
    }
    const user = await this.users.remove(subject, session);
    // A user with a tombstone: the tombstone was replayed by its hash, and gets the archive now.
    if (user === undefined && (await this.deletedUsers.isDeleted(subject, session)))
      return { found: 'tombstone' };
    if (user !== undefined) await this.usernames.hold(user.username, subject, session);
    const archive = user && {
      ...(await this.archive(user, session)),
      keptUntil: purgeAt({ deletedAt, keptUntil }, this.config),
      ...(notes === undefined ? {} : { notes }),
    };
    const _id = await this.deletedUsers.insertTombstone(subject, { reason, deletedAt }, archive, session);
    const found = user === undefined ? 'nothing' : 'user';
    // Neither a user here nor an account in Clerk: the tombstone is all that is needed.
    if (user === undefined && isGoneInClerk) return { found };
    const userId = user?._id ?? new Types.ObjectId();
    const erased =
      archive === undefined ? {} : { users: 1, wishlists: 1, purchases: archive.purchases.length };
    const news = { _id, userId, clerkId: subject, reason, erased, requestedAt };
    return { found, deletion: await this.deletions.beginDeletion(news, isGoneInClerk, session) };
  }

  /** Starts the steps after the fence. If this instance dies here, another one finds the deletion due. */
  enqueueRemainingSteps({ _id, completedAt }: Deletion): void {
    if (completedAt === null) this.jobs.start(_id);
  }

  private async archive(user: User, session: ClientSession) {
    const { _id, clerkId } = user;
    const purchases = await this.purchases.takeForArchive(_id, session);
    await this.wishlist.removeWishlist(_id, session);
    return { clerkId, userData: { clerkId, ...archivedFields(user) }, purchases };
  }
}
