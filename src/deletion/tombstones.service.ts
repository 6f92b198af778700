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

const AT_ONCE = 500;
/** The share of a replay after which all tombstones are there. */
const BURIED = 0.3;

/** What of a deletion may outlive every backup: nothing in it is personal. */
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
  /** Tombstones that are here already; at most the date of their archive becomes earlier. */
  known: number;
  /** Users that are here, and were deleted: now again, in Clerk too. */
  deleted: number;
  /** Subjects without a user here: only the tombstone came back. */
  buried: number;
}

export interface ReplayOptions {
  dryRun?: boolean | undefined;
  onProgress?: OnProgress | undefined;
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
   * After a restore: everybody who is dead by these tombstones is deleted again. May be stopped and repeated, also while
   * instances serve: the tombstones come first, so that no user is created after the walk has passed.
   */
  async replay(
    tombstones: readonly Tombstone[],
    { dryRun = false, onProgress }: ReplayOptions = {},
  ): Promise<ReplaySummary> {
    const given = new Map(tombstones.map((each) => [each.subjectHash, each]));
    const known = await this.known([...given.keys()]);
    const missing = [...given.values()].filter(({ subjectHash }) => !known.has(subjectHash));
    if (!dryRun) {
      const promised = [...given.values()].filter((each) => promisesLess(each, known));
      const written = [...missing, ...promised];
      for (const [index, tombstone] of written.entries()) {
        await this.insertTombstone(tombstone);
        onProgress?.(((index + 1) / written.length) * BURIED, `${index + 1} of ${written.length} tombstones`);
      }
    }
    const withUser = await this.deleteUsersOf(given, { dryRun, onProgress });
    const without = (hashes: string[]) => hashes.filter((hash) => !withUser.has(hash)).length;
    return {
      known: without([...known.keys()]),
      deleted: withUser.size,
      buried: without(missing.map(({ subjectHash }) => subjectHash)),
    };
  }

  private async known(hashes: readonly string[]): Promise<ReadonlyMap<string, Date | undefined>> {
    const known = new Map<string, Date | undefined>();
    for (let from = 0; from < hashes.length; from += AT_ONCE) {
      const some = await this.deletedUsers.tombstonedHashes(hashes.slice(from, from + AT_ONCE));
      for (const [hash, keptUntil] of some) known.set(hash, keptUntil);
    }
    return known;
  }

  private async insertTombstone({ subjectHash, reason, ...dates }: Tombstone): Promise<void> {
    const tombstone = { subjectHash, reason, ...datesOf(dates) };
    await inTransaction(this.connection, (session) => this.deletedUsers.importTombstone(tombstone, session));
  }

  /** Walks through all users: none can be found by a hash. @returns the hashes of those who were deleted */
  private async deleteUsersOf(
    tombstones: ReadonlyMap<string, Tombstone>,
    { dryRun, onProgress }: ReplayOptions,
  ): Promise<ReadonlySet<string>> {
    const deleted = new Set<string>();
    const total = await this.users.countAll();
    let seen = 0;
    for (let after: Types.ObjectId | undefined; ;) {
      const page = await this.users.page(after, AT_ONCE);
      after = page.at(-1)?._id;
      if (after === undefined) return deleted;
      seen += page.length;
      const share = BURIED + (1 - BURIED) * Math.min(1, seen / Math.max(1, total));
      onProgress?.(share, `${seen} of ${total} users compared, ${deleted.size} deleted again`);
      for (const { clerkId } of page) {
        const tombstone = tombstones.get(hashSubject(clerkId));
        if (tombstone === undefined) continue;
        // Not `isGoneInClerk`: it may have been the very thing that was still to be done.
        if (!dryRun)
          await this.deletions.delete(clerkId, {
            reason: tombstone.reason,
            ...datesOf(tombstone),
          });
        deleted.add(tombstone.subjectHash);
      }
    }
  }
}

/** Whether the tombstone here has no date until which its archive is kept, or a later one. */
function promisesLess(
  { subjectHash, keptUntil }: Tombstone,
  known: ReadonlyMap<string, Date | undefined>,
): boolean {
  if (keptUntil === undefined || !known.has(subjectHash)) return false;
  const here = known.get(subjectHash);
  return !here || new Date(keptUntil) < here;
}

/** Retention counts from the first, so it can't lie in the future. */
function datesOf({
  deletedAt,
  keptUntil,
}: Pick<Tombstone, 'deletedAt' | 'keptUntil'>): Pick<DeletedUser, 'deletedAt' | 'keptUntil'> {
  return {
    deletedAt: new Date(notAhead(Date.parse(deletedAt))),
    ...(keptUntil === undefined ? {} : { keptUntil: new Date(keptUntil) }),
  };
}
