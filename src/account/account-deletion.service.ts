import { setTimeout as sleep } from 'node:timers/promises';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Connection, Model, Types } from 'mongoose';
import { repeat } from '../common/repeat.js';
import { inTransaction } from '../common/transaction.js';
import { PurchasesService } from '../purchases/purchases.service.js';
import { SocialService } from '../social/social.service.js';
import type { DeletionReason } from '../users/deleted-user.schema.js';
import { DeletedUsersService } from '../users/deleted-users.service.js';
import { UsersService } from '../users/users.service.js';
import { WishlistService } from '../wishlist/wishlist.service.js';
import { Deletion } from './deletion.schema.js';

const RESUME_EVERY_MS = 30_000;
/** A webhook has 15 s for its answer; a large graph goes on being erased behind it. */
const LONGEST_WAIT_MS = 5000;

/** Ends accounts: fence and archive at once, the follow graph in batches behind it. Owns `deletions`. */
@Injectable()
export class AccountDeletionService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AccountDeletionService.name);
  private stopResuming?: () => Promise<void>;

  constructor(
    @InjectModel(Deletion.name) private readonly model: Model<Deletion>,
    @InjectConnection() private readonly connection: Connection,
    private readonly users: UsersService,
    private readonly deletedUsers: DeletedUsersService,
    private readonly wishlist: WishlistService,
    private readonly purchases: PurchasesService,
    private readonly social: SocialService,
  ) {}

  onApplicationBootstrap(): void {
    this.stopResuming = repeat(RESUME_EVERY_MS, this.logger, (signal) => this.resumeAll(signal));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stopResuming?.();
  }

  /**
   * Step 1, in the caller's transaction: the tombstone with the archive; user, wishlist and purchases removed. The
   * subject gets 401 from its commit on. Repeating it changes nothing.
   * @returns the id of the user whose graph is left to erase; undefined when there is none
   */
  async fenceAndArchive(
    subject: string,
    reason: DeletionReason,
    session: ClientSession,
  ): Promise<Types.ObjectId | undefined> {
    if (await this.deletedUsers.isDeleted(subject, session)) return undefined;
    const user = await this.users.fence(subject, session);
    if (user === undefined) {
      await this.deletedUsers.bury(subject, reason, undefined, session);
      return undefined;
    }
    const { _id, revokedSessions: _, ...userData } = user;
    const purchases = await this.purchases.removeOf(_id, session);
    await this.wishlist.removeOf(_id, session);
    await this.deletedUsers.bury(subject, reason, { clerkId: subject, userData, purchases }, session);
    await this.model.create([{ _id, startedAt: new Date() }], { session });
    return _id;
  }

  /** Steps 1 and 3 in one go, for a deletion that comes with no delivery to record. Repeating it changes nothing. */
  async delete(subject: string, reason: DeletionReason): Promise<void> {
    const userId = await inTransaction(this.connection, (session) =>
      this.fenceAndArchive(subject, reason, session),
    );
    if (userId !== undefined) await this.eraseGraph(userId);
  }

  /** Erases the graph of a fenced user; returns when that is done, or goes on in the background after 5 s. */
  async finish(userId: Types.ObjectId): Promise<void> {
    const erased = this.eraseGraph(userId).catch(this.report);
    await Promise.race([erased, sleep(LONGEST_WAIT_MS, undefined, { ref: false })]);
  }

  /** Step 3: the edges of the follow graph. Any instance, at any time, any number of times. */
  async eraseGraph(userId: Types.ObjectId, signal?: AbortSignal): Promise<void> {
    while (await this.social.eraseBatch(userId)) if (signal?.aborted === true) return;
    await this.model.deleteOne({ _id: userId });
  }

  /** Finishes what a crash, here or in another instance, left half done. */
  private async resumeAll(signal: AbortSignal): Promise<void> {
    for (const { _id } of await this.model.find().lean<Deletion[]>())
      await this.eraseGraph(_id, signal).catch(this.report);
  }

  private readonly report = (error: unknown): void => {
    this.logger.error({ msg: 'deletion interrupted, will be resumed', err: error });
  };
}
