import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { ClientSession, Connection, Types } from 'mongoose';
import type { Actor } from '../audit/actor.decorator.js';
import { type AuditEntry, AuditService } from '../audit/audit.service.js';
import { Cursors, type Page, type PageQuery } from '../common/http/page.js';
import { ProblemError } from '../common/problem.js';
import { inTransaction } from '../common/mongodb/transaction.js';
import { Metrics } from '../common/observability/metrics.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ArchivedPurchasesService } from '../purchases/archived-purchases.service.js';
import type { PurchaseView } from '../purchases/purchase.dto.js';
import type { DeletedUser } from '../deleted-users/deleted-user.schema.js';
import { type ArchiveChange, DeletedUsersService } from '../deleted-users/deleted-users.service.js';
import {
  type ArchiveState,
  type DeletedUserQuery,
  type DeletedUserView,
  SHOWN_PURCHASES,
} from './archives.dto.js';
import { DeletionsService } from './deletions.service.js';
import { purgeAt, retainedSince, retentionMs } from './retention.js';

const RESUME_LIMIT = 100;
const FIX_BATCH = 500;
/** The gauge stops counting here. */
const MAX_OVERDUE = 1000;

/** Archives of deleted accounts, for admins. Each read is recorded before it is answered. */
@Injectable()
export class ArchivesService implements OnModuleInit {
  private readonly logger = new Logger(ArchivesService.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @InjectConnection() private readonly connection: Connection,
    private readonly deletedUsers: DeletedUsersService,
    private readonly deletions: DeletionsService,
    private readonly archivedPurchases: ArchivedPurchasesService,
    private readonly audit: AuditService,
    private readonly cursors: Cursors,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge(
      {
        name: 'deleted_user_archives_overdue',
        help: 'Archives past their retention and without a legal hold that are not purged; counted up to 1000.',
      },
      async () => (await this.deletedUsers.purgeable(retainedSince(this.config), MAX_OVERDUE)).length,
    );
  }

  /** A page, newest first. @throws ProblemError `invalid_cursor` */
  async list(by: Actor, { clerkId, email, limit, cursor }: DeletedUserQuery): Promise<Page<DeletedUserView>> {
    const scope = ['deleted-users', clerkId ?? '', email ?? '', String(by.userId)];
    const after = this.cursors.idsAfterFilter(scope, cursor);
    const filter = { clerkId, email };
    const page = await inTransaction(this.connection, async (session) => {
      const archives = await this.deletedUsers.list(filter, after, limit + 1, session);
      const shown = this.cursors.page(scope, archives, limit, ({ _id }) => String(_id));
      await this.audit.record(searches(by, filter, shown.items), session);
      return shown;
    });
    return { ...page, items: await this.toViews(page.items) };
  }

  /** @throws ProblemError `not_found` */
  async get(by: Actor, id: Types.ObjectId): Promise<DeletedUserView> {
    return this.toView(await this.read(by, id, 'archive'));
  }

  /**
   * A page of the purchases of an archive, newest first. Each page is recorded, because a cursor can be
   * used much later.
   * @throws ProblemError `not_found`, `invalid_cursor`
   */
  async purchases(by: Actor, id: Types.ObjectId, { cursor, limit }: PageQuery): Promise<Page<PurchaseView>> {
    // Before the record: a refused cursor shows nothing.
    const position = this.archivedPurchases.positionOf(id, by.userId, cursor);
    const archive = await this.read(by, id, 'purchases');
    return this.archivedPurchases.list(archive, by.userId, position, limit);
  }

  /** @throws ProblemError `not_found`, also when no archive is left */
  async change(by: Actor, id: Types.ObjectId, change: ArchiveChange): Promise<DeletedUserView> {
    const details = {
      changed: Object.keys(change).sort().join(' '),
      ...(change.legalHold === undefined ? {} : { legalHold: String(change.legalHold) }),
    };
    const archive = await inTransaction(this.connection, async (session) => {
      const changed = await this.deletedUsers.changeArchive(id, change, session);
      if (changed === null) throw new ProblemError('not_found', 'There is no archive.');
      const target = { type: 'deleted_user', id } as const;
      await this.audit.record({ by, action: 'deleted_user.changed', target, details }, session);
      return changed;
    });
    return this.toView(archive);
  }

  /** Erases an archive for good. Repeating it is harmless. @throws ProblemError `not_found`, `legal_hold` */
  async purge(by: Actor, id: Types.ObjectId, reason: string | undefined): Promise<DeletedUserView> {
    await this.purgeArchive(by, id, reason);
    return this.toView(await this.requireArchive(id));
  }

  /**
   * Purges the oldest archives past their retention, if `DELETED_USER_PURGE` is `automatic`. Archives
   * whose deletion is not completed are skipped: purchases are still being moved there.
   * @returns how many
   */
  async purgeExpired(limit: number): Promise<number> {
    if (this.config.deletions.purge !== 'automatic') return 0;
    // Skipped archives don't use up the limit.
    const max = limit + (await this.deletions.countOpen());
    const ids = await this.deletedUsers.purgeable(retainedSince(this.config), max);
    const open = await this.deletions.openAmong(ids);
    const due = ids.filter((id) => !open.has(String(id))).slice(0, limit);
    return this.forEach(due, (id) => this.purgeArchive(null, id, 'Its retention is over'));
  }

