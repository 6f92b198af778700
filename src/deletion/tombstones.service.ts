import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, Types } from 'mongoose';
import { z } from 'zod';
import { notAhead } from '../common/clock.js';
import type { OnProgress } from '../common/progress.js';
import { inTransaction } from '../common/mongodb/transaction.js';
import { type DeletedUser, DELETION_REASONS } from '../deleted-users/deleted-user.schema.js';
import { DeletedUsersService, hashSubject } from '../deleted-users/deleted-users.service.js';
import { UsersService } from '../users/users.service.js';
import { AccountDeletionService } from './account-deletion.service.js';

const BATCH = 500;
/** The share of a replay's progress that is for writing tombstones. */
const TOMBSTONES_SHARE = 0.3;

/** An exported tombstone. It holds nothing personal, so it may be kept longer than any backup. */
export const tombstoneSchema = z.strictObject({
  subjectHash: z.string().regex(/^[0-9a-f]{64}$/),
  deletedAt: z.iso.datetime(),
  reason: z.enum(DELETION_REASONS),
  /** Until when the archive is kept; absent without one, and in exports of older versions. */
  keptUntil: z.iso.datetime().optional(),
});
export type Tombstone = z.infer<typeof tombstoneSchema>;

/** What a replay did; with a dry run, what it would have done. */
export interface ReplaySummary {
  /** Tombstones that are here already; `keptUntil` may become earlier. */
  known: number;
  /** Deleted users that the restore brought back: deleted again, in Clerk too. */
  deleted: number;
  /** Subjects without a user here: only the tombstone was written. */
  tombstoned: number;
}

export interface ReplayOptions {
  dryRun?: boolean | undefined;
  onProgress?: OnProgress | undefined;
}

/** Re-applies exported tombstones after a restore. */
@Injectable()
export class TombstonesService {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly users: UsersService,
    private readonly deletedUsers: DeletedUsersService,
    private readonly deletions: AccountDeletionService,
  ) {}

  /**
   * Writes the tombstones, then deletes every user that has one, in this order so that no user can be
   * created after the walk has passed. May be stopped and repeated, also while instances serve.
   */
  async replay(
    tombstones: readonly Tombstone[],
    { dryRun = false, onProgress }: ReplayOptions = {},
  ): Promise<ReplaySummary> {
    const given = new Map(tombstones.map((each) => [each.subjectHash, each]));
    const known = await this.findKnown([...given.keys()]);
    const missing = [...given.values()].filter(({ subjectHash }) => !known.has(subjectHash));
    if (!dryRun) {
      const shortened = [...given.values()].filter((each) => hasEarlierDate(each, known));
      const written = [...missing, ...shortened];
      for (const [index, tombstone] of written.entries()) {
        await this.insertTombstone(tombstone);
        onProgress?.(
          ((index + 1) / written.length) * TOMBSTONES_SHARE,
          `${index + 1} of ${written.length} tombstones`,
        );
      }
    }
    const withUser = await this.deleteUsersOf(given, { dryRun, onProgress });
    const without = (hashes: string[]) => hashes.filter((hash) => !withUser.has(hash)).length;
    return {
      known: without([...known.keys()]),
      deleted: withUser.size,
      tombstoned: without(missing.map(({ subjectHash }) => subjectHash)),
    };
  }

  private async findKnown(hashes: readonly string[]): Promise<ReadonlyMap<string, Date | undefined>> {
    const known = new Map<string, Date | undefined>();
    for (let from = 0; from < hashes.length; from += BATCH) {
      const some = await this.deletedUsers.tombstonedHashes(hashes.slice(from, from + BATCH));
      for (const [hash, keptUntil] of some) known.set(hash, keptUntil);
    }
    return known;
  }

  private async insertTombstone({ subjectHash, reason, ...dates }: Tombstone): Promise<void> {
    const tombstone = { subjectHash, reason, ...datesOf(dates) };
    await inTransaction(this.connection, (session) => this.deletedUsers.importTombstone(tombstone, session));
  }

  /**
   * Walks through all users, because a user can't be found by a hash.
   * @returns the hashes of the deleted ones
   */
  private async deleteUsersOf(
    tombstones: ReadonlyMap<string, Tombstone>,
    { dryRun, onProgress }: ReplayOptions,
  ): Promise<ReadonlySet<string>> {
    const deleted = new Set<string>();
    const total = await this.users.countAll();
    let seen = 0;
    for (let after: Types.ObjectId | undefined; ;) {
      const page = await this.users.page(after, BATCH);
      after = page.at(-1)?._id;
      if (after === undefined) return deleted;
      seen += page.length;
      const share = TOMBSTONES_SHARE + (1 - TOMBSTONES_SHARE) * Math.min(1, seen / Math.max(1, total));
      onProgress?.(share, `${seen} of ${total} users compared, ${deleted.size} deleted again`);
      for (const { clerkId } of page) {
        const tombstone = tombstones.get(hashSubject(clerkId));
        if (tombstone === undefined) continue;
        // Not `isGoneInClerk`: the account in Clerk may still exist.
        if (!dryRun)
          await this.deletions.deleteAccount(clerkId, {
            reason: tombstone.reason,
            ...datesOf(tombstone),
          });
        deleted.add(tombstone.subjectHash);
      }
    }
  }
}

/** Whether an exported tombstone has an earlier `keptUntil` than the one here, or the only one. */
function hasEarlierDate(
  { subjectHash, keptUntil }: Tombstone,
  known: ReadonlyMap<string, Date | undefined>,
): boolean {
  if (keptUntil === undefined || !known.has(subjectHash)) return false;
  const here = known.get(subjectHash);
  return !here || new Date(keptUntil) < here;
}

/** Retention counts from `deletedAt`, so that must not lie in the future. */
function datesOf({
  deletedAt,
  keptUntil,
}: Pick<Tombstone, 'deletedAt' | 'keptUntil'>): Pick<DeletedUser, 'deletedAt' | 'keptUntil'> {
  return {
    deletedAt: new Date(notAhead(Date.parse(deletedAt))),
    ...(keptUntil === undefined ? {} : { keptUntil: new Date(keptUntil) }),
  };
}
