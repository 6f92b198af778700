import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, Types } from 'mongoose';
import { z } from 'zod';
import { inTransaction } from '../common/transaction.js';
import { DELETION_REASONS } from '../users/deleted-user.schema.js';
import { DeletedUsersService, hashSubject } from '../users/deleted-users.service.js';
import { UsersService } from '../users/users.service.js';
import { AccountDeletionService } from './account-deletion.service.js';

const AT_ONCE = 500;

/** What of a deletion may outlive every backup: nothing in it is personal. */
export const tombstoneSchema = z.strictObject({
  subjectHash: z.string().regex(/^[0-9a-f]{64}$/),
  deletedAt: z.iso.datetime(),
  reason: z.enum(DELETION_REASONS),
});
export type Tombstone = z.infer<typeof tombstoneSchema>;

/** What a replay did; with a dry run, what it would have done. */
export interface ReplaySummary {
  /** Tombstones that are here already. */
  known: number;
  /** Users that are here, and were deleted: now again, in Clerk too. */
  deleted: number;
  /** Subjects without a user here: only the tombstone came back. */
  buried: number;
}

/** Brings tombstones back, so that nobody rises again from a backup. */
@Injectable()
export class TombstonesService {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly users: UsersService,
    private readonly deletedUsers: DeletedUsersService,
    private readonly deletions: AccountDeletionService,
  ) {}

  /**
   * After a restore: whoever is dead by these tombstones, and not by those that were restored, is deleted again. May be stopped and
   * repeated.
   */
  async replay(tombstones: readonly Tombstone[], dryRun = false): Promise<ReplaySummary> {
    const missing = new Map<string, Tombstone>();
    for (let from = 0; from < tombstones.length; from += AT_ONCE) {
      const some = tombstones.slice(from, from + AT_ONCE);
      const known = await this.deletedUsers.buriedHashes(some.map(({ subjectHash }) => subjectHash));
      for (const each of some) if (!known.has(each.subjectHash)) missing.set(each.subjectHash, each);
    }
    const summary = { known: tombstones.length - missing.size, deleted: 0, buried: 0 };
    let after: Types.ObjectId | undefined;
    for (;;) {
      const page = await this.users.page(after, AT_ONCE);
      after = page.at(-1)?._id;
      if (after === undefined) break;
      for (const { clerkId } of page) {
        const tombstone = missing.get(hashSubject(clerkId));
        if (tombstone === undefined) continue;
        missing.delete(tombstone.subjectHash);
        // Not `isGoneInClerk`: it may have been the very thing that was still to be done.
        if (!dryRun)
          await this.deletions.delete(clerkId, {
            reason: tombstone.reason,
            deletedAt: new Date(tombstone.deletedAt),
          });
        summary.deleted++;
      }
    }
    for (const { subjectHash, deletedAt, reason } of missing.values()) {
      const tombstone = { subjectHash, deletedAt: new Date(deletedAt), reason };
      if (!dryRun)
        await inTransaction(this.connection, (session) => this.deletedUsers.buryHash(tombstone, session));
      summary.buried++;
    }
    return summary;
  }
}