  /** Sets the missing `keptUntil` of archives by an older version, also during a roll-out. */
  async fixDates(signal?: AbortSignal): Promise<void> {
    while (signal?.aborted !== true) {
      const fixed = await this.deletedUsers.fixKeptUntil(retentionMs(this.config), FIX_BATCH);
      if (fixed < FIX_BATCH) return;
    }
  }

  async resumePurges(): Promise<void> {
    const ids = await this.deletedUsers.purging(RESUME_LIMIT);
    await this.forEach(ids, (id) => this.finishPurge(id));
  }

  /** A failure does not stop the others. @returns how many succeeded */
  private async forEach(
    ids: readonly Types.ObjectId[],
    work: (id: Types.ObjectId) => Promise<void>,
  ): Promise<number> {
    let done = 0;
    for (const id of ids) {
      try {
        await work(id);
        done++;
      } catch (error) {
        // Put under legal hold after it was found.
        if (error instanceof ProblemError && error.code === 'legal_hold') continue;
        this.logger.error({ msg: 'archive not purged, will be tried again', err: error });
      }
    }
    return done;
  }

  private async purgeArchive(
    by: Actor | null,
    id: Types.ObjectId,
    reason: string | undefined,
  ): Promise<void> {
    await inTransaction(this.connection, async (session) => {
      const isPurged = await this.deletedUsers.purge(id, session);
      if (!isPurged) {
        const archive = await this.requireArchive(id, session);
        if (archive.purgedAt !== undefined) return;
        throw new ProblemError(archive.legalHold === true ? 'legal_hold' : 'not_found');
      }
      const target = { type: 'deleted_user', id } as const;
      await this.audit.record({ by, action: 'deleted_user.purged', target, reason }, session);
    });
    await this.finishPurge(id);
  }

  /** Any instance may run it at any time, several at once. A purged archive gets no further purchases. */
  private async finishPurge(id: Types.ObjectId): Promise<void> {
    while ((await this.archivedPurchases.purgeBatch(id)) > 0);
    await this.deletedUsers.endPurging(id);
  }

  private read(by: Actor, id: Types.ObjectId, what: 'archive' | 'purchases'): Promise<DeletedUser> {
    return inTransaction(this.connection, async (session) => {
      const archive = await this.requireArchive(id, session);
      const target = { type: 'deleted_user', id } as const;
      await this.audit.record({ by, action: 'deleted_user.read', target, details: { read: what } }, session);
      return archive;
    });
  }

  private async requireArchive(
    id: Types.ObjectId,
    session: ClientSession | null = null,
  ): Promise<DeletedUser> {
    const archive = await this.deletedUsers.findById(id, session);
    if (archive === null) throw new ProblemError('not_found');
    return archive;
  }

  private async toView(archive: DeletedUser): Promise<DeletedUserView> {
    const [view] = await this.toViews([archive]);
    if (view === undefined) throw new Error('No view was made of an archive');
    return view;
  }

  private async toViews(archives: readonly DeletedUser[]): Promise<DeletedUserView[]> {
    const open = await this.deletions.openAmong(archives.map(({ _id }) => _id));
    return Promise.all(
      archives.map(async (archive) => {
        return {
          id: String(archive._id),
          clerkId: archive.clerkId ?? null,
          deletedAt: archive.deletedAt.toISOString(),
          reason: archive.reason,
          state: stateOf(archive, open.has(String(archive._id))),
          userData: archive.userData ?? null,
          purchases: await this.archivedPurchases.newest(archive, SHOWN_PURCHASES),
          purchasesCount: this.archivedPurchases.count(archive),
          notes: archive.notes ?? null,
          legalHold: archive.legalHold ?? false,
          purgeAt: isArchive(archive) ? purgeAt(archive, this.config).toISOString() : null,
          purgedAt: archive.purgedAt?.toISOString() ?? null,
        };
      }),
    );
  }
}

/** One record per archive shown, or one without a target. Never what was searched for. */
function searches(
  by: Actor,
  filter: Readonly<Record<'clerkId' | 'email', string | undefined>>,
  found: readonly DeletedUser[],
): AuditEntry[] {
  const filters = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : name));
  const entry = { by, action: 'deleted_user.searched', details: { by: filters.join(' ') } } as const;
  if (found.length === 0) return filters.length === 0 ? [] : [{ ...entry, target: null }];
  return found.map(({ _id: id }) => ({ ...entry, target: { type: 'deleted_user', id } }));
}

function stateOf(archive: DeletedUser, isDeletionOpen: boolean): ArchiveState {
  if (isDeletionOpen) return 'deleting';
  if (archive.purgedAt !== undefined) return 'purged';
  return isArchive(archive) ? 'archived' : 'tombstone';
}

function isArchive({ clerkId }: DeletedUser): boolean {
  return clerkId !== undefined;
}
