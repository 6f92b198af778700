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

/** Who asks for a deletion, and what they know. */
export interface DeletionRequest {
  reason: DeletionReason;
  /** For the archive. */
  notes?: string | undefined;
  /** Clerk itself told us that the account is gone. */
  isGoneInClerk?: boolean;
  /** When it was, if not now: of a tombstone from elsewhere. Retention counts from it. */
  deletedAt?: Date;
  /** Until when its archive was to be kept, by a tombstone from elsewhere. */
  keptUntil?: Date | undefined;
}

/** What the fence found of a subject, and the deletion of it, which may be an earlier one. None: only a hash is kept. */
export interface Fenced {
  found: 'user' | 'tombstone' | 'nothing';
  deletion?: Deletion;
}

/** The doors to a deletion: webhook, self, admin, reconciler. All lead through the one fence; jobs do the rest. */
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
   * Deletes the account behind a token. Asked again, also by the token of an account that is gone, it answers the same.
   * @throws ProblemError `forbidden` for an impersonator; `account_deleted` when there is nothing of it to show
   */
  async deleteOwn({ subject, actor }: Principal): Promise<Deletion> {
    if (actor !== undefined) throw new ProblemError('forbidden');
    const deletion = await this.delete(subject, { reason: 'user_requested' });
    if (deletion === undefined) throw new ProblemError('account_deleted');
    return deletion;
  }

  /**
   * Deletes somebody else's account, with its record in the audit log.
   * @throws ProblemError `user_not_found`; `forbidden` for one's own
   */
  async deleteUser(by: Actor, userId: Types.ObjectId, request: DeletionRequest): Promise<Deletion> {
    // The record writes the document of who did it, which would be gone.
    if (by.userId.equals(userId))
      throw new ProblemError('forbidden', 'Delete your own account by `DELETE /users/me`.');
    const user = await this.users.findById(userId);
    const underWay = user === undefined ? await this.deletions.findByUser(userId) : null;
    if (underWay !== null) return underWay;
    const deletion =
      user &&
      (await this.delete(user.clerkId, request, ({ _id: id }, session) => {
        const target = { type: 'deleted_user', id } as const;
        return this.audit.record({ by, action: 'user.deleted', target, reason: request.reason }, session);
      }));
    if (deletion === undefined) throw new ProblemError('user_not_found');
    return deletion;
  }

  /** Step 1 and, behind it, all the others. `record` runs in the fence's transaction. Repeating it changes nothing. Undefined: only a hash is left of the subject. */
  async delete(
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
   * Step 1, in the caller's transaction: the tombstone with the archive; user, wishlist and purchases removed. The
   * subject gets 401 from its commit on. Repeating it changes nothing. Call `enqueueRemainingSteps` after the commit.
   */
  async fenceAndArchive(
    subject: string,
    { reason, notes, isGoneInClerk = false, keptUntil, ...request }: DeletionRequest,
    session: ClientSession,
  ): Promise<Fenced> {
    // One moment, so that the archive is kept for so many days from what the receipt tells.
    const requestedAt = new Date();
    const { deletedAt = requestedAt } = request;
    const earlier = await this.deletions.findBySubject(subject, session);
    if (earlier !== null) {
      if (isGoneInClerk) await this.deletions.markDone(earlier._id, 'clerk', session);
      return { found: 'tombstone', deletion: earlier };
    }
    const user = await this.users.remove(subject, session);
    // Beside a user there is only a tombstone that was replayed, by its hash: it gets the archive.
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
    // Nothing of it here and nothing in Clerk: the tombstone is all.
    if (user === undefined && isGoneInClerk) return { found };
    const userId = user?._id ?? new Types.ObjectId();
    const erased =
      archive === undefined ? {} : { users: 1, wishlists: 1, purchases: archive.purchases.length };
    const news = { _id, userId, clerkId: subject, reason, erased, requestedAt };
    return { found, deletion: await this.deletions.begin(news, isGoneInClerk, session) };
  }

  /** Starts what follows the fence. An instance that dies here loses nothing: the deletion is due for all of them. */
  enqueueRemainingSteps({ _id, completedAt }: Deletion): void {
    if (completedAt === null) this.jobs.start(_id);
  }

  private async archive(user: User, session: ClientSession) {
    const { _id, clerkId } = user;
    const purchases = await this.purchases.takeForArchive(_id, session);
    await this.wishlist.removeOf(_id, session);
    return { clerkId, userData: { clerkId, ...archivedFields(user) }, purchases };
  }
}
